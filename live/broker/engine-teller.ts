import type { BrokerAccount, BrokerEvents } from "../../core/broker.js";
import { DUST } from "../../core/dust.js";
import type { Instant } from "../../core/market/bar-size.js";
import { isSent, PARTIALLY_FILLED } from "../../core/orders/kinds.js";
import { WAS_TRIGGERED } from "../../core/orders/order-book.js";
import { FillReport } from "../../core/portfolio/fill-report.js";
import type { Ledger } from "../ledger/ledger.js";
import type { FillNews, OrderNews } from "../ledger/order-news.js";
import type { OrderRecord } from "../ledger/order-record.js";
import type { Outcome } from "../ledger/outcome.js";
import type { BrokerNews, UnbookedChange } from "./broker-news.js";
import { FillFees } from "./fill-fees.js";
import { endOf } from "./order-bounds.js";
import { orderInWords } from "./order-in-words.js";

/** Tells the engine what is new of its orders. */
export class EngineTeller {
  /** When each order was sent, by row. */
  readonly sentAt: Instant[] = [];
  readonly fees = new FillFees();
  private readonly account: BrokerAccount;
  private readonly events: BrokerEvents;
  private readonly ledger: Ledger;
  private readonly news: BrokerNews;
  private readonly isChanging: (row: number) => boolean;
  private readonly report = new FillReport();

  /** @param isChanging whether a change of an order is asked for and not written down yet */
  constructor(account: BrokerAccount, ledger: Ledger, news: BrokerNews, isChanging: (row: number) => boolean) {
    this.account = account;
    this.events = account.events;
    this.ledger = ledger;
    this.news = news;
    this.isChanging = isChanging;
  }

  tell(outcome: Outcome): void {
    switch (outcome.kind) {
      case "filled":
      case "busted":
        this.fill(outcome.record, outcome);
        return;
      case "charged":
        this.charge(outcome.record, outcome.amount, outcome.currency, outcome.execution);
        return;
      case "revived":
        this.revive(outcome.record);
        return;
      case "terms":
        this.takeTerms(outcome.record, outcome);
        return;
      case "cut":
        this.cut(outcome.record);
        return;
      case "adjusted":
        this.adjust(outcome.symbol, outcome.quantity, outcome.price);
        return;
      case "adopted":
      case "undead":
      case "notice":
      case "ask":
      case "foreignOrder":
      case "foreignExecution":
      case "corrected":
        return;
    }
    const { row } = outcome.record;
    if (row < 0 || !isSent(this.account.book.status[row])) return;
    switch (outcome.kind) {
      case "accepted":
        this.events.accepted(row);
        break;
      case "rejected":
        this.events.rejected(row, outcome.denial);
        break;
      case "triggered":
        this.account.book.flags[row] |= WAS_TRIGGERED;
        this.events.triggered(row);
        break;
      case "pendingCancel":
        this.events.pendingCancel(row);
        break;
      case "unknown":
        this.events.unknown(row);
        break;
      case "expired":
        this.events.expired(row);
        break;
      case "cancelled":
        if (this.hasExpired(outcome.record)) this.events.expired(row);
        else this.events.cancelled(row);
        break;
    }
  }

  private fill(record: OrderRecord, outcome: FillNews): void {
    const { quantity, price } = outcome;
    const fee = this.inCurrencyOf(record, outcome.fee, outcome.currency);
    const { now } = this.account.clock;
    if (record.row < 0) {
      const signed = quantity * record.intent.side * (outcome.kind === "filled" ? 1 : -1);
      const reason = `order ${record.intent.id}, which this run does not have`;
      this.unbooked({ instrument: this.indexOf(record.intent.symbol), quantity: signed, price, fee, reason });
      return;
    }
    const { report } = this;
    report.order = record.row;
    report.quantity = quantity;
    report.price = price;
    report.fee = outcome.kind === "filled" ? fee : 0;
    report.slippage = 0;
    report.row = -1;
    report.time = now;
    if (outcome.kind === "filled") this.events.filled(report);
    else this.events.busted(report);
    const isTold = fee !== 0 || outcome.currency !== "";
    this.fees.add(record.row, outcome.execution, isTold ? fee : Number.NaN);
    // A fill takes nothing from a cancel that is on its way.
    const { row } = record;
    if (outcome.kind === "filled" && record.wantsCancel && this.account.book.status[row] === PARTIALLY_FILLED) {
      this.events.pendingCancel(row);
    }
  }

