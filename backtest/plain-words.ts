import type { SimRules } from "../brokers/sim/rules.js";
import type { Engine } from "../core/engine.js";
import { stateText } from "../core/kept-state.js";
import type { Instrument } from "../core/market/instrument.js";
import { misspeltHandlers } from "../core/misspelt-handlers.js";
import { formatDenial } from "../core/orders/denial.js";
import { grouped } from "../core/statistics/format.js";
import type { TradeTable } from "../core/statistics/inputs.js";
import type { Statistics } from "../core/statistics/summary.js";
import type { Strategy } from "../core/strategy.js";
import { StrategyError } from "../core/strategy-errors.js";
import { bankruptcyInWords } from "./bankruptcy.js";
import type { Benchmark } from "./benchmark.js";
import { benchmarkDataInWords } from "./benchmark-data.js";
import { dataEndsInWords } from "./data-ends.js";
import { largeFillsInWords } from "./large-fills.js";
import type { BacktestOptions } from "./options.js";
import { pastExpiryInWords } from "./past-expiry.js";
import type { Caveat, DenialCount } from "./result.js";
import { splitJumpsInWords } from "./split-jumps.js";
import { tickCaveat } from "./tick-check.js";
import type { HoursSource } from "./trading-hours.js";
import { unfilledInWords } from "./unfilled-orders.js";
import type { Universe } from "./universe.js";
import { whatFillsInWords } from "./what-fills.js";
import { count, money, percent } from "./words.js";

/** What a run took for granted, each in a sentence: the reader sees these before any number. */
export function assumptionsOf(
  rules: SimRules,
  engine: Engine,
  dates: { from: number; to: number },
  notes: readonly string[],
): string[] {
  const sentences = [
    rules.fill === "next-open"
      ? "A market order fills at the open of the bar after the one it was made on."
      : "A market order fills at the close of the bar it was made on: the price it was decided on, which nobody gets for certain.",
    rules.limitFill === "through"
      ? "A resting limit fills only when a bar trades through its price."
      : "A resting limit fills when a bar touches its price, as if it were first in the queue.",
    {
      pessimistic: "Where a bar could have met a stop and a target, the stop was met.",
      optimistic: "Where a bar could have met a stop and a target, the target was met.",
      ohlc: "Inside a bar the price went from the open to the nearer extreme, then to the other, then to the close.",
    }[rules.intrabar],
  ];
  if (rules.latency > 0) sentences.push(`An order reaches the market ${rules.latency} ms after it is made.`);
  const { instruments } = engine.market;
  const slippage = rules.slippage.describe?.(instruments) ?? rules.slippage.description;
  const margin = rules.margin.describe?.(instruments) ?? rules.margin.description;
  const fees = rules.fees.describe?.(instruments) ?? rules.fees.description;
  sentences.push(slippage, fees, margin);
  sentences.push(
    rules.volumeLimit > 0
      ? `Fills make up at most ${percent(rules.volumeLimit)} of a bar's volume; the rest waits for the next.`
      : "A fill may be of any size: the volume of a bar limits nothing.",
  );
  sentences.push(
    ...rules.fees.assumptions(dates.from, dates.to),
    ...rules.margin.assumptions(dates.from, dates.to, instruments),
  );
  sentences.push("Cash earns no interest, and borrowing money or stock costs none.");
  if (engine.guards.hours?.holds === true) {
    sentences.push("An order made while its market is closed is held until the next open, and judged again there.");
  }
  const guards = engine.guards.names.filter((name) => name !== "killSwitch");
  sentences.push(guards.length === 0 ? "No guards stood in the loop." : `Guards in the loop: ${guards.join(", ")}.`);
  sentences.push(...notes);
  return [...new Set(sentences)];
}

/** What caveats are taken from. */
export interface FinishedRun {
  readonly options: BacktestOptions;
  readonly rules: SimRules;
  readonly engine: Engine;
  readonly universe: Universe;
  readonly benchmark: Benchmark | undefined;
  readonly strategy: Strategy;
  readonly hours: readonly HoursSource[];
  readonly ambiguousBars: number;
  readonly barsOutsideHours: number;
  readonly statistics: Statistics;
  readonly trades: TradeTable;
  readonly denials: readonly DenialCount[];
  /** The date of an instant (epoch ms UTC) in the zone of the result, such as "2024-03-01". */
  readonly dateOf: (instant: number) => string;
}

