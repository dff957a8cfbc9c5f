import type { OrderFact } from "../../brokers/tws/orders/order-fact.js";
import type { OrderPort } from "../../brokers/tws/orders/order-port.js";

interface Told {
  readonly fact: OrderFact;
  /** How many market events had come before it. */
  readonly behind: number;
}

/**
 * Keeps the order in which the broker's facts and market events have come: a fill that was told in front of a price is
 * booked in front of it, as in a backtest.
 */
export class FactOrder {
  private told: Told[] = [];
  private readonly hear: (fact: OrderFact) => void;

  /**
   * Steps between a port and whoever listens to it.
   * @param arrived how many market events have come so far
   */
  constructor(port: OrderPort, arrived: () => number) {
    this.hear = port.onFact;
    port.onFact = (fact) => {
      this.told.push({ fact, behind: arrived() });
    };
  }

  get isEmpty(): boolean {
    return this.told.length === 0;
  }

  /** In front of how many market events, counted from the first of all, the next facts belong. */
  get next(): number {
    return this.told.length === 0 ? Infinity : this.told[0].behind;
  }

  /** Hands over the facts that came next with no market event between them. */
  pass(): void {
    const { next } = this;
    let count = 0;
    while (count < this.told.length && this.told[count].behind === next) count++;
    for (const { fact } of this.told.splice(0, count)) this.hear(fact);
  }
}
