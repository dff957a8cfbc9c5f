/** A value that should have been a number, as an error tells it: a text in quotation marks, undefined by its name. */
export function asGiven(value: unknown): number | string {
  return typeof value === "number" ? value : (JSON.stringify(value) ?? String(value));
}
