/**
 * Every error of `core` is one entry of this table: a stable code, a sentence, and what to do about it.
 * The other folders keep tables of the same shape; a test holds all of them and docs/errors.md together.
 */
export interface ErrorEntry {
  /** What is wrong, in one sentence. `{name}` is replaced by the detail of that name. */
  readonly sentence: string;
  /** What the reader does about it, in one sentence. */
  readonly remedy: string;
}

export type ErrorTable = Readonly<Record<string, ErrorEntry>>;

/** Values named in an error's sentence or remedy. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean>>;

/** An error a user may meet: its message is the sentence and the remedy, never a stack trace. */
export abstract class SeatrialError extends Error {
  readonly code: string;
  readonly details: ErrorDetails;

  constructor(table: ErrorTable, code: string, details: ErrorDetails = {}, cause?: unknown) {
    const entry = table[code];
    if (entry === undefined) throw new TypeError(`no error is listed under the code ${code}`);
    const remedy = fill(entry.remedy, details);
    super(
      remedy === "" ? fill(entry.sentence, details) : `${fill(entry.sentence, details)} ${remedy}`,
      cause === undefined ? undefined : { cause },
    );
    this.name = new.target.name;
    this.code = code;
    this.details = details;
  }
}

/** A sentence of a table with its details in it. One that is a sentence itself, full stop and all, gets no second one. */
export function fill(text: string, details: ErrorDetails): string {
  return text.replace(/\{(\w+)\}(\.?)/g, (whole, name: string, stop: string) => {
    const value = details[name];
    if (value === undefined) return whole;
    return String(value).endsWith(".") ? String(value) : `${value}${stop}`;
  });
}
