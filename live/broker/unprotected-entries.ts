import type { BrokerAccount } from "../../core/broker.js";
import { closeAfter } from "../../core/calendar/session-time.js";
import { DUST } from "../../core/dust.js";
import { isExit } from "../../core/guards/guard.js";
import { SECOND } from "../../core/market/bar-size.js";
import type { Denial } from "../../core/orders/denial.js";
import { ORDER_TYPES, type OrderType } from "../../core/orders/kinds.js";
import { PROTECTIVE } from "../../core/orders/order-book.js";
import type { IntentEntry } from "../ledger/entry.js";
import type { Ledger } from "../ledger/ledger.js";
import { CONCLUSIONS, type OrderRecord } from "../ledger/order-record.js";
import { unitsAbsent } from "../ledger/units-absent.js";
import { isExitOf } from "../ledger/units-held.js";
import { unitsLeft } from "../ledger/units-left.js";
import { unitsCell } from "../screen/cells.js";
import type { BrokerNews } from "./broker-news.js";
import { orderInWords, rowInWords } from "./order-in-words.js";
import type { OrderRows } from "./order-rows.js";
import { isGroupDone } from "./unsent-siblings.js";

/** What says which units an exit closes: its own, not those of another entry. */
export type ExitTerms = Pick<IntentEntry, "symbol" | "side" | "parent" | "type">;

export interface UnprotectedEntriesParts {
  readonly account: BrokerAccount;
  readonly ledger: Ledger;
  readonly rows: OrderRows;
  readonly news: BrokerNews;
  readonly cancel: (row: number) => void;
  /** Units of what is held that no stop of another entry, nor one of the strategy's own, protects in a stop's place. */
  readonly unitsLeftTo: (stop: ExitTerms) => number;
  /** Whether what an entry holds is being closed, or will be: it may be told of when it is not closed any more. */
  readonly isClosing: (entry: OrderRecord) => boolean;
}

/** The stop that an entry was to have. */
interface Lacking {
  readonly stop: string;
  readonly reason: string;
}

/** An entry that may hold something without its stop, or more than a person was told. */
interface Doubt {
  /** The ledger's count when that was heard or the entry last filled; NaN where the account was looked at since. */
  count: number;
  /** Units that a person was told of. */
  told: number;
  /** What it lacks; undefined where that is seen when all is known. */
  readonly lacking: Lacking | undefined;
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
  /**
   * Those that have ended or were to when their stops went, or have filled since. A fill of a stop's group may be what has
   * ended it, and be told behind its end; one that counts as gone may be late; what is held may be closed just then; and
   * what the account does not hold may be there again.
   */
  private readonly doubts = new Map<OrderRecord, Doubt>();

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

  /** The broker has cancelled an order: a stop that nobody here has asked it to. */
  cancelled(stop: OrderRecord): void {
    const { id, parent, group } = stop.intent;
    const entry = this.parts.ledger.record(parent);
    if (entry === undefined || !isTakenAway(stop, entry)) return;
    if (!isToWork(entry)) {
      // What it has filled may be held without it.
      if (!this.isOver(stop))
        this.doubt(entry, `order ${id}, which protects what is held, was cancelled by somebody else`);
    } else if (!isGroupDone(this.parts.ledger, group)) {
      this.lacks(entry, { stop: orderInWords(stop.intent), reason: TAKEN_AWAY });
    }
  }

  private doubt(entry: OrderRecord, why: string): void {
    const { ledger, news } = this.parts;
    if (unitsLeft(ledger, entry) <= DUST) return;
    this.doubts.set(entry, { count: ledger.count, told: 0, lacking: undefined });
    news.ask(why);
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
    this.lacks(entry, { stop: rowInWords(book, row, symbol), reason: reasonOf(denial) });
  }

  /** Looks through what was lost while nobody was there, or before what follows of it was written down. */
  resume(): void {
    for (const [stop, entry] of this.missed) {
      if (stop.end?.as !== "rejected") this.cancelled(stop);
      else if (!entry.isEndHeard) this.rejected(stop, stop.end.denial);
      else this.doubt(entry, `order ${stop.intent.id}, which was to protect what is held, is not there`);
    }
  }

  /** Whether `resume` would find something. */
  get hasMissed(): boolean {
    return this.missed.length > 0;
  }

