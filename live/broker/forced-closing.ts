import type { BrokerAccount } from "../../core/broker.js";
import type { Instant } from "../../core/market/bar-size.js";
import type { Instrument } from "../../core/market/instrument.js";
import type { Denial } from "../../core/orders/denial.js";
import { HELD } from "../../core/orders/kinds.js";
import { LIQUIDATION } from "../../core/orders/order-book.js";
import type { Ledger } from "../ledger/ledger.js";
import { isMadeElsewhere } from "../ledger/made-elsewhere.js";
import { oppositeUnits } from "../ledger/opposite-units.js";
import type { OrderRecord } from "../ledger/order-record.js";
import type { Outcome } from "../ledger/outcome.js";
import { UNREAD } from "../reconcile/reconcile.js";
import type { BrokerNews } from "./broker-news.js";
import type { ClosingOrders } from "./closing-orders.js";
import { LateFills } from "./late-fills.js";
import { othersInWords } from "./order-in-words.js";
import type { EndingOrders } from "./refused-cancels.js";

/** Why an order has ended of which the broker has never heard. */
const NEVER_ARRIVED: readonly string[] = ["UNSENT", "LOST"];

export interface ForcedClosingParts {
  readonly account: BrokerAccount;
  readonly ledger: Ledger;
  readonly instruments: readonly Instrument[];
  readonly news: BrokerNews;
  readonly closing: ClosingOrders;
  /** Whether the order at a row was asked for and has not been sent. */
  readonly waits: (row: number) => boolean;
  /** Has an order cancelled once more. */
  readonly cancelAgain: (record: OrderRecord) => void;
}

/**
 * Positions that are closed by force, by the kill switch, a loss limit or an operator: what of it has not come about is
 * owed, and is told again until nothing is open of what was to be closed, or the strategy has opened another position since.
 */
export class ForcedClosing implements EndingOrders {
  private readonly parts: ForcedClosingParts;
  private readonly late: LateFills;
  /** Instruments that were to be closed by force, and could only be in part. */
  private readonly owed = new Set<number>();
  /** What the last look has told of closing orders that cannot leave, by row. */
  private incomplete: ReadonlyMap<number, string> = new Map();

  constructor(parts: ForcedClosingParts) {
    this.parts = parts;
    this.late = new LateFills(parts.account, parts.ledger);
  }

  get isEmpty(): boolean {
    return this.late.isEmpty;
  }

  isToEnd(record: OrderRecord): boolean {
    return this.late.isToEnd(record);
  }

  /** Symbols that are still being closed: the next session goes on with them. */
  get symbols(): readonly string[] {
    return this.late.symbols;
  }

  /** All orders of an instrument were asked to be cancelled, so that nothing of it is held. */
  begin(instrument: number): void {
    this.late.begin(instrument);
  }

  /** The session before was closing these. */
  resume(symbols: readonly string[]): void {
    this.late.resume(symbols);
  }

  hear(outcome: Outcome): void {
    if (outcome.kind === "adopted" && outcome.record.row >= 0) this.late.joined(outcome.record);
    this.late.hear(outcome);
    if (outcome.kind === "filled" && this.hasOpenedSince(outcome.record)) {
      this.owed.delete(this.instrumentOf(outcome.record));
    }
    if (outcome.kind === "rejected" && NEVER_ARRIVED.includes(outcome.denial.code)) this.owe(outcome.record.row);
  }

  /** Whether the strategy has opened something behind a closing by force: that is to stay. Told when the run has it. */
  private hasOpenedSince(record: OrderRecord): boolean {
    const { account } = this.parts;
    const { row, intent } = record;
    if (row < 0 || (intent.flags & LIQUIDATION) !== 0 || this.late.isToEnd(record) || account.opensNothing())
      return false;
    return intent.side * account.portfolio.quantity[account.book.instrument[row]] > 0;
  }

  /** When the broker is to be asked for what closing orders wait for; Infinity for never. */
  get due(): Instant {
    return this.parts.closing.due;
  }

  /** Asks for what closing orders have waited for too long, and at once for what nobody else will tell. */
  askFor(now: Instant): void {
    const { closing, news } = this.parts;
    for (const { intent } of closing.lateCounts(now)) {
      const order = `order ${intent.id}, which has ended`;
      news.ask(`a closing order of ${intent.symbol} waits for what has filled of ${order}`);
    }
    for (const row of closing.late(now)) {
      news.ask(`a closing order of ${closing.symbolOf(row)} waits for ${this.awaitedBy(row)}`);
    }
  }

