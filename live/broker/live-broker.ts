import type { OrderId } from "../../brokers/tws/connection/ids.js";
import type { OrderFact } from "../../brokers/tws/orders/order-fact.js";
import type { OrderIntent } from "../../brokers/tws/orders/order-intent.js";
import type { OrderPort } from "../../brokers/tws/orders/order-port.js";
import type { Broker, BrokerAccount } from "../../core/broker.js";
import { closeAfter } from "../../core/calendar/session-time.js";
import { SeatrialError } from "../../core/errors.js";
import { isExit, workingUnits } from "../../core/guards/guard.js";
import type { Instant } from "../../core/market/bar-size.js";
import type { Instrument } from "../../core/market/instrument.js";
import type { Denial } from "../../core/orders/denial.js";
import { DAY_ORDER, GOOD_TILL_DATE, isSent, isWorking } from "../../core/orders/kinds.js";
import { CLOSES_ONLY } from "../../core/orders/order-book.js";
import { hoursOf, isForClose } from "../../core/orders/order-hours.js";
import type { Journal } from "../journal/journal.js";
import { hearFact } from "../ledger/hear-fact.js";
import type { Ledger } from "../ledger/ledger.js";
import { DUST, type OrderRecord } from "../ledger/order-record.js";
import type { BrokerNews } from "./broker-news.js";
import { EngineTeller } from "./engine-teller.js";
import { FactQueue } from "./fact-queue.js";
import { orderOfRow, writeFitted } from "./order-of-row.js";
import { OrderWatch } from "./order-watch.js";

export interface LiveBrokerParts {
  readonly journal: Journal;
  readonly ledger: Ledger;
  readonly port: OrderPort;
  /** The instruments of the run by index, each with the broker's number of its contract. */
  readonly instruments: readonly Instrument[];
  readonly conIds: readonly number[];
  readonly news: BrokerNews;
}

type Work = { readonly what: "submit" | "change" | "cancel"; readonly row: number };
type Send = () => void;

/**
 * The broker of a live session. What the strategy asks for is gathered until `flush`, which commits it to the journal,
 * all in one transaction, and only then sends it. What the broker tells is gathered as well, until `dispatch` takes it
 * through the ledger and tells the engine what of it is new.
 *
 * It never sends anything twice: an order without an answer becomes unknown and is asked for.
 */
export class LiveBroker implements Broker {
  readonly tradesAtClose = false;
  readonly alertBelow = Number.NEGATIVE_INFINITY;
  /** Nothing falls due by the engine's reckoning: see `due`. */
  readonly nextDue = Infinity;
  /** Whether orders can be sent now; the session says so. */
  isConnected = false;
  /** Called when there is something for `dispatch`. */
  onReady: () => void = () => undefined;
  protected readonly parts: LiveBrokerParts;
  protected readonly watch: OrderWatch;
  protected account!: BrokerAccount;
  protected teller!: EngineTeller;
  protected readonly facts = new FactQueue();
  private readonly recordOf: (OrderRecord | undefined)[] = [];
  /** Names of the groups of this run, by the book's number. */
  private readonly groupNames = new Map<number, string>();
  private work: Work[] = [];
  /** Orders that were made and not yet committed. */
  private readonly unsent = new Set<number>();
  /** What was decided without the broker, to be told with its news. */
  private decided: (() => void)[] = [];
  private highestOrderId: number;

  constructor(parts: LiveBrokerParts) {
    this.parts = parts;
    this.watch = new OrderWatch(parts.ledger);
    this.highestOrderId = parts.journal.highestOrderId(parts.port.clientId);
    for (const { symbol, index } of parts.instruments) parts.ledger.symbolOf.set(parts.conIds[index], symbol);
    parts.port.onFact = (fact) => this.hear(fact);
  }

  connect(account: BrokerAccount): void {
    this.account = account;
    const { ledger, news } = this.parts;
    this.teller = new EngineTeller(account, ledger, news, (record) => this.bury(record));
  }

  /** Whether there is something for `dispatch`. */
  get hasNews(): boolean {
    return !this.facts.isEmpty || this.decided.length > 0;
  }

  // ---- what the engine asks -----------------------------------------------------------------------------------

