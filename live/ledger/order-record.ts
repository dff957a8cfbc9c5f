import { canStillFill } from "../../brokers/ib/order-statuses.js";
import { DUST } from "../../core/dust.js";
import type { Instant } from "../../core/market/bar-size.js";
import type { Denial } from "../../core/orders/denial.js";
import type { ExecutionEntry, IntentEntry, RequestEntry, SentEntry, StatusEntry, VerdictEntry } from "./entry.js";
import { FillCount } from "./fill-count.js";
import type { OrderNews } from "./order-news.js";
import { differs, OrderTerms, type Terms } from "./order-terms.js";

/** Why a change counts as refused that nobody has answered: the broker has the order as it was. */
export const UNCHANGED = "UNCHANGED";
/** Why one has not come about that was lost on its way, as the broker has the order as it was: nobody has refused it. */
export const NOT_ARRIVED = "NOT_ARRIVED";

/** How an order has come to its end. */
export interface End {
  readonly as: "filled" | "cancelled" | "expired" | "rejected";
  /** Whether the broker's own status says so; otherwise it follows from a message, or from the lack of any trace. */
  readonly isTold: boolean;
  readonly denial: Denial;
}

export type RecordState =
  | "intended"
  | "sent"
  | "acknowledged"
  | "partially filled"
  | "unknown"
  | "lost"
  | "filled"
  | "cancelled"
  | "expired"
  | "rejected";

/** What an execution cost. */
export interface Fee {
  readonly amount: number;
  readonly currency: string;
}

/** How those who wait for news of an order hear of them. */
export type Tell = (news: OrderNews) => void;

/**
 * What one intent has come to. It takes the entries of its order one after the other, and says what of them is new to
 * somebody who has heard all it said before.
 */
export class OrderRecord {
  readonly intent: IntentEntry;
  /** Its row in the order book of this run; -1 where it has none. */
  row = -1;
  /** The ledger's count at its latest entry. */
  touched = 0;
  permId: number;
  /** Whether the id names this order: it does not where the broker has refused it as used. */
  hasOrderId = true;
  readonly terms: OrderTerms;
  /** When the order was handed over, and when it was asked to be cancelled; NaN where it was not. */
  sentAt = Number.NaN;
  cancelAt = Number.NaN;
  /** Since when a cancel that was asked for is known not to have left; NaN where none is. */
  unsentCancelAt = Number.NaN;
  /** Why the broker has refused the cancel that was asked for last; "" where it has not. */
  cancelRefusal = "";
  /** Asked to be cancelled, sent or not, and not refused. */
  wantsCancel = false;
  isAnswered = false;
  isAccepted = false;
  isTriggered = false;
  /** Sent, and nobody knows what became of it. */
  isUnknown = false;
  /** Full reconciliations in a row that found no trace of it. */
  passes = 0;
  /** When the latest of these was; NaN before the first. */
  passAt = Number.NaN;
  status = "";
  whyHeld = "";
  readonly fills = new FillCount();
  /** Units that it had filled before it was the session's: the broker counts them, and what is kept of it has none of them. */
  filledBefore: number;
  /** Of these the units whose executions may be on their way: they are others', whenever they come. */
  dueBefore = 0;
  end: End | undefined = undefined;
  isEndHeard = false;
  endedAt = Number.NaN;
  /** Whether the one it waited for had ended when it was made: then it went out as an order of its own. */
  isAlone = false;
  /** How many of today's units one of its own is, where its instrument was split after it had ended. */
  splitSince = 1;
  /** Units of what it has filled that an operator has taken off, counted as that is. */
  takenOff = 0;
  /** When it was told inactive without a reason. */
  inactiveAt = Number.NaN;
  /** Works although it was told dead. */
  isUndead = false;
  /** Whether what it has filled in all was told with its end or behind it: a message tells an end and no more. */
  private isCountTold = false;
  private isCancelHeard = false;
  private mayFlash = false;
  private readonly tell: Tell;

  constructor(intent: IntentEntry, tell: Tell) {
    this.intent = intent;
    this.tell = tell;
    this.permId = intent.permId;
    this.filledBefore = intent.filledBefore;
    const { type, isTrailFraction, quantity, limit, stop, trail } = intent;
    this.terms = new OrderTerms(type, isTrailFraction, { quantity, limit, stop, trail });
  }

