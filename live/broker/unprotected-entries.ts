import type { BrokerAccount } from "../../core/broker.js";
import { closeAfter } from "../../core/calendar/session-time.js";
import { DUST } from "../../core/dust.js";
import { isExit } from "../../core/guards/guard.js";
import { SECOND } from "../../core/market/bar-size.js";
import type { Denial } from "../../core/orders/denial.js";
import { ORDER_TYPES, type OrderType } from "../../core/orders/kinds.js";
import { PROTECTIVE } from "../../core/orders/order-book.js";
import type { Ledger } from "../ledger/ledger.js";
import type { OrderRecord } from "../ledger/order-record.js";
import { isExitOf } from "../ledger/units-held.js";
import { unitsCell } from "../screen/cells.js";
import type { BrokerNews } from "./broker-news.js";
import type { ExitSizes } from "./exit-sizes.js";
import { orderInWords } from "./order-in-words.js";
import type { OrderRows } from "./order-rows.js";
import { isGroupDone } from "./unsent-siblings.js";

export interface UnprotectedEntriesParts {
  readonly account: BrokerAccount;
  readonly ledger: Ledger;
  readonly rows: OrderRows;
  readonly news: BrokerNews;
  readonly exits: ExitSizes;
  readonly cancel: (row: number) => void;
  /** Whether what a stop was to protect is held, and nothing else protects it. */
  readonly isNeeded: (stop: OrderRecord) => boolean;
  /** Units of what is held that no stop of another entry, nor one of the strategy's own, protects in its place. */
  readonly unitsLeftTo: (stop: OrderRecord) => number;
  /** Whether what an entry holds is being closed, or will be: it may be told of when it is not closed any more. */
  readonly isClosing: (entry: OrderRecord) => boolean;
}

/** The stop that an entry was to have. */
interface Lacking {
  readonly stop: string;
  readonly reason: string;
}

const TAKEN_AWAY = "the broker has cancelled it";

/** What a bracket gets out with where the market goes against it. */
export const STOPS: readonly OrderType[] = ["stop", "stop-limit", "trailing-stop", "trailing-stop-limit"];

/**
 * Entries whose bracket has lost its stop because that was refused, or cancelled though nobody has asked for it: what they
 * would still open nothing would protect, so what they have not filled is cancelled. What they have filled stays, and a
 * person is told how much that is; the same where the entry has ended by then, or is being cancelled anyway. A refused take
 * profit is no reason: the stop stands, and the entry goes on.
 */
export class UnprotectedEntries {
  private readonly parts: UnprotectedEntriesParts;
  /** Those that have not ended. */
  private readonly entries = new Map<OrderRecord, Lacking>();
  /** Those that have filled when they and their stops counted as gone, each with whether the account was looked at since. */
  private readonly late = new Map<OrderRecord, boolean>();
  /**
   * Stops that were taken away of entries that had ended or were to, each with the ledger's count when that was heard or the
   * entry last filled; NaN where the account was looked at since. A fill of their group may be what has ended them, and be
   * told behind their end.
   */
  private readonly taken = new Map<OrderRecord, number>();

  constructor(parts: UnprotectedEntriesParts) {
    this.parts = parts;
  }

  get isEmpty(): boolean {
    return this.entries.size === 0;
  }

  isToEnd(entry: OrderRecord): boolean {
    return this.entries.has(entry);
  }

  /** The broker has refused an order, or it has never been there. */
  rejected({ intent }: OrderRecord, denial: Denial): void {
    const entry = this.parts.ledger.record(intent.parent);
    if (entry === undefined || !isStopOf(intent, entry)) return;
    this.lacks(entry, { stop: orderInWords(intent), reason: reasonOf(denial) });
  }

  /** The broker has cancelled an order: a stop that nobody here has asked it to, and whose group has not done its work. */
  cancelled(stop: OrderRecord): void {
    const entry = this.parts.ledger.record(stop.intent.parent);
    if (entry === undefined || !this.isTakenAway(stop, entry)) return;
    if (isToWork(entry)) this.lacks(entry, { stop: orderInWords(stop.intent), reason: TAKEN_AWAY });
    else this.take(stop, entry);
  }

  /** A stop is gone whose entry opens nothing more but by chance: what that has filled may be held without it. */
  private take(stop: OrderRecord, entry: OrderRecord): void {
    if (this.parts.exits.heldOf(entry) <= DUST || this.isOver(stop)) return;
    this.taken.set(stop, this.parts.ledger.count);
    this.parts.news.ask(`order ${stop.intent.id}, which protects what is held, was cancelled by somebody else`);
  }