  refusal(order: number, quantity: number): Denial | undefined {
    const { journal, ledger, instruments } = this.parts;
    const { book } = this.account;
    if (journal.hasFailed) return { code: "JOURNAL", details: { state: "failed" } };
    if (!this.isConnected) return { code: "NOT_CONNECTED", details: {} };
    const instrument = book.instrument[order];
    const { symbol } = instruments[instrument];
    const block = ledger.blockOf(symbol);
    const isOpened = ledger.opened.has(this.parts.conIds[instrument]);
    if (block === undefined && isOpened) return undefined;
    if (this.isReducing(order, quantity)) return undefined;
    const reason = block === undefined ? "the account has not been looked at yet" : `${block.why}: ${block.detail}`;
    return { code: "RECONCILE", details: { instrument: symbol, reason } };
  }

  submit(order: number): void {
    const { book, events } = this.account;
    const parent = book.parent[order];
    this.teller.expiry[order] = this.endOf(order);
    this.unsent.add(order);
    this.work.push({ what: "submit", row: order });
    if (parent < 0 || isWorking(book.status[parent])) return;
    // It was held while its parent ended: it is cut to what that has filled.
    if (book.filled[parent] > DUST) {
      if (isExit(book, order)) book.quantity[order] = Math.min(book.quantity[order], book.filled[parent]);
      return;
    }
    this.unsent.delete(order);
    events.cancelled(order);
  }

  modifying(): void {}

  modified(order: number): void {
    if (this.unsent.has(order)) return;
    this.work.push({ what: "change", row: order });
  }

  cancel(order: number): void {
    const { book, events } = this.account;
    if (!isSent(book.status[order])) return;
    if (this.unsent.has(order)) {
      this.withdraw(order);
      return;
    }
    const record = this.recordOf[order];
    if (record === undefined || record.wantsCancel || this.isWorkedOn("cancel", order)) return;
    if (record.intent.clientId !== this.parts.port.clientId) {
      const { symbol, id, clientId } = record.intent;
      const text = `it belongs to client id ${clientId}, and only that can cancel it`;
      const at = this.account.clock.now;
      this.parts.news.notice({ at, level: "alert", symbol, intent: id, code: "NOT_CANCELLABLE", text });
      return;
    }
    this.work.push({ what: "cancel", row: order });
    events.pendingCancel(order);
  }

  split(instrument: number, numerator: number, denominator: number): void {
    const { ledger, instruments, conIds } = this.parts;
    const { symbol } = instruments[instrument];
    ledger.note({
      kind: "adjustment",
      at: this.account.clock.now,
      name: "split",
      symbol,
      conId: conIds[instrument],
      intent: 0,
      own: 0,
      foreign: 0,
      price: Number.NaN,
      isEstimate: false,
      numerator,
      denominator,
      note: "",
    });
  }

  onBar(): void {}
  onQuote(): void {}
  onTrade(): void {}
  onInstantEnd(): void {}

  // ---- what the session asks ----------------------------------------------------------------------------------

  /** When `onDue` is to be called; Infinity for never. */
  get due(): Instant {
    return this.watch.due;
  }

  /** Looks what is late by now. Call it as `dispatch` is called: the engine may be told of it. */
  onDue(now: Instant = this.account.clock.now): void {
    if (this.due > now) return;
    this.watch.look(now);
    this.tellNews();
  }

  /** Takes what the broker has told through the ledger and tells the engine. Call it between handlers. */
  dispatch(): void {
    const { ledger } = this.parts;
    const { decided } = this;
    this.decided = [];
    for (const tell of decided) tell();
    for (let fact = this.facts.take(); fact !== undefined; fact = this.facts.take()) {
      hearFact(ledger, fact, this.account.clock.now);
      this.tellNews();
    }
  }

  /**
   * Commits all that was asked, told and noted since the last time, and then sends what was asked.
   * @throws LiveError JOURNAL_FAILED, JOURNAL_SHARED: nothing was sent
   */
  flush(): void {
    const sends = this.work.length > 0 ? this.prepare() : [];
    this.parts.journal.commit();
    let failure: unknown;
    for (const send of sends) {
      try {
        send();
      } catch (error) {
        // Others of the batch are committed and have to go; whether this one went is for the broker to tell.
        failure ??= error;
        this.parts.news.ask("an order could not be handed over");
      }
    }
    if (failure !== undefined) throw failure;
  }

  // ---- inside -------------------------------------------------------------------------------------------------

  private hear(fact: OrderFact): void {
    this.facts.add(fact);
    this.onReady();
  }

  protected tellNews(): void {
    const outcomes = this.parts.ledger.takeOutcomes();
    if (outcomes.length === 0) return;
    for (const outcome of outcomes) {
      if (outcome.kind === "rejected" && outcome.record.end?.isTold === false) {
        this.watch.refusedByMessage(outcome.record);
      }
    }
    this.teller.tell(outcomes);
  }

