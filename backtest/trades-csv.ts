import { CsvBytes } from "../data/files/csv-bytes.js";
import { csvLine } from "../data/files/write-csv.js";
import type { BacktestResult } from "./result.js";

const COLUMNS =
  "trade,instrument,side,quantity,entry_time,entry_price,exit_time,exit_price,profit,return,fees,bars,mae,mfe,open";

/**
 * trades.csv: the trades in order of exit; one that is still open at the end is marked to the last price. Times in
 * UTC, prices in the instrument's currency, profit (net) and fees in base currency; return, mae and mfe are fractions.
 */
export function* tradeRows(result: BacktestResult): Generator<CsvBytes> {
  const { trades, tradeLog, instruments } = result;
  const symbols = instruments.map((instrument) => csvLine([instrument.symbol]).trimEnd());
  const bytes = new CsvBytes();
  bytes.text(COLUMNS).endRow();
  for (let row = 0; row < trades.length; row++) {
    const quantity = trades.quantity[row];
    bytes
      .number(row + 1, 0)
      .comma()
      .text(symbols[trades.instrument[row]])
      .comma();
    bytes
      .text(quantity < 0 ? "short" : "long")
      .comma()
      .number(Math.abs(quantity), 8)
      .comma();
    bytes.instant(trades.entryTime[row]).comma().number(trades.entryPrice[row], 8).comma();
    bytes.instant(trades.exitTime[row]).comma().number(trades.exitPrice[row], 8).comma();
    bytes
      .number(trades.profit[row], 6)
      .comma()
      .number(trades.profit[row] / trades.entryValue[row], 8)
      .comma();
    bytes.number(trades.fees[row], 6).comma().number(trades.bars[row], 0).comma();
    bytes.number(trades.mae[row], 8).comma().number(trades.mfe[row], 8).comma();
    bytes.text(row < tradeLog.length ? "no" : "yes").endRow();
    if (bytes.full) yield bytes;
  }
  yield bytes;
}