  /** Stops that were refused or taken away, each with its entry: of those that work, and of such as hold something. */
  private get missed(): (readonly [stop: OrderRecord, entry: OrderRecord])[] {
    const { ledger } = this.parts;
    return ledger.records.flatMap((stop) => {
      const entry = ledger.record(stop.intent.parent);
      if (entry === undefined || (!entry.isEndHeard && entry.row < 0)) return [];
      const isRefused = stop.end?.as === "rejected" && isStopOf(stop.intent, entry);
      if (!isRefused && !isTakenAway(stop, entry)) return [];
      const mayOpen = isRefused ? !entry.isEndHeard : isToWork(entry);
      return mayOpen || unitsLeft(ledger, entry) > DUST ? [[stop, entry] as const] : [];
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
    const stop = this.stopsOf(entry).find((one) => isTakenAway(one, entry));
    if (stop !== undefined) this.cancelled(stop);
  }

  /** A fill of an order was taken back: what an exit had closed is held again, and its stop may have ended for it. */
  takenBack({ intent }: OrderRecord): void {
    const entry = this.parts.ledger.record(intent.parent);
    if (entry !== undefined) for (const stop of this.stopsOf(entry)) this.cancelled(stop);
  }

  ended(entry: OrderRecord): void {
    this.entries.delete(entry);
  }

  /** A stop that counted as gone works again: its entry has it. */
  revived(stop: OrderRecord): void {
    const { intent } = stop;
    const entry = this.parts.ledger.record(intent.parent);
    if (entry === undefined || !isStopOf(intent, entry)) return;
    this.doubts.delete(entry);
    this.entries.delete(entry);
  }

  /**
   * An entry has filled that has ended or was to. Its stop may have ended with it; or where the entry counted as gone, it
   * may be as late as itself, or never come.
   */
  private filledLate(entry: OrderRecord): void {
    const stops = this.stopsOf(entry);
    for (const stop of stops) this.cancelled(stop);
    if (entry.isEndHeard && stops.some((stop) => stop.isUndead || isGone(stop)))
      this.doubt(entry, `order ${entry.intent.id} has filled, and its stop counts as gone`);
  }

  /**
   * The account was looked at whole: a stop that is there is known.
   * @param since the ledger's count when the look began
   */
  looked(since: number): void {
    for (const doubt of this.doubts.values()) if (doubt.count <= since) doubt.count = Number.NaN;
  }

  /** Tells of those that hold something without their stops. Called when all that is known is told. */
  settle(): void {
    for (const [entry, doubt] of this.doubts) {
      const stops = this.stopsOf(entry);
      if (doubt.count === doubt.count || this.isUndecided(stops) || this.parts.isClosing(entry)) continue;
      const lacking = doubt.lacking ?? lackingOf(stops, entry);
      const { held, absent } = this.unitsWithoutStop(entry);
      if (lacking !== undefined && held > doubt.told + DUST) {
        this.alert(entry, lacking, held);
        doubt.told = held;
      }
      if (lacking === undefined || held + absent <= doubt.told + DUST) this.doubts.delete(entry);
    }
  }

  /** Whether a stop may still work that counts as gone, or somebody may have to hear of a fill of its group. */
  private isUndecided(stops: readonly OrderRecord[]): boolean {
    const { ledger } = this.parts;
    const families = stops.flatMap((stop) => [stop, ...ledger.group(stop.intent.group)]);
    return (
      stops.some(({ isUndead }) => isUndead) ||
      families.some(({ isFillUnknown, missing }) => isFillUnknown || missing > 0)
    );
  }

  /** Units that an entry holds and no stop protects, and such as it would hold did the account hold them. */
  private unitsWithoutStop(entry: OrderRecord): { readonly held: number; readonly absent: number } {
    const { ledger, unitsLeftTo } = this.parts;
    const { id, symbol, side } = entry.intent;
    let covered = 0;
    // Such as the strategy has added to the bracket count as well.
    for (const other of ledger.open) {
      const { intent, end, wantsCancel, isUnknown, remaining } = other;
      const isWanted = end === undefined && !wantsCancel && !isUnknown;
      if (isWanted && isExitOf(other, entry) && STOPS.includes(intent.type)) covered += remaining;
    }
    const left = unitsLeftTo({ symbol, side: -side, parent: id, type: "stop" });
    const own = unitsLeft(ledger, entry);
    const held = Math.max(0, Math.min(own, left - unitsAbsent(ledger, symbol)) - covered);
    return { held, absent: Math.max(0, Math.min(own, left) - covered) - held };
  }

  private stopsOf(entry: OrderRecord): OrderRecord[] {
    return this.parts.ledger.records.filter(({ intent }) => isStopOf(intent, entry));
  }

  private lacks(entry: OrderRecord, lacking: Lacking): void {
    if (entry.isEndHeard) {
      if (unitsLeft(this.parts.ledger, entry) > DUST) this.tell(entry, lacking);
      return;
    }
    this.entries.set(entry, lacking);
    this.tell(entry, lacking);
    if (entry.row >= 0) this.parts.cancel(entry.row);
  }

  private tell(entry: OrderRecord, lacking: Lacking): void {
    const { held, absent } = this.unitsWithoutStop(entry);
    if (held > DUST || !entry.isEndHeard) this.alert(entry, lacking, held);
    if (absent > DUST) this.doubts.set(entry, { count: Number.NaN, told: held, lacking });
    else this.doubts.delete(entry);
  }

  private alert({ intent }: OrderRecord, { stop, reason }: Lacking, held: number): void {
    this.parts.news.alert("ENTRY_UNPROTECTED", { stop, reason, entry: orderInWords(intent), held: unitsCell(held) });
  }
}

/** What an entry lacks whose stop the broker has cancelled, or never had; undefined where it has that. */
function lackingOf(stops: readonly OrderRecord[], entry: OrderRecord): Lacking | undefined {
  for (const stop of stops) {
    const words = orderInWords(stop.intent);
    if (isTakenAway(stop, entry)) return { stop: words, reason: TAKEN_AWAY };
    if (stop.end === undefined || !isGone(stop)) continue;
    const { denial } = stop.end;
    return { stop: words, reason: CONCLUSIONS.includes(denial.code) ? "it counts as gone" : reasonOf(denial) };
  }
  return undefined;
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

/** Whether the broker has ended a stop that nobody here has asked it to. */
function isTakenAway({ intent, end, wantsCancel }: OrderRecord, entry: OrderRecord): boolean {
  return end?.as === "cancelled" && !wantsCancel && isStopOf(intent, entry);
}

/** Whether an entry may open more, and nobody has asked for its end. */
function isToWork({ isEndHeard, wantsCancel }: OrderRecord): boolean {
  return !isEndHeard && !wantsCancel;
}

/** Whether an order was refused, or counts as never there. */
function isGone({ end, isUndead, filled }: OrderRecord): boolean {
  return end?.as === "rejected" && !isUndead && filled <= DUST;
}
