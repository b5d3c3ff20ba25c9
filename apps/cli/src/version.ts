/** The CLI's own version: the package's, which the tests hold it to. */
export const VERSION = "0.1.0";
