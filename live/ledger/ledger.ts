import { DUST } from "../../core/dust.js";
import type { Instant } from "../../core/market/bar-size.js";
import type {
  AdjustmentEntry,
  BlockEntry,
  CarryEntry,
  CommissionEntry,
  Entry,
  ExecutionEntry,
  ForeignOrderEntry,
  IntentEntry,
  PassEntry,
} from "./entry.js";
import { executedForOthers } from "./filled-before.js";
import { Holding } from "./holding.js";
import { OrderRecord } from "./order-record.js";
import type { Outcome } from "./outcome.js";
import { filledBehind, takeOff } from "./taken-off.js";

/** What a block is about whose position is not what fills and named adjustments make it. */
export const DIFFERENCE = "difference";

/** Whose record it is. */
export interface LedgerIdentity {
  /** The first part of every orderRef of the session. */
  readonly journalId: string;
  readonly clientId: number;
  readonly account: string;
}

/**
 * What a session's entries come to: its orders, its executions, its position in each instrument and what is not its
 * own. Pure: rebuilt from a journal it is what it was in memory.
 *
 * `note` adds an entry, hands it on to be kept, and collects what is new in it until somebody takes that.
 */
export class Ledger {
  readonly identity: LedgerIdentity;
  /** Its orders, in the order they were made. */
  readonly records: OrderRecord[] = [];
  /** The valid revision of each execution, ours and foreign, by its base. */
  readonly executions = new Map<string, ExecutionEntry>();
  readonly commissions = new Map<string, CommissionEntry>();
  readonly holdings = new Map<string, Holding>();
  /** What has changed these, in the order in which it was heard: an adjustment, or the base of an execution. */
  readonly changes: (AdjustmentEntry | string)[] = [];
  /** Signed units that others hold, by conId. */
  readonly foreign = new Map<number, number>();
  /** Instruments whose foreign position has been looked at once. */
  readonly opened = new Set<number>();
  readonly foreignOrders = new Map<string, ForeignOrderEntry>();
  /** By symbol, then by what the block is about. */
  readonly blocks = new Map<string, Map<string, BlockEntry>>();
  latestPass: PassEntry | undefined = undefined;
  /** Whoever keeps the entries. */
  keep: (entry: Entry) => void = () => undefined;
  /** By symbol, the count at the latest entry that changed a position. */
  readonly changedAt = new Map<string, number>();
  /** Counts entries: what was noted after a moment has a higher one. */
  count = 0;
  /** The session's name of a contract. */
  readonly symbolOf = new Map<number, string>();
  /** What the broker calls the contracts that entries are about. */
  private readonly toldSymbols = new Map<number, string>();
  private readonly byId = new Map<number, OrderRecord>();
  private latestIntent = 0;
  private readonly byPermId = new Map<number, OrderRecord>();
  private readonly byOrderId = new Map<number, OrderRecord>();
  private readonly byGroup = new Map<string, OrderRecord[]>();
  private readonly live = new Set<OrderRecord>();
  private outcomes: Outcome[] = [];

  constructor(identity: LedgerIdentity) {
    this.identity = identity;
  }

  /** Adds what is kept already: nothing in it is news. */
  restore(entries: Iterable<Entry>): void {
    for (const entry of entries) this.apply(entry);
    for (const { terms } of this.live) terms.restored();
    this.outcomes = [];
  }

  /** What was asked for and is not answered may have been lost on its way. */
  connectionLost(): void {
    for (const { terms } of this.live) terms.connectionLost();
  }

  note(entry: Entry): void {
    this.keep(entry);
    this.apply(entry);
    const intent = intentOf(entry);
    if (intent > 0) this.release(this.of({ intent }), entry.at);
  }

  /**
   * Knows orders no longer that are kept elsewhere from now on, as after a restart: nothing that is told of them is noted.
   * What they have come to stays.
   */
  forget(intents: ReadonlySet<number>): void {
    const isGone = (record: OrderRecord): boolean => intents.has(record.intent.id);
    const kept = this.records.filter((record) => !isGone(record));
    this.records.length = 0;
    for (const record of kept) this.records.push(record);
    for (const map of [this.byId, this.byOrderId, this.byPermId]) {
      for (const [key, record] of map) if (isGone(record)) map.delete(key);
    }
    for (const [group, records] of this.byGroup) {
      const left = records.filter((record) => !isGone(record));
      if (left.length === 0) this.byGroup.delete(group);
      else this.byGroup.set(group, left);
    }
    const changes = this.changes.splice(0).filter((change) => {
      const { intent } = typeof change === "string" ? (this.executions.get(change) ?? { intent: 0 }) : change;
      return !intents.has(intent);
    });
    for (const change of changes) this.changes.push(change);
    for (const [base, { intent }] of this.executions) {
      if (!intents.has(intent)) continue;
      this.executions.delete(base);
      this.commissions.delete(base);
    }
  }

