import { CsvBytes } from "../data/files/csv-bytes.js";
import type { BacktestResult } from "./result.js";

/** Money is written to a millionth, shares of one to a hundred-millionth. */
const MONEY = 6;
const SHARE = 8;

/**
 * equity.csv: every point of the curve. Time in UTC, equity and benchmark in base currency, drawdown as the fraction
 * by which equity is below its highest point so far (0 at a high).
 */
export function* equityRows(result: BacktestResult): Generator<CsvBytes> {
  const { equity, benchmark } = result;
  const bytes = new CsvBytes();
  bytes.text(benchmark === undefined ? "time,equity,drawdown" : "time,equity,drawdown,benchmark").endRow();
  let peak = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < equity.length; row++) {
    const value = equity.value[row];
    if (value > peak) peak = value;
    bytes
      .instant(equity.time[row])
      .comma()
      .number(value, MONEY)
      .comma()
      .number(peak > 0 ? 1 - value / peak : Number.NaN, SHARE);
    if (benchmark !== undefined) bytes.comma().number(benchmark.value[row], MONEY);
    bytes.endRow();
    if (bytes.full) yield bytes;
  }
  yield bytes;
}
