import type { Instant } from "../../core/market/bar-size.js";
import { MINUTE, SECOND } from "../../core/market/bar-size.js";
import { BEFORE_WAIT } from "../ledger/filled-before.js";
import type { Ledger } from "../ledger/ledger.js";
import { FAMILY_WAIT, leftBehindSince } from "../ledger/left-behind.js";
import type { OrderRecord } from "../ledger/order-record.js";

/** How long the broker has for the first answer to an order, a change or a cancel. */
const ANSWER_WAIT = 10 * SECOND;
/** How long an execution may come behind the status that tells of it. */
const EXECUTION_WAIT = 2 * SECOND;
/** How long the reason may come behind the status Inactive. */
const REASON_WAIT = SECOND;
/** How long the status may come behind a message that refuses or ends an order, which does not say what has filled. */
const CONFIRMATION_WAIT = 5 * SECOND;
/** How long the broker may take to tell what it has taken off an order whose group has filled a part. */
const CUT_WAIT = 5 * SECOND;
/** How long the end of an order may stay away whose time in force is over; the broker takes its time at a close. */
const END_WAIT = MINUTE;
const LATE_END_WAIT = 15 * MINUTE;

type Step =
  | "answer"
  | "change"
  | "cancel"
  | "execution"
  | "before"
  | "reason"
  | "confirmation"
  | "count"
  | "cut"
  | "end"
  | "late end"
  | "family"
  | "unsent cancel";

interface Wait {
  readonly step: Step;
  readonly since: Instant;
  readonly until: Instant;
}

/**
 * Watches that what was asked is answered in time, by the session's clock. Whatever is late is asked for once: a late
 * answer is no failure of the order, and nothing is ever sent again because of it.
 */
export class OrderWatch {
  private readonly ledger: Ledger;
  private readonly endOf: (record: OrderRecord) => Instant;
  /** What was asked for already, by order. */
  private readonly asked = new WeakMap<OrderRecord, Set<string>>();
  /** Orders that a message has refused and no status has yet. */
  private readonly refused = new Set<OrderRecord>();
  /** What is due next, and the ledger's count when that was found. */
  private next = Infinity;
  private foundAt = -1;

  /** @param endOf when an order's time in force is over; Infinity for never */
  constructor(ledger: Ledger, endOf: (record: OrderRecord) => Instant) {
    this.ledger = ledger;
    this.endOf = endOf;
  }

  /** An order was refused by a message: its status should say so as well. */
  refusedByMessage(record: OrderRecord): void {
    this.refused.add(record);
    this.foundAt = -1;
  }

  /** When orders end has become known. */
  endsKnown(): void {
    this.foundAt = -1;
  }

  /** When something is to be asked for next; Infinity for never. Asked at every tick: nothing new costs nothing. */
  get due(): Instant {
    const { count } = this.ledger;
    if (this.foundAt === count) return this.next;
    this.foundAt = count;
    this.next = Infinity;
    for (const record of this.watched()) {
      for (const wait of this.waitsOf(record)) {
        if (wait.until < this.next && !this.isAsked(record, wait)) this.next = wait.until;
      }
    }
    return this.next;
  }

  /** Notes what is late by now, and asks for it. */
  look(now: Instant): void {
    this.foundAt = -1;
    for (const record of this.watched()) {
      for (const wait of this.waitsOf(record)) {
        if (wait.until > now || this.isAsked(record, wait)) continue;
        this.setAsked(record, wait);
        this.late(record, wait, now);
      }
    }
    for (const record of this.refused) if (!record.isRefusedByMessage || record.isUndead) this.refused.delete(record);
  }

  private waitsOf(record: OrderRecord): Wait[] {
    return waitsOf(record, this.endOf(record), leftBehindSince(this.ledger, record));
  }

