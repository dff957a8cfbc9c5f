import type { BrokerAccount } from "../../core/broker.js";
import { DUST } from "../../core/dust.js";
import { PENDING_CANCEL } from "../../core/orders/kinds.js";
import { LIQUIDATION } from "../../core/orders/order-book.js";
import type { Ledger } from "../ledger/ledger.js";
import { isMadeElsewhere } from "../ledger/made-elsewhere.js";
import type { OrderRecord } from "../ledger/order-record.js";
import type { Outcome } from "../ledger/outcome.js";

/**
 * What the orders fill that a flattening has cancelled, before their cancels come through. The closing order does not
 * wait for those that would add to the position, and closes no more than was held when it was made: what they still
 * bring stands without exits, which were cancelled with them, until it is closed as well.
 */
export class LateFills {
  private readonly account: BrokerAccount;
  private readonly ledger: Ledger;
  /** Orders that a flattening has cancelled, each with its instrument. */
  private readonly cancelled = new Map<OrderRecord, number>();
  /** Instruments that were flattened. */
  private readonly flattened = new Set<number>();
  /** Instruments of which one of these has filled since. */
  private readonly filled = new Set<number>();
  /**
   * Orders that were not cancelled when their instrument was flattened, each with that: they counted as gone, or only the
   * client that has made them can cancel them.
   */
  private readonly uncancelled = new Map<OrderRecord, number>();

  constructor(account: BrokerAccount, ledger: Ledger) {
    this.account = account;
    this.ledger = ledger;
  }

  /** All orders of an instrument were asked to be cancelled, so that nothing of it is held. */
  begin(instrument: number): void {
    const { symbol } = this.account.market.instruments[instrument];
    this.flattened.add(instrument);
    for (const record of this.cancelled.keys()) if (!record.isOpen) this.cancelled.delete(record);
    for (const record of this.ledger.open) {
      const isClosing = (record.intent.flags & LIQUIDATION) !== 0;
      if (record.intent.symbol !== symbol || isClosing) continue;
      this.end(record, instrument);
    }
    for (const record of this.ledger.records) {
      if (record.intent.symbol === symbol && record.isConcluded && !record.isOpen)
        this.uncancelled.set(record, instrument);
    }
  }

  /** An order has joined the run: where its instrument was flattened and nothing may be opened, it is to end like the others. */
  joined(record: OrderRecord): void {
    const instrument = this.account.book.instrument[record.row];
    if (this.flattened.has(instrument) && this.account.opensNothing()) this.end(record, instrument);
  }

  /** The end of what only another client can cancel may be days away, and what the strategy opens until then is to stay. */
  private end(record: OrderRecord, instrument: number): void {
    const orders = isMadeElsewhere(this.ledger, record) ? this.uncancelled : this.cancelled;
    orders.set(record, instrument);
  }

  /** An earlier session was flattening these: what has filled of them since nobody has looked at. */
  resume(symbols: readonly string[]): void {
    for (const { index, symbol } of this.account.market.instruments) {
      if (!symbols.includes(symbol)) continue;
      this.begin(index);
      this.filled.add(index);
    }
  }

  hear(outcome: Outcome): void {
    if (outcome.kind !== "filled") return;
    const instrument = this.cancelled.get(outcome.record) ?? this.uncancelledOf(outcome.record);
    if (instrument !== undefined) this.filled.add(instrument);
  }

  /** Nobody wants what one of these brings, for as long as nothing may be opened: later it may be wanted again. */
  private uncancelledOf(record: OrderRecord): number | undefined {
    return this.account.opensNothing() ? this.uncancelled.get(record) : undefined;
  }

  /** Whether no flattening has cancelled an order. */
  get isEmpty(): boolean {
    return this.cancelled.size === 0;
  }

  /** Whether a flattening has cancelled an order, so that it is to end. */
  isToEnd(record: OrderRecord): boolean {
    return this.cancelled.has(record);
  }

  /** Symbols of which something may come yet, or has come and is not closed: the next session has to know them. */
  get symbols(): string[] {
    if (this.cancelled.size === 0 && this.filled.size === 0) return [];
    const open = [...this.cancelled].filter(([record]) => record.isOpen).map(([, instrument]) => instrument);
    const instruments = new Set([...this.filled, ...open]);
    return [...instruments].sort((a, b) => a - b).map((i) => this.account.market.instruments[i].symbol);
  }

  /** Whether one of an instrument's orders that a flattening has cancelled may still fill, or has and it is not closed. */
  isOf(instrument: number): boolean {
    return this.filled.has(instrument) || [...this.cancelled].some(([{ isOpen }, i]) => i === instrument && isOpen);
  }

  /**
   * Instruments that hold more than is being closed by force, each told once. One whose next units may come at any moment
   * is told when no more can come, so that they are closed together.
   * @param isNow tells those as well
   */
  take(isReady: (symbol: string) => boolean, isNow: boolean): number[] {
    if (this.filled.size === 0) return [];
    const taken: number[] = [];
    for (const instrument of this.filled) {
      const { symbol } = this.account.market.instruments[instrument];
      const isCovered = this.isCovered(instrument);
      if (!isCovered && (!isReady(symbol) || (!isNow && this.mayAdd(instrument)))) continue;
      this.filled.delete(instrument);
      if (!isCovered) taken.push(instrument);
    }
    return taken;
  }

  forget(): void {
    this.cancelled.clear();
    this.flattened.clear();
    this.filled.clear();
    this.uncancelled.clear();
  }

  private mayAdd(instrument: number): boolean {
    const position = this.account.portfolio.quantity[instrument];
    return [...this.cancelled].some(
      ([{ isOpen, intent }, i]) => i === instrument && isOpen && intent.side * position > 0,
    );
  }

  /** Whether orders that close by force work for all that is held, or wait to. */
  private isCovered(instrument: number): boolean {
    const { book, working, portfolio } = this.account;
    const position = portfolio.quantity[instrument];
    let units = 0;
    for (const row of working.lists[instrument].subarray(0, working.count[instrument])) {
      const closes = (book.flags[row] & LIQUIDATION) !== 0 && book.side[row] * position < 0;
      if (closes && book.status[row] !== PENDING_CANCEL) units += book.remaining(row);
    }
    return Math.abs(position) <= units + DUST;
  }
}