  tell(outcome: Outcome): void {
    this.outcomes.push(outcome);
  }

  /** Whether there is something for `takeOutcomes`. */
  get hasOutcomes(): boolean {
    return this.outcomes.length > 0;
  }

  /** What is new since this was last called. */
  takeOutcomes(): readonly Outcome[] {
    const { outcomes } = this;
    if (outcomes.length > 0) this.outcomes = [];
    return outcomes;
  }

  /** Undefined of one that was never made, or is kept elsewhere by now. */
  record(intent: number): OrderRecord | undefined {
    return this.byId.get(intent);
  }

  /** The orders of which one cancels the others, by the name of their group; none of the name "". */
  group(name: string): readonly OrderRecord[] {
    return this.byGroup.get(name) ?? [];
  }

  get nextIntent(): number {
    return this.latestIntent + 1;
  }

  refOf(intent: number): string {
    return `${this.identity.journalId}:${intent}`;
  }

  byRef(ref: string): OrderRecord | undefined {
    const { journalId } = this.identity;
    if (!this.isOwnRef(ref)) return undefined;
    return this.record(Number(ref.slice(journalId.length + 1)));
  }

  isOwnRef(ref: string): boolean {
    return ref.startsWith(`${this.identity.journalId}:`);
  }

  /** Whether a name of ours belongs to an order that is kept elsewhere by now: all it did is counted. */
  isArchived(ref: string): boolean {
    if (!this.isOwnRef(ref)) return false;
    const id = Number(ref.slice(this.identity.journalId.length + 1));
    return id > 0 && id <= this.latestIntent && !this.byId.has(id);
  }

  byPerm(permId: number): OrderRecord | undefined {
    return permId > 0 ? this.byPermId.get(permId) : undefined;
  }

  /** The order of this client id under an order id. */
  byOrder(orderId: number): OrderRecord | undefined {
    const record = this.byOrderId.get(orderId);
    return record?.hasOrderId === true ? record : undefined;
  }

  holding(symbol: string): Holding {
    let holding = this.holdings.get(symbol);
    if (holding === undefined) {
      holding = new Holding();
      this.holdings.set(symbol, holding);
    }
    return holding;
  }

  /** Orders that may still be in the market, whose fate is not known, or that miss executions. */
  get open(): OrderRecord[] {
    return [...this.live];
  }

  /** A contract in words: its symbol where that is known and means no other contract, as an option's may. */
  nameOf(conId: number): string {
    const own = this.symbolOf.get(conId);
    if (own !== undefined) return own;
    const symbol = this.toldSymbols.get(conId) ?? "";
    const isOther = ([other, name]: readonly [number, string]): boolean => other !== conId && name === symbol;
    const isShared = [...this.symbolOf].some(isOther) || [...this.toldSymbols].some(isOther);
    return symbol === "" || isShared ? `contract ${conId}` : symbol;
  }

  /** Why an instrument takes no increasing order; undefined where it does. */
  blockOf(symbol: string): BlockEntry | undefined {
    const blocks = this.blocks.get(symbol);
    if (blocks === undefined) return undefined;
    for (const block of blocks.values()) return block;
    return undefined;
  }

  /** Units that the broker holds beyond all that has a name; 0 where the two agree. */
  unnamed(symbol: string): number {
    const difference = this.blocks.get(symbol)?.get(DIFFERENCE)?.difference ?? 0;
    return difference === difference ? difference : 0;
  }

  isBlocked(symbol: string, why: string): boolean {
    return this.blocks.get(symbol)?.has(why) === true;
  }

  private apply(entry: Entry): void {
    this.count++;
    this.take(entry);
    const intent = intentOf(entry);
    if (intent === 0) return;
    const record = this.of({ intent });
    record.touched = this.count;
    if (record.isOpen) this.live.add(record);
    else this.live.delete(record);
  }

