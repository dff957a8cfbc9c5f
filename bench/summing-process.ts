import { BarSeries } from "../core/market/bar-series.js";
import { DAY, MINUTE, parseBarSize } from "../core/market/bar-size.js";
import { Instrument } from "../core/market/instrument.js";
import { type EquityCurve, tradeTable } from "../core/statistics/inputs.js";
import { summary } from "../core/statistics/summary.js";
import { sessionsFromBars } from "../data/sessions-from-bars.js";

// Prints what work over a whole run costs in this process, outside of the loop: see bench/summing-cases.ts.

/** Milliseconds of the fastest pass. */
export interface SummingFigures {
  readonly statistics: number;
  readonly sessions: number;
}

const PASSES = 5;
const MINUTES = 5_000_000;
const TRADES = 400_000;
const START = Date.UTC(2000, 0, 3, 14, 30);

/** The fastest of several passes: the others had company on the machine. */
function timed(work: () => void): number {
  let best = Infinity;
  for (let pass = 0; pass < PASSES; pass++) {
    const begun = performance.now();
    work();
    best = Math.min(best, performance.now() - begun);
  }
  return best;
}

/** Sessions of 390 minutes on weekdays. */
function minutes(): Float64Array {
  return Float64Array.from({ length: MINUTES }, (_, row) => {
    const day = Math.floor(row / 390);
    return START + (day + Math.floor(day / 5) * 2) * DAY + (row % 390) * MINUTE;
  });
}

function equity(time: Float64Array): EquityCurve {
  const value = time.map(
    (_, row) => 1e6 * (1 + 0.2 * Math.sin(row / 300_000) + 0.01 * Math.sin(row * 0.7) + row / MINUTES),
  );
  return { time, value, length: MINUTES };
}

function trades(time: Float64Array): ReturnType<typeof tradeTable> {
  const table = tradeTable(TRADES);
  table.length = TRADES;
  for (let row = 0; row < TRADES; row++) {
    table.entryTime[row] = time[row * 12];
    table.exitTime[row] = time[row * 12 + 5 + (row % 7)];
    table.profit[row] = 100 * Math.sin(row * 1.1) + 5;
    table.entryValue[row] = 10_000;
    table.entryPrice[row] = 100;
    table.exitPrice[row] = 101;
    table.bars[row] = 5 + (row % 7);
  }
  table.exitTime.set(table.exitTime.slice().sort());
  return table;
}

const time = minutes();
const curve = equity(time);
const table = trades(time);
const series = new BarSeries(new Instrument({ symbol: "X" }), parseBarSize("1min"), {
  start: time,
  end: time.map((start) => start + MINUTE),
});

const figures: SummingFigures = {
  statistics: timed(() => {
    if (summary(curve, table, { benchmark: curve }).periodsPerYear !== 252) throw new Error("A year has 252 sessions.");
  }),
  sessions: timed(() => {
    const found = sessionsFromBars(series, "America/New_York").length;
    if (found !== Math.ceil(MINUTES / 390)) throw new Error(`${found} sessions were found.`);
  }),
};
process.stdout.write(JSON.stringify(figures));
