import { DUST } from "../../core/dust.js";
import type { Instant } from "../../core/market/bar-size.js";
import type { Ledger } from "../ledger/ledger.js";
import { noteBlock } from "../ledger/note-block.js";
import type { OrderRecord } from "../ledger/order-record.js";
import { isExitOf, unitsHeld } from "../ledger/units-held.js";
import type { BrokerNews } from "./broker-news.js";
import type { EndingOrders } from "./refused-cancels.js";
import { type ExitTerms, STOPS } from "./unprotected-entries.js";

export interface UndeadOrdersParts {
  readonly ledger: Ledger;
  readonly news: BrokerNews;
  /** Has an order cancelled that the run may count as ended. */
  readonly cancel: (record: OrderRecord) => void;
  /** Whether what an order would protect is being closed. */
  readonly isClosing: (record: OrderRecord) => boolean;
  /** Whether the run can go on with an order. */
  readonly isKnown: (record: OrderRecord) => boolean;
}

/**
 * Orders that work at the broker although they were told dead: a bracket that has come so late that it counted as lost.
 * Until such an order has ended its instrument takes nothing that increases.
 *
 * It is ended, for the run has gone on without it. An exit is not while its entry holds something, unless others have
 * taken its place: that would stand naked. It counts as working again, so that its size follows what is held and whatever
 * ends exits ends it. While its entry may still fill, or nobody knows what it has filled, it is left as it is: it adds
 * nothing then, and ends with the entry. Nobody knows while the broker holds something that has no name.
 */
export class UndeadOrders implements EndingOrders {
  private readonly parts: UndeadOrdersParts;
  private readonly records: Set<OrderRecord>;
  /** Exits of entries of which the broker has told no end: the next full look at the account knows what they hold. */
  private readonly unsure = new Set<OrderRecord>();
  /** Those whose cancel was asked for. */
  private readonly ending = new Set<OrderRecord>();
  /** Those of them that nobody had asked for before: it can be taken back until it has left. */
  private readonly unneeded = new Set<OrderRecord>();

  constructor(parts: UndeadOrdersParts) {
    this.parts = parts;
    this.records = new Set(parts.ledger.open.filter(({ isUndead }) => isUndead));
    for (const record of this.records) {
      // Their cancels are on their way, or were when the session before ended: the look at the account asks for them.
      if (record.wantsCancel) this.ending.add(record);
      else if (this.entryOf(record)?.end?.isTold === false) this.unsure.add(record);
    }
  }

  get isEmpty(): boolean {
    return this.ending.size === 0;
  }

  isToEnd(record: OrderRecord): boolean {
    return record.isUndead && this.ending.has(record);
  }

  /** Units of what is held that nobody else closes in the place of an exit. */
  unitsLeftTo(exit: ExitTerms): number {
    const held = -exit.side * (this.parts.ledger.holdings.get(exit.symbol)?.quantity ?? 0);
    return Math.max(0, held) - this.unitsInPlaceOf(exit);
  }

  /** An order that was told dead lives. */
  add(record: OrderRecord, at: Instant): void {
    const { ledger, news } = this.parts;
    const { symbol, id } = record.intent;
    const detail = `order ${id} works although it was told ${record.end?.as ?? "ended"}`;
    noteBlock(ledger, { at, symbol, why: `undead ${id}`, isSet: true, detail });
    this.records.add(record);
    this.ending.delete(record);
    const entry = this.entryOf(record);
    if (entry === undefined || record.wantsCancel || entry.end?.isTold === true) return;
    this.unsure.add(record);
    news.ask(`order ${id} works, and what order ${entry.intent.id} has filled, which it closes, is not known`);
  }

  /** The account was looked at whole: what an entry holds is known. */
  looked(): void {
    this.unsure.clear();
  }

