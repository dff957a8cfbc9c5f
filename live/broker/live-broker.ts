import type { BrokerState } from "../../brokers/tws/account/broker-state.js";
import type { Broker, BrokerAccount } from "../../core/broker.js";
import { DUST } from "../../core/dust.js";
import { isExit } from "../../core/guards/guard.js";
import type { Instant } from "../../core/market/bar-size.js";
import type { Denial } from "../../core/orders/denial.js";
import type { BundleKind } from "../../core/orders/held-bundle.js";
import { increasing } from "../../core/orders/kept-exits.js";
import { isSent, isWorking, PENDING_CANCEL } from "../../core/orders/kinds.js";
import type { RestoredRun } from "../../core/orders/restored-run.js";
import { hearFact } from "../ledger/hear-fact.js";
import { isOutOfReach } from "../ledger/made-elsewhere.js";
import { noteBlock } from "../ledger/note-block.js";
import { noteSplit } from "../ledger/note-split.js";
import type { OrderRecord } from "../ledger/order-record.js";
import type { Outcome } from "../ledger/outcome.js";
import { type ReconcileReport, reconcile } from "../reconcile/reconcile.js";
import { UNBOOKED } from "./engine-teller.js";
import type { FillFee } from "./fill-fees.js";
import type { CutByHand, HeldList } from "./held-orders.js";
import { LiveBrokerParts } from "./live-broker-parts.js";
import { isReducing } from "./order-bounds.js";
import type { Send } from "./outgoing.js";
import { restoredSession } from "./restored-run.js";
import { tellUntraded } from "./untraded.js";

/**
 * The broker of a live session. What the strategy asks for is gathered until `flush`, which commits it to the journal,
 * all in one transaction, and only then sends it. What the broker tells is gathered as well, until `dispatch` takes it
 * through the ledger and tells the engine what of it is new.
 *
 * It never sends an order twice: one without an answer becomes unknown and is asked for.
 */
export class LiveBroker extends LiveBrokerParts implements Broker {
  readonly tradesAtClose = false;
  readonly targetsWait = true;
  readonly alertBelow = Number.NEGATIVE_INFINITY;
  /** Nothing falls due by the engine's reckoning: see `due`. */
  readonly nextDue = Infinity;
  /** Units of the order that is being changed. */
  private sizeBefore = Number.NaN;
  private canSend = false;
  /** Orders that have more units at the broker than others of their group have left them. */
  private tooLarge: readonly OrderRecord[] = [];
  private restoredRecords: readonly OrderRecord[] = [];
  /** Symbols that the session before was flattening. */
  private flattening: readonly string[] = [];
  /** What it was to cut of orders. */
  private cut: readonly CutByHand[] = [];

  /** Whether orders can be sent now; the session says so. */
  get isConnected(): boolean {
    return this.canSend;
  }

  set isConnected(isConnected: boolean) {
    const { canSend } = this;
    this.canSend = isConnected;
    if (canSend && !isConnected) this.parts.ledger.connectionLost();
    if (canSend || !isConnected || !this.isBound) return;
    // The account was looked at before anything could leave: what that look has left too large is changed now.
    this.decided.push(() => this.fitAnew());
    this.onReady();
  }

  // ---- what the engine asks -----------------------------------------------------------------------------------

  refusal(order: number, quantity: number): Denial | undefined {
    const { journal, ledger, instruments, conIds } = this.parts;
    if (journal.hasFailed) return { code: "JOURNAL", details: { state: "failed" } };
    if (!this.isConnected) return { code: "NOT_CONNECTED", details: {} };
    const { book } = this.run;
    const parent = this.rows.at(book.parent[order]);
    if (parent !== undefined && isOutOfReach(ledger, parent)) {
      const client = parent.intent.clientId;
      return {
        code: "OTHER_CLIENT",
        details: { client, reason: `no order of ours can wait for one of client id ${client}` },
      };
    }
    const instrument = book.instrument[order];
    const { symbol } = instruments[instrument];
    const block = ledger.blockOf(symbol);
    const isOpened = ledger.opened.has(conIds[instrument]);
    if (block === undefined && isOpened) return undefined;
    if (isReducing(this.run, order, quantity, ledger.unnamed(symbol))) return undefined;
    const reason = block === undefined ? "the account has not been looked at" : block.detail;
    return { code: "RECONCILE", details: { instrument: symbol, reason } };
  }

