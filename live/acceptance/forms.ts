/**
 * How a field is looked at. Values of prices, ids and times rightly differ from one gateway to the next, so of most
 * fields only the form is held against the other's:
 *
 * - `word`: the value itself, such as a status, a side or a code;
 * - `form`: of what kind the value is, see `formOf`;
 * - `count`: the same, but 0 and what is above it are one form;
 * - `text`: whether there is one at all; an empty one and a long one are the same;
 * - `sum`: any number or none, and the value is nobody else's business;
 * - `private`: the form, and the value is nobody else's business either.
 */
export type Look = "word" | "form" | "count" | "text" | "sum" | "private";

/** What takes the place of a number that is not set, as IB writes it. */
const LARGEST = 1.7e308;

/** Of what kind a value is: a number by its sign, a text by what is in it. */
export function formOf(value: unknown): string {
  if (value === undefined || value === null) return "not set";
  if (typeof value === "boolean") return "yes or no";
  if (typeof value === "number") return formOfNumber(value);
  if (typeof value !== "string") return "something else";
  if (value === "") return "empty";
  if (/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value)) return formOfDigits(value);
  return TEXT_FORMS.find(([, pattern]) => pattern.test(value))?.[0] ?? "a text";
}

/** What of a field is held against the other gateway's. */
export function seenOf(value: unknown, look: Look): string {
  switch (look) {
    case "word":
      return value === undefined ? "not set" : String(value);
    case "form":
    case "private":
      return formOf(value);
    case "count": {
      const form = formOf(value);
      return form === "0" || form === ABOVE ? "a number of 0 or more" : form;
    }
    case "sum": {
      const form = formOf(value);
      return ["0", "-1", ABOVE, BELOW].includes(form) ? "a number" : form;
    }
    case "text":
      return typeof value === "string" ? "a text" : formOf(value);
  }
}

/** What a report shows of a field: the value, or of somebody's money and holdings only its form. */
export function shownOf(value: unknown, look: Look): unknown {
  return look === "sum" || look === "private" ? formOf(value) : value;
}

const ABOVE = "a number above 0";
const BELOW = "a number below 0";

function formOfNumber(value: number): string {
  if (Number.isNaN(value)) return "no number";
  if (Math.abs(value) >= LARGEST) return "the largest number";
  if (value === -1) return "-1";
  if (value === 0) return "0";
  return value > 0 ? ABOVE : BELOW;
}

/** A text of digits may be a date or a time; any other is the number that it says. */
function formOfDigits(text: string): string {
  if (/^(19|20)\d\d(0[1-9]|1[0-2])([0-2]\d|3[01])$/.test(text)) return "a date";
  if (/^\d{9,10}$/.test(text)) return "seconds since 1970";
  return formOfNumber(Number(text));
}

/** Times come in the zone of the exchange, of TWS's user or of UTC, as TWS is set up: all of them can be read. */
const TEXT_FORMS: readonly (readonly [form: string, pattern: RegExp])[] = [
  ["a time", /^\d{8}[ -]+\d\d:\d\d:\d\d( \S.*)?$/],
  ["hours and minutes", /^\d\d:\d\d$/],
  ["an account", /^D?[UFI][A-Z]?\d{4,}$/],
  ["an execution's id", /^[\w-]+(\.[\w-]+)*\.\d+$/],
];