  /** A lost order is lost no more, for there is a trace of it or an end: what it blocked is free again. */
  private release({ intent, passes }: OrderRecord, at: Instant): void {
    const { symbol, id } = intent;
    const why = `lost ${id}`;
    if (passes > 0 || !this.isBlocked(symbol, why)) return;
    this.note({ kind: "block", at, symbol, why, isSet: false, difference: Number.NaN, detail: "it is lost no more" });
  }

  private take(entry: Entry): void {
    if ("conId" in entry && entry.conId > 0) this.toldSymbols.set(entry.conId, entry.symbol);
    switch (entry.kind) {
      case "intent":
        this.intend(entry);
        break;
      case "request":
        this.of(entry).request(entry);
        break;
      case "sent":
        this.of(entry).sent(entry);
        break;
      case "status": {
        const record = this.of(entry);
        record.heard(entry);
        if (record.permId > 0) this.byPermId.set(record.permId, record);
        break;
      }
      case "verdict":
        this.of(entry).verdict(entry);
        break;
      case "execution":
        this.execute(entry);
        break;
      case "commission":
        this.charge(entry);
        break;
      case "adjustment":
        this.adjust(entry);
        break;
      case "block":
        this.setBlock(entry);
        break;
      case "foreign-order":
        this.foreignOrders.set(foreignKey(entry), entry);
        break;
      case "carry":
        this.carry(entry);
        break;
      case "pass":
        this.latestPass = entry;
        break;
    }
  }

  private of({ intent }: { readonly intent: number }): OrderRecord {
    const record = this.record(intent);
    if (record === undefined) throw new RangeError(`the journal has no intent ${intent}`);
    return record;
  }

  private intend(entry: IntentEntry): void {
    if (entry.id !== this.nextIntent) throw new RangeError(`intent ${entry.id} comes behind ${this.latestIntent}`);
    const record: OrderRecord = new OrderRecord(entry, (news) => this.outcomes.push({ ...news, record }));
    record.isAlone = this.record(entry.parent)?.isEndHeard === true;
    if (entry.filledBefore > 0) {
      const due = entry.filledBefore - executedForOthers(this.executions.values(), entry.permId);
      record.dueBefore = due > DUST ? due : 0;
    }
    this.records.push(record);
    this.byId.set(entry.id, record);
    if (entry.group !== "") this.byGroup.set(entry.group, [...this.group(entry.group), record]);
    this.latestIntent = entry.id;
    if (entry.clientId === this.identity.clientId && entry.orderId > 0) this.byOrderId.set(entry.orderId, record);
    if (entry.permId > 0) this.byPermId.set(entry.permId, record);
    this.foreignOrders.delete(foreignKey(entry));
  }

  private execute(entry: ExecutionEntry): void {
    const { base, side, quantity, price } = entry;
    const before = this.executions.get(base);
    this.executions.set(base, entry);
    this.changedAt.set(entry.symbol, this.count);
    const taken = before?.quantity ?? 0;
    const isSame = before !== undefined && Math.abs(taken - quantity) <= DUST && before.price === price;
    if (isSame) return;
    if (entry.intent === 0) {
      const change = side * (quantity - taken);
      this.addForeign(entry.conId, change);
      if (before === undefined) this.byPerm(entry.permId)?.executedBefore(quantity);
      const { symbol, conId } = entry;
      this.outcomes.push({ kind: "foreignExecution", symbol, conId, quantity: change, price });
      return;
    }
    const { symbol } = entry;
    if (entry.revision > 1) this.outcomes.push({ kind: "corrected", execId: base, symbol, quantity, price });
    const record = this.of(entry);
    if (before === undefined) this.changes.push(base);
    if (record.permId === 0) record.permId = entry.permId;
    if (record.permId > 0) this.byPermId.set(record.permId, record);
    const holding = this.holding(record.intent.symbol);
    if (before !== undefined && taken > 0) {
      holding.fill(-side * taken, before.price);
      record.takesBack(taken, before.price);
    }
    if (quantity <= 0) {
      this.takeOff(record, -taken, entry.at);
      return;
    }
    holding.fill(side * quantity, price);
    if (before !== undefined) record.fills.giveAgain(quantity);
    const told = before === undefined ? this.commissions.get(base) : undefined;
    if (told !== undefined) {
      holding.fees += told.amount;
      record.charge(told.amount, told.currency);
    }
    // What a correction counts is not said anywhere.
    const cumulative = before === undefined && entry.revision <= 1 ? entry.cumulative : 0;
    record.executes(entry, cumulative, told);
    filledBehind(this, record, quantity - taken);
    this.takeOff(record, quantity - taken, entry.at);
  }

