import { nearest } from "../../core/nearest.js";
import { SimError } from "./errors.js";

/** What may follow the name of a model: one number, and numbers by name. */
export interface NameShape {
  /** Name of the number behind the colon, where there is one. */
  readonly argument?: string;
  readonly options?: readonly string[];
}

export interface ParsedName {
  readonly name: string;
  /** The numbers by name. */
  readonly values: Readonly<Record<string, number>>;
}

/**
 * Reads `name`, `name:number` or `name:number,option=number,...`, such as "per-share:0.005,min=1".
 * @throws SimError `unknown` when no shape has that name, MODEL_ARGUMENT when the rest does not fit the shape
 */
export function parseModelName(
  text: string,
  shapes: Readonly<Record<string, NameShape>>,
  unknown: "FEES_UNKNOWN" | "SLIPPAGE_UNKNOWN" | "MARGIN_UNKNOWN",
): ParsedName {
  const colon = text.indexOf(":");
  const name = (colon < 0 ? text : text.slice(0, colon)).trim();
  if (!Object.hasOwn(shapes, name)) {
    const near = nearest(name, Object.keys(shapes));
    throw new SimError(unknown, { text, hint: near === undefined ? "" : ` Did you mean ${near}?` });
  }
  const shape = shapes[name];
  const parts = colon < 0 ? [] : text.slice(colon + 1).split(",");
  const values: Record<string, number> = {};
  if (shape.argument !== undefined) values[shape.argument] = number(text, shape.argument, parts.shift() ?? "");
  for (const part of parts) {
    const [key, value] = part.split("=").map((piece) => piece.trim());
    const options = shape.options ?? [];
    if (!options.includes(key)) {
      const near = nearest(key, options);
      throw new SimError("MODEL_ARGUMENT", {
        text,
        field: key || '""',
        value: value ?? '""',
        rule:
          options.length === 0
            ? `After ${name} nothing${shape.argument === undefined ? "" : " but one number"} is expected.`
            : `${near === undefined ? "" : `Did you mean ${near}? `}It takes ${options.join(", ")}, as in ${options[0]}=1.`,
      });
    }
    values[key] = number(text, key, value ?? "");
  }
  return { name, values };
}

/** @throws SimError MODEL_ARGUMENT where the value is not a number within the bounds, both included */
export function within(text: string, field: string, value: number, low: number, high: number): number {
  if (value >= low && value <= high && value < Infinity) return value;
  const rule = high === Infinity ? `It is a finite number of ${low} or more.` : `It lies between ${low} and ${high}.`;
  throw new SimError("MODEL_ARGUMENT", { text, field, value, rule });
}

function number(text: string, field: string, value: string): number {
  const read = Number(value);
  if (value.trim() === "" || !Number.isFinite(read)) {
    throw new SimError("MODEL_ARGUMENT", {
      text,
      field,
      value: value.trim() || '""',
      rule: "Write a number, such as 1 or 0.005.",
    });
  }
  return read;
}