  /** Of units that the broker tells of the order those that are the session's. */
  ownPart(units: number): number {
    return this.filledBefore > 0 && units === units ? Math.max(0, units - this.filledBefore) : units;
  }

  /** Whether an execution with which the broker counts so many units is one of those. */
  isOfBefore(cumulative: number): boolean {
    return this.dueBefore > DUST && cumulative > 0 && cumulative <= this.filledBefore + DUST;
  }

  /** An execution of it was booked as others'. */
  executedBefore(quantity: number): void {
    const left = this.dueBefore - quantity;
    this.dueBefore = left > DUST ? left : 0;
  }

  get isCancelRefused(): boolean {
    return this.cancelRefusal !== "";
  }

  /** What was asked for last. */
  get asked(): Terms {
    return this.terms.asked;
  }

  get filled(): number {
    return this.fills.booked;
  }

  get remaining(): number {
    return Math.max(0, this.asked.quantity - this.filled);
  }

  /**
   * Units that the broker has beyond what was asked of it, when all that has filled: others of its group have filled them,
   * or a change has taken them off, and the broker is yet to hear of it or to say so. The order counts as filled, and its
   * rest works on.
   */
  get excess(): number {
    if (this.end !== undefined || this.filled <= DUST || this.remaining > DUST) return 0;
    const excess = this.terms.atBroker - this.filled - this.missing;
    return excess > DUST ? excess : 0;
  }

  /**
   * Whether its rest is to end for that. Not while a change is under way that is to make it so small, for the answer to that
   * comes first; nor where others of its group have been taken back what it was cut by, for the position may need it then.
   */
  get isSuperfluous(): boolean {
    return this.excess > 0 && !this.terms.isChanging && this.terms.most <= this.filled + DUST;
  }

  /** Units that the broker says were filled and that are not booked. */
  get missing(): number {
    return this.fills.missing;
  }

  /** Whether it has ended and nothing has said yet what it had filled by then. */
  get isUncounted(): boolean {
    return this.isEndHeard && !this.isUndead && !this.isCountTold;
  }

  /** Whether it may have filled more than is booked, or has, and the position was not read at the broker since. */
  get isFillUnknown(): boolean {
    return this.isUncounted || this.fills.isInDoubt;
  }

  /** Whether a message has refused it, which its status should say as well. */
  get isRefusedByMessage(): boolean {
    const { end } = this;
    return end?.as === "rejected" && !end.isTold && end.denial.code.startsWith("IB_");
  }

  /** Whether it counts as gone although the broker has told no end of it: there was no trace of it, or it never left. */
  get isConcluded(): boolean {
    const { end } = this;
    return end !== undefined && !end.isTold && CONCLUSIONS.includes(end.denial.code);
  }

  /** Whether it may still be in the market, or its fate or what it has filled is not known. */
  get isOpen(): boolean {
    return !this.isEndHeard || this.isUndead || this.missing > 0 || this.isUncounted;
  }

  /** Whether it works, should not, and no cancel is on its way: it has to be asked for again. */
  get isCancelUnsent(): boolean {
    return this.unsentCancelAt === this.unsentCancelAt && (this.end === undefined || this.isUndead);
  }

  get state(): RecordState {
    if (this.isEndHeard && this.end !== undefined && !this.isUndead) return this.end.as;
    if (this.passes > 0) return "lost";
    if (this.isUnknown) return "unknown";
    if (this.filled > DUST) return this.remaining > DUST ? "partially filled" : "filled";
    if (this.isAnswered) return "acknowledged";
    return this.sentAt === this.sentAt ? "sent" : "intended";
  }

  request({ what, at, quantity, limit, stop, trail }: RequestEntry): void {
    if (what === "cancel") {
      this.cancelAt = at;
      this.unsentCancelAt = Number.NaN;
      this.wantsCancel = true;
      this.cancelRefusal = "";
      this.isCancelHeard = true;
      return;
    }
    if (what === "change") this.terms.change({ quantity, limit, stop, trail }, at);
  }

