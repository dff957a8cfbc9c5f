import {
  type BacktestOptions,
  type BarSeries,
  type CorporateActions,
  type InstrumentSpec,
  Random,
} from "../../index.js";
import { bars, HOUR, newYork, quoteBars, type Row, sessionOpen } from "../bars.js";
import { PLAIN, scripted } from "../scripted.js";
import { act, type Record, randomBars, randomSettings } from "./random-run.js";

/** What a euro is worth in the dollars of these runs. */
export const EURO = 1.1;

const SPECS: readonly InstrumentSpec[] = [
  { symbol: "WHOLE" },
  { symbol: "PART", quantityStep: 0.25 },
  { symbol: "EURO", currency: "EUR" },
  {
    symbol: "FUT",
    assetClass: "future",
    multiplier: 50,
    tickSize: 0.25,
    future: { expiry: "20241220", initialMargin: 500, maintenanceMargin: 400 },
  },
];

/** Some leave a part of a step, in positions and in orders that have filled in part. */
const RATIOS = [
  [2, 1],
  [3, 2],
  [1, 8],
  [7, 1],
  [21, 20],
] as const;

const SIZES = [
  { size: "5min", count: 240, perDay: 78 },
  { size: "1hour", count: 120, perDay: 6 },
  { size: "1day", count: 50, perDay: 1 },
] as const;

/** Bars on the instrument's own ticks, some with a bid and an ask beside the middle. */
function barsOf(spec: InstrumentSpec, size: string, count: number, seed: number, random: Random): BarSeries {
  const plain = randomBars(seed, count, size, spec.symbol, random.int(100));
  const tick = spec.tickSize ?? 0.01;
  const rows = (away: number): Row[] =>
    Array.from({ length: count }, (_, row) => {
      const [open, high, low, close] = [plain.open, plain.high, plain.low, plain.close].map(
        (column) => Math.round((Math.round(column[row] / tick) + away) * tick * 100) / 100,
      );
      return [open, high, low, close, plain.volume[row]] as Row;
    });
  if (random.int(4) > 0) return bars(spec, size, rows(0));
  const half = 1 + random.int(3);
  return quoteBars(spec, size, rows(-half), rows(half));
}

/** Up to two splits and two dividends on days of a run, at midnight in New York. */
function randomActions(days: number, random: Random): CorporateActions {
  const times = (): number[] => {
    const drawn = Array.from({ length: random.int(3) }, () => sessionOpen(1 + random.int(Math.max(1, days - 1))));
    return [...new Set(drawn)].sort((a, b) => a - b).map((open) => open - 9.5 * HOUR);
  };
  return {
    splits: times().map((time) => {
      const [numerator, denominator] = RATIOS[random.int(RATIOS.length)];
      return { time, numerator, denominator };
    }),
    dividends: times().map((time) => ({ time, amount: (1 + random.int(200)) / 100, reference: Number.NaN })),
  };
}

/**
 * The options of a random strategy over up to three instruments that differ in all that money depends on: currency,
 * multiplier, step of quantity, bid and ask; through splits and dividends.
 */
export function randomHoldingsRun(seed: number, record: Record): BacktestOptions {
  const random = new Random(seed, 400);
  const { size, count, perDay } = SIZES[random.int(SIZES.length)];
  const first = random.int(SPECS.length);
  const specs = Array.from({ length: 1 + random.int(3) }, (_, i) => SPECS[(first + i) % SPECS.length]);
  const symbols = specs.map(({ symbol }) => symbol);
  const data = specs.map((spec) => barsOf(spec, size, count, seed, random));
  const actions = Object.fromEntries(
    symbols.flatMap((symbol) => (symbol === "FUT" ? [] : [[symbol, randomActions(Math.ceil(count / perDay), random)]])),
  );
  const strategy = scripted({
    onBar(trader, { instrument: { symbol } }) {
      if (random.int(3) > 0) return;
      act(trader, random.int(4) === 0 ? symbols[random.int(symbols.length)] : symbol, random, record);
    },
    ...(seed % 4 === 0 && {
      onSessionOpen: (trader, { symbol }) => void (random.int(4) === 0 && act(trader, symbol, random, record)),
    }),
    ...(seed % 5 === 0 && {
      onFill: (trader, { instrument }) => void (random.int(6) === 0 && act(trader, instrument.symbol, random, record)),
    }),
  });
  return {
    ...PLAIN,
    ...randomSettings(seed),
    // IB's tables have no fees of stocks in euros.
    ...(symbols.includes("EURO") && { fees: ["none", "per-order:1", "bps:2"][seed % 3] }),
    strategy,
    data,
    actions,
    rates: { EUR: EURO },
    sessions: Object.fromEntries(symbols.map((symbol) => [symbol, newYork(60)])),
  };
}
