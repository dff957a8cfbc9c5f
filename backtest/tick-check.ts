import type { BarSeries } from "../core/market/bar-series.js";
import { BacktestError } from "./errors.js";

/** Rows looked at, spread over the whole series. */
const SAMPLE = 1_000;
/** Fewer rows may all lie on a coarser grid by chance. */
const ENOUGH_ROWS = 100;
/** From this share of the price on a tick is no trifle. */
const LARGE = 0.01;
/** Prices are compared with grids in millionths. */
const UNIT = 1e6;

/**
 * Refuses a tick that is larger than the price itself: no limit could be near the market.
 * @throws BacktestError TICK_TOO_LARGE
 */
export function refuseTickAbovePrice(series: BarSeries): void {
  const { symbol, tickSize, negativePrices } = series.instrument;
  if (tickSize === 0 || negativePrices || series.length === 0) return;
  const price = medianClose(series);
  if (price < tickSize) throw new BacktestError("TICK_TOO_LARGE", { symbol, tick: tickSize, price });
}

/** What a reader must know of a tick that does not fit the prices; nothing where it does. */
export function tickCaveat(series: BarSeries): string | undefined {
  const { symbol, tickSize, negativePrices } = series.instrument;
  if (tickSize === 0 || series.length === 0) return undefined;
  const price = medianClose(series);
  if (!negativePrices && tickSize > LARGE * price) {
    const share = Number(((100 * tickSize) / price).toPrecision(2));
    return `A tick of ${symbol} is taken to be ${tickSize}, which is ${share} % of its median price: a tick of slippage weighs as much, and limits are rounded to it. Another tick is said with tickSize.`;
  }
  const step = stepOf(series);
  if (step < 2 * tickSize) return undefined;
  return `Prices of ${symbol} move in steps of ${step}, and its tick is taken to be ${tickSize}: if the step is its tick, slippage by the tick is too small. Say so with tickSize.`;
}

function medianClose({ close, length }: BarSeries): number {
  const stride = Math.ceil(length / SAMPLE);
  const picked = Array.from({ length: Math.ceil(length / stride) }, (_, i) => close[i * stride]);
  return picked.sort((a, b) => a - b)[picked.length >> 1];
}

/** The largest step that all prices of the sample are multiples of; 0 where it is a millionth or less, or not clear. */
function stepOf({ open, high, low, close, length }: BarSeries): number {
  if (length < ENOUGH_ROWS) return 0;
  const stride = Math.ceil(length / SAMPLE);
  let step = 0;
  for (let row = 0; row < length; row += stride) {
    for (const column of [open, high, low, close]) {
      let rest = Math.round(Math.abs(column[row]) * UNIT);
      if (!(rest < Number.MAX_SAFE_INTEGER)) return 0;
      while (rest !== 0) [step, rest] = [rest, step % rest];
      if (step === 1) return 0;
    }
  }
  return step / UNIT;
}
