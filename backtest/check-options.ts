import { detailsOf, type Mistake, shownValue } from "../core/mistake.js";
import { nearest } from "../core/nearest.js";
import { mistakesIn } from "../core/shape.js";
import { BacktestError } from "./errors.js";
import { OPTION_SHAPES } from "./option-shapes.js";
import type { BacktestOptions } from "./options.js";

/**
 * Callers without a type checker slip too: a misspelt option must not leave a run at its default.
 * @throws BacktestError OPTION_UNKNOWN, OPTION_KEY, OPTION_VALUE, OPTIONS_INVALID, STRATEGY_NO_CLASS, DATA_MISSING
 */
export function checkOptions(options: BacktestOptions): void {
  const names = Object.keys(OPTION_SHAPES);
  if (typeof options !== "object" || options === null) {
    throw new BacktestError("OPTION_UNKNOWN", {
      name: String(options),
      hint: "Pass an object: { strategy, data, … }.",
    });
  }
  for (const name of Object.keys(options)) {
    if (names.includes(name)) continue;
    const near = nearest(name, names);
    const hint = near === undefined ? `It takes ${names.join(", ")}.` : `Did you mean "${near}"?`;
    throw new BacktestError("OPTION_UNKNOWN", { name, hint });
  }
  const { strategy, data, quotes, trades } = options;
  if (typeof strategy !== "function") throw new BacktestError("STRATEGY_NO_CLASS", { strategy: shownValue(strategy) });
  if (data === undefined && quotes === undefined && trades === undefined) throw new BacktestError("DATA_MISSING");
  const mistakes = Object.entries(OPTION_SHAPES).flatMap(([name, shape]) =>
    mistakesIn(options[name as keyof BacktestOptions], shape, [name]),
  );
  if (mistakes.length > 0) refuse(mistakes);
}

/** Says what is wrong as a configuration says it. */
function refuse(mistakes: readonly Mistake[]): never {
  const errors = mistakes.map((mistake) => {
    const code = mistake.keys === undefined ? "OPTION_VALUE" : "OPTION_KEY";
    return new BacktestError(code, { ...detailsOf(mistake, "backtest()") });
  });
  if (errors.length === 1) throw errors[0];
  const list = errors.map(({ message }) => `\n  ${message.replace(/^backtest\(\): /, "")}`);
  throw new BacktestError("OPTIONS_INVALID", { count: errors.length, list: list.join("") });
}