  submit(order: number): void {
    const { book, events } = this.run;
    this.teller.sentAt[order] = this.run.clock.now;
    const parent = book.parent[order];
    if (parent >= 0 && !isWorking(book.status[parent])) {
      // It was held while its parent ended: it is cut to what that has filled.
      if (book.filled[parent] <= DUST) {
        events.cancelled(order);
        return;
      }
      const most = this.exits.most(order);
      if (most <= DUST) {
        events.cancelled(order);
        return;
      }
      book.quantity[order] = Math.min(book.quantity[order], most);
    }
    this.outgoing.submit(order);
    if (this.closing.isClosing(order)) this.endUndead();
  }

  held(kind: BundleKind, orders: readonly number[]): void {
    this.heldOrders.add(kind, orders);
  }

  dropped(): void {}

  modifying(order: number): void {
    this.sizeBefore = this.run.book.quantity[order];
  }

  modified(order: number): void {
    if (!this.outgoing.has(order)) this.outgoing.change(order);
    const quantity = this.run.book.quantity[order];
    const record = this.rows.at(order);
    if (quantity === this.sizeBefore) return;
    if (record === undefined) this.exits.followUnsent(order, this.sizeBefore, quantity);
    else {
      this.cuts.forget(record);
      this.exits.follow(record, this.sizeBefore, quantity);
    }
  }

  cancel(order: number): void {
    const { book, events } = this.run;
    if (!isSent(book.status[order])) return;
    if (this.outgoing.has(order)) {
      this.endUnsent(order);
      return;
    }
    const record = this.rows.at(order);
    if (record === undefined || this.outgoing.isCancelling(record)) return;
    // One that has not left is sent when it is asked for again, if it can leave now.
    if (record.wantsCancel && !(record.isCancelUnsent && this.isConnected)) return;
    if (!this.unwanted.isCancellable(record)) return;
    this.outgoing.cancel(record);
    if (book.status[order] !== PENDING_CANCEL) events.pendingCancel(order);
  }

  flattened(instrument: number): void {
    this.forced.begin(instrument);
    this.endUndead();
  }

  split(instrument: number, numerator: number, denominator: number): void {
    const { ledger, instruments, conIds } = this.parts;
    const { symbol } = instruments[instrument];
    noteSplit(ledger, { at: this.run.clock.now, symbol, conId: conIds[instrument], numerator, denominator });
    this.cuts.split(symbol, numerator, denominator);
  }

  onBar(): void {}
  onQuote(): void {}
  onTrade(): void {}
  onInstantEnd(): void {}

  // ---- what the session asks ----------------------------------------------------------------------------------

  /** Whether there is something for `dispatch`. */
  get hasNews(): boolean {
    return !this.facts.isEmpty || this.decided.length > 0 || (this.isBound && this.parts.ledger.hasOutcomes);
  }

  /** When `onDue` is to be called; Infinity for never. */
  get due(): Instant {
    const own = this.isBound ? Math.min(this.forced.due, this.outgoing.nextEnd, this.refused.due) : Infinity;
    return Math.min(this.watch.due, this.positions.due, this.again.due, own);
  }

  /** Looks what is late by now. Called as `dispatch` is: the engine may be told of it. */
  onDue(now: Instant = this.run.clock.now): void {
    this.watch.look(now);
    this.positions.look(now);
    if (this.isBound) this.endWaiting(now);
    if (this.isBound) this.forced.askFor(now);
    if (this.isBound) this.refused.ask(now);
    if (this.again.isDue(now)) this.parts.news.ask("what the last look at the account has left open");
    this.tellNews(now);
  }

