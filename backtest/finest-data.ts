import type { Engine } from "../core/engine.js";
import type { BarSeries } from "../core/market/bar-series.js";
import type { Instrument } from "../core/market/instrument.js";
import { isWorthAWord, sessionsBetween } from "./missed-sessions.js";
import type { Universe } from "./universe.js";
import { count } from "./words.js";

/** A part of time in which data tells something. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * Instruments whose orders had nothing to fill on in a part of the run, though the strategy was handed bars there: what
 * fills them, its finest bars or its quotes and trades, begins later than its other bars or ends earlier.
 */
export function finestDataInWords(engine: Engine, universe: Universe, dateOf: (instant: number) => string): string[] {
  const { market, clock, equity } = engine;
  const run: Span = { from: equity.time[0], to: clock.now };
  return market.instruments.flatMap((instrument) => {
    const { index, symbol } = instrument;
    const bars = universe.series.filter((one) => one.instrument.index === index && one.length > 0);
    const ticks = ticksOf(universe, instrument);
    const finest = ticks ?? finestOf(bars);
    if (finest === undefined) return [];
    const others = spanOf(bars);
    const from = Math.max(run.from, others.from);
    const to = Math.min(run.to, others.to);
    const before = sessionsBetween(market.sessions, index, from, Math.min(finest.from, to));
    const after = sessionsBetween(market.sessions, index, Math.max(finest.to, from), to);
    const parts: string[] = [];
    const length = run.to - run.from;
    if (isWorthAWord(before, finest.from - from, length))
      parts.push(`begin on ${dateOf(finest.from)}, ${count(before, "session")} behind its other bars`);
    if (isWorthAWord(after, to - finest.to, length))
      parts.push(`end on ${dateOf(finest.to)}, ${count(after, "session")} before them`);
    if (parts.length === 0) return [];
    const price = ticks === undefined ? "is worth what its other bars say" : "has no other price";
    return [
      `Orders for ${symbol} fill on its ${finest.name} alone, which ${parts.join(" and ")}: there nothing fills, and it ${price}.`,
    ];
  });
}

function finestOf(bars: readonly BarSeries[]): (Span & { readonly name: string }) | undefined {
  const [finest] = [...bars].sort((a, b) => a.size.ms - b.size.ms);
  return finest === undefined ? undefined : { ...spanOf([finest]), name: `bars of ${finest.size.label}` };
}

function ticksOf({ quotes, trades }: Universe, { index }: Instrument): (Span & { readonly name: string }) | undefined {
  const own = [...quotes, ...trades].filter(({ instrument, length }) => instrument.index === index && length > 0);
  if (own.length === 0) return undefined;
  const has = (some: Universe["quotes"] | Universe["trades"]): boolean =>
    some.some(({ instrument, length }) => instrument.index === index && length > 0);
  const name = [has(quotes) && "quotes", has(trades) && "trades"].filter((one) => one !== false).join(" and ");
  return {
    from: Math.min(...own.map(({ time }) => time[0])),
    to: Math.max(...own.map(({ time, length }) => time[length - 1])),
    name,
  };
}

function spanOf(bars: readonly BarSeries[]): Span {
  return {
    from: Math.min(...bars.map(({ start }) => start[0])),
    to: Math.max(...bars.map(({ end, length }) => end[length - 1])),
  };
}
