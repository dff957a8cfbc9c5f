import { FIELDS } from "./csv-header.js";
import { FileError } from "./errors.js";
import type { RawRows } from "./raw-rows.js";

const VOLUME = FIELDS.indexOf("volume");
/** What LEAN multiplies prices by, to store them as whole numbers. */
const USUAL_SCALE = 10_000;
/** Currencies whose prices have no decimals, and often end with zeros. */
const WHOLE_CURRENCIES = ["JPY", "KRW", "IDR", "VND", "CLP", "HUF"];

/**
 * Divides all prices by what they have been multiplied by, each rounded once. Where nothing is said, prices that are all
 * whole, from 10,000 on, and whole hundreds with few exceptions look as if they had been multiplied: then it has to be
 * said, for a guess about a price is a wrong price.
 * @throws FileError CSV_PRICE_SCALE_UNCLEAR, CSV_OPTION
 */
export function scalePrices(rows: RawRows, scale: number | undefined, currency: string, file: string): void {
  const prices = rows.fields.filter((column, field) => column !== undefined && field !== VOLUME) as Float64Array[];
  if (scale === undefined) {
    refuseLikelyScaled(prices, currency, file);
    return;
  }
  if (!(scale > 0 && scale < Infinity))
    throw new FileError("CSV_OPTION", { file, name: "priceScale", value: scale, rule: "It is a number above 0." });
  if (scale === 1) return;
  for (const column of prices) for (let row = 0; row < column.length; row++) column[row] /= scale;
}

function refuseLikelyScaled(prices: readonly Float64Array[], currency: string, file: string): void {
  if (WHOLE_CURRENCIES.includes(currency)) return;
  let hundreds = 0;
  let all = 0;
  for (const column of prices) {
    for (let row = 0; row < column.length; row++) {
      const price = column[row];
      if (price < USUAL_SCALE || !Number.isInteger(price)) return;
      if (price % 100 === 0) hundreds++;
    }
    all += column.length;
  }
  if (all === 0 || hundreds < 0.9 * all) return;
  const example = prices[0][0];
  const real = `${example / USUAL_SCALE} for ${example}`;
  throw new FileError("CSV_PRICE_SCALE_UNCLEAR", { file, example, scale: USUAL_SCALE, real });
}