  private late(record: OrderRecord, { step, until, since }: Wait, now: Instant): void {
    const { id } = record.intent;
    const seconds = `${(until - since) / SECOND} s`;
    const note = (verdict: "unknown" | "rejected", code: string, text: string): void =>
      this.ledger.note({ kind: "verdict", at: now, intent: id, verdict, code, text, remedy: "", passes: 0 });
    switch (step) {
      case "answer":
        note("unknown", "NO_ANSWER", `no answer within ${seconds}`);
        this.ask(`order ${id} was sent and not answered within ${seconds}`);
        break;
      case "reason":
        note("rejected", "INACTIVE", "the broker has made it inactive and says no reason");
        break;
      case "execution":
        this.ask(`order ${id} is told to have filled ${record.missing} more than was executed`);
        break;
      case "before":
        this.ask(`order ${id} had filled ${record.dueBefore} before it was adopted, of which no execution was told`);
        break;
      case "confirmation":
        this.ask(`order ${id} was refused, and its status does not say so`);
        this.refused.delete(record);
        break;
      case "count":
        this.ask(`order ${id} has ended, and no status has told within ${seconds} what it has filled`);
        break;
      case "cut":
        this.ask(`others of its group have filled a part of order ${id}, which it still has after ${seconds}`);
        break;
      case "end":
      case "late end":
        this.ask(`the time in force of order ${id} is over since ${seconds}, and its end was not told`);
        break;
      case "unsent cancel":
        this.ask(`order ${id} is to be cancelled, and the cancel has not left since ${seconds}`);
        break;
      case "family":
        this.ask(`order ${id} is to end because of another that has, and its end was not told within ${seconds}`);
        break;
      default:
        this.ask(`the ${step} of order ${id} was not answered within ${seconds}`);
    }
  }

  private ask(reason: string): void {
    this.ledger.tell({ kind: "ask", reason });
  }

  private *watched(): Iterable<OrderRecord> {
    yield* this.ledger.open;
    for (const record of this.refused) if (!record.isOpen) yield record;
  }

  private isAsked(record: OrderRecord, wait: Wait): boolean {
    return this.asked.get(record)?.has(keyOf(wait)) === true;
  }

  private setAsked(record: OrderRecord, wait: Wait): void {
    const keys = this.asked.get(record) ?? new Set<string>();
    keys.add(keyOf(wait));
    this.asked.set(record, keys);
  }
}

function keyOf({ step, since }: Wait): string {
  return `${step} ${since}`;
}

/**
 * @param endsAt when its time in force is over
 * @param leftBehind since when it is to end because of another
 */
function waitsOf(record: OrderRecord, endsAt: Instant, leftBehind: Instant): Wait[] {
  const waits: Wait[] = [];
  const wait = (step: Step, since: Instant, span: number): void => {
    if (since === since) waits.push({ step, since, until: since + span });
  };
  const { end } = record;
  if (record.missing > 0) wait("execution", record.fills.missingSince, EXECUTION_WAIT);
  if (record.dueBefore > 0) wait("before", record.intent.at, BEFORE_WAIT);
  if (end !== undefined) {
    if (record.isRefusedByMessage) wait("confirmation", record.endedAt, CONFIRMATION_WAIT);
    else if (record.isUncounted) wait("count", record.endedAt, CONFIRMATION_WAIT);
    if (record.isUndead && record.wantsCancel) wait("cancel", record.cancelAt, ANSWER_WAIT);
    return waits;
  }
  if (!record.isAnswered && !record.isUnknown) {
    wait("answer", record.sentAt === record.sentAt ? record.sentAt : record.intent.at, ANSWER_WAIT);
  }
  wait("change", record.terms.changeAt, ANSWER_WAIT);
  if (!record.isCancelRefused) wait("cancel", record.cancelAt, ANSWER_WAIT);
  wait("cut", record.terms.uncutSince, CUT_WAIT);
  wait("reason", record.inactiveAt, REASON_WAIT);
  wait("end", endsAt, END_WAIT);
  wait("late end", endsAt, LATE_END_WAIT);
  wait("family", leftBehind, FAMILY_WAIT);
  // As a rule the connection was away, and the account is looked at when it is back.
  if (record.isCancelUnsent) wait("unsent cancel", record.unsentCancelAt, ANSWER_WAIT);
  return waits;
}
