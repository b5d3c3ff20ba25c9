declare module "vitest" {
  interface ProvidedContext {
    /** The cluster of this test run, as a role that may create databases and roles. */
    databaseServerUrl: string;
  }
}

export {};
