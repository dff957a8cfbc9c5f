import { type ErrorDetails, type ErrorTable, SeatrialError } from "../core/errors.js";

export const CONFIG_ERRORS = {
  CONFIG_MISSING: {
    sentence: "There is no configuration {file}.",
    remedy: "{hint}",
  },
  CONFIG_EXPORT: {
    sentence: "{file} has no configuration as its default export.",
    remedy: "Write `export default defineConfig({ … })` with defineConfig imported from seatrial.",
  },
  CONFIG_JSON: {
    sentence: "{file} is not JSON: {reason}.",
    remedy: "Correct it there.",
  },
  CONFIG_KEY: {
    sentence: "{file}: {key} is not a setting.",
    remedy: "{hint}",
  },
  CONFIG_VALUE: {
    sentence: "{file}: {key} is {value}; it must be {rule}.",
    remedy: "{hint}",
  },
  CONFIG_INVALID: {
    sentence: "{file} has {count} mistakes:{list}",
    remedy: "",
  },
  RUN_UNKNOWN: {
    sentence: '{file} has no run "{run}".',
    remedy: "{hint}",
  },
  STRATEGY_MISSING: {
    sentence: "There is no strategy {file}.",
    remedy: "{hint}",
  },
  STRATEGY_EXPORT: {
    sentence: "{file} has no default export.",
    remedy: "{hint}",
  },
  STRATEGY_NOT_A_CLASS: {
    sentence: "The default export of {file} is {what}, not a class.",
    remedy: "Write `export default class MyStrategy extends Strategy { … }` with Strategy imported from seatrial.",
  },
  STRATEGY_NOT_EXTENDING: {
    sentence: "The class {name} of {file} does not extend Strategy.",
    remedy:
      "Write `class {name} extends Strategy`, or `extends Strategy.with({ … })`, with Strategy imported from seatrial.",
  },
  FILE_SYNTAX: {
    sentence: "{file}, line {line}, column {column}: {reason}.",
    remedy: "Correct the line.",
  },
  FILE_FAILED: {
    sentence: "{file} failed while it was loaded{where}: {message}.",
    remedy: "{hint}",
  },
} as const satisfies ErrorTable;

/** A configuration or a strategy's file that cannot be used. */
export class ConfigError extends SeatrialError {
  constructor(code: keyof typeof CONFIG_ERRORS, details: ErrorDetails = {}, cause?: unknown) {
    super(CONFIG_ERRORS, code, details, cause);
  }
}
