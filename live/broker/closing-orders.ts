import type { BrokerAccount } from "../../core/broker.js";
import { DUST } from "../../core/dust.js";
import { type Instant, MINUTE, SECOND } from "../../core/market/bar-size.js";
import type { Instrument } from "../../core/market/instrument.js";
import type { Denial } from "../../core/orders/denial.js";
import { CLOSES_ONLY, LIQUIDATION } from "../../core/orders/order-book.js";
import type { Ledger } from "../ledger/ledger.js";
import { isMadeElsewhere } from "../ledger/made-elsewhere.js";
import { oppositeInWords, oppositeUnits } from "../ledger/opposite-units.js";
import type { OrderRecord } from "../ledger/order-record.js";
import { unitsToClose } from "./order-bounds.js";

/** How long the orders that a closing order waits for have to end before the broker is asked what became of them. */
const END_WAIT = 10 * SECOND;
const LONGEST_WAIT = MINUTE;

interface Wait {
  due: Instant;
  span: number;
  isAsked: boolean;
}

/**
 * Orders that may only close: the broker does not hold them to that, so it is done here. One leaves when every order
 * that closes the same position and was asked to be cancelled has come to its end, for until then it may still fill, and
 * so has every one that has filled and of which the broker has more than was asked;
 * when all that orders of its side have filled is known, which the end of one alone does not say; and it leaves with no
 * more units than are held then. What has filled is asked for at once where nothing has said it. Should the broker not be
 * able to tell, the position counts that it tells.
 */
export class ClosingOrders {
  private readonly account: BrokerAccount;
  private readonly ledger: Ledger;
  private readonly instruments: readonly Instrument[];
  private readonly waits = new Map<number, Wait>();
  /** Orders that have ended, of which nothing has said what they have filled. */
  private readonly counts = new Map<OrderRecord, Wait>();

  constructor(account: BrokerAccount, ledger: Ledger, instruments: readonly Instrument[]) {
    this.account = account;
    this.ledger = ledger;
    this.instruments = instruments;
  }

  isClosing(row: number): boolean {
    return (this.account.book.flags[row] & (CLOSES_ONLY | LIQUIDATION)) !== 0;
  }

  symbolOf(row: number): string {
    return this.instruments[this.account.book.instrument[row]].symbol;
  }

  /** @param cancelled orders whose cancel is about to be written down */
  hasToWait(row: number, cancelled: ReadonlySet<OrderRecord>): boolean {
    return this.standing(row, cancelled).length > 0 || this.uncounted(row).length > 0;
  }

  /**
   * What a closing order has to wait for as it may still fill: orders of its side whose cancel was asked for, refused or
   * not, and whose end is not known; those that count as filled and work on; and those that only the client that made them
   * can cancel.
   * @param cancelled those whose cancel is about to be written down
   */
  standing(row: number, cancelled?: ReadonlySet<OrderRecord>): OrderRecord[] {
    return this.open(row).filter((record) => {
      const { wantsCancel, cancelAt, end, isUndead, excess } = record;
      if (end !== undefined && !isUndead) return false;
      return (
        isMadeElsewhere(this.ledger, record) ||
        wantsCancel ||
        excess > 0 ||
        cancelAt === cancelAt ||
        cancelled?.has(record) === true
      );
    });
  }

  /** What it has to wait for as it may have closed the position already: orders of its side with fills that are not known. */
  uncounted(row: number): OrderRecord[] {
    return this.open(row).filter(({ isFillUnknown }) => isFillUnknown);
  }

  private open(row: number): OrderRecord[] {
    const symbol = this.symbolOf(row);
    const side = this.account.book.side[row];
    return this.ledger.open.filter(({ intent }) => intent.symbol === symbol && intent.side === side);
  }

  /**
   * Units of the position that an order on its side can close, by the run, by the journal and by the broker; 0 where it
   * has turned. By force no more is closed than the account holds: closing what others hold against it would open that.
   */
  unitsHeld(row: number): number {
    const { book, portfolio } = this.account;
    const inRun = -book.side[row] * portfolio.quantity[book.instrument[row]];
    return Math.max(0, Math.min(this.unitsInBooks(row), inRun));
  }

  /** The same by journal and broker alone, of which the run may not have heard all yet. */
  unitsInBooks(row: number): number {
    const symbol = this.symbolOf(row);
    const own = this.ledger.holdings.get(symbol)?.quantity ?? 0;
    const units = unitsToClose(own, this.ledger.unnamed(symbol), this.account.book.side[row]);
    return Math.max(0, units - this.opposite(row));
  }

  private opposite(row: number): number {
    const isForced = (this.account.book.flags[row] & LIQUIDATION) !== 0;
    return isForced ? oppositeUnits(this.ledger, this.symbolOf(row)) : 0;
  }

  /** Why less of a position can be closed than the journal has: the broker does not have it; undefined where it does. */
  dispute(row: number): Denial | undefined {
    const symbol = this.symbolOf(row);
    const own = this.ledger.holdings.get(symbol)?.quantity ?? 0;
    const block = this.ledger.blockOf(symbol);
    const wanted = Math.min(-this.account.book.side[row] * own, this.account.book.quantity[row]);
    const opposite = this.opposite(row);
    if ((block === undefined && opposite === 0) || wanted <= this.unitsHeld(row) + DUST) return undefined;
    return { code: "RECONCILE", details: { instrument: symbol, reason: block?.detail ?? oppositeInWords(opposite) } };
  }

  /** These wait now, and no others. */
  wait(rows: readonly number[], now: Instant): void {
    for (const row of this.waits.keys()) if (!rows.includes(row)) this.waits.delete(row);
    for (const row of rows) {
      if (!this.waits.has(row)) this.waits.set(row, { due: now + END_WAIT, span: END_WAIT, isAsked: false });
    }
    const uncounted = rows.flatMap((row) => this.uncounted(row)).filter(({ isUncounted }) => isUncounted);
    for (const record of this.counts.keys()) if (!uncounted.includes(record)) this.counts.delete(record);
    for (const record of uncounted) {
      // At once, and then as late as what else is waited for.
      if (!this.counts.has(record)) this.counts.set(record, { due: now, span: END_WAIT / 2, isAsked: false });
    }
  }

  /** When the broker is to be asked for what one waits for; Infinity for never. */
  get due(): Instant {
    let due = Infinity;
    for (const wait of this.waits.values()) due = Math.min(due, wait.due);
    for (const wait of this.counts.values()) due = Math.min(due, wait.due);
    return due;
  }

  /** Those that have waited too long by now, each told again after ever longer spans. */
  late(now: Instant): number[] {
    return takeDue(this.waits, now);
  }

  /** Orders that have ended, and of which it is to be asked by now what they have filled: the same. */
  lateCounts(now: Instant): OrderRecord[] {
    return takeDue(this.counts, now);
  }

  /** Those that still wait though the broker was asked. */
  get asked(): number[] {
    return [...this.waits].filter(([, { isAsked }]) => isAsked).map(([row]) => row);
  }
}

function takeDue<T>(waits: ReadonlyMap<T, Wait>, now: Instant): T[] {
  const taken: T[] = [];
  for (const [one, wait] of waits) {
    if (wait.due > now) continue;
    wait.isAsked = true;
    wait.span = Math.min(wait.span * 2, LONGEST_WAIT);
    wait.due = now + wait.span;
    taken.push(one);
  }
  return taken;
}
