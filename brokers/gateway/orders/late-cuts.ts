import type { OrderBook } from "../../../core/orders/order-book.js";
import type { Execution } from "../../sim/execution.js";
import type { SiblingCuts } from "../../sim/sibling-cuts.js";
import type { FaultState } from "../faults/fault-state.js";
import type { Simulation } from "../simulation/simulation.js";

/**
 * Cuts orders that belong together as late as the faults of the moment say, or never; without such faults at once. It
 * speaks of orders by their rows in the book of one account.
 */
export class LateCuts implements SiblingCuts {
  private readonly faults: FaultState;
  private readonly simulation: Simulation;
  private execution!: Execution;
  private book!: OrderBook;
  private readonly loose = new Set<number>();
  /** Orders whose exits are cut later. */
  private readonly kept = new Set<number>();
  private isCutting = false;
  /** How often a client has said anew what an order is: what was to be taken from it before is forgotten with that. */
  private readonly changes = new Map<number, number>();

  constructor(faults: FaultState, simulation: Simulation) {
    this.faults = faults;
    this.simulation = simulation;
  }

  join(execution: Execution, book: OrderBook): void {
    this.execution = execution;
    this.book = book;
  }

  /** A client has said anew what an order is. */
  changed(order: number): void {
    this.changes.set(order, this.changesOf(order) + 1);
  }

  defers(order: number, units: number, isWhole: boolean): boolean {
    const delay = isWhole ? this.faults.cutDelay : this.faults.shrinkDelay;
    if (delay === 0) return false;
    const parent = this.book.parent[order];
    if (parent >= 0) this.loose.add(parent);
    if (delay < Infinity) {
      const before = new Map(this.changes);
      const spares = (sibling: number): boolean => (before.get(sibling) ?? 0) !== this.changesOf(sibling);
      this.simulation.after(delay, () => this.execution.settleGroup(order, units, isWhole, spares));
    }
    return true;
  }

  keepsExits(parent: number): boolean {
    const { shrinkDelay } = this.faults;
    if (shrinkDelay === 0 || this.isCutting) return false;
    this.loose.add(parent);
    // It is asked for each of the exits, which are cut together.
    if (shrinkDelay === Infinity || this.kept.has(parent)) return true;
    this.kept.add(parent);
    this.simulation.after(shrinkDelay, () => this.cutExits(parent));
    return true;
  }

  isLoose(parent: number): boolean {
    return this.loose.has(parent);
  }

  private cutExits(parent: number): void {
    this.loose.delete(parent);
    this.kept.delete(parent);
    this.isCutting = true;
    try {
      this.execution.followParent(parent);
    } finally {
      this.isCutting = false;
    }
  }

  private changesOf(order: number): number {
    return this.changes.get(order) ?? 0;
  }
}
