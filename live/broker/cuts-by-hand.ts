import { DUST } from "../../core/dust.js";
import type { Ledger } from "../ledger/ledger.js";
import type { OrderRecord } from "../ledger/order-record.js";
import { openedBy } from "../ledger/units-held.js";
import type { CutByHand } from "./held-orders.js";

/**
 * Orders that are no exits and are to be cut, or to end, for what was closed by hand: until the broker has them so, the
 * strategy gives them another size, or units are given back. That the session opens more changes nothing: an order whose
 * cut has left is not made larger for it either.
 */
export class CutsByHand {
  private readonly ledger: Ledger;
  private readonly leaveRow: (row: number, units: number) => void;
  private readonly cuts = new Map<OrderRecord, CutByHand>();

  /** @param leaveRow leaves the order of a row no more than so many units to fill */
  constructor(ledger: Ledger, leaveRow: (row: number, units: number) => void) {
    this.ledger = ledger;
    this.leaveRow = leaveRow;
  }

  /** What is to be cut still: the next session goes on with it. */
  get kept(): readonly CutByHand[] {
    return [...this.cuts.values()];
  }

  /** The session before was to cut these. */
  resume(kept: readonly CutByHand[]): void {
    for (const one of kept) {
      const record = this.ledger.record(one.intent);
      if (record !== undefined) this.cuts.set(record, one);
    }
  }

  forget(record: OrderRecord): void {
    this.cuts.delete(record);
  }

  /** An order is to have no more than so many units yet to fill. */
  cut(record: OrderRecord, units: number): void {
    const { intent, filled } = record;
    this.cuts.set(record, { intent: intent.id, units: filled + units, others: this.filledByOthers(record) });
  }

  /** So many fewer units are to be cut of an order. */
  giveBack(record: OrderRecord, units: number): void {
    const cut = this.cuts.get(record);
    if (cut !== undefined) this.cuts.set(record, { ...cut, units: cut.units + units });
  }

  /** Where `denominator` units stood, `numerator` stand. */
  split(symbol: string, numerator: number, denominator: number): void {
    const units = (value: number): number => (value * numerator) / denominator;
    for (const [record, cut] of this.cuts) {
      if (record.intent.symbol !== symbol) continue;
      this.cuts.set(record, {
        ...cut,
        units: units(cut.units),
        ...(cut.others !== undefined && { others: units(cut.others) }),
      });
    }
  }

  /** Units that an order may have, what it has filled included; Infinity of one that is not to be cut. */
  most(record: OrderRecord): number {
    const cut = this.cuts.get(record);
    if (cut === undefined) return Infinity;
    // Others of its group have filled for it since.
    const now = this.filledByOthers(record);
    return cut.units - Math.max(0, now - (cut.others ?? now));
  }

  /** Cuts again what could not be, as without a connection, or where the process ended before it left. */
  cutAgain(): void {
    for (const record of this.cuts.keys()) {
      const { row, asked, terms } = record;
      if (row < 0 || record.wantsCancel) continue;
      const most = this.most(record);
      const isDone = asked.quantity <= most + DUST && !terms.isChanging;
      if (record.end !== undefined || isDone) this.cuts.delete(record);
      else this.leaveRow(row, most - record.filled);
    }
  }

  private filledByOthers(record: OrderRecord): number {
    const others = this.ledger.group(record.intent.group).filter((one) => one !== record);
    return others.reduce((sum, one) => sum + openedBy(one), 0);
  }
}
