import type { BacktestResult } from "../backtest/result.js";
import { resultZone } from "../backtest/result-days.js";
import { formatStatistic } from "../core/statistics/format.js";
import { type StatisticKey, statisticLabel } from "../core/statistics/labels.js";
import { dateText, instantText, spanText, startDateText } from "./dates.js";
import { count, plural } from "./figures.js";
import { symbolsText } from "./header-section.js";
import { coloured, type Paint, plain } from "./paint.js";

export interface TerminalOptions {
  /** Whether to use ANSI colours. Default no. */
  readonly color?: boolean;
  /** Columns of the terminal. Default 80; narrower than 60 is written for 60, wider than 100 for 100. */
  readonly width?: number;
}

/** The figures of the table, in pairs side by side. */
const PAIRS: readonly (readonly [StatisticKey, StatisticKey])[] = [
  ["totalReturn", "trades"],
  ["benchmarkReturn", "winRate"],
  ["cagr", "profitFactor"],
  ["annualVolatility", "payoffRatio"],
  ["sharpe", "expectancy"],
  ["probabilisticSharpe", "averageTrade"],
  ["sortino", "averageBarsHeld"],
  ["calmar", "sqn"],
  ["maxDrawdown", "exposure"],
  ["maxDrawdownDuration", "turnover"],
  ["benchmarkMaxDrawdown", "fees"],
  ["endEquity", "slippage"],
];
const SIGNED: ReadonlySet<StatisticKey> = new Set(["totalReturn", "cagr", "expectancy", "averageTrade"]);
const GAP = 4;

/**
 * A result for a terminal: what was run, what to know before any number, the figures, denials and hashes. Ends with a
 * newline.
 * @throws DataError ZONE_UNKNOWN
 */
export function renderTerminal(result: BacktestResult, options: TerminalOptions = {}): string {
  const width = Math.min(100, Math.max(60, options.width ?? 80));
  const paint = options.color === true ? coloured : plain;
  const lines = [
    ...heading(result, width, paint),
    "",
    ...before(result, width, paint),
    "",
    ...figures(result, width, paint),
  ];
  if (result.denials.length > 0) lines.push("", ...denials(result, width, paint));
  lines.push("", paint.dim(`inputs   ${result.inputHash}`), paint.dim(`outcome  ${result.outcomeHash}`));
  return `${lines.join("\n")}\n`;
}

function heading(result: BacktestResult, width: number, paint: Paint): string[] {
  const zone = resultZone(result);
  const params = Object.entries(result.params)
    .map(([name, value]) => `${name}=${value}`)
    .join("  ");
  const sizes = [...new Set(result.handed.map((series) => series.size.label))].join(", ");
  const span = `${startDateText(result.from, zone)} to ${dateText(result.to, zone)}, ${spanText(result.to - result.from)}`;
  const bars = `${plural(result.bars, "bar")}${sizes === "" ? "" : ` of ${sizes}`}, ${count(result.warmupBars)} of warm-up`;
  return [
    ...wrap(`${result.strategy} on ${symbolsText(result)}`, width, "").map(paint.bold),
    ...(params === "" ? [] : wrap(params, width, "")),
    ...wrap(`${span}, ${bars}`, width, "").map(paint.dim),
  ];
}

function before(result: BacktestResult, width: number, paint: Paint): string[] {
  const item = (text: string, sign: string): string[] =>
    wrap(text, width, "    ").map((line, i) => (i === 0 ? `  ${sign} ${line.trimStart()}` : line));
  const warnings = result.caveats.filter((caveat) => caveat.level === "warning");
  const notes = result.caveats.filter((caveat) => caveat.level === "note");
  return [
    paint.bold("Before you read the numbers"),
    ...warnings.flatMap((caveat) => item(caveat.text, "!")).map(paint.warn),
    ...result.assumptions.flatMap((text) => item(text, "-")),
    ...notes.flatMap((caveat) => item(caveat.text, "-")),
  ];
}

function figures(result: BacktestResult, width: number, paint: Paint): string[] {
  const column = Math.floor((width - GAP) / 2);
  return PAIRS.map(
    ([left, right]) => `${cell(result, left, column, paint)}${" ".repeat(GAP)}${cell(result, right, column, paint)}`,
  );
}

/** A label at the left and its value at the right of a column. */
function cell(result: BacktestResult, key: StatisticKey, width: number, paint: Paint): string {
  const value = result.statistics[key];
  const text = formatStatistic(key, value);
  const label = statisticLabel(key).label.slice(0, Math.max(0, width - text.length - 1));
  const tone =
    !SIGNED.has(key) || value === undefined || value === 0 ? plain.bold : value > 0 ? paint.gain : paint.loss;
  return label + " ".repeat(Math.max(1, width - label.length - text.length)) + tone(text);
}

function denials(result: BacktestResult, width: number, paint: Paint): string[] {
  const zone = resultZone(result);
  return [
    paint.bold("Denials"),
    ...result.denials.flatMap((denial) => [
      `  ${paint.warn(printable(denial.code))} ${plural(denial.count, "time")}, first on ${instantText(denial.firstTime, zone)}`,
      ...wrap(denial.first, width, "    ").map(paint.dim),
    ]),
  ];
}

/** Breaks text into lines of at most `width` columns, each after `indent`; a word longer than a line is cut. */
function wrap(text: string, width: number, indent: string): string[] {
  const room = width - indent.length;
  const lines: string[] = [];
  let line = "";
  for (const word of printable(text).split(" ")) {
    let rest = word;
    if (line !== "" && line.length + 1 + rest.length > room) {
      lines.push(indent + line);
      line = "";
    }
    while (rest.length > room) {
      lines.push(indent + rest.slice(0, room));
      rest = rest.slice(room);
    }
    line = line === "" ? rest : `${line} ${rest}`;
  }
  return line === "" && lines.length > 0 ? lines : [...lines, indent + line];
}

/** Text in which nothing commands the terminal: control characters become spaces. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that must not get through
  return text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, " ");
}