  sent({ what, at, isWritten, reason }: SentEntry): void {
    if (what === "order") {
      if (isWritten) this.sentAt = at;
      else if (!this.isAnswered && this.filled === 0) {
        this.isCountTold = true;
        // One that was to be cancelled before it left has come to the end that was asked for.
        this.finish(this.wantsCancel ? "cancelled" : "rejected", false, { code: "UNSENT", details: { reason } }, at);
      }
    } else if (what === "change") {
      if (this.terms.changeSent(isWritten, at)) this.wentBack({ code: "UNSENT", details: { reason } });
    } else if (isWritten) {
      // It may be the second, and that the first has not left be told behind its being asked for.
      if (this.isCancelUnsent) this.cancelAt = at;
      this.unsentCancelAt = Number.NaN;
    } else {
      this.cancelAt = Number.NaN;
      this.unsentCancelAt = this.wantsCancel ? at : Number.NaN;
      this.isCancelHeard = false;
    }
  }

  heard(entry: StatusEntry): void {
    const { status, at } = entry;
    if (this.permId === 0) this.permId = entry.permId;
    this.isAnswered = true;
    this.countTold(entry);
    if (isFinalCount(entry)) this.isCountTold = true;
    // One that was told inactive lives, and may fill again.
    else if (this.end === undefined) this.isCountTold = false;
    const { limit, stop } = this.asked;
    const others = this.terms.tell(entry, this.end !== undefined, at);
    const isTaken = differs(limit, this.asked.limit) || differs(stop, this.asked.stop);
    const isOpenOrder = entry.quantity === entry.quantity && this.end === undefined;
    const isOther = isTaken || (isOpenOrder && !this.terms.isChanging && this.terms.arePricesOthers);
    if (others !== undefined) this.tell({ kind: "terms", isBack: false, keepsSize: others === "prices" });
    // Somebody else has changed it, or what was told is older than the change that was answered.
    if (isOther) {
      this.tell({ kind: "ask", reason: `order ${this.intent.id} is told with another price than was asked for` });
    }
    switch (status) {
      case "ApiPending":
      case "PendingSubmit":
        this.passes = 0;
        if (this.isConcluded) this.found();
        break;
      case "PreSubmitted":
      case "Submitted":
        this.works(entry);
        break;
      case "PendingCancel":
        if (this.isConcluded) this.found();
        if (this.end !== undefined) break;
        this.accept();
        if (!this.isCancelHeard) this.tell({ kind: "pendingCancel" });
        this.isCancelHeard = true;
        break;
      case "Cancelled":
      case "ApiCancelled":
        if (this.mayFlash && this.cancelAt !== this.cancelAt) {
          this.mayFlash = false;
          this.tell({ kind: "ask", reason: `order ${this.intent.id} was told cancelled by a preset, and may live` });
        } else this.finish("cancelled", true, CANCELLED, at);
        break;
      case "Filled":
        this.finish("filled", true, FILLED, at);
        break;
      case "Inactive":
        if (this.end?.as === "rejected") this.finish("rejected", true, this.end.denial, at);
        else if (this.end === undefined && entry.said !== "") {
          this.finish("rejected", true, { code: "INACTIVE", details: { text: entry.said } }, at);
        } else if (this.end === undefined) this.inactiveAt = at;
        break;
      default:
        this.tell({ kind: "ask", reason: `order ${this.intent.id} has the status ${status}, which is not known` });
    }
    this.status = status;
    this.whyHeld = entry.whyHeld;
    this.fills.noteMissing(at);
    this.tellEnd(at);
  }