  /** Makes the orders, changes and cancels that were asked for ready to be sent, and notes them. */
  private prepare(): Send[] {
    const { work } = this;
    this.work = [];
    const sends: Send[] = [];
    const batches = new Map<number, OrderIntent[]>();
    for (const { what, row } of work) {
      if (what === "submit") {
        if (!this.unsent.delete(row)) continue;
        const intent = this.intend(row);
        if (intent === undefined) continue;
        const batch = this.batchOf(row, batches);
        batches.set(row, batch);
        if (batch.length === 0) sends.push(() => this.parts.port.place(batch));
        batch.push(intent);
      } else if (what === "change") this.prepareChange(row, work, sends);
      else this.prepareCancel(row, sends);
    }
    return sends;
  }

  /** The batch that an order's parent or group is in already, or a new one. */
  private batchOf(row: number, batches: ReadonlyMap<number, OrderIntent[]>): OrderIntent[] {
    const { book } = this.account;
    const ofParent = batches.get(book.parent[row]);
    if (ofParent !== undefined) return ofParent;
    if (book.group[row] >= 0) {
      for (const [other, batch] of batches) if (book.group[other] === book.group[row]) return batch;
    }
    return [];
  }

  /** Writes down a new order; undefined where it cannot be sent as it is, which is told. */
  private intend(row: number): OrderIntent | undefined {
    const { ledger, port, instruments, conIds } = this.parts;
    const { book, clock } = this.account;
    const id = ledger.nextIntent;
    const instrument = instruments[book.instrument[row]];
    const parentRow = book.parent[row];
    const parent = parentRow < 0 ? undefined : this.recordOf[parentRow];
    const wanted = orderOfRow(book, row, instrument, {
      ref: ledger.refOf(id),
      orderId: this.nextOrderId(),
      // What waits for nothing any more is an order of its own.
      parent: parent?.isEndHeard === false ? (parent.intent.orderId as OrderId) : 0,
      group: this.groupName(row, id),
    });
    const intent = this.fit(row, wanted);
    if (intent === undefined) return undefined;
    const { clientId } = port;
    const { ref, orderId, side, type, tif, quantity, limit, stop, trail, isTrailFraction } = intent;
    const { limitOffset, goodTill, outsideRth, group } = intent;
    ledger.note({
      kind: "intent",
      at: clock.now,
      id,
      ref,
      orderId,
      clientId,
      permId: 0,
      symbol: instrument.symbol,
      conId: conIds[instrument.index],
      side,
      type,
      tif,
      quantity,
      limit,
      stop,
      trail,
      isTrailFraction,
      limitOffset,
      goodTill,
      outsideRth,
      parent: parent?.intent.id ?? 0,
      group,
      flags: book.flags[row],
      tag: book.tags.get(row) ?? "",
      madeAt: book.createdAt[row],
    });
    this.bindRow(row, ledger.records[id - 1]);
    ledger.note({ kind: "request", at: clock.now, intent: id, what: "order", quantity, limit, stop, trail });
    return intent;
  }

  /** The order on the exchange's steps; undefined, and told rejected, where it cannot be. */
  private fit(row: number, wanted: OrderIntent): OrderIntent | undefined {
    const reject = (denial: Denial): void => {
      this.decided.push(() => this.account.events.rejected(row, denial));
      this.onReady();
    };
    try {
      const { intent, changed } = this.parts.port.fit(wanted);
      writeFitted(this.account.book, row, changed);
      const { symbol } = intent.instrument;
      for (const { field, from, to } of changed) {
        const text = `the ${field} of ${from} was moved to ${to}`;
        const at = this.account.clock.now;
        this.parts.news.notice({ at, level: "notice", symbol, intent: 0, code: "FITTED", text });
      }
      if (intent.quantity > 0) return intent;
      reject({ code: "QUANTITY_STEP", details: { quantity: wanted.quantity } });
    } catch (error) {
      if (!(error instanceof SeatrialError)) throw error;
      reject({ code: error.code, details: { reason: error.message } });
    }
    return undefined;
  }

