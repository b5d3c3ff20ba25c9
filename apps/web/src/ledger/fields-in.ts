/** What somebody else wrote, field by field: nothing is known of it yet. */
export function fieldsIn(given: unknown): Readonly<Partial<Record<string, unknown>>> {
  return typeof given === "object" && given !== null ? { ...given } : {};
}
