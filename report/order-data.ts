import type { BacktestResult } from "../backtest/result.js";
import { formatDenial } from "../core/orders/denial.js";
import { ORDER_STATUSES, ORDER_TYPES, TIMES_IN_FORCE } from "../core/orders/kinds.js";
import type { PackedColumn, PackedColumns } from "./packed-columns.js";
import { ROW_LIMIT } from "./trade-data.js";

/** Different tags and denials a page takes along; a further one is shown as "…". */
const TEXT_LIMIT = 4_000;

/** The orders as the page shows them, in the order they were made. */
export interface OrderData {
  readonly total: number;
  readonly count: number;
  /** The words of the columns type, tif and status. */
  readonly types: readonly string[];
  readonly tifs: readonly string[];
  readonly statuses: readonly string[];
  readonly instrument: PackedColumn;
  readonly side: PackedColumn;
  readonly type: PackedColumn;
  readonly tif: PackedColumn;
  readonly status: PackedColumn;
  readonly quantity: PackedColumn;
  readonly filled: PackedColumn;
  readonly averagePrice: PackedColumn;
  readonly limit: PackedColumn;
  readonly stop: PackedColumn;
  readonly fees: PackedColumn;
  readonly createdAt: PackedColumn;
  readonly closedAt: PackedColumn;
  /** Tag and denial of each order as places in `texts`; 0 is the empty text. */
  readonly note: PackedColumn;
  readonly texts: readonly string[];
}

export function orderData(result: BacktestResult, packed: PackedColumns): OrderData {
  const { orders } = result;
  const count = Math.min(orders.length, ROW_LIMIT);
  const averagePrice = new Float64Array(count);
  const closedAt = new Float64Array(count);
  for (let id = 0; id < count; id++) {
    averagePrice[id] = orders.filledValue[id] / orders.filled[id];
    closedAt[id] = orders.closedAt(id);
  }
  const { note, texts } = notes(result, count);
  return {
    total: orders.length,
    count,
    types: ORDER_TYPES,
    tifs: TIMES_IN_FORCE,
    statuses: ORDER_STATUSES,
    instrument: packed.exact(orders.instrument, count),
    side: packed.exact(orders.side, count),
    type: packed.exact(orders.type, count),
    tif: packed.exact(orders.tif, count),
    status: packed.exact(orders.status, count),
    quantity: packed.rounded(orders.quantity, count, 8),
    filled: packed.rounded(orders.filled, count, 8),
    averagePrice: packed.rounded(averagePrice, count, 6),
    limit: packed.rounded(orders.limit, count, 6),
    stop: packed.rounded(orders.stop, count, 6),
    fees: packed.rounded(orders.fees, count, 2),
    createdAt: packed.exact(orders.createdAt, count),
    closedAt: packed.exact(closedAt, count),
    note: packed.exact(note, count),
    texts,
  };
}

/** What is said of an order beside its numbers: why it was denied, and its tag. Equal texts are kept once. */
function notes(result: BacktestResult, count: number): { note: Int32Array; texts: string[] } {
  const { tags, denials } = result.orders;
  const note = new Int32Array(count);
  const texts = [""];
  const places = new Map<string, number>();
  const put = (id: number, text: string): void => {
    if (id >= count) return;
    let place = places.get(text);
    if (place === undefined) {
      place = texts.length;
      if (place >= TEXT_LIMIT) texts[TEXT_LIMIT] = "…";
      else {
        texts.push(text);
        places.set(text, place);
      }
    }
    note[id] = Math.min(place, TEXT_LIMIT);
  };
  for (const [id, tag] of tags) {
    const denial = denials.get(id);
    put(id, denial === undefined ? tag : `${formatDenial(denial)} · ${tag}`);
  }
  for (const [id, denial] of denials) if (!tags.has(id)) put(id, formatDenial(denial));
  return { note, texts };
}
