import type { BacktestResult } from "../backtest/result.js";
import { formatStatistic, NOT_AVAILABLE } from "../core/statistics/format.js";
import type { StatisticKey } from "../core/statistics/labels.js";

const MINUS = "\u2212";
const NO_BREAK = "\u00a0";

/** A number in print: a real minus sign, and no line break between it and its unit. */
export function typographic(text: string): string {
  return text.replace(/^-/, MINUS).replaceAll(" ", NO_BREAK);
}

/** A sentence in which no line breaks between a number and its per cent sign. */
export function unbroken(text: string): string {
  return text.replaceAll(/(\d) %/g, `$1${NO_BREAK}%`);
}

/** A statistic of the result as it stands on a card or in a table. Money goes without its currency. */
export function figure(result: BacktestResult, key: StatisticKey): string {
  return typographic(formatStatistic(key, result.statistics[key]));
}

/** The same with a plus sign in front of what is above 0. */
export function signedFigure(result: BacktestResult, key: StatisticKey): string {
  const value = result.statistics[key];
  const text = figure(result, key);
  return value !== undefined && value > 0 && text !== NOT_AVAILABLE ? `+${text}` : text;
}

/** A fraction as a percentage with a sign, such as "+1.2" for 0.012. */
export function signedPercent(fraction: number, decimals: number): string {
  const text = (Math.abs(fraction) * 100).toFixed(decimals);
  if (!/[1-9]/.test(text)) return text;
  return (fraction < 0 ? MINUS : "+") + text;
}

/** A whole number with a comma between thousands. */
export function count(value: number): string {
  return Math.round(value)
    .toFixed(0)
    .replace(/\B(?=(\d{3})+$)/g, ",");
}

/** An amount of money: cents only below a thousand. */
export function money(value: number): string {
  const text = Math.abs(value) >= 1000 ? count(Math.abs(value)) : Math.abs(value).toFixed(2);
  return value < 0 && /[1-9]/.test(text) ? MINUS + text : text;
}

/** "1 trade", "2 trades". */
export function plural(value: number, one: string, many: string = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}
