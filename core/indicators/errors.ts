import { type ErrorDetails, type ErrorTable, SeatrialError } from "../errors.js";

export const INDICATOR_ERRORS = {
  PERIOD_INVALID: {
    sentence: "{indicator}: {parameter} is {value}, which is not a whole number of bars from {least} to {most}.",
    remedy: "Write {right}.",
  },
  PARAMETERS_CROSSED: {
    sentence: "{indicator}: {smaller}={smallerValue} is not below {larger}={largerValue}.",
    remedy: "{hint}",
  },
  FACTOR_INVALID: {
    sentence: "{indicator}: {parameter} is {value}, which is not a number above 0.",
    remedy: "Write {right}.",
  },
  OPTION_UNKNOWN: {
    sentence: '{indicator}: there is no {option} "{value}".',
    remedy: "{hint}",
  },
  OUTPUT_UNKNOWN: {
    sentence: '{indicator} has no output "{output}".',
    remedy: "{hint}",
  },
  TECHNICAL_UNKNOWN: {
    sentence: 'There is no indicator "{name}" in the catalogue of technicalindicators.',
    remedy: "{hint}",
  },
  TECHNICAL_NOT_STREAMING: {
    sentence: "{name} of technicalindicators cannot follow a series bar by bar: {reason}.",
    remedy: "{hint}",
  },
  TECHNICAL_PARAMETER_UNKNOWN: {
    sentence: '{name} of technicalindicators takes no parameter "{parameter}".',
    remedy: "{hint}",
  },
  TECHNICAL_SILENT: {
    sentence: "{name} of technicalindicators gave no complete result in {bars} bars with {parameters}.",
    remedy: "Check the parameters: with these it never warms up.",
  },
} as const satisfies ErrorTable;

/** An indicator that cannot be what it was declared as. Thrown where it is declared, never while bars run. */
export class IndicatorError extends SeatrialError {
  constructor(code: keyof typeof INDICATOR_ERRORS, details: ErrorDetails = {}, cause?: unknown) {
    super(INDICATOR_ERRORS, code, details, cause);
  }
}

/** The remedy for a name that is not in a list: the nearest right one, and all there are. */
export function suggest(likely: string | undefined, names: readonly string[]): string {
  const all = `There is ${names.join(", ")}.`;
  return likely === undefined ? all : `Did you mean "${likely}"? ${all}`;
}