  /** The account could not be looked at though somebody asked: it is asked again, ever more seldom. */
  lookFailed(now: Instant): void {
    this.again.looked(false, now);
  }

  /** Takes what the broker has told through the ledger and tells the engine. Called between handlers. */
  dispatch(now: Instant = this.run.clock.now): void {
    const { decided } = this;
    this.decided = [];
    for (const tell of decided) tell();
    for (let fact = this.facts.take(); fact !== undefined; fact = this.facts.take()) {
      if (fact.kind === "position") this.positions.heard(fact.position, now);
      hearFact(this.parts.ledger, fact, now);
      this.tellNews(now);
    }
    // What could not leave has become news with the flush before, and no fact will follow it.
    if (this.isBound && this.parts.ledger.hasOutcomes) this.tellNews(now);
  }

  /**
   * Commits all that was asked, told and noted since the last time, and then sends what was asked. That something has
   * left is committed with what comes next, so that an order waits for the disk once.
   * @throws LiveError JOURNAL_FAILED, JOURNAL_SHARED: nothing was sent but cancels of what could increase a position
   */
  flush(): void {
    const { journal } = this.parts;
    // Until the engine has taken over what was left, it has asked for nothing and holds nothing.
    const sends = this.isBound ? this.prepare() : [];
    const held = this.isBound ? this.heldOrders.changed() : undefined;
    if (held !== undefined) journal.putHeldOrders(held);
    try {
      if (sends.length > 0 || journal.isUrgent) journal.commit();
    } catch (error) {
      // A cancel that nobody knows of is found out by the order's end. One of an exit stays: nothing could replace it.
      this.sendAll(sends.filter(({ cancels }) => cancels !== undefined && this.couldIncrease(cancels)));
      for (const { changes } of sends) if (changes !== undefined) this.changeStays(changes, error);
      throw error;
    }
    const failure = this.sendAll(sends);
    if (failure !== undefined) throw failure;
  }

  /** @returns the first of what was thrown */
  private sendAll(sends: readonly Send[]): unknown {
    let failure: unknown;
    for (const { send } of sends) {
      try {
        send();
      } catch (error) {
        // The others are committed and have to go. Whether this one went is for the broker to tell.
        failure ??= error;
        this.parts.news.ask("something could not be handed over");
      }
    }
    return failure;
  }

  /** A change was asked for and cannot leave, for it is not written down. */
  private changeStays({ intent: { orderId } }: OrderRecord, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.facts.add({ kind: "unsent", orderId, what: "change", reason });
    this.onReady();
  }

  /**
   * Whether an order could increase a position, beside all exits whose cancels do not leave: one of this run, or what works
   * of one that counts as filled.
   */
  private couldIncrease(record: OrderRecord): boolean {
    if (this.excess.isToEnd(record)) return true;
    const { row } = record;
    if (row < 0) return false;
    const { book, working, portfolio } = this.run;
    // What closes an entry that has filled is never one, whatever is known of its size.
    if (isExit(book, row) && book.filled[book.parent[row]] > DUST) return false;
    const instrument = book.instrument[row];
    const orders = working.of(instrument);
    return increasing(book, orders, portfolio.quantity[instrument], () => true).includes(row);
  }

  /** What a row's order is known by to journal and broker; "" for one that was never sent. */
  refOf(row: number): string {
    return this.rows.at(row)?.intent.ref ?? "";
  }

  /** What the latest fills of the run's orders have cost, the newest last. */
  get fillFees(): readonly FillFee[] {
    return this.teller.fees.latest;
  }

  /**
   * Has an operator's word noted in the ledger, tells the engine, and leaves no order more to close than is held by that.
   * Called as `dispatch` is.
   * @param note notes it; where it throws nothing has changed
   * @returns what has become of orders by it, as a person would say it
   */
  tellNoted(now: Instant, note: () => void): string[] {
    return this.closedByHand.during(() => {
      note();
      this.tellNews(now);
    });
  }

