import type { Instrument } from "../../core/market/instrument.js";
import type { Ledger } from "../ledger/ledger.js";
import { unitsCell } from "../screen/cells.js";
import type { BrokerNews } from "./broker-news.js";
import { orderInWords } from "./order-in-words.js";

/** Tells what a session holds or has working of instruments that are not of this run: nobody looks after it. */
export function tellUntraded(ledger: Ledger, instruments: readonly Instrument[], news: BrokerNews): void {
  const traded = new Set(instruments.map(({ symbol }) => symbol));
  const tell = (symbol: string, what: string): void => {
    if (!traded.has(symbol)) news.alert("UNTRADED", { symbol, what });
  };
  for (const [symbol, { quantity }] of ledger.holdings) {
    if (quantity !== 0) tell(symbol, `a position of ${unitsCell(quantity)}`);
  }
  for (const { intent } of ledger.open) tell(intent.symbol, `the order ${orderInWords(intent)}`);
}