  private prepareChange(row: number, work: readonly Work[], sends: Send[]): void {
    const { ledger, port, instruments } = this.parts;
    const { book, clock } = this.account;
    const record = this.recordOf[row];
    if (record === undefined || !isSent(book.status[row])) return;
    const isLast = work.findLast((one) => one.row === row);
    if (isLast?.what !== "change" || work.findIndex((one) => one.row === row && one.what === "change") < 0) return;
    const { ref, orderId, parent, group } = record.intent;
    const parentId = ledger.record(parent)?.intent.orderId ?? 0;
    const wanted = orderOfRow(book, row, instruments[book.instrument[row]], {
      ref,
      orderId: orderId as OrderId,
      parent: parentId as OrderId,
      group,
    });
    const { intent, changed } = port.fit(wanted);
    writeFitted(book, row, changed);
    const { quantity, limit, stop, trail } = intent;
    const before = record.asked;
    const isSame =
      before.quantity === quantity &&
      Object.is(before.limit, limit) &&
      Object.is(before.stop, stop) &&
      Object.is(before.trail, trail);
    if (isSame) return;
    ledger.note({
      kind: "request",
      at: clock.now,
      intent: record.intent.id,
      what: "change",
      quantity,
      limit,
      stop,
      trail,
    });
    sends.push(() => port.change(intent));
  }

  private prepareCancel(row: number, sends: Send[]): void {
    const record = this.recordOf[row];
    if (record === undefined || !isSent(this.account.book.status[row])) return;
    this.sendCancel(record, sends);
  }

  private sendCancel(record: OrderRecord, sends: Send[]): void {
    const { ledger, port } = this.parts;
    const { id, orderId } = record.intent;
    ledger.note({ kind: "request", at: this.account.clock.now, intent: id, what: "cancel", ...record.asked });
    sends.push(() => port.cancel(orderId as OrderId));
  }

  /** An order that was told dead lives: it is ended, and until it has its instrument takes nothing that increases. */
  private bury(record: OrderRecord): void {
    const { symbol, id, clientId } = record.intent;
    const at = this.account.clock.now;
    const detail = `order ${id} works although it was told ${record.end?.as ?? "ended"}`;
    this.parts.ledger.note({
      kind: "block",
      at,
      symbol,
      why: `undead ${id}`,
      isSet: true,
      difference: Number.NaN,
      detail,
    });
    this.parts.news.notice({ at, level: "alert", symbol, intent: id, code: "UNDEAD", text: detail });
    if (clientId === this.parts.port.clientId) this.buried.push(record);
  }

  private readonly buried: OrderRecord[] = [];

  /** Takes an order back that was made and cancelled before anything was sent, and the children that wait for it. */
  private withdraw(order: number): void {
    const { book, events } = this.account;
    this.unsent.delete(order);
    events.cancelled(order);
    for (const child of [...this.unsent]) if (book.parent[child] === order) this.withdraw(child);
  }

  private bindRow(row: number, record: OrderRecord): void {
    record.row = row;
    this.recordOf[row] = record;
  }

  private isWorkedOn(what: Work["what"], row: number): boolean {
    return this.work.some((one) => one.what === what && one.row === row);
  }

  /** An id above all that this client id has ever used, whatever TWS says. */
  private nextOrderId(): OrderId {
    let id = this.parts.port.nextOrderId();
    while (id <= this.highestOrderId) id = this.parts.port.nextOrderId();
    this.highestOrderId = id;
    return id;
  }

  /** IB's groups have one name space for an account: the journal and the first order of a group make it unique. */
  private groupName(row: number, intent: number): string {
    const group = this.account.book.group[row];
    if (group < 0) return "";
    let name = this.groupNames.get(group);
    if (name === undefined) {
      name = `${this.parts.ledger.identity.journalId}:g${intent}`;
      this.groupNames.set(group, name);
    }
    return name;
  }

  private isReducing(order: number, quantity: number): boolean {
    const { book, working, portfolio } = this.account;
    if ((book.flags[order] & CLOSES_ONLY) !== 0) return true;
    if (isExit(book, order) && book.filled[book.parent[order]] <= DUST) return true;
    const instrument = book.instrument[order];
    const position = portfolio.quantity[instrument];
    const side = book.side[order];
    if (!(position * side < 0)) return false;
    const own = isSent(book.status[order]) ? book.remaining(order) : 0;
    const others = workingUnits(book, working, instrument, side, order, own + quantity);
    return own + quantity + others <= Math.abs(position) + DUST;
  }

  private endOf(order: number): Instant {
    const { book, market, clock } = this.account;
    const tif = book.tif[order];
    if (tif === GOOD_TILL_DATE) return book.goodTill[order];
    if (tif !== DAY_ORDER && !isForClose(book, order)) return Infinity;
    return closeAfter(hoursOf(book, market, order), clock.now);
  }
}
