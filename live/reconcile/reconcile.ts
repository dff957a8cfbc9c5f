import { canStillFill } from "../../brokers/ib/order-statuses.js";
import type { BrokerPosition } from "../../brokers/tws/account/account-questions.js";
import type { BrokerOrder } from "../../brokers/tws/account/broker-order.js";
import type { BrokerState } from "../../brokers/tws/account/broker-state.js";
import { DUST } from "../../core/dust.js";
import type { Instant } from "../../core/market/bar-size.js";
import { SECOND } from "../../core/market/bar-size.js";
import { BEFORE_WAIT } from "../ledger/filled-before.js";
import { hearFact } from "../ledger/hear-fact.js";
import { DIFFERENCE, type Ledger } from "../ledger/ledger.js";
import { FAMILY_WAIT, leftBehindSince } from "../ledger/left-behind.js";
import { matchOrder } from "../ledger/match.js";
import { noteBlock } from "../ledger/note-block.js";
import { noteFilled } from "../ledger/note-filled.js";
import { NOT_ARRIVED, type OrderRecord, UNCHANGED } from "../ledger/order-record.js";
import { namedByFills } from "./missing-fills.js";
import { estimatePrice } from "./price-estimate.js";

/** Two looks that are closer than this see the same moment: they do not agree with each other, they are one. */
export const PASS_GAP = 2 * SECOND;
/**
 * How long an execution may stay away that a status has told of, before the position is believed; and how long the fills
 * of an order that a message has ended, where not all can be read that would tell them.
 */
const MISSING_WAIT = 10 * SECOND;
/** How many full reconciliations must find no trace of an order before it counts as gone. */
const PASSES = 2;

/** Why an instrument is blocked of which nobody knows whether the broker holds any. */
export const UNREAD = "unread";

/** A contract that the session trades. */
export interface ReconciledContract {
  readonly symbol: string;
  readonly conId: number;
  readonly multiplier: number;
  /** The latest price of the market; NaN where none is known. */
  readonly mark: number;
}

export interface ReconcileInput {
  readonly state: BrokerState;
  readonly now: Instant;
  /** Whether TWS reaches IB: without that nothing follows from what it does not tell. */
  readonly isUpstreamUp: boolean;
  /** The ledger's count when the state began to be read: what was learnt since is newer than the state. */
  readonly since: number;
  readonly contracts: readonly ReconciledContract[];
}

export interface PositionDifference {
  readonly symbol: string;
  readonly conId: number;
  /** Signed units: by the journal, of others, and by the broker. */
  readonly own: number;
  readonly foreign: number;
  readonly broker: number;
  /** What the broker has more than these two. */
  readonly difference: number;
}

export interface ReconcileReport {
  /** Whether all was told: only then was anything concluded from what is missing. */
  readonly isFull: boolean;
  /** Orders without a trace, for the first time or without the broker's agreement. */
  readonly lost: readonly OrderRecord[];
  /** Orders that count as gone from now on. */
  readonly dead: readonly OrderRecord[];
  /** Orders of which fills were booked from the change of position. */
  readonly recovered: readonly OrderRecord[];
  /** Orders that still work at the broker and were to be cancelled, or should have ended with the one they waited for. */
  readonly uncancelled: readonly OrderRecord[];
  /** Orders that have more units at the broker than others of their group have left them. */
  readonly tooLarge: readonly OrderRecord[];
  readonly differences: readonly PositionDifference[];
  /** What the account holds of contracts that the session does not trade. */
  readonly otherPositions: readonly BrokerPosition[];
  /** Whether another look is needed before all is settled. */
  readonly isSettled: boolean;
}

/**
 * Holds a session's ledger against all that the broker can tell: every order, every execution, every position. What
 * the broker still knows is taken over; what it has no trace of is lost for now, and gone when two full looks agree; and
 * where a position is not what fills and named adjustments make it, its instrument is blocked. Twice the same changes
 * nothing.
 */
export function reconcile(ledger: Ledger, input: ReconcileInput): ReconcileReport {
  return new Reconciliation(ledger, input).run();
}

