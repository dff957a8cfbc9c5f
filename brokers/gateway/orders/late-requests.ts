import type { Instant } from "../../../core/market/bar-size.js";
import type { Simulation } from "../simulation/simulation.js";
import type { GatewayOrder } from "./gateway-order.js";

/** Cancels and changes that take effect some time after they were taken; those of one order in the order they came. */
export class LateRequests {
  private readonly simulation: Simulation;
  private readonly run: (act: () => void) => void;
  /** When the last of an order takes effect. */
  private readonly until = new WeakMap<GatewayOrder, Instant>();

  /** @param run does what has waited, as what is asked at that moment would be done */
  constructor(simulation: Simulation, run: (act: () => void) => void) {
    this.simulation = simulation;
    this.run = run;
  }

  /** Whether something was asked of an order that has not taken effect: what comes now may not overtake it. */
  isBusy(order: GatewayOrder): boolean {
    const until = this.until.get(order);
    return until !== undefined && until > this.simulation.now;
  }

  /** Has it take effect `ms` from now, and not before what was asked of the order earlier. */
  add(order: GatewayOrder, ms: number, act: () => void): void {
    const { simulation, until } = this;
    const at = Math.max(simulation.now + ms, until.get(order) ?? simulation.now);
    until.set(order, at);
    simulation.at(at, () => this.run(act));
  }
}