  /** Ends those that are to end and revives those that protect something. Called when all that is known is told. */
  settle(at: Instant): void {
    for (const record of this.records) {
      if (!record.isUndead) this.forget(record);
      // What was to end and stands may be needed by now.
      else if (!this.ending.has(record) || record.isCancelRefused || record.isCancelUnsent) this.judge(record, at);
    }
  }

  private judge(record: OrderRecord, at: Instant): void {
    const { ledger, cancel, isClosing, isKnown } = this.parts;
    const isUnwanted = record.wantsCancel && !this.unneeded.has(record);
    const entry = isUnwanted ? undefined : this.entryOf(record);
    const isNeeded = entry !== undefined && this.protects(record, entry) && !isClosing(record);
    if (isNeeded && !isKnown(record)) return;
    if (isNeeded) {
      const { symbol, id } = record.intent;
      const text = `it protects what order ${entry.intent.id} holds`;
      const verdict = { kind: "verdict", verdict: "revived", code: "REVIVED", remedy: "", passes: 0 } as const;
      ledger.note({ ...verdict, at, intent: id, text });
      noteBlock(ledger, { at, symbol, why: `undead ${id}`, isSet: false, detail: text });
      this.forget(record);
      return;
    }
    if (entry !== undefined && this.mayProtect(record, entry) && !isClosing(record)) return;
    if (this.ending.has(record)) return;
    this.ending.add(record);
    if (!record.wantsCancel) this.unneeded.add(record);
    cancel(record);
  }

  /** Whether an entry holds something that an exit closes, and nobody else has closed it, or is about to in its place. */
  private protects(record: OrderRecord, entry: OrderRecord): boolean {
    return unitsHeld(this.parts.ledger, entry) > DUST && this.unitsLeftTo(record.intent) > DUST;
  }

  /**
   * Units that exits of others close by now, as the strategy may have made them when it was told that this one is dead: a
   * stop's place is taken by stops alone. Of a group that cancels itself the largest counts.
   */
  private unitsInPlaceOf(exit: ExitTerms): number {
    const isStop = STOPS.includes(exit.type);
    const groups = new Map<string, number>();
    let units = 0;
    for (const record of this.parts.ledger.open) {
      const { intent: other, end, wantsCancel, isUnknown } = record;
      const isItsOwn = other.parent === exit.parent || other.symbol !== exit.symbol || other.side !== exit.side;
      if (isItsOwn || end !== undefined || wantsCancel || isUnknown || (isStop && !STOPS.includes(other.type)))
        continue;
      const closes = this.unitsClosedBy(record);
      const counted = groups.get(other.group) ?? 0;
      if (other.group !== "") groups.set(other.group, Math.max(counted, closes));
      units += other.group === "" ? closes : Math.max(0, closes - counted);
    }
    return units;
  }

  /** Units that an order closes of what is held by now: an exit of another entry none that this has yet to open. */
  private unitsClosedBy(record: OrderRecord): number {
    const entry = this.entryOf(record);
    if (entry === undefined) return record.remaining;
    return Math.min(record.remaining, Math.max(0, unitsHeld(this.parts.ledger, entry)));
  }

  private mayProtect(record: OrderRecord, entry: OrderRecord): boolean {
    if (entry.isOpen) return true;
    return entry.end?.isTold !== true && (this.unsure.has(record) || this.closesUnnamed(record));
  }

  /** Whether the broker holds something without a name that an exit closes: what its entry filled, as like as not. */
  private closesUnnamed({ intent: { side, symbol } }: OrderRecord): boolean {
    return -side * this.parts.ledger.unnamed(symbol) > DUST;
  }

  private entryOf(record: OrderRecord): OrderRecord | undefined {
    const parent = this.parts.ledger.record(record.intent.parent);
    return parent !== undefined && isExitOf(record, parent) ? parent : undefined;
  }

  private forget(record: OrderRecord): void {
    for (const records of [this.records, this.unsure, this.ending, this.unneeded]) records.delete(record);
  }
}