class Reconciliation {
  private readonly ledger: Ledger;
  private readonly input: ReconcileInput;
  private readonly isFull: boolean;
  /** Whether fills and positions can be held against each other, as far as the positions can be read. */
  private readonly isCounted: boolean;
  /** Orders that nothing was learnt of while the state was read. */
  private readonly quiet: ReadonlySet<OrderRecord>;
  /** Instruments whose position has changed while the state was read: which of the two is newer nobody knows. */
  private readonly unsteady: ReadonlySet<string>;
  private readonly completed = new Set<OrderRecord>();
  private readonly lost: OrderRecord[] = [];
  private readonly dead: OrderRecord[] = [];
  private readonly recovered = new Set<OrderRecord>();
  private readonly uncancelled: OrderRecord[] = [];
  private readonly tooLarge: OrderRecord[] = [];

  constructor(ledger: Ledger, input: ReconcileInput) {
    this.ledger = ledger;
    this.input = input;
    const { hasAllOrders, hasAllExecutions, hasAllPositions } = input.state;
    this.isCounted = hasAllExecutions && input.isUpstreamUp;
    this.isFull = this.isCounted && hasAllOrders && hasAllPositions;
    const changed = [...ledger.changedAt].filter(([, count]) => count > input.since);
    this.unsteady = new Set(changed.map(([symbol]) => symbol));
    this.quiet = new Set(ledger.records.filter(({ touched }) => touched <= input.since));
  }

  run(): ReconcileReport {
    const { ledger } = this;
    const { state } = this.input;
    const working = this.takeOrders();
    const gone = ledger.open.filter((record) => this.isTraceless(record, working));
    if (this.isFull) this.countPass(gone);
    const differences = this.input.contracts.flatMap((contract) => this.holdPosition(contract, gone));
    if (this.isFull) for (const record of gone) this.judge(record, differences);
    for (const record of ledger.open) if (record.isFillUnknown) this.count(record);
    for (const record of ledger.open) if (record.dueBefore > 0) this.countBefore(record);
    const conIds = new Set(this.input.contracts.map(({ conId }) => conId));
    const hasOpen = differences.length > 0 || this.lost.length > 0 || this.unsteady.size > 0;
    const isOpen = (one: OrderRecord): boolean => one.isUncounted || one.dueBefore > 0 || this.mayStand(one);
    const isSettled = this.isFull && !hasOpen && !ledger.open.some(isOpen);
    this.notePass(differences);
    return {
      isFull: this.isFull,
      lost: this.lost,
      dead: this.dead,
      recovered: [...this.recovered],
      uncancelled: this.uncancelled,
      tooLarge: this.tooLarge,
      differences,
      otherPositions: state.positions.filter((one) => this.isOfAccount(one.account) && !conIds.has(one.conId)),
      isSettled: isSettled && ledger.open.every((record) => record.missing === 0 || working.has(record)),
    };
  }

  /** Hears all that was told as if it came now; the orders that work at the broker. */
  private takeOrders(): ReadonlySet<OrderRecord> {
    const { ledger } = this;
    const { state, now } = this.input;
    const working = new Set<OrderRecord>();
    for (const order of state.openOrders) {
      const record = this.isOfAccount(order.account) ? matchOrder(ledger, order) : undefined;
      // What was learnt while the list was read is newer than the list.
      if (record !== undefined && !this.quiet.has(record)) {
        if (record.isOpen) working.add(record);
        const works = canStillFill(order.status) !== false && order.status !== "PendingCancel";
        if (record.isCancelUnsent && works) this.uncancelled.push(record);
        continue;
      }
      hearFact(ledger, { kind: "open", order }, now);
      if (record === undefined || canStillFill(order.status) === false) continue;
      working.add(record);
      this.checkWorking(record, order);
    }
    for (const execution of state.executions) hearFact(ledger, { kind: "execution", execution }, now);
    for (const order of state.completedOrders) {
      const record = this.isOfAccount(order.account) ? matchOrder(ledger, order) : undefined;
      if (record !== undefined) this.completed.add(record);
      hearFact(ledger, { kind: "completed", order }, now);
    }
    return working;
  }

