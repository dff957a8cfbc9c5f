/** What a field of a fault may be. Durations are texts such as "30s", and read as milliseconds. */
export type FieldKind = "text" | "number" | "whole number" | "duration" | "yes or no" | readonly string[];

/** A field of a fault: what it may be, what it is where it is left out, and what it says. */
export interface FieldRule {
  readonly kind: FieldKind;
  /** Undefined where it must be given. */
  readonly fallback: string | number | boolean | undefined;
  readonly says: string;
}

export type FieldRules = Readonly<Record<string, FieldRule>>;

/** The fields of one fault, checked. */
export class FaultFields {
  private readonly values: Readonly<Record<string, string | number | boolean | undefined>>;

  constructor(values: Readonly<Record<string, string | number | boolean | undefined>>) {
    this.values = values;
  }

  text(name: string): string {
    return String(this.values[name]);
  }

  number(name: string): number {
    return Number(this.values[name]);
  }

  optional(name: string): number | undefined {
    const value = this.values[name];
    return value === undefined || value === "" ? undefined : Number(value);
  }

  flag(name: string): boolean {
    return this.values[name] === true;
  }
}

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  sec: 1_000,
  min: 60_000,
  h: 3_600_000,
  hour: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
};

/** Reads "250ms", "30s", "5min", "2h" or "1d" as milliseconds; undefined for what is none of these. */
export function parseSpan(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?) ?(ms|s|sec|min|h|hour|d|day)$/.exec(text.trim());
  return match === null ? undefined : Math.round(Number(match[1]) * UNITS[match[2]]);
}

/** What a value of that kind must be, to go on after "it must be". */
export function ruleOf(kind: FieldKind): string {
  if (kind === "duration") return 'a time such as "30s", "5min" or "2h"';
  if (kind === "yes or no") return "true or false";
  if (typeof kind !== "string") return `one of ${kind.join(", ")}`;
  return `a ${kind}`;
}

/** The value as it is used; undefined where it is not of that kind. */
export function readField(kind: FieldKind, value: unknown): string | number | boolean | undefined {
  if (kind === "duration") return typeof value === "string" ? parseSpan(value) : undefined;
  if (kind === "yes or no") return typeof value === "boolean" ? value : undefined;
  if (kind === "text") return typeof value === "string" ? value : undefined;
  if (typeof kind !== "string") return kind.find((one) => one === value);
  if (typeof value !== "number" || !Number.isFinite(value)) return undefined;
  return kind === "number" || (Number.isInteger(value) && value >= 0) ? value : undefined;
}
