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
  SPEC_UNKNOWN: {
    sentence: "{given} is not an indicator that this copy of seatrial declared.",
    remedy:
      "Pass what sma(10) and its kin return, or customIndicator({ … }) for one of your own, itself: neither a copy of " +
      "it nor what this.indicator() gave for it.",
  },
  CUSTOM_INVALID: {
    sentence: "customIndicator: {field} is {value}, which is not {rule}.",
    remedy: "Write {right}.",
  },
  CUSTOM_NEXT_MISSING: {
    sentence: "{indicator}: create() gave {value}, which has no next(bar).",
    remedy: "Return an object with a method next(bar).",
  },
  CUSTOM_SHARED: {
    sentence: "{indicator}: create() gave the same object twice, which would mix the prices of two series.",
    remedy: "Make the object inside create, with all that it remembers.",
  },
  CUSTOM_FAILED: {
    sentence: '{indicator} failed with "{message}" on the {bar}.',
    remedy: "Correct its next().",
  },
  CUSTOM_RESULT_INVALID: {
    sentence: "{indicator} gave {value} for {output} on the {bar}, which is not a number.",
    remedy: "Return {right} from next(), with NaN for what has no value on this bar.",
  },
  CUSTOM_WARMUP_SHORT: {
    sentence: "{indicator} had no value up to the {bar}, with which its declared warm-up of {warmup} bars ends.",
    remedy: "Declare as its warmup the number of the bar on which every output is a finite number for the first time.",
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

/**
 * An indicator that cannot be what it was declared as. Thrown where it is declared; while bars run, only by what a
 * custom indicator does and by asking a reading for an output that is not there.
 */
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