  /** An order that works at the broker: it is alive, and has the terms that were asked for or has not taken them. */
  private checkWorking(record: OrderRecord, order: BrokerOrder): void {
    const { ledger } = this;
    const { now } = this.input;
    const { id, symbol } = record.intent;
    const note = (verdict: "found" | "change-refused", code: string, text: string): void =>
      ledger.note({ kind: "verdict", at: now, intent: id, verdict, code, text, remedy: "", passes: 0 });
    if ((record.end !== undefined && !record.isUndead) || record.isUnknown) {
      note("found", "FOUND", `the broker has it as ${order.status}`);
    }
    noteBlock(ledger, { at: now, symbol, why: `lost ${id}`, isSet: false, detail: "the broker has it" });
    const { terms } = record;
    // While one has yet to leave nothing says that it will not be taken.
    const isAnswerDue = terms.isChanging && !terms.isChangeUnsent;
    if (isAnswerDue && terms.told.quantity === terms.told.quantity && !terms.areAgreed) {
      // One that went over a connection that is gone may never have come to the broker: then it is no answer.
      note("change-refused", terms.isChangeCutOff ? NOT_ARRIVED : UNCHANGED, "the broker has it as it was");
    }
    if (record.end === undefined && !terms.isChanging && terms.arePricesOthers) {
      note("found", "PRICES", "the broker has it with other prices");
    }
    const isToEnd = this.isToEnd(record);
    if (isToEnd && order.status !== "PendingCancel") this.uncancelled.push(record);
    if (terms.isTooLarge && !isToEnd) this.tooLarge.push(record);
  }

  /** Whether an order is to be cancelled: somebody has asked for it, or another has left it behind. */
  private isToEnd(record: OrderRecord): boolean {
    return record.wantsCancel || this.input.now - leftBehindSince(this.ledger, record) >= FAMILY_WAIT;
  }

  /**
   * Whether an order is to be cancelled, and this look does not say that the broker knows it: the cancel has not left, or
   * something was learnt of the order meanwhile, by which the look could not judge it.
   */
  private mayStand(record: OrderRecord): boolean {
    if (record.isCancelUnsent) return true;
    const isAsked = this.isToEnd(record) && record.end === undefined && record.status !== "PendingCancel";
    return isAsked && !this.quiet.has(record);
  }

  /** Whether the broker has told nothing of an order that should be there. */
  private isTraceless(record: OrderRecord, working: ReadonlySet<OrderRecord>): boolean {
    if (!this.quiet.has(record) || working.has(record) || this.completed.has(record)) return false;
    if (record.isUndead) return true;
    if (record.end !== undefined) return false;
    if (record.remaining > DUST || record.excess > 0) return true;
    // Its executions are all here: that it was filled needs no status.
    noteFilled(this.ledger, record, this.input.now);
    return false;
  }

  private countPass(gone: readonly OrderRecord[]): void {
    const { ledger } = this;
    const { now } = this.input;
    for (const record of gone) {
      if (record.passes >= PASSES || now - record.passAt < PASS_GAP) continue;
      const { id, symbol } = record.intent;
      const passes = record.passes + 1;
      const text = "neither an order, nor an execution of it";
      ledger.note({ kind: "verdict", at: now, intent: id, verdict: "lost", code: "LOST", text, remedy: "", passes });
      const detail = `the broker has no trace of order ${id}`;
      noteBlock(ledger, { at: now, symbol, why: `lost ${id}`, isSet: true, detail });
    }
  }

  /** What the broker holds of a contract against what the ledger makes of it. */
  private holdPosition(contract: ReconciledContract, gone: readonly OrderRecord[]): PositionDifference[] {
    const { ledger } = this;
    const { now } = this.input;
    const { symbol, conId } = contract;
    // What the list lacks may be held: nothing follows for what there is to close, and nothing is added to it.
    const isUnread = !this.input.state.hasAllPositions && this.positionOf(conId) === undefined;
    const readable = isUnread ? "the broker's positions cannot all be read" : "the broker's positions can be read";
    noteBlock(ledger, { at: now, symbol, why: UNREAD, isSet: isUnread, detail: readable });
    if (isUnread) return [];
    if (!ledger.opened.has(conId)) {
      if (!this.isCounted) return [];
      this.noteOpening(contract);
    }
    if (this.unsteady.has(symbol)) return [];
    if (this.isFull) this.recover(contract, gone);
    const difference = this.differenceOf(contract);
    const isEqual = Math.abs(difference.difference) <= DUST;
    if (isEqual && this.isFull) this.writeOff(symbol);
    // Equal sums prove little while executions may be missing on both sides.
    if (isEqual && !this.isCounted) return [];
    const { own, foreign, broker } = difference;
    const detail = isEqual
      ? "journal and broker agree"
      : `the broker holds ${broker}, the session ${own} and others ${foreign}`;
    noteBlock(ledger, { at: now, symbol, why: DIFFERENCE, isSet: !isEqual, detail, difference: difference.difference });
    return isEqual ? [] : [difference];
  }

