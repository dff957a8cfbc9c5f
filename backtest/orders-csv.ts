import { formatDenial } from "../core/orders/denial.js";
import { ORDER_STATUSES, ORDER_TYPES, TIMES_IN_FORCE } from "../core/orders/kinds.js";
import { LIQUIDATION, OUTSIDE_RTH, PROTECTIVE, TARGET, TRAIL_FRACTION } from "../core/orders/order-book.js";
import { CsvBytes } from "../data/files/csv-bytes.js";
import { csvLine } from "../data/files/write-csv.js";
import type { BacktestResult } from "./result.js";

const COLUMNS =
  "order,instrument,side,type,tif,status,quantity,filled,average_price,fees,limit,stop,trail,created,closed," +
  "good_till,parent,group,flags,tag,denial";

const FLAGS: readonly (readonly [number, string])[] = [
  [OUTSIDE_RTH, "outside-rth"],
  [TARGET, "target"],
  [LIQUIDATION, "liquidation"],
  [PROTECTIVE, "protective"],
  [TRAIL_FRACTION, "trail-fraction"],
];

/**
 * orders.csv: every order in the order it was made, numbered as `Order.id`. Times in UTC, prices and fees in the
 * instrument's currency, quantities in units; a cell is empty where an order does not have the thing.
 */
export function* orderRows(result: BacktestResult): Generator<CsvBytes> {
  const { orders, instruments } = result;
  const symbols = instruments.map((instrument) => csvLine([instrument.symbol]).trimEnd());
  const bytes = new CsvBytes();
  bytes.text(COLUMNS).endRow();
  for (let id = 0; id < orders.length; id++) {
    bytes.number(id, 0).comma().text(symbols[orders.instrument[id]]).comma();
    bytes
      .text(orders.side[id] > 0 ? "buy" : "sell")
      .comma()
      .text(ORDER_TYPES[orders.type[id]])
      .comma();
    bytes.text(TIMES_IN_FORCE[orders.tif[id]]).comma().text(ORDER_STATUSES[orders.status[id]]).comma();
    bytes.number(orders.quantity[id], 8).comma().number(orders.filled[id], 8).comma();
    bytes
      .number(orders.filledValue[id] / orders.filled[id], 8)
      .comma()
      .number(orders.fees[id], 6)
      .comma();
    bytes.number(orders.limit[id], 8).comma().number(orders.stop[id], 8).comma().number(orders.trailOf(id), 8).comma();
    bytes.instant(orders.createdAt[id]).comma().instant(orders.closedAt(id)).comma();
    bytes.instant(orders.goodTillOf(id)).comma();
    bytes.number(orders.parent[id] < 0 ? Number.NaN : orders.parent[id], 0).comma();
    bytes.number(orders.group[id] < 0 ? Number.NaN : orders.group[id], 0).comma();
    const tag = orders.tags.get(id);
    const denial = orders.denials.get(id);
    bytes.text(flagWords(orders.flags[id])).comma();
    if (tag === undefined && denial === undefined) bytes.comma().endRow();
    else bytes.text(csvLine([tag, denial && formatDenial(denial)]));
    if (bytes.full) yield bytes;
  }
  yield bytes;
}

function flagWords(flags: number): string {
  if (flags === 0) return "";
  const known = wordsByFlags.get(flags);
  if (known !== undefined) return known;
  const words = FLAGS.filter(([flag]) => (flags & flag) !== 0)
    .map(([, word]) => word)
    .join(" ");
  wordsByFlags.set(flags, words);
  return words;
}

/** The few combinations that occur, each put together once. */
const wordsByFlags = new Map<number, string>();
