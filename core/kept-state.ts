import { StrategyError } from "./strategy-errors.js";

/**
 * What a strategy has in `this.state`, as the JSON that outlives a session.
 * @throws StrategyError STATE_UNKEPT for what would not come back as it was: JSON itself makes null of NaN, a text of a
 *   Date and an empty object of a Map, and says nothing
 */
export function stateText(strategy: string, state: unknown): string {
  const unkept = unkeptIn(state, "this.state", new Set());
  if (unkept !== undefined) throw new StrategyError("STATE_UNKEPT", { strategy, ...unkept });
  return JSON.stringify(state);
}

/** What of a value would not come back, and where it is. */
interface Unkept {
  readonly where: string;
  readonly what: string;
}

/** @param around the objects that the value lies in */
function unkeptIn(value: unknown, where: string, around: Set<object>): Unkept | undefined {
  const what = unkeptKind(value);
  if (what !== undefined) return { where, what };
  if (typeof value !== "object" || value === null) return undefined;
  if (around.has(value)) return { where, what: "an object that contains itself" };
  around.add(value);
  for (const [key, inner] of Object.entries(value)) {
    // A key without a value is left out, as if it had been deleted; a list has no such places.
    if (inner === undefined && !Array.isArray(value)) continue;
    const found = unkeptIn(inner, Array.isArray(value) ? `${where}[${key}]` : `${where}.${key}`, around);
    if (found !== undefined) return found;
  }
  around.delete(value);
  return undefined;
}

function unkeptKind(value: unknown): string | undefined {
  switch (typeof value) {
    case "number":
      return Number.isFinite(value) ? undefined : String(value);
    case "bigint":
    case "function":
    case "symbol":
      return `a ${typeof value}`;
    case "undefined":
      return "undefined";
    case "object":
      return value === null || Array.isArray(value) || isPlainObject(value) ? undefined : `a ${nameOf(value)}`;
    default:
      return undefined;
  }
}

function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function nameOf(value: object): string {
  return value.constructor?.name || "class instance";
}
