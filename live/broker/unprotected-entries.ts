import type { BrokerAccount } from "../../core/broker.js";
import { DUST } from "../../core/dust.js";
import { isExit } from "../../core/guards/guard.js";
import type { Denial } from "../../core/orders/denial.js";
import { ORDER_TYPES, type OrderType } from "../../core/orders/kinds.js";
import { PROTECTIVE } from "../../core/orders/order-book.js";
import type { Ledger } from "../ledger/ledger.js";
import type { OrderRecord } from "../ledger/order-record.js";
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
}

/** The stop that an entry was to have. */
interface Lacking {
  readonly stop: string;
  readonly reason: string;
}

/** What a bracket gets out with where the market goes against it. */
export const STOPS: readonly OrderType[] = ["stop", "stop-limit", "trailing-stop", "trailing-stop-limit"];

/**
 * Entries whose bracket has lost its stop because that was refused, or cancelled though nobody has asked for it: what they
 * would still open nothing would protect, so what they have not filled is cancelled. What they have filled stays, and a
 * person is told how much that is. A refused take profit is no reason: the stop stands, and the entry goes on.
 */
export class UnprotectedEntries {
  private readonly parts: UnprotectedEntriesParts;
  /** Those that have not ended. */
  private readonly entries = new Map<OrderRecord, Lacking>();
  /** Those that have filled when they and their stops counted as gone, each with whether the account was looked at since. */
  private readonly late = new Map<OrderRecord, boolean>();

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
    this.lacks(entry, { stop: orderInWords(stop.intent), reason: "the broker has cancelled it" });
  }

  private isTakenAway({ intent, wantsCancel }: OrderRecord, entry: OrderRecord): boolean {
    if (wantsCancel || entry.isEndHeard || entry.wantsCancel || !isStopOf(intent, entry)) return false;
    return !isGroupDone(this.parts.ledger, intent.group);
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

  /** Stops that were refused or taken away of entries that work. */
  private get missed(): OrderRecord[] {
    const { ledger } = this.parts;
    const entries = ledger.open.filter(({ row, isEndHeard }) => row >= 0 && !isEndHeard);
    return ledger.records.filter((one) => {
      const entry = entries.find(({ intent }) => intent.id === one.intent.parent);
      if (entry === undefined) return false;
      if (one.end?.as === "rejected") return isStopOf(one.intent, entry);
      return one.end?.as === "cancelled" && this.isTakenAway(one, entry);
    });
  }

  /** An entry has filled more before its cancel came through: more is held than was told. */
  filled(entry: OrderRecord): void {
    const lacking = this.entries.get(entry);
    if (lacking !== undefined) this.tell(entry, lacking);
  }

  ended(entry: OrderRecord): void {
    this.entries.delete(entry);
  }

  /** A stop that counted as gone works again: its entry has it. */
  revived({ intent }: OrderRecord): void {
    const entry = this.parts.ledger.record(intent.parent);
    if (entry !== undefined && isStopOf(intent, entry)) this.entries.delete(entry);
  }

  /** An entry has filled that may have counted as gone: its stop may be as late as itself, or may never come. */
  filledLate(entry: OrderRecord): void {
    const { id } = entry.intent;
    if (!entry.isEndHeard || this.entries.has(entry)) return;
    if (!this.stopsOf(entry).some((stop) => stop.isUndead || isGone(stop))) return;
    this.late.set(entry, false);
    this.parts.news.ask(`order ${id} has filled, and its stop counts as gone`);
  }

  /** The account was looked at whole: a stop that is there is known. */
  looked(): void {
    for (const entry of this.late.keys()) this.late.set(entry, true);
  }

  /** Tells of those whose stops have not come. Called when all that is known is told. */
  settle(): void {
    for (const [entry, isLooked] of this.late) {
      const stops = this.stopsOf(entry);
      // Of one that is to end somebody may have to hear when it has.
      if (!isLooked || stops.some(({ isUndead }) => isUndead)) continue;
      this.late.delete(entry);
      const stop = stops.find((one) => isGone(one) && this.parts.isNeeded(one));
      if (stop === undefined || stops.some(({ end }) => end === undefined)) continue;
      this.tell(entry, { stop: orderInWords(stop.intent), reason: "it counts as gone" });
    }
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

  private tell(entry: OrderRecord, { stop, reason }: Lacking): void {
    const held = unitsCell(Math.max(0, this.parts.exits.heldOf(entry)));
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

/** Whether an order was refused, or counts as never there. */
function isGone({ end, isUndead, filled }: OrderRecord): boolean {
  return end?.as === "rejected" && !isUndead && filled <= DUST;
}