  /** The broker was asked, and what closing orders wait for stands: it is to be cancelled again, and a person hears of it. */
  tellStanding(): void {
    const { closing, news, cancelAgain, ledger } = this.parts;
    const told = new Map<number, string>();
    for (const row of closing.asked) {
      const standing = closing.standing(row);
      const uncounted = closing.uncounted(row).filter((one) => !standing.includes(one));
      if (standing.length === 0 && uncounted.length === 0) continue;
      const symbol = closing.symbolOf(row);
      const others = standing.filter((one) => isMadeElsewhere(ledger, one));
      const own = standing.filter((one) => !others.includes(one));
      const reason = [
        ...(own.length === 0 ? [] : [`${ordersOf(own)} should have been cancelled and may still fill`]),
        ...(others.length === 0 ? [] : [`${othersInWords(others)}, may still fill`]),
        ...(uncounted.length === 0 ? [] : [`it is not known what ${ordersOf(uncounted)} filled`]),
      ].join(", and ");
      told.set(row, reason);
      if (this.incomplete.get(row) !== reason) news.alert("FLATTEN_INCOMPLETE", { symbol, reason });
      for (const one of standing) if (one.end === undefined && !one.wantsCancel && !one.isUnknown) cancelAgain(one);
    }
    this.incomplete = told;
  }

  private awaitedBy(row: number): string {
    const { closing } = this.parts;
    const standing = closing.standing(row);
    if (standing.length > 0) return `the end of ${ordersOf(standing)}`;
    return `what has filled of ${ordersOf(closing.uncounted(row))}`;
  }

  /** A closing order leaves something open that journal and broker disagree on: it is owed until they agree. */
  disputed(row: number, held: number, { details }: Denial): void {
    const { account, closing, news } = this.parts;
    this.owe(row);
    const [symbol, wanted] = [closing.symbolOf(row), account.book.remaining(row)];
    news.alert("CLOSE_DISPUTED", { symbol, held, wanted, reason: String(details.reason) });
  }

  /**
   * Whether an order that is to close an instrument by force waits here, and was not sent; or works, sent or not; or
   * neither.
   */
  stateOf(instrument: number): "waits" | "works" | undefined {
    const forced = this.forcedOf(instrument);
    if (forced.some((row) => this.parts.waits(row))) return "waits";
    return forced.length > 0 ? "works" : undefined;
  }

  /** Orders that a closing by force, which was not sent, waits for: they may fill, or nobody knows what they have filled. */
  awaitedOf(instrument: number): OrderRecord[] {
    const { closing, waits } = this.parts;
    const rows = this.forcedOf(instrument).filter((row) => waits(row));
    return [...new Set(rows.flatMap((row) => [...closing.standing(row), ...closing.uncounted(row)]))];
  }

  private forcedOf(instrument: number): number[] {
    const { book, working } = this.parts.account;
    return working.of(instrument).filter((row) => (book.flags[row] & LIQUIDATION) !== 0);
  }

  /** Whether orders of an instrument that a flattening has cancelled may still fill, or have and it is not closed. */
  mayFillLate(instrument: number): boolean {
    return this.late.isOf(instrument);
  }

  /** Whether the position in the instrument of an order is being closed, by force or by the strategy. */
  isClosing(record: OrderRecord): boolean {
    return this.late.isToEnd(record) || this.isBeingClosed(this.instrumentOf(record));
  }

  /** The same, or what orders that a flattening has cancelled still bring will be. */
  isToBeClosed(record: OrderRecord): boolean {
    const index = this.instrumentOf(record);
    return this.mayFillLate(index) || this.isBeingClosed(index);
  }

  private instrumentOf({ intent }: OrderRecord): number {
    return this.parts.instruments.findIndex(({ symbol }) => symbol === intent.symbol);
  }

  private isBeingClosed(instrument: number): boolean {
    const { account, closing } = this.parts;
    const { book, working } = account;
    // While one is held until its market opens the exits stay.
    return instrument >= 0 && working.of(instrument).some((row) => book.status[row] !== HELD && closing.isClosing(row));
  }

  /**
   * Instruments of which orders that a flattening has cancelled have filled more than is being closed, each told once.
   * @param isNow tells those as well of which more may still come
   */
  takeLate(isNow: boolean): number[] {
    return this.late.take((symbol) => this.isSettled(symbol), isNow);
  }

  /** Instruments whose closing has not come about for a reason that is gone now, each told once. */
  takeOwed(): number[] {
    const settled = [...this.owed].filter((i) => this.isSettled(this.parts.instruments[i].symbol));
    for (const i of settled) this.owed.delete(i);
    return [...new Set([...settled, ...this.takeLate(true)])];
  }

  /** What was to be closed is to be closed no more. */
  forget(): void {
    this.owed.clear();
    this.late.forget();
  }

  /** What was to be closed, and was not. An order that is not of this run, as all before it is bound, owes nothing. */
  private owe(row: number): void {
    if (row < 0) return;
    const { book } = this.parts.account;
    if ((book.flags[row] & LIQUIDATION) !== 0) this.owed.add(book.instrument[row]);
  }

  /** Whether nothing is open of an instrument that its closing has to wait for. */
  private isSettled(symbol: string): boolean {
    const { ledger } = this.parts;
    if (oppositeUnits(ledger, symbol) > 0) return false;
    return [...(ledger.blocks.get(symbol)?.keys() ?? [])].every((why) => why === UNREAD);
  }
}

function ordersOf(records: readonly OrderRecord[]): string {
  const intents = records.map(({ intent }) => intent.id);
  return `${intents.length === 1 ? "order" : "orders"} ${intents.join(", ")}`;
}
