import { execIdParts } from "../../brokers/tws/account/executions.js";
import type { OrderFact } from "../../brokers/tws/orders/order-fact.js";

/** Facts in the order they were told, but that a commission which is here already comes before its execution. */
export class FactQueue {
  private facts: OrderFact[] = [];
  private at = 0;

  add(fact: OrderFact): void {
    this.facts.push(fact);
  }

  get isEmpty(): boolean {
    return this.at === this.facts.length;
  }

  take(): OrderFact | undefined {
    if (this.isEmpty) return undefined;
    const fact = this.facts[this.at];
    if (fact.kind === "execution") {
      // What a fill cost is told with it where it is known.
      const { base } = execIdParts(fact.execution.execId);
      const behind = this.facts.findIndex(
        (one, i) => i > this.at && one.kind === "commission" && execIdParts(one.execId).base === base,
      );
      if (behind > 0) {
        const [commission] = this.facts.splice(behind, 1);
        return commission;
      }
    }
    this.at++;
    if (this.isEmpty) {
      this.facts = [];
      this.at = 0;
    }
    return fact;
  }
}