  private charge(record: OrderRecord, amount: number, currency: string, execution: string): void {
    const own = this.inCurrencyOf(record, amount, currency);
    this.fees.charge(execution, own);
    if (own === 0) return;
    if (record.row >= 0) {
      this.events.charged(record.row, own);
      return;
    }
    const reason = `the commission of order ${record.intent.id}, which this run does not have`;
    const instrument = this.indexOf(record.intent.symbol);
    this.unbooked({ instrument, quantity: 0, price: Number.NaN, fee: own, reason });
  }

  /** An amount in the instrument's currency; as it is where no rate is known. */
  private inCurrencyOf(record: OrderRecord, amount: number, currency: string): number {
    if (amount === 0 || currency === "") return amount;
    const { portfolio } = this.account;
    const own = portfolio.currencyOf[this.indexOf(record.intent.symbol)];
    if (portfolio.currencies[own] === currency) return amount;
    const from = portfolio.currencies.indexOf(currency);
    const rate = from < 0 ? Number.NaN : portfolio.rate[from] / portfolio.rate[own];
    if (rate === rate) return amount * rate;
    const { intent } = record;
    const details = { order: orderInWords(intent), amount, currency, as: portfolio.currencies[own] };
    this.news.alert("COMMISSION_UNCONVERTED", details);
    return amount;
  }

  /** The broker has other terms than the book, and they count: whoever has asked for a change that has failed hears why. */
  private takeTerms(record: OrderRecord, { isBack, keepsSize, denial }: OrderNews & { kind: "terms" }): void {
    const { row } = record;
    if (row < 0 || !isSent(this.account.book.status[row])) return;
    if (keepsSize !== true) this.writeSize(record);
    // What is asked for and about to leave says all prices anew.
    if (isBack || !this.isChanging(row)) this.writePrices(record);
    if (denial !== undefined) this.events.changeFailed(row, denial);
  }

  private writeSize({ row, asked }: OrderRecord): void {
    const { book } = this.account;
    book.quantity[row] = Math.max(asked.quantity, book.filled[row]);
  }

  private writePrices({ row, asked }: OrderRecord): void {
    const { book } = this.account;
    if (asked.limit === asked.limit) book.limit[row] = asked.limit;
    if (asked.stop === asked.stop) book.stop[row] = asked.stop;
    if (book.trails(row) && asked.trail === asked.trail) book.trail[row] = asked.trail;
  }

  private revive(record: OrderRecord): void {
    if (record.row < 0) return;
    this.events.revived(record.row);
    this.writeSize(record);
    this.writePrices(record);
  }

  /** Others of its group have filled a part of it, of which the broker is yet to tell. */
  private cut({ row, asked }: OrderRecord): void {
    const { book } = this.account;
    if (row < 0 || !isSent(book.status[row])) return;
    book.quantity[row] = Math.max(Math.min(book.quantity[row], asked.quantity), book.filled[row]);
  }

  private adjust(symbol: string, quantity: number, price: number): void {
    const reason = "an adjustment of the position";
    this.unbooked({ instrument: this.indexOf(symbol), quantity, price, fee: 0, reason });
  }

  private unbooked(change: UnbookedChange): void {
    if (change.instrument < 0 || this.news.unbooked(change)) return;
    if (Math.abs(change.quantity) <= DUST) return;
    const { symbol } = this.account.market.instruments[change.instrument];
    const detail = `the run does not know of ${change.quantity} units at ${change.price}: ${change.reason}`;
    const at = this.account.clock.now;
    this.ledger.note({ kind: "block", at, symbol, why: UNBOOKED, isSet: true, difference: Number.NaN, detail });
    this.news.alert("POSITION_UNBOOKED", { symbol, what: detail });
  }

  /** Whether an order that nobody asked to be cancelled has come to the end of its time. */
  private hasExpired(record: OrderRecord): boolean {
    if (record.wantsCancel) return false;
    const parent = this.ledger.record(record.intent.parent);
    // Children end with a parent that has not filled.
    if (parent !== undefined && parent.filled <= DUST) return false;
    return this.account.clock.now >= this.endsAt(record);
  }

  /** When an order's time in force is over, by the hours as they are known now; Infinity for never. */
  endsAt({ row }: OrderRecord): Instant {
    const sent = this.sentAt[row];
    return sent === undefined ? Infinity : endOf(this.account, row, sent);
  }

  private indexOf(symbol: string): number {
    return this.account.market.instruments.findIndex((one) => one.symbol === symbol);
  }
}

/** What a block is about whose instrument has changed behind the engine's back. A restart clears it. */
export const UNBOOKED = "unbooked";