  private differenceOf({ symbol, conId }: ReconciledContract): PositionDifference {
    const own = this.ledger.holdings.get(symbol)?.quantity ?? 0;
    const foreign = this.ledger.foreign.get(conId) ?? 0;
    const broker = this.positionOf(conId)?.quantity ?? 0;
    return { symbol, conId, own, foreign, broker, difference: broker - own - foreign };
  }

  private positionOf(conId: number): BrokerPosition | undefined {
    return this.input.state.positions.find((one) => one.conId === conId && this.isOfAccount(one.account));
  }

  /** What the account holds when it is first looked at and the session has not made is none of the session's. */
  private noteOpening({ symbol, conId }: ReconciledContract): void {
    const own = this.ledger.holdings.get(symbol)?.quantity ?? 0;
    const foreign = (this.positionOf(conId)?.quantity ?? 0) - own - (this.ledger.foreign.get(conId) ?? 0);
    this.noteAdjustment({ symbol, conId }, { name: "opening", intent: 0, own: 0, foreign, price: Number.NaN });
  }

  /** Books fills that can no longer be had, where they are exactly what the position has changed by. */
  private recover(contract: ReconciledContract, gone: readonly OrderRecord[]): void {
    const { difference } = this.differenceOf(contract);
    const candidates = this.ledger.records.filter((one) => one.intent.symbol === contract.symbol);
    const told = candidates.map((record) => ({ record, quantity: this.quiet.has(record) ? record.missing : 0 }));
    // An order that something was just learnt of may be the one that has filled: then nothing is plain of the others.
    const isStirred = candidates.some((one) => one.isOpen && !this.quiet.has(one));
    const isPlain = !isStirred && this.hasStood(contract.symbol, difference);
    const agreed = isPlain ? gone.filter((one) => candidates.includes(one) && one.passes >= PASSES) : [];
    const likely = agreed.map((record) => ({ record, quantity: record.remaining + record.excess }));
    for (const { record, quantity } of namedByFills(difference, told, likely)) {
      const { side, id } = record.intent;
      const position = this.positionOf(contract.conId);
      const price = estimatePrice(this.ledger, record, quantity, position, contract.multiplier, contract.mark);
      this.noteAdjustment(contract, { name: "recovered", intent: id, own: side * quantity, foreign: 0, price });
      this.recovered.add(record);
    }
  }

  /**
   * Whether an earlier look saw the same difference. One that is new may be the fill of an order that works: the lists
   * of an account are read one after the other, and its execution is in the next.
   */
  private hasStood(symbol: string, difference: number): boolean {
    const known = this.ledger.blocks.get(symbol)?.get(DIFFERENCE);
    return known !== undefined && known.difference === difference && this.input.now - known.at >= PASS_GAP;
  }

  /** What was told as filled long ago, and neither executed nor held, was taken back before it was heard of. */
  private writeOff(symbol: string): void {
    const { now } = this.input;
    for (const record of this.ledger.open) {
      if (record.intent.symbol !== symbol || !this.quiet.has(record)) continue;
      if (record.missing === 0 || !(now - record.fills.missingSince >= MISSING_WAIT)) continue;
      const text = `${record.missing} units that were told as filled are neither executed nor held`;
      const at = now;
      this.ledger.note({
        kind: "verdict",
        at,
        intent: record.intent.id,
        verdict: "short",
        code: "SHORT",
        text,
        remedy: "",
        passes: 0,
      });
    }
  }