  /** Names the moment at which the broker's state begins to be read; `reconcile` wants it. */
  beginReconcile(now: Instant): number {
    this.dispatch(now);
    return this.parts.ledger.count;
  }

  /**
   * Holds the journal against what the broker has, as `readBrokerState` has read it since `beginReconcile`. Called as
   * `dispatch` is once `bind` was, and before that at any time; `flush` keeps what came of it.
   */
  reconcile(state: BrokerState, since: number, isUpstreamUp: boolean, now: Instant): ReconcileReport {
    const { ledger, instruments, conIds } = this.parts;
    this.dispatch(now);
    const contracts = instruments.map(({ symbol, index, multiplier }) => {
      const mark = this.account?.portfolio.mark[index] ?? Number.NaN;
      return { symbol, conId: conIds[index], multiplier, mark };
    });
    const report = reconcile(ledger, { state, now, isUpstreamUp, since, contracts });
    this.positions.looked(state.positions);
    // What was told follows whatever is missing beside it.
    if (isUpstreamUp) for (const record of report.uncancelled) this.unwanted.add(record);
    this.tellOutcomes(now);
    if (report.isFull) this.undead.looked();
    if (report.isFull && this.isBound) this.unprotected.looked(since);
    this.tellNews(now);
    this.tooLarge = isUpstreamUp ? report.tooLarge : [];
    if (isUpstreamUp && this.isBound) this.fitSizes();
    this.clearUndead(report, now);
    if (isUpstreamUp && this.isBound) this.forced.tellStanding();
    this.again.looked(report.isSettled, now, isUpstreamUp);
    this.holdClosing(report, now);
    this.session.lookForeign();
    this.report.tell(report);
    return report;
  }

  /**
   * What the journal has left for this run, best asked for when it was held against the broker. `bind`, with the rows of
   * its orders, must follow before anything else is heard.
   */
  restored(now: Instant): RestoredRun {
    const { journal, ledger, instruments, news } = this.parts;
    const text = journal.heldOrders();
    const held = text === "" ? undefined : (JSON.parse(text) as HeldList);
    // What the last run did not know of, this one is handed.
    for (const { symbol } of instruments) {
      noteBlock(ledger, { at: now, symbol, why: UNBOOKED, isSet: false, detail: "the session has started again" });
    }
    tellUntraded(ledger, instruments, news);
    const { run, records } = restoredSession(ledger, held, instruments);
    this.restoredRecords = records;
    this.flattening = held?.flattening ?? [];
    this.cut = held?.cut ?? [];
    const losses = journal.lossFigures();
    return losses === undefined ? run : { ...run, losses };
  }

  /** Orders may end earlier or later than before. */
  hoursChanged(): void {
    this.watch.endsKnown();
  }

  /**
   * Whether an order that is to close an instrument by force waits here, and was not sent; or works, sent or not; or
   * neither.
   */
  closingOf(instrument: number): "waits" | "works" | undefined {
    return this.forced.stateOf(instrument);
  }

  /** Orders that a closing by force waits for which was not sent, and that may fill or whose fills are not known. */
  awaitedOf(instrument: number): OrderRecord[] {
    return this.forced.awaitedOf(instrument);
  }

  /** Whether orders of an instrument that a flattening has cancelled may still fill, or have and it is not closed. */
  mayFillLate(instrument: number): boolean {
    return this.forced.mayFillLate(instrument);
  }

  /** What orders have filled that a flattening had cancelled, by instrument, each told once: see ForcedClosing. */
  takeLate(isNow = false): number[] {
    return this.isBound && this.isConnected ? this.forced.takeLate(isNow) : [];
  }

  /** Instruments whose forced closing has not come about for a reason that is gone now, each told once. */
  takeOwed(): number[] {
    return this.isBound && this.isConnected ? this.forced.takeOwed() : [];
  }