  verdict(entry: VerdictEntry): void {
    const { verdict, at, code, text, remedy } = entry;
    const denial: Denial = { code, details: remedy === "" ? { text } : { text, remedy } };
    switch (verdict) {
      case "rejected":
        this.isAnswered = true;
        // The id belongs to another order, whose news are none of this one.
        if (code === "IB_103") this.hasOrderId = false;
        // One that was never taken has filled nothing.
        if (!this.isAccepted) this.isCountTold = true;
        this.finish("rejected", this.inactiveAt === this.inactiveAt, denial, at);
        break;
      case "cancelled":
        this.isAnswered = true;
        this.isCountTold = false;
        if (this.mayFlash && this.cancelAt !== this.cancelAt) this.mayFlash = false;
        else this.finish("cancelled", true, denial, at);
        break;
      case "expired":
        this.finish("expired", false, denial, at);
        break;
      case "unsent":
        this.isCountTold = true;
        this.finish("rejected", false, denial, at);
        break;
      case "dead":
        this.isUndead = false;
        this.isCountTold = true;
        this.passes = 0;
        this.finish(this.isAccepted || this.filled > 0 ? "cancelled" : "rejected", false, denial, at);
        break;
      case "unknown":
        this.lose();
        break;
      case "lost":
        this.passes = entry.passes;
        this.passAt = at;
        this.lose();
        break;
      case "found":
        this.found();
        if (this.end === undefined && this.terms.found()) this.tell({ kind: "terms", isBack: false, keepsSize: true });
        break;
      case "revived":
        this.revive();
        break;
      case "change-refused":
        this.changeRefused(code, denial);
        this.tell({ kind: "notice", code, text });
        break;
      case "cancel-refused":
        this.cancelRefusal = `${code.replace("IB_", "")}, ${text.replace(/\.$/, "")}`;
        this.wantsCancel = false;
        this.unsentCancelAt = Number.NaN;
        this.isCancelHeard = false;
        this.tell({ kind: "notice", code, text });
        if (this.isAccepted && this.end === undefined) this.tell({ kind: "accepted" });
        break;
      case "counted":
        this.fills.believe();
        this.dueBefore = 0;
        if (this.isEndHeard) this.isCountTold = true;
        break;
      case "short":
        this.fills.writeOff();
        break;
      case "flash":
        this.mayFlash = true;
        break;
      case "notice":
        this.isAnswered = true;
        this.tell({ kind: "notice", code, text });
        break;
    }
    this.tellEnd(at);
  }

  /** An execution, or what one is now worth after a correction; `cumulative` is what the order has filled with it. */
  executes({ quantity, price, base, at }: ExecutionEntry, cumulative: number, fee: Fee | undefined): void {
    this.isAnswered = true;
    this.passes = 0;
    if (!this.isEndHeard) this.accept();
    this.fills.execute(quantity, price);
    this.fills.tell(cumulative, Number.NaN);
    this.book("filled", quantity, price, false, base, fee);
    this.fills.noteMissing(at);
    this.tellEnd(at);
  }

  /**
   * Others of its group have filled so many units, below zero of those that are taken back.
   * @param isDone whether one of them has filled whole: then nothing is taken off this one, for it is cancelled
   */
  loses(quantity: number, isDone: boolean, at: Instant): void {
    const least = isDone || this.end !== undefined ? Infinity : this.filled;
    if (this.terms.takeOff(quantity, least, at)) this.tell({ kind: "cut" });
  }

  takesBack(quantity: number, price: number): void {
    this.fills.takeBack(quantity, price);
    this.book("busted", quantity, price, false, "", undefined);
  }

  /** A fill that can no longer be had; below zero one that has come after all. */
  recovers(quantity: number, price: number, at: Instant): void {
    this.fills.recover(quantity, price);
    if (!this.isEndHeard && this.passes === 0) this.accept();
    this.book(quantity > 0 ? "filled" : "busted", Math.abs(quantity), price, true, "", undefined);
    this.fills.noteMissing(at);
    this.tellEnd(at);
  }

  /** Where `denominator` units stood, `numerator` stand. */
  split(numerator: number, denominator: number): void {
    this.terms.split(numerator, denominator);
    this.fills.split(numerator, denominator);
    this.takenOff *= numerator / denominator;
    this.filledBefore *= numerator / denominator;
    this.dueBefore *= numerator / denominator;
  }

  charge(amount: number, currency: string): void {
    this.fills.charge(amount, currency);
  }

  /** The same of an execution that was told without what it cost. */
  chargeLate(amount: number, currency: string, execution: string): void {
    this.charge(amount, currency);
    this.tell({ kind: "charged", amount, currency, execution });
  }

  private book(
    kind: "filled" | "busted",
    quantity: number,
    price: number,
    isRecovered: boolean,
    execution: string,
    fee: Fee | undefined,
  ): void {
    const { amount, currency } = fee ?? { amount: 0, currency: "" };
    this.tell({ kind, quantity, price, fee: amount, currency, execution, isRecovered });
  }

  private works(entry: StatusEntry): void {
    const { status } = entry;
    if (this.end !== undefined) {
      // A status that was told late says nothing against an end that the broker has told.
      if (this.end.isTold) return;
      if (this.isConcluded) this.found();
      else this.tell({ kind: "ask", reason: `order ${this.intent.id} was refused and is told to work` });
      return;
    }
    this.inactiveAt = Number.NaN;
    this.mayFlash = false;
    this.accept();
    if (status !== "Submitted" || this.isTriggered || !this.whyHeld.split(",").includes("trigger")) return;
    this.isTriggered = true;
    this.tell({ kind: "triggered" });
  }

