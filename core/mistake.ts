import { nearest } from "./nearest.js";

/** Where a value stands in an object that somebody wrote, from the outermost key. */
export type Path = readonly (string | number)[];

/** One thing that is wrong with an object that somebody wrote. */
export interface Mistake {
  readonly path: Path;
  readonly value: unknown;
  /** What the value must be, as it goes on after "it must be". */
  readonly rule: string;
  /** The words that the value may be, where it is one of several. */
  readonly words?: readonly string[];
  /** Where the last part of the path is a key that is none: the keys that there are. */
  readonly keys?: readonly string[];
}

/** A mistake as the sentences of a table of errors name it. */
export interface MistakeDetails {
  readonly key: string;
  readonly value: string;
  readonly rule: string;
  readonly hint: string;
}

/** @param whole how the outermost object itself is called */
export function detailsOf(mistake: Mistake, whole: string): MistakeDetails {
  const { path, value, rule } = mistake;
  return { key: keyOf(path, whole), value: shownValue(value), rule, hint: hintOf(mistake) };
}

function hintOf({ path, value, words = [], keys }: Mistake): string {
  if (keys !== undefined) {
    const near = nearest(String(path.at(-1)), keys);
    return near === undefined ? `Settings there are ${keys.join(", ")}.` : `Did you mean ${near}?`;
  }
  const near = typeof value === "string" ? nearest(value, words) : undefined;
  return near === undefined ? "" : `Did you mean ${JSON.stringify(near)}?`;
}

/** A path as it is written in code, such as `runs.fast.data[1]` or `instruments["EUR.USD"].tickSize`. */
function keyOf(path: Path, whole: string): string {
  let key = "";
  for (const part of path) {
    if (typeof part === "number") key += `[${part}]`;
    else if (/^[A-Za-z_$][\w$]*$/.test(part)) key += key === "" ? part : `.${part}`;
    else key += `[${JSON.stringify(part)}]`;
  }
  return key === "" ? whole : key;
}

/** A value as a sentence names it: what it is where it can be shown, else what kind it is of. */
export function shownValue(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null || typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
