import type { Mistake, Path } from "./mistake.js";

/**
 * What a value that somebody wrote may be: a setting, or an object of them. The configuration and `backtest()` hold
 * what they are given to the same shapes. A value that is left out (undefined) has its default, so it has every shape
 * but one that is needed.
 */
export interface Shape {
  /** As it goes on after "it must be". */
  readonly rule: string;
  readonly isNeeded?: boolean;
  /** Adds what is wrong with a value, which is not undefined, to `found`. */
  check(value: unknown, path: Path, found: Mistake[]): void;
}

/** One shape for every field of T and no other: a field added to the type fails to compile until it is here. */
export type Fields<T> = { readonly [Field in keyof Required<T>]: Shape };

/** What is wrong with a value; nothing where it has the shape. */
export function mistakesIn(value: unknown, shape: Shape, path: Path = []): Mistake[] {
  const found: Mistake[] = [];
  checkField(value, shape, path, found);
  return found;
}

function checkField(value: unknown, shape: Shape, path: Path, found: Mistake[]): void {
  if (value !== undefined) shape.check(value, path, found);
  else if (shape.isNeeded === true) found.push({ path, value, rule: shape.rule });
}

/** A value for which something holds. */
export function thatIs(rule: string, holds: (value: unknown) => boolean, words: readonly string[] = []): Shape {
  return {
    rule,
    check(value, path, found) {
      if (!holds(value)) found.push({ path, value, rule, words });
    },
  };
}

/** A text that is not empty. */
export const text = (rule: string): Shape => thatIs(rule, (value) => typeof value === "string" && value !== "");

export const matching = (pattern: RegExp, rule: string): Shape =>
  thatIs(rule, (value) => typeof value === "string" && pattern.test(value));

export const oneOf = (words: readonly string[]): Shape =>
  thatIs(`one of ${words.join(", ")}`, (value) => words.includes(value as string), words);

export const flag = thatIs("true or false", (value) => typeof value === "boolean");

/** A finite number. */
export const number = (rule: string, holds: (value: number) => boolean): Shape =>
  thatIs(rule, (value) => typeof value === "number" && Number.isFinite(value) && holds(value));

export const above0 = number("a number above 0", (value) => value > 0);
export const from0 = number("a number of 0 or more", (value) => value >= 0);
export const share = number("a fraction above 0 and up to 1", (value) => value > 0 && value <= 1);
export const count = number("a whole number above 0", (value) => isWhole(value, 1));
export const wholeFrom0 = number("a whole number of 0 or more", (value) => isWhole(value, 0));

export function isWhole(value: number, least: number, most = Number.MAX_SAFE_INTEGER): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

/** A text, or a list of texts; not an empty one. */
export const names = (rule: string): Shape =>
  thatIs(
    rule,
    (value) => [value].flat().length > 0 && [value].flat().every((one) => typeof one === "string") && value !== "",
  );

/** One that may not be left out. */
export const needed = (shape: Shape): Shape => ({ ...shape, isNeeded: true });

/** An object of these keys and no others. */
export function object<T>(fields: Fields<T>): Shape {
  const keys = Object.keys(fields);
  const rule = `an object with ${keys.join(", ")}`;
  return {
    rule,
    check(value, path, found) {
      if (!isObject(value)) return void found.push({ path, value, rule });
      for (const key of keys) checkField(value[key], fields[key as keyof T], [...path, key], found);
      for (const key of Object.keys(value)) {
        if (!keys.includes(key)) found.push({ path: [...path, key], value: value[key], rule, keys });
      }
    },
  };
}

/** An object with any keys, whose values are of one shape. */
export function byName(shape: Shape, rule: string): Shape {
  return {
    rule,
    check(value, path, found) {
      if (!isObject(value)) return void found.push({ path, value, rule });
      for (const key of Object.keys(value)) checkField(value[key], shape, [...path, key], found);
    },
  };
}

/** A list of values of one shape. */
export function listOf(shape: Shape, rule: string): Shape {
  return {
    rule,
    check(value, path, found) {
      if (!Array.isArray(value)) return void found.push({ path, value, rule });
      for (const [i, one] of value.entries()) checkField(one, needed(shape), [...path, i], found);
    },
  };
}

/** A value that may stand instead of what has the shape. */
export const or = (instead: unknown, shape: Shape): Shape => ({
  ...shape,
  check(value, path, found) {
    if (value !== instead) shape.check(value, path, found);
  },
});

/** A shape with something more to hold, which is asked only of a value that has the shape. */
export const also = (shape: Shape, check: Shape["check"]): Shape => ({
  ...shape,
  check(value, path, found) {
    const before = found.length;
    shape.check(value, path, found);
    if (found.length === before) check(value, path, found);
  },
});

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
