/** Keys whose values are nobody's business. */
const SECRET_KEYS = /pass(word|phrase)|secret|token|api[-_ ]?key|credential|authori[sz]ation/i;
const HIDDEN = "(hidden)";
/** Deeper than anybody reads in a line. */
const DEPTH = 8;

/**
 * What is logged as plain data: values of keys that name a secret are left out, errors are told with their code and
 * cause, and whatever JSON cannot say, circles too, is told in words.
 */
export function concealed(value: unknown, depth = 0): unknown {
  if (typeof value === "bigint" || typeof value === "function" || typeof value === "symbol") return String(value);
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth === DEPTH) return "(deeper)";
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "(no date)" : value.toISOString();
  if (value instanceof Error) return toldError(value, depth);
  if (ArrayBuffer.isView(value)) return `(${value.byteLength} bytes)`;
  if (Array.isArray(value)) return value.map((one) => concealed(one, depth + 1));
  if (value instanceof Map || value instanceof Set) return concealed([...value], depth);
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, SECRET_KEYS.test(key) ? HIDDEN : concealed(inner, depth + 1)]),
  );
}

function toldError(error: Error, depth: number): unknown {
  const { name, message, stack, cause } = error;
  const { code } = error as NodeJS.ErrnoException;
  return {
    name,
    ...(code !== undefined && { code }),
    message,
    stack,
    ...(cause !== undefined && { cause: concealed(cause, depth + 1) }),
  };
}

/** Secrets that stand in a text itself, such as "password=abc" or "Bearer abc". */
const SECRET_TEXT = /\b((?:password|passwd|secret|token|api[-_]?key)\s*[=:]\s*|bearer\s+)[^\s"',;&\\]+/gi;

/**
 * Does something with the text of a line of JSON and leaves its escapes alone, those of JSON inside JSON too: behind the
 * n of a "\n" nothing would look like the beginning of a word.
 */
export function betweenEscapes(line: string, mask: (text: string) => string): string {
  const hide = (text: string): string => mask(text.replace(SECRET_TEXT, `$1${HIDDEN}`));
  if (!line.includes("\\")) return hide(line);
  return line
    .split(/((?:\\\\)+[bfnrt]?|\\u[0-9a-fA-F]{4}|\\.)/)
    .map((part, i) => (i % 2 === 1 ? part : hide(part)))
    .join("");
}
