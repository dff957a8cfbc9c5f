import type { BarSeries } from "../../core/market/bar-series.js";
import { isDailyOrLarger, MINUTE } from "../../core/market/bar-size.js";
import { type Interval, subtract } from "../intervals.js";
import type { TradingHours } from "./trading-hours.js";

/** Bars of this size and more are there in every part of a session, if the instrument trades at all. */
const ALWAYS_MS = 30 * MINUTE;
/** The least that is taken for the chance of a bar to be missing where nothing happens: of those, and of smaller ones. */
const LEAST_CHANCE = { always: 1e-6, small: 0.01 };
/** How many stretches like it would be there by chance, at the most, in what is taken for a hole. */
const BY_CHANCE = 0.01;

/**
 * The holes in the bars of a stretch: time in which there should have been some. Of daily and larger bars that is every
 * session without one. Smaller ones are missing wherever nobody trades, so a run of them that is not there, over closed hours too, counts when
 * it is too long for chance: with a share p of all possible bars there, E (1 - p)^h runs of h of them are missing
 * somewhere among E.
 */
export function holesIn(bars: BarSeries, stretch: Interval, hours: TradingHours): Interval[] {
  const expected = hours.expected(stretch.from, stretch.to);
  const gaps = subtract(expected, spansOf(bars));
  if (isDailyOrLarger(hours.size) || gaps.length === 0) return gaps;
  const slots = (spans: readonly Interval[]): number =>
    spans.reduce((sum, { from, to }) => sum + Math.max(1, Math.round((to - from) / hours.size.ms)), 0);
  const possible = slots(expected);
  const there = possible - slots(gaps);
  const least = hours.size.ms >= ALWAYS_MS ? LEAST_CHANCE.always : LEAST_CHANCE.small;
  return runsOf(gaps, expected).flatMap((run) => {
    const length = slots(run);
    // Where no bar at all is there, nothing tells how many would be.
    const missing = there === 0 ? least : Math.max(least, 1 - there / (possible - length));
    return possible * missing ** length < BY_CHANCE ? run : [];
  });
}

/** Gaps with no bar between them: one that lasts until a close goes on with the next open. */
function runsOf(gaps: readonly Interval[], expected: readonly Interval[]): Interval[][] {
  const runs: Interval[][] = [];
  let span = 0;
  let goesOn = -1;
  for (const gap of gaps) {
    while (expected[span].to < gap.to) span++;
    if (gap.from === expected[span].from && goesOn === span) runs[runs.length - 1].push(gap);
    else runs.push([gap]);
    goesOn = gap.to === expected[span].to ? span + 1 : -1;
  }
  return runs;
}

/** The time that bars cover. */
export function spansOf({ start, end, length }: BarSeries): Interval[] {
  const spans: Interval[] = [];
  for (let row = 0; row < length; row++) {
    const last = spans[spans.length - 1];
    if (last !== undefined && last.to === start[row]) spans[spans.length - 1] = { from: last.from, to: end[row] };
    else spans.push({ from: start[row], to: end[row] });
  }
  return spans;
}
