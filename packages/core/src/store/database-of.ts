/** The database that a URL names, for the driver, which takes its escapes literally. Nothing where it names none. */
export function databaseOf(databaseUrl: string): { readonly database?: string } {
  // Several hosts are the driver's own form, and no URL.
  if (!URL.canParse(databaseUrl)) return {};
  const name = decodeURIComponent(new URL(databaseUrl).pathname.slice(1));
  return name === "" ? {} : { database: name };
}