/** What the reader should know before believing a number: the gravest first. */
export function caveatsOf(run: FinishedRun): Caveat[] {
  const { options, rules, engine, universe, benchmark, hours, statistics, trades, denials, dateOf } = run;
  const { ambiguousBars, barsOutsideHours } = run;
  const caveats: Caveat[] = [];
  const warn = (text: string): void => void caveats.push({ level: "warning", text });
  const note = (text: string): void => void caveats.push({ level: "note", text });
  for (const text of misspeltHandlers(run.strategy)) warn(text);
  const bankruptcy = bankruptcyInWords(engine.equity, engine.portfolio.currencies[0], dateOf);
  if (bankruptcy !== undefined) warn(bankruptcy);
  for (const text of splitJumpsInWords(engine.market, universe.actions, dateOf)) warn(text);
  for (const text of pastExpiryInWords(engine)) warn(text);
  for (const text of dataEndsInWords(engine, universe, dateOf)) warn(text);
  for (const text of whatFillsInWords(engine, universe)) warn(text);
  if (benchmark !== undefined) for (const text of benchmarkDataInWords(engine, benchmark, dateOf)) warn(text);
  if (rules.fill === "same-close") warn("Fills at the bar's own close flatter a strategy that decides on that close.");
  if (rules.limitFill === "touch")
    warn("Limits that fill on a touch flatter: in the market a touch often leaves a queue unfilled.");
  if (rules.intrabar === "optimistic") warn("What happened first inside a bar was decided in favour of the strategy.");
  if (ambiguousBars > 0) {
    warn(`In ${count(ambiguousBars, "bar")} the data does not say what happened first; the rule above decided.`);
  }
  if (barsOutsideHours > 0) {
    note(`${count(barsOutsideHours, "bar")} outside of trading hours filled no order that worked.`);
  }
  const denied = denials.reduce((sum, one) => sum + one.count, 0);
  if (denied > 0)
    warn(
      `${count(denied, "order")} denied or rejected: ${denials.map((one) => `${one.code} ${grouped(one.count, 0)}`).join(", ")}.`,
    );
  for (const text of largeFillsInWords(engine, rules.volumeLimit, dateOf)) warn(text);
  const unfilled = unfilledInWords(engine, hours, denials);
  if (unfilled !== undefined) warn(unfilled);
  if (trades.length === 0) warn("No trade was made, so nothing can be said of the strategy.");
  else if (trades.length < 30) warn(`${count(trades.length, "trade")}: too few to tell skill from luck.`);
  const liquidations = [...engine.book.tags].filter(([, tag]) => tag === "margin call").length;
  if (liquidations > 0) warn(`${count(liquidations, "margin call")} closed positions by force.`);
  const { book, market } = engine;
  for (const { index } of market.instruments) {
    const finest = market.series[market.finest[index]];
    const traded = book.instrument.subarray(0, book.length).includes(index);
    const caveat = traded && finest !== undefined ? tickCaveat(finest) : undefined;
    if (caveat !== undefined) warn(caveat);
  }
  const unkept = unkeptState(engine);
  if (unkept !== undefined) warn(unkept);
  const costs = costShare(statistics, trades);
  if (costs !== undefined) note(costs);
  for (const text of actionsInWords(engine)) note(text);
  const held = engine.market.instruments.filter((one) => engine.portfolio.quantity[one.index] !== 0);
  if (held.length > 0) note(`Still held at the end and valued at the last price: ${symbolsOf(held)}.`);
  const unknown: string[] = [];
  const { series } = engine.market;
  if (!series.some((one) => one.bid !== undefined) && !engine.market.hasQuotes.includes(true))
    unknown.push("bid and ask");
  if (series.some((one) => isEmpty(one.volume, one.length))) unknown.push("volume");
  const { withoutActions, instruments } = universe;
  if (withoutActions.length > 0) {
    const whose = withoutActions.length === instruments.length ? "" : ` of ${symbolsOf(withoutActions)}`;
    unknown.push(`splits and dividends${whose}`);
  }
  unknown.push("halts");
  if (universe.instruments.some(isBorrowed)) unknown.push("whether stock could be borrowed");
  if (options.data !== undefined) note(`The data does not tell ${unknown.join(", ")}.`);
  return caveats.sort((a, b) => (a.level === b.level ? 0 : a.level === "warning" ? -1 : 1));
}

/** Whether who sells an instrument short has to borrow it. */
function isBorrowed({ assetClass }: Instrument): boolean {
  return assetClass === "stock" || assetClass === "etf" || assetClass === "index";
}

function symbolsOf(instruments: readonly Instrument[]): string {
  return instruments.map(({ symbol }) => symbol).join(", ");
}

/** What splits and dividends came to. */
function actionsInWords(engine: Engine): string[] {
  const { splits, dividends } = engine.actions.log;
  const { portfolio, market } = engine;
  const sentences: string[] = [];
  if (splits.length > 0) {
    const symbols = [...new Set(splits.map(({ instrument }) => market.instruments[instrument].symbol))];
    sentences.push(
      `${count(splits.length, "split")} of ${symbols.join(", ")}: positions and orders went through them; indicators saw raw prices fall or rise.`,
    );
  }
  if (dividends.length > 0) {
    let paid = 0;
    for (const { instrument, amount } of dividends) paid += amount * portfolio.rate[portfolio.currencyOf[instrument]];
    sentences.push(`${count(dividends.length, "dividend")} came to ${money(paid)} in cash, booked on the ex-dates.`);
  }
  return sentences;
}

/** What stopped orders, the most frequent first. */
export function denialsOf(engine: Engine): DenialCount[] {
  return [...engine.flow.denials]
    .map(([code, tally]) => ({ code, count: tally.count, first: formatDenial(tally.first), firstTime: tally.time }))
    .sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1));
}

/** What share of the gross profit the costs ate: gross is the profit of the trades before fees and slippage. */
function costShare(statistics: Statistics, trades: TradeTable): string | undefined {
  if (trades.length === 0) return undefined;
  let net = 0;
  for (let t = 0; t < trades.length; t++) net += trades.profit[t];
  const costs = (statistics.fees ?? 0) + (statistics.slippage ?? 0);
  if (!(costs > 0)) return "The run paid no fees and no slippage.";
  const gross = net + costs;
  const paid = `Fees of ${money(statistics.fees ?? 0)} and slippage of ${money(statistics.slippage ?? 0)}`;
  if (gross <= 0) return `${paid} came on top of a gross loss of ${money(-gross)}.`;
  return `${paid} ate ${percent(costs / gross)} of a gross profit of ${money(gross)}.`;
}

function isEmpty(column: Float64Array, length: number): boolean {
  for (let row = 0; row < length; row++) if (column[row] !== 0) return false;
  return true;
}

/** What of the strategy's state a paper or live session would refuse to keep, in words. */
function unkeptState({ strategy }: Engine): string | undefined {
  try {
    stateText(strategy.constructor.name, strategy.state);
    return undefined;
  } catch (error) {
    if (error instanceof StrategyError) return error.message;
    throw error;
  }
}
