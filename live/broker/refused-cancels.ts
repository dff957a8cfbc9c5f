import type { BrokerAccount } from "../../core/broker.js";
import { type Instant, SECOND } from "../../core/market/bar-size.js";
import { increasing } from "../../core/orders/kept-exits.js";
import { isSent, PENDING_CANCEL } from "../../core/orders/kinds.js";
import type { Ledger } from "../ledger/ledger.js";
import type { OrderRecord } from "../ledger/order-record.js";
import type { BrokerNews } from "./broker-news.js";
import { orderInWords } from "./order-in-words.js";
import type { OrderRows } from "./order-rows.js";

/** How long behind each refusal in a row a cancel is asked for again; behind those that follow as behind the last. */
const WAITS = [10 * SECOND, 20 * SECOND, 40 * SECOND, 60 * SECOND] as const;

interface Wait {
  /** Infinity while the cancel that was asked for is not answered. */
  due: Instant;
  refusals: number;
}

/** Who knows of orders that are to end though others may be opened. */
export interface EndingOrders {
  readonly isEmpty: boolean;
  isToEnd(record: OrderRecord): boolean;
}

export interface RefusedCancelsParts {
  readonly account: BrokerAccount;
  readonly ledger: Ledger;
  readonly rows: OrderRows;
  readonly news: BrokerNews;
  readonly ending: readonly EndingOrders[];
  /** Whether an order works that the run counts as ended, or does not have. */
  readonly isApart: (record: OrderRecord) => boolean;
  readonly cancel: (record: OrderRecord) => void;
  /** Hears of an order that works on because its cancel was refused. */
  readonly stands: (record: OrderRecord) => void;
}

/**
 * Orders whose cancel the broker has refused although nothing may be opened any more: the kill switch is on, the strategy
 * was stopped, a flattening is to leave nothing, the order's stop was refused, or the order was told dead and lives or counts
 * as filled and works on. Nobody else asks again, and a refusal proves nothing: mostly the order has ended, but one that was
 * on its way works on and would open what nobody wants. So the cancel is asked for again, ever more seldom, for as long as
 * the order counts as working or is known to work. Of any other order a refusal is told to the strategy, whose decision it
 * is.
 */
export class RefusedCancels {
  private readonly parts: RefusedCancelsParts;
  private readonly waits = new Map<OrderRecord, Wait>();
  /** Orders that are known to work on because the cancel that was asked for last was refused. */
  private readonly standing = new WeakSet<OrderRecord>();

  constructor(parts: RefusedCancelsParts) {
    this.parts = parts;
  }

  /** When a cancel is to be asked for again; Infinity for never. */
  get due(): Instant {
    let due = Infinity;
    for (const wait of this.waits.values()) due = Math.min(due, wait.due);
    return due;
  }

  /** Takes note of what has been refused by now; the first refusal of an order is told to a person. */
  note(now: Instant): void {
    const { account, ledger, news, ending, stands } = this.parts;
    if (!account.opensNothing() && ending.every(({ isEmpty }) => isEmpty)) return;
    for (const record of ledger.open) {
      const { cancelRefusal } = record;
      if (cancelRefusal === "") this.standing.delete(record);
      else if (!this.standing.has(record)) {
        this.standing.add(record);
        stands(record);
      }
      let wait = this.waits.get(record);
      // One whose turn is yet to come is asked for then.
      if (cancelRefusal === "" || (wait !== undefined && wait.due < Infinity) || !this.isToEnd(record)) continue;
      if (wait === undefined) {
        wait = { due: Infinity, refusals: 0 };
        this.waits.set(record, wait);
        news.alert("CANCEL_REFUSED", { order: orderInWords(record.intent), reason: cancelRefusal });
      }
      wait.due = now + WAITS[Math.min(wait.refusals, WAITS.length - 1)];
      wait.refusals++;
    }
  }

  /** Asks again for what is due. Called as the engine hears of things. */
  ask(now: Instant): void {
    for (const [record, wait] of this.waits) {
      if (hasEnded(record)) this.waits.delete(record);
      else if (wait.due <= now) {
        wait.due = Infinity;
        if (record.isCancelRefused && this.isToEnd(record)) this.parts.cancel(record);
        else if (!record.wantsCancel) this.waits.delete(record);
      }
    }
  }

  /** An order has ended: there is nothing to ask for. */
  ended(record: OrderRecord): void {
    this.waits.delete(record);
  }

  /** Whether an order works, by the run or apart from it, and is not to; or is not to while nothing may be opened. */
  private isToEnd(record: OrderRecord): boolean {
    const { account, rows, ending } = this.parts;
    const { book, working, portfolio } = account;
    const { row } = record;
    const isApart = this.parts.isApart(record);
    if (hasEnded(record) || (!isApart && (row < 0 || !isSent(book.status[row])))) return false;
    if (ending.some((orders) => orders.isToEnd(record))) return true;
    if (isApart || !account.opensNothing()) return false;
    const instrument = book.instrument[row];
    const orders = working.of(instrument);
    // One whose cancel was refused stands, whether or not the book says so by now.
    const stays = (one: number): boolean =>
      book.status[one] !== PENDING_CANCEL || rows.at(one)?.isCancelRefused === true;
    return increasing(book, orders, portfolio.quantity[instrument], stays).includes(row);
  }
}

function hasEnded({ end, isUndead }: OrderRecord): boolean {
  return end !== undefined && !isUndead;
}
