import type { Gateway } from "../../brokers/gateway/gateway.js";
import type { GatewayOrder } from "../../brokers/gateway/orders/gateway-order.js";

/** A list that is not told is asked for again after a minute, and two looks at the account may have to agree then. */
const PATIENCE = 180_000;

/** Watches that a session does not go on with orders of others that have ended at the broker, which tells it nothing of that. */
export class EndWatch {
  /** What did not hold, in sentences. */
  readonly broken: string[] = [];
  private readonly gateway: Gateway;
  private readonly told = new Set<GatewayOrder>();
  /** Since when nothing has been wrong. */
  private peaceSince = Infinity;

  constructor(gateway: Gateway) {
    this.gateway = gateway;
  }

  /**
   * @param isPeace whether nothing is wrong but that the broker is late
   * @param working the broker's numbers of such orders as the session takes for working
   */
  look(isPeace: boolean, working: readonly number[]): void {
    const { now } = this.gateway.simulation;
    this.peaceSince = isPeace ? Math.min(this.peaceSince, now) : Infinity;
    for (const order of this.gateway.services.register.all) {
      const { permId, isOpen, completedAt, status } = order;
      if (isOpen || !working.includes(permId) || this.told.has(order)) continue;
      const since = Math.max(completedAt, this.peaceSince);
      if (!(now - since >= PATIENCE)) continue;
      this.told.add(order);
      this.broken.push(
        `an order of others is ${status} at the broker, and works in the session ${PATIENCE / 1_000} s on`,
      );
    }
  }
}