  private noteAdjustment(
    { symbol, conId }: { readonly symbol: string; readonly conId: number },
    change: {
      readonly name: "opening" | "recovered";
      readonly intent: number;
      readonly own: number;
      readonly foreign: number;
      readonly price: number;
    },
  ): void {
    const isEstimate = change.name === "recovered";
    const at = this.input.now;
    const base = { kind: "adjustment", at, symbol, conId, isEstimate, numerator: 1, denominator: 1, note: "" } as const;
    this.ledger.note({ ...base, ...change });
  }

  /**
   * What an order has filled that has ended, or that misses executions, is known or is in the position. Whoever closes the
   * position then closes no more than is left of it, for a difference is held against him.
   */
  private count(record: OrderRecord): void {
    const { state, now, isUpstreamUp } = this.input;
    const { id, symbol, conId } = record.intent;
    // Something may have been learnt that is newer than what was read.
    if (!isUpstreamUp || !this.quiet.has(record) || this.unsteady.has(symbol)) return;
    const isPositionRead = state.hasAllPositions || this.positionOf(conId) !== undefined;
    if (!isPositionRead || !this.ledger.opened.has(conId)) return;
    const since = record.missing > 0 ? record.fills.missingSince : record.endedAt;
    // All its executions were told, if all were: only what was said to have filled and is not among them is waited for.
    if (!(this.isFull && record.missing === 0) && !(now - since >= MISSING_WAIT)) return;
    const what = record.missing > 0 ? `${record.missing} units that are not executed are` : "what it has filled is";
    this.ledger.note({
      kind: "verdict",
      at: now,
      intent: id,
      verdict: "counted",
      code: "COUNTED",
      text: this.isFull && record.missing === 0 ? "all its executions are known" : `${what} taken from the position`,
      remedy: "",
      passes: 0,
    });
  }

  /** What an order is said to have filled before it was adopted, and of which nobody tells an execution, is of a day before. */
  private countBefore(record: OrderRecord): void {
    const { now } = this.input;
    const isCounted = !record.isFillUnknown && !this.unsteady.has(record.intent.symbol);
    if (!this.isFull || !isCounted || !this.quiet.has(record) || !(now - record.intent.at >= BEFORE_WAIT)) return;
    const text = `of ${record.dueBefore} units that it had filled before it was adopted there are no executions`;
    const { id } = record.intent;
    const verdict = "counted";
    this.ledger.note({ kind: "verdict", at: now, intent: id, verdict, code: "COUNTED", text, remedy: "", passes: 0 });
  }

  /** An order without a trace: gone where two full looks and the position agree, lost until then. */
  private judge(record: OrderRecord, differences: readonly PositionDifference[]): void {
    const { ledger } = this;
    const { now } = this.input;
    const { id, symbol } = record.intent;
    const isOpen = this.unsteady.has(symbol) || differences.some((one) => one.symbol === symbol);
    if (record.remaining <= DUST && record.excess === 0 && !record.isUndead) {
      noteFilled(this.ledger, record, this.input.now);
      noteBlock(ledger, { at: now, symbol, why: `lost ${id}`, isSet: false, detail: "it has filled" });
      return;
    }
    if (record.passes < PASSES || isOpen) {
      this.lost.push(record);
      return;
    }
    const text = `${PASSES} reconciliations found no trace of it`;
    ledger.note({ kind: "verdict", at: now, intent: id, verdict: "dead", code: "LOST", text, remedy: "", passes: 0 });
    for (const why of [`lost ${id}`, `undead ${id}`])
      noteBlock(ledger, { at: now, symbol, why, isSet: false, detail: text });
    this.dead.push(record);
  }

  private notePass(differences: readonly PositionDifference[]): void {
    const { ledger } = this;
    const parts = [
      ...differences.map(({ symbol, difference }) => `${symbol} differs by ${difference}`),
      ...this.lost.map(({ intent }) => `order ${intent.id} is lost`),
      ...this.dead.map(({ intent }) => `order ${intent.id} is gone`),
      ...[...this.recovered].map(({ intent }) => `a fill of order ${intent.id} was recovered`),
    ];
    const text = parts.join("; ");
    const { latestPass } = ledger;
    if (latestPass?.isFull === this.isFull && latestPass.text === text) return;
    ledger.note({ kind: "pass", at: this.input.now, isFull: this.isFull, text });
  }

  private isOfAccount(account: string): boolean {
    return account === "" || account === this.ledger.identity.account;
  }
}
