import type { Engine } from "../core/engine.js";
import type { Benchmark } from "./benchmark.js";
import { isWorthAWord, sessionsBetween } from "./missed-sessions.js";
import { count } from "./words.js";

/** What a part of the run without data of its benchmark does to what is said of that. */
export function benchmarkDataInWords(
  { market, clock, equity }: Engine,
  { symbol, bars }: Benchmark,
  dateOf: (instant: number) => string,
): string[] {
  const { index } = bars.instrument;
  const run = clock.now - equity.time[0];
  const first = bars.start[0];
  const last = bars.end[bars.length - 1];
  const before = sessionsBetween(market.sessions, index, equity.time[0], first);
  const after = sessionsBetween(market.sessions, index, last, clock.now);
  const parts: string[] = [];
  if (isWorthAWord(before, first - equity.time[0], run))
    parts.push(`begins on ${dateOf(first)}, ${count(before, "session")} into the run`);
  if (isWorthAWord(after, clock.now - last, run))
    parts.push(`ends on ${dateOf(last)}, ${count(after, "session")} before it`);
  if (parts.length === 0) return [];
  return [
    `The benchmark ${symbol} ${parts.join(" and ")}: there it stands still, and what is compared with it says less.`,
  ];
}
