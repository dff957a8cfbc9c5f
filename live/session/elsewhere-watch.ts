import { LIST_WAIT, openOrders } from "../../brokers/tws/account/account-questions.js";
import type { BrokerOrder } from "../../brokers/tws/account/broker-order.js";
import type { Asks } from "../../brokers/tws/contracts/contracts.js";
import { type Instant, MINUTE, SECOND } from "../../core/market/bar-size.js";
import type { Ledger } from "../ledger/ledger.js";
import { isMadeElsewhere } from "../ledger/made-elsewhere.js";
import { matchOrder } from "../ledger/match.js";
import type { OrderRecord } from "../ledger/order-record.js";
import type { LateLists } from "./late-lists.js";

/** One message asks for all open orders: that is nothing to the pace, and soon for whoever has cancelled one in TWS. */
const LOOK_EVERY = 10 * SECOND;
/** Where a look at the account does not settle what has become of an order, it is asked for ever more seldom. */
const LONGEST_WAIT = 5 * MINUTE;

export interface ElsewhereWatchParts {
  readonly ledger: Ledger;
  readonly late: LateLists;
  readonly now: () => Instant;
  /** Whom to ask; undefined where nobody can be asked now, or the account is being read in any case. */
  readonly asks: () => Pick<Asks, "askUnnumbered"> | undefined;
  /** Asks for a look at the account, for a reason. */
  readonly ask: (reason: string) => void;
  /** The open orders could not be asked for. */
  readonly failed: (error: unknown) => void;
}

/**
 * Watches adopted orders that another client has made, or a hand in TWS. What becomes of an order TWS tells only the
 * client that has made it; whoever else asks hears what is open at that moment. So the open orders are asked for again
 * and again while such an order works: those that are told are heard like any other news, and one that is missing has the
 * account looked at. It may as well have filled, which the list does not say, and it may be missing by mistake: nothing is
 * concluded here.
 */
export class ElsewhereWatch {
  /** The look that is under way: two lists of the open orders at once would end each other. */
  underWay: Promise<void> | undefined;
  private readonly parts: ElsewhereWatchParts;
  /** When the next look is due, if there is anything to look for. */
  private next: Instant = 0;
  private wait = LOOK_EVERY;
  /** Orders that the latest list did not have. */
  private missing: ReadonlySet<OrderRecord> = new Set();
  private hasAny = false;
  private hasFailed = false;
  /** The ledger's count when that was found. */
  private foundAt = -1;

  constructor(parts: ElsewhereWatchParts) {
    this.parts = parts;
  }

  /** When `onDue` is to be called; Infinity for never. Asked at every tick: nothing new costs nothing. */
  get due(): Instant {
    const { ledger } = this.parts;
    if (this.foundAt !== ledger.count) {
      this.foundAt = ledger.count;
      this.hasAny = this.working().length > 0;
    }
    return this.hasAny && this.underWay === undefined ? this.next : Infinity;
  }

  onDue(): void {
    const asks = this.parts.asks();
    if (asks === undefined) {
      this.looked();
      return;
    }
    this.underWay = this.look(asks)
      .catch((error: unknown) => this.failedTo(error))
      .finally(() => {
        this.underWay = undefined;
      });
  }

  /** The account was looked at: the open orders need not be asked for so soon. */
  looked(): void {
    this.next = this.parts.now() + this.wait;
  }

  private async look(asks: Pick<Asks, "askUnnumbered">): Promise<void> {
    const { ledger } = this.parts;
    const since = ledger.count;
    let isWhole = true;
    const unread = (): void => {
      isWhole = false;
    };
    const listed = await asks.askUnnumbered(openOrders(LIST_WAIT, unread));
    this.hasFailed = false;
    // What a list that lacks lines does not have may be there.
    if (isWhole) this.compare(listed, since);
    this.looked();
  }

  /**
   * A list has not come: where the connection is gone the account is read behind the next, and where it is slow it is asked
   * again. Told once, for until one comes nothing says what becomes of these orders.
   */
  private failedTo(error: unknown): void {
    this.next = this.parts.late.failed();
    if (!this.hasFailed) this.parts.failed(error);
    this.hasFailed = true;
  }

  private compare(listed: readonly BrokerOrder[], since: number): void {
    const { ledger, ask } = this.parts;
    const told = new Set(listed.map((order) => matchOrder(ledger, order)));
    // What was learnt while the list was read is newer than the list.
    const missing = this.working().filter((record) => record.touched <= since && !told.has(record));
    const isNew = missing.some((record) => !this.missing.has(record));
    this.wait = missing.length === 0 || isNew ? LOOK_EVERY : Math.min(this.wait * 2, LONGEST_WAIT);
    this.missing = new Set(missing);
    if (missing.length === 0) return;
    const names = missing.map(({ intent }) => `order ${intent.id}`);
    ask(`made elsewhere and no more among the open orders: ${names.join(", ")}`);
  }

  private working(): OrderRecord[] {
    const { ledger } = this.parts;
    return ledger.open.filter(
      (record) => (record.end === undefined || record.isUndead) && isMadeElsewhere(ledger, record),
    );
  }
}