  /** Whether the broker has ended a stop that nobody here has asked it to, and that has not done its work. */
  private isTakenAway({ intent, end, wantsCancel }: OrderRecord, entry: OrderRecord): boolean {
    if (end?.as !== "cancelled" || wantsCancel || !isStopOf(intent, entry)) return false;
    return !isGroupDone(this.parts.ledger, intent.group);
  }

  /** Whether a stop has come to the end that its time in force says. The run has no row of one that ended before it. */
  private isOver({ intent }: OrderRecord): boolean {
    const { clock, market } = this.parts.account;
    const { symbol, tif, goodTill, outsideRth, at } = intent;
    if (tif === "GTC") return false;
    if (tif === "GTD") return clock.now >= Math.floor(goodTill / SECOND) * SECOND;
    const index = market.instruments.findIndex((one) => one.symbol === symbol);
    if (index < 0) return false;
    const sessions = market.sessions[index];
    return clock.now >= closeAfter(outsideRth ? sessions.extended : sessions, at);
  }

  /** An order cannot be sent as it is, and its entry has left: the broker will never have it. */
  unsendable(row: number, denial: Denial): void {
    const { account, rows } = this.parts;
    const { book, market } = account;
    const entry = rows.at(book.parent[row]);
    const type = ORDER_TYPES[book.type[row]];
    if (entry === undefined || !isExit(book, row) || !isStop(book.flags[row], type)) return;
    const { symbol } = market.instruments[book.instrument[row]];
    const [side, quantity, limit, stop] = [book.side[row], book.quantity[row], book.limit[row], book.stop[row]];
    const words = orderInWords({ side, quantity, symbol, type, limit, stop });
    this.lacks(entry, { stop: words, reason: reasonOf(denial) });
  }

  /** Looks through what was lost while nobody was there, or before what follows of it was written down. */
  resume(): void {
    for (const stop of this.missed) {
      if (stop.end?.as === "rejected") this.rejected(stop, stop.end.denial);
      else this.cancelled(stop);
    }
  }

  /** Whether `resume` would find something. */
  get hasMissed(): boolean {
    return this.missed.length > 0;
  }

  /** Stops that were refused of entries that work, or taken away of those and of such as hold something. */
  private get missed(): OrderRecord[] {
    const { ledger } = this.parts;
    return ledger.records.filter((one) => {
      const entry = ledger.record(one.intent.parent);
      if (entry === undefined || (!entry.isEndHeard && entry.row < 0)) return false;
      if (one.end?.as === "rejected") return !entry.isEndHeard && isStopOf(one.intent, entry);
      return this.isTakenAway(one, entry) && (isToWork(entry) || this.parts.exits.heldOf(entry) > DUST);
    });
  }

  /** An entry has filled: more may be held without its stop than was told, or is known to be late. */
  filled(entry: OrderRecord): void {
    const lacking = this.entries.get(entry);
    if (lacking !== undefined) this.tell(entry, lacking);
    else if (!isToWork(entry)) this.filledLate(entry);
  }

  /** An entry works on whose cancel was refused: it counts as one that nobody wanted to end. */
  stands(entry: OrderRecord): void {
    if (!isToWork(entry) || this.entries.has(entry)) return;
    const stop = this.stopsOf(entry).find((one) => this.isTakenAway(one, entry));
    if (stop === undefined) return;
    this.taken.delete(stop);
    this.cancelled(stop);
  }

  ended(entry: OrderRecord): void {
    this.entries.delete(entry);
  }

  /** A stop that counted as gone works again: its entry has it. */
  revived(stop: OrderRecord): void {
    const { intent } = stop;
    this.taken.delete(stop);
    const entry = this.parts.ledger.record(intent.parent);
    if (entry !== undefined && isStopOf(intent, entry)) this.entries.delete(entry);
  }

  /**
   * An entry has filled that has ended or was to. Its stop may have ended with it; or where the entry counted as gone, it
   * may be as late as itself, or never come.
   */
  private filledLate(entry: OrderRecord): void {
    const stops = this.stopsOf(entry);
    for (const stop of stops) if (this.isTakenAway(stop, entry)) this.take(stop, entry);
    if (!entry.isEndHeard || !stops.some((stop) => stop.isUndead || isGone(stop))) return;
    this.late.set(entry, false);
    this.parts.news.ask(`order ${entry.intent.id} has filled, and its stop counts as gone`);
  }

