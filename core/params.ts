import { nearest } from "./nearest.js";
import { StrategyError } from "./strategy-errors.js";

export type ParamValue = number | string | boolean;
export type ParamValues = Readonly<Record<string, ParamValue>>;

/** What a parameter may be: where the CLI's flags, the validation and a sweep's space come from. */
export interface Param<T extends ParamValue = ParamValue> {
  readonly kind: "int" | "float" | "choice" | "bool" | "text";
  readonly default: T;
  readonly min?: number;
  readonly max?: number;
  readonly step?: number;
  readonly choices?: readonly T[];
}

export interface Range {
  readonly min?: number;
  readonly max?: number;
  /** Distance of neighbouring values in a sweep. */
  readonly step?: number;
}

/** A whole number, such as `int(10, { min: 2, max: 200 })`. */
export function int(value: number, range: Range = {}): Param<number> {
  return { kind: "int", default: value, ...range };
}

/** Any finite number within the range. */
export function float(value: number, range: Range = {}): Param<number> {
  return { kind: "float", default: value, ...range };
}

/** One of a few values; the first is the default unless another is named. */
export function choice<const T extends ParamValue>(choices: readonly T[], value: T = choices[0]): Param<T> {
  return { kind: "choice", default: value, choices };
}

export function bool(value: boolean): Param<boolean> {
  return { kind: "bool", default: value };
}

/** What `Strategy.with` takes: a plain default value or a Param by name. */
export type ParamSpecs = Readonly<Record<string, ParamValue | Param>>;

type Widen<T> = T extends number ? number : T extends boolean ? boolean : T extends string ? string : never;

/** The type of `this.params` that a set of defaults gives. */
export type ParamsOf<S> = { readonly [K in keyof S]: S[K] extends Param<infer T> ? T : Widen<S[K]> };

/** Every spec as a Param: a plain default becomes a whole number, number, flag or text of any value. */
export function toParams(specs: ParamSpecs): Readonly<Record<string, Param>> {
  const params: Record<string, Param> = {};
  for (const [name, spec] of Object.entries(specs)) {
    params[name] = typeof spec === "object" && spec !== null ? spec : plain(spec);
  }
  return params;
}

function plain(value: ParamValue): Param {
  if (typeof value === "boolean") return { kind: "bool", default: value };
  if (typeof value === "string") return { kind: "text", default: value };
  return { kind: Number.isInteger(value) ? "int" : "float", default: value };
}

/**
 * The values a strategy runs with: the given ones over the defaults, each checked, for what a class declares may be
 * wrong as well. Text is read as the parameter's
 * own kind, so that values may come from a command line.
 * @throws StrategyError PARAM_UNKNOWN, PARAM_INVALID, PARAM_TYPE
 */
export function resolveParams(strategy: string, specs: ParamSpecs, given: ParamValues): ParamValues {
  const params = toParams(specs);
  const names = Object.keys(params);
  const values: Record<string, ParamValue> = {};
  for (const name of Object.keys(given)) {
    if (name in params) continue;
    const near = nearest(name, names);
    const known = names.length === 0 ? "It takes no parameters." : `It has ${names.join(", ")}.`;
    throw new StrategyError("PARAM_UNKNOWN", {
      strategy,
      name,
      hint: near === undefined ? known : `Did you mean "${near}"? ${known}`,
    });
  }
  for (const name of names) {
    values[name] = check(strategy, name, params[name], given[name] ?? params[name].default);
  }
  return Object.freeze(values);
}

function check(strategy: string, name: string, param: Param, value: ParamValue): ParamValue {
  const refuse = (rule: string): never => {
    throw new StrategyError("PARAM_TYPE", { strategy, name, value: String(value), rule });
  };
  switch (param.kind) {
    case "bool":
      if (value === true || value === "true") return true;
      if (value === false || value === "false") return false;
      return refuse("true or false");
    case "text":
      return String(value);
    case "choice": {
      const choices = param.choices ?? [];
      const found = choices.find((one) => one === value || String(one) === String(value));
      if (found !== undefined) return found;
      const near = nearest(String(value), choices.map(String)) ?? String(choices[0]);
      throw new StrategyError("PARAM_INVALID", {
        strategy,
        name,
        value: String(value),
        rule: `one of ${choices.join(", ")}`,
        nearest: near,
      });
    }
    default: {
      const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
      if (typeof number !== "number" || !Number.isFinite(number)) return refuse(rangeRule(param));
      const low = param.min ?? -Infinity;
      const high = param.max ?? Infinity;
      let near = Math.min(high, Math.max(low, number));
      if (param.kind === "int") near = Math.min(Math.floor(high), Math.max(Math.ceil(low), Math.round(near)));
      if (near === number) return number;
      throw new StrategyError("PARAM_INVALID", {
        strategy,
        name,
        value: String(value),
        rule: rangeRule(param),
        nearest: near,
      });
    }
  }
}

function rangeRule(param: Param): string {
  const what = param.kind === "int" ? "a whole number" : "a number";
  if (param.min !== undefined && param.max !== undefined) return `${what} from ${param.min} to ${param.max}`;
  if (param.min !== undefined) return `${what} of ${param.min} or more`;
  if (param.max !== undefined) return `${what} of ${param.max} or less`;
  return what;
}
