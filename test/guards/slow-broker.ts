import type { Broker, BrokerAccount, BrokerEvents } from "../../core/broker.js";
import { FillReport } from "../../core/portfolio/fill-report.js";

/** A broker that answers only when a test says so, as one at the other end of a wire does. */
export class SlowBroker implements Broker {
  /** What it was asked for, in order: "submit 0", "cancel 0", "modify 0". */
  readonly asked: string[] = [];
  readonly tradesAtClose = false;
  readonly alertBelow = Number.NEGATIVE_INFINITY;
  readonly nextDue = Number.POSITIVE_INFINITY;
  private account!: BrokerAccount;

  get tell(): BrokerEvents {
    return this.account.events;
  }

  /** Fills what is left of an order. */
  fill(order: number, price: number): void {
    const report = new FillReport();
    report.order = order;
    report.quantity = this.account.book.remaining(order);
    report.price = price;
    report.time = this.account.clock.now;
    this.tell.filled(report);
  }

  connect(account: BrokerAccount): void {
    this.account = account;
  }
  refusal(): undefined {
    return undefined;
  }
  submit(order: number): void {
    this.asked.push(`submit ${order}`);
  }
  cancel(order: number): void {
    this.asked.push(`cancel ${order}`);
  }
  modifying(): void {}
  modified(order: number): void {
    this.asked.push(`modify ${order}`);
  }
  held(): void {}
  dropped(): void {}
  split(): void {}
  onBar(): void {}
  onQuote(): void {}
  onTrade(): void {}
  onInstantEnd(): void {}
  onDue(): void {}
}
