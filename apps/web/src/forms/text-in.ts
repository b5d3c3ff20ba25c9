/** What stands in a field of a form, without the space around it; "" for one that is not there. */
export function textIn(form: FormData, name: string): string {
  const given = form.get(name);
  return typeof given === "string" ? given.trim() : "";
}