  /** What was to be closed by force is to be closed no more. */
  forgetOwed(): void {
    this.forced.forget();
  }

  /** The rows that the orders of `restored` have in this run, in that order. From now on the engine is told all news. */
  bind(run: RestoredRun, rows: readonly number[]): void {
    const { book } = this.run;
    this.isBound = true;
    for (const [i, record] of this.restoredRecords.entries()) {
      this.rows.bind(rows[i], record);
      this.teller.sentAt[rows[i]] = record.intent.at;
      if (record.intent.group !== "") this.outgoing.nameGroup(book.group[rows[i]], record.intent.group);
    }
    this.watch.endsKnown();
    this.forced.resume(this.flattening);
    this.cuts.resume(this.cut);
    for (const { kind, orders } of run.held)
      this.heldOrders.add(
        kind,
        orders.map((place) => rows[place]),
      );
    // What has ended while nobody was there, or before what follows of it was written down.
    for (const outcome of this.early.take()) {
      this.exits.missed(outcome);
      if (outcome.kind === "filled") this.unprotected.filled(outcome.record);
      if (bearsOnClosing(outcome)) this.decided.push(() => this.fitClosing(outcome.record));
      if (outcome.kind === "revived") this.decided.push(() => this.consequences.leaveToOthers(outcome.record));
    }
    if (this.early.hasLate) this.decided.push(() => this.followEarly());
    const hasSizes = this.exits.endedParents.size > 0 || this.tooLarge.length > 0 || this.exits.hasMissed;
    const areCut = this.cut.length > 0 || this.exits.isAnyTakenOff || this.closingSizes.isOwed;
    if (hasSizes || areCut) this.decided.push(() => this.fitAnew());
    if (this.unprotected.hasMissed) this.decided.push(() => this.unprotected.resume());
    if (this.decided.length > 0) this.onReady();
  }

  // ---- inside -------------------------------------------------------------------------------------------------

  private get run(): BrokerAccount {
    if (this.account === undefined) throw new Error("the broker has not been connected to an engine");
    return this.account;
  }

  private prepare(): Send[] {
    this.excess.settle();
    this.refused.note(this.run.clock.now);
    for (const record of this.unwanted.take()) this.outgoing.cancel(record);
    const sends = this.outgoing.prepare(this.isConnected);
    // What waits is kept as what is held is: the next session goes on with it.
    this.heldOrders.addWaiting(this.outgoing.waitingRows);
    return sends;
  }

  /** What still waits at the end of its day ends with it: an order of the next session is another decision. */
  private endWaiting(now: Instant): void {
    const { events } = this.run;
    for (const row of this.outgoing.over(now)) {
      const [own, ...children] = this.outgoing.withdraw(row);
      if (own !== undefined) events.expired(own);
      for (const child of children) events.cancelled(child);
    }
  }

  private tellNews(now: Instant): void {
    this.tellOutcomes(now);
    this.undead.settle(now);
    this.tellOutcomes(now);
    if (this.isBound) this.consequences.followElsewhere();
    if (this.isBound) this.unprotected.settle();
  }

  private tellOutcomes(now: Instant): void {
    for (const outcome of this.parts.ledger.takeOutcomes()) {
      this.session.tell(outcome, now);
      // What has come of a disputed position may have settled it.
      if (this.isOfDisputed(outcome)) this.again.soon(now);
      if (outcome.kind === "undead") this.undead.add(outcome.record, now);
      if (outcome.kind === "revived") this.unwanted.remove(outcome.record);
      if (outcome.kind === "rejected" && outcome.record.isRefusedByMessage) this.watch.refusedByMessage(outcome.record);
      if (this.isBound) {
        this.consequences.tell(outcome);
        if (bearsOnClosing(outcome) && !this.mayExplain(outcome)) this.fitClosing(outcome.record);
        if (outcome.kind === "foreignExecution") this.closingSizes.fitForced(this.indexOf(outcome.symbol));
      } else this.early.hear(outcome, now);
    }
  }