  /**
   * The account was looked at whole: a stop that is there is known.
   * @param since the ledger's count when the look began
   */
  looked(since: number): void {
    for (const entry of this.late.keys()) this.late.set(entry, true);
    for (const [stop, count] of this.taken) if (count <= since) this.taken.set(stop, Number.NaN);
  }

  /** Tells of those whose stops have not come, or were taken away. Called when all that is known is told. */
  settle(): void {
    this.settleTaken();
    for (const [entry, isLooked] of this.late) {
      const stops = this.stopsOf(entry);
      // Of one that is to end somebody may have to hear when it has.
      if (!isLooked || stops.some(({ isUndead }) => isUndead) || this.parts.isClosing(entry)) continue;
      this.late.delete(entry);
      const stop = stops.find((one) => isGone(one) && this.parts.isNeeded(one));
      if (stop === undefined || stops.some(({ end }) => end === undefined)) continue;
      this.tell(entry, { stop: orderInWords(stop.intent), reason: "it counts as gone" });
    }
  }

  private settleTaken(): void {
    const { ledger } = this.parts;
    const told = new Set<OrderRecord>();
    for (const [stop, count] of this.taken) {
      const entry = ledger.record(stop.intent.parent);
      const family = [stop, ...ledger.group(stop.intent.group)];
      // Another of its group may have filled, or it itself.
      if (count === count || stop.isUndead || family.some(({ isFillUnknown, missing }) => isFillUnknown || missing > 0))
        continue;
      if (entry !== undefined && this.parts.isClosing(entry)) continue;
      this.taken.delete(stop);
      if (entry === undefined || told.has(entry) || !this.isTakenAway(stop, entry)) continue;
      const held = this.unitsWithout(stop, entry);
      if (held <= DUST) continue;
      told.add(entry);
      this.tell(entry, { stop: orderInWords(stop.intent), reason: TAKEN_AWAY }, held);
    }
  }

  /** Units that an entry holds and no stop protects, now that one of its own is gone. */
  private unitsWithout(stop: OrderRecord, entry: OrderRecord): number {
    const { ledger, exits, unitsLeftTo } = this.parts;
    let covered = 0;
    // Such as the strategy has added to the bracket count as well.
    for (const other of ledger.open) {
      const { intent, end, wantsCancel, remaining } = other;
      const isWanted = end === undefined && !wantsCancel;
      if (isWanted && isExitOf(other, entry) && STOPS.includes(intent.type)) covered += remaining;
    }
    return Math.min(exits.heldOf(entry), unitsLeftTo(stop)) - covered;
  }

  private stopsOf(entry: OrderRecord): OrderRecord[] {
    return this.parts.ledger.records.filter(({ intent }) => isStopOf(intent, entry));
  }

  private lacks(entry: OrderRecord, lacking: Lacking): void {
    if (entry.isEndHeard) {
      if (this.parts.exits.heldOf(entry) > DUST) this.tell(entry, lacking);
      return;
    }
    this.entries.set(entry, lacking);
    this.tell(entry, lacking);
    if (entry.row >= 0) this.parts.cancel(entry.row);
  }

  private tell(entry: OrderRecord, { stop, reason }: Lacking, units = this.parts.exits.heldOf(entry)): void {
    const held = unitsCell(Math.max(0, units));
    this.parts.news.alert("ENTRY_UNPROTECTED", { stop, reason, entry: orderInWords(entry.intent), held });
  }
}

function reasonOf({ code, details }: Denial): string {
  const text = String(details.text ?? details.reason ?? "").replace(/\.$/, "");
  return text === "" ? code : `${code.replace("IB_", "")}, ${text}`;
}

/** Whether an order is the stop of a bracket. */
export function isStop(flags: number, type: OrderType): boolean {
  return (flags & PROTECTIVE) !== 0 && STOPS.includes(type);
}

function isStopOf(intent: OrderRecord["intent"], { intent: entry }: OrderRecord): boolean {
  const isExitOf = intent.parent === entry.id && intent.symbol === entry.symbol && intent.side !== entry.side;
  return isExitOf && isStop(intent.flags, intent.type);
}

/** Whether an entry may open more, and nobody has asked for its end. */
function isToWork({ isEndHeard, wantsCancel }: OrderRecord): boolean {
  return !isEndHeard && !wantsCancel;
}

/** Whether an order was refused, or counts as never there. */
function isGone({ end, isUndead, filled }: OrderRecord): boolean {
  return end?.as === "rejected" && !isUndead && filled <= DUST;
}