  /** What one of a group has filled is taken off the others, at the broker and here. */
  private takeOff(record: OrderRecord, units: number, at: Instant): void {
    const { group } = record.intent;
    if (group === "" || units === 0) return;
    for (const other of this.live) {
      if (other === record || other.intent.group !== group) continue;
      other.touched = this.count;
      other.loses(units, record.remaining <= DUST, at);
    }
  }

  private charge(entry: CommissionEntry): void {
    const before = this.commissions.get(entry.base);
    this.commissions.set(entry.base, entry);
    const execution = this.executions.get(entry.base);
    if (execution === undefined || execution.intent === 0) return;
    const record = this.of(execution);
    const { base, amount, currency } = entry;
    this.holding(record.intent.symbol).fees += amount - (before?.amount ?? 0);
    if (before !== undefined && before.currency !== currency) {
      record.chargeLate(-before.amount, before.currency, base);
      record.chargeLate(amount, currency, base);
    } else record.chargeLate(amount - (before?.amount ?? 0), currency, base);
  }

  private adjust(entry: AdjustmentEntry): void {
    const { name, symbol, conId, own, foreign, price } = entry;
    this.changedAt.set(symbol, this.count);
    if (name === "split" || own !== 0) this.changes.push(entry);
    if (name === "split") {
      const { numerator, denominator } = entry;
      this.holding(symbol).split(numerator, denominator);
      this.foreign.set(conId, ((this.foreign.get(conId) ?? 0) * numerator) / denominator);
      for (const record of this.records) {
        if (record.intent.symbol !== symbol) continue;
        if (this.live.has(record)) record.split(numerator, denominator);
        else record.splitSince *= numerator / denominator;
      }
      return;
    }
    if (name === "opening") this.opened.add(conId);
    if (own !== 0) this.holding(symbol).fill(own, price);
    if (foreign !== 0) this.addForeign(conId, foreign);
    if (entry.intent === 0) {
      takeOff(this, entry);
      if (own !== 0) this.outcomes.push({ kind: "adjusted", symbol, quantity: own, price });
      return;
    }
    const record = this.of(entry);
    record.recovers(own * record.intent.side, price, entry.at);
    filledBehind(this, record, own * record.intent.side);
    this.takeOff(record, own * record.intent.side, entry.at);
  }

  private carry(entry: CarryEntry): void {
    const { symbol, conId, quantity, basis, realised, fees, foreign, isOpened, intents } = entry;
    this.latestIntent = Math.max(this.latestIntent, intents);
    if (conId === 0) return;
    Object.assign(this.holding(symbol), { quantity, basis, realised, fees });
    if (foreign !== 0) this.foreign.set(conId, foreign);
    if (isOpened) this.opened.add(conId);
  }

  private addForeign(conId: number, quantity: number): void {
    const sum = (this.foreign.get(conId) ?? 0) + quantity;
    this.foreign.set(conId, Math.abs(sum) <= DUST ? 0 : sum);
  }

  private setBlock(entry: BlockEntry): void {
    const blocks = this.blocks.get(entry.symbol) ?? new Map<string, BlockEntry>();
    if (entry.isSet) blocks.set(entry.why, entry);
    else blocks.delete(entry.why);
    if (blocks.size > 0) this.blocks.set(entry.symbol, blocks);
    else this.blocks.delete(entry.symbol);
  }
}

/** The order that an entry is about; 0 for none. */
function intentOf(entry: Entry): number {
  if (entry.kind === "intent") return entry.id;
  return "intent" in entry ? entry.intent : 0;
}

/** What tells a foreign order from others: the broker's number, or who made it under which id. */
export function foreignKey({
  permId,
  clientId,
  orderId,
}: {
  permId: number;
  clientId: number;
  orderId: number;
}): string {
  return permId > 0 ? `perm ${permId}` : `client ${clientId} order ${orderId}`;
}
