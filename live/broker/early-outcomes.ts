import type { Instant } from "../../core/market/bar-size.js";
import type { OrderRecord } from "../ledger/order-record.js";
import type { Outcome } from "../ledger/outcome.js";

/** What has something follow for others. */
const FOLLOWED: readonly Outcome["kind"][] = ["filled", "busted", "accepted", "terms", "cut", "revived"];

/** What was heard before the run had its orders: what follows of it for others waits until it has. */
export class EarlyOutcomes {
  private readonly outcomes: Outcome[] = [];
  /** Units that orders have filled behind their ends. */
  private readonly late = new Map<OrderRecord, number>();

  hear(outcome: Outcome, now: Instant): void {
    if (FOLLOWED.includes(outcome.kind)) this.outcomes.push(outcome);
    if (outcome.kind !== "filled" && outcome.kind !== "busted") return;
    const { record, kind, quantity } = outcome;
    if (!(record.endedAt < now)) return;
    this.late.set(record, (this.late.get(record) ?? 0) + (kind === "filled" ? quantity : -quantity));
  }

  /** Each once, in the order in which they were heard. */
  take(): Outcome[] {
    return this.outcomes.splice(0);
  }

  /** Whether orders have filled behind their ends. */
  get hasLate(): boolean {
    return this.late.size > 0;
  }

  /** The units that orders have filled behind their ends, each once. */
  takeLate(): (readonly [OrderRecord, number])[] {
    const taken = [...this.late];
    this.late.clear();
    return taken;
  }
}