  private accept(): void {
    const isKnown = this.isAccepted && !this.isUnknown;
    this.isAnswered = true;
    this.isAccepted = true;
    this.isUnknown = false;
    this.passes = 0;
    if (isKnown) return;
    this.tell({ kind: "accepted" });
    if (this.isCancelHeard) this.tell({ kind: "pendingCancel" });
  }

  private found(): void {
    this.passes = 0;
    this.isCountTold = false;
    this.isAnswered = true;
    if (!this.isEndHeard) {
      this.end = undefined;
      this.accept();
      return;
    }
    if (this.isUndead) return;
    this.isUndead = true;
    this.tell({ kind: "undead" });
  }

  /** It goes on from where it was, with the terms that it turned up with, as if it had never been told dead. */
  private revive(): void {
    this.end = undefined;
    this.isEndHeard = false;
    this.isUndead = false;
    this.isCountTold = false;
    this.endedAt = Number.NaN;
    this.isAccepted = true;
    this.cancelAt = Number.NaN;
    this.unsentCancelAt = Number.NaN;
    this.wantsCancel = false;
    this.isCancelHeard = false;
    const { told } = this.terms;
    // The splits that it has slept through; what is told of it knows of them.
    if (this.splitSince !== 1) this.split(this.splitSince, 1);
    this.splitSince = 1;
    this.terms.tell(told, false);
    this.tell({ kind: "revived" });
  }

  private changeRefused(code: string, denial: Denial): void {
    const { terms } = this;
    if (code === NOT_ARRIVED) {
      // Whoever has asked for it sees the same either way: the broker has the order as it was.
      if (terms.noneTaken(false)) this.wentBack({ ...denial, code: UNCHANGED });
    } else if (code === UNCHANGED ? terms.noneTaken(!terms.isChangeUnsent) : terms.changeRefused()) {
      this.wentBack(denial);
    }
  }

  private lose(): void {
    if (this.isUnknown || this.isEndHeard) return;
    this.isUnknown = true;
    this.tell({ kind: "unknown" });
  }

  private wentBack(denial: Denial): void {
    this.tell({ kind: "terms", isBack: true, denial });
  }

  private countTold({ status, filled, averagePrice, quantity }: StatusEntry): void {
    let told = filled === filled ? filled : 0;
    if (status === "Filled" && told === 0) told = quantity > 0 ? quantity : this.asked.quantity;
    this.fills.tell(told, averagePrice);
  }

  private finish(as: End["as"], isTold: boolean, denial: Denial, at: Instant): void {
    const { end } = this;
    if (isTold) this.isUndead = false;
    if (end === undefined) this.end = { as, isTold, denial };
    // What was refused and is then told cancelled stays refused; what has filled has filled.
    else if (as === "filled" && end.as !== "filled") this.end = { as, isTold, denial };
    else if (isTold && !end.isTold) this.end = { ...end, isTold };
    this.tellEnd(at);
  }

  /** An end is told once all that has filled is booked. */
  private tellEnd(at: Instant): void {
    const { end } = this;
    if (end === undefined || this.isEndHeard || this.missing > 0) return;
    this.isEndHeard = true;
    this.isUnknown = false;
    this.passes = 0;
    this.endedAt = at;
    // One that has filled is told as well: who has asked for more of it meanwhile would wait for the rest.
    if (end.as === "rejected") this.tell({ kind: "rejected", denial: end.denial });
    else this.tell({ kind: end.as === "expired" ? "expired" : "cancelled" });
  }
}

/** Whether a status says how much an order has filled in all: it has ended, and it is told with what has filled. */
export function isFinalCount({ source, status, filled }: StatusEntry): boolean {
  if (status === "Filled") return true;
  // The list of open orders and the news of one say nothing of fills.
  return canStillFill(status) === false && source !== "open" && filled === filled;
}

/** Codes of ends that nobody has told. */
export const CONCLUSIONS: readonly string[] = ["LOST", "UNSENT"];
const CANCELLED: Denial = { code: "CANCELLED", details: {} };
const FILLED: Denial = { code: "FILLED", details: {} };