  /**
   * Whether what an order that closes has filled itself may be the difference that a look has just found: the next look,
   * which is soon, says, and has it cut then. The fill of any other makes it too large whatever the difference is.
   */
  private mayExplain(outcome: Outcome): boolean {
    if (outcome.kind !== "filled" || outcome.record.row < 0 || !this.closing.isClosing(outcome.record.row))
      return false;
    const { symbol, side } = outcome.record.intent;
    return this.standing.mayBe(symbol, side * outcome.quantity);
  }

  private fitClosing({ intent }: OrderRecord): void {
    this.closingSizes.fit(this.indexOf(intent.symbol));
  }

  /** Closing orders that work close no more than the account holds, once two looks agree on what that is. */
  private holdClosing(report: ReconcileReport, now: Instant): void {
    const { standing, fresh, gone } = this.standing.looked(report, now);
    if (!this.isBound) return;
    for (const symbol of [...standing, ...gone]) this.closingSizes.fit(this.indexOf(symbol));
    if (fresh.some((symbol) => this.closingSizes.works(this.indexOf(symbol)))) this.again.soon(now);
  }

  /** -1 of an instrument that this run does not trade. */
  private indexOf(symbol: string): number {
    return this.parts.instruments.findIndex((one) => one.symbol === symbol);
  }

  private followEarly(): void {
    for (const [record, units] of this.early.takeLate()) {
      if (record.row < 0) this.consequences.filledElsewhere(record, units);
    }
    this.consequences.followElsewhere();
  }

  /** Changes what the broker has with more units than are left to it. */
  private fitSizes(): void {
    this.exits.fitGroups(this.tooLarge);
    // Without a connection none of these changes leaves: they are asked for again when there is one.
    if (this.isConnected) this.tooLarge = [];
    this.exits.followMissed();
    this.exits.fitAll();
    this.cuts.cutAgain();
    this.closingSizes.fitOwed();
  }

  /** The same behind a time in which no change could leave: exits whose entry has not ended are looked at as well. */
  private fitAnew(): void {
    this.fitSizes();
    this.exits.fitEvery();
  }

  /** Ends an order that has not left, with those that wait for it. */
  protected endUnsent(row: number): void {
    const { events } = this.run;
    const rows = this.outgoing.has(row) ? this.outgoing.withdraw(row) : [row];
    for (const one of rows) events.cancelled(one);
  }

  private isOfDisputed(outcome: Outcome): boolean {
    if (outcome.kind !== "filled" && outcome.kind !== "busted" && outcome.kind !== "foreignExecution") return false;
    const symbol = outcome.kind === "foreignExecution" ? outcome.symbol : outcome.record.intent.symbol;
    return this.parts.ledger.unnamed(symbol) !== 0;
  }

  protected refuseLater(row: number, denial: Denial | undefined): void {
    const { events } = this.run;
    this.decided.push(() => {
      if (denial === undefined) events.cancelled(row);
      else {
        events.rejected(row, denial);
        this.unprotected.unsendable(row, denial);
      }
    });
    this.onReady();
  }

  /** What the run does not have is cancelled with what it has, for a closing order waits for the ends of all. */
  private endUndead(): void {
    this.undead.settle(this.run.clock.now);
  }

  private clearUndead(report: ReconcileReport, now: Instant): void {
    if (!report.isFull) return;
    for (const record of this.parts.ledger.records) {
      if (record.isUndead) continue;
      const { symbol, id } = record.intent;
      noteBlock(this.parts.ledger, { at: now, symbol, why: `undead ${id}`, isSet: false, detail: "it has ended" });
    }
  }
}

/** What closes only is held to what is left by what orders fill; one that could not be cut then, by its answer. */
function bearsOnClosing(
  outcome: Outcome,
): outcome is Extract<Outcome, { readonly kind: "filled" | "busted" | "accepted" }> {
  return outcome.kind === "filled" || outcome.kind === "busted" || outcome.kind === "accepted";
}
