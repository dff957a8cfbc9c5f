import type { Denial } from "../orders/denial.js";
import type { Guard } from "./guard.js";

/**
 * Turned on, it denies every new order until somebody turns it off. What else it does (cancelling what could increase
 * a position, flattening) is the engine's work; the flattening orders themselves pass.
 */
export class KillSwitch implements Guard {
  readonly name = "killSwitch";
  readonly reducingPasses = false;
  private reason: string | undefined = undefined;

  get isOn(): boolean {
    return this.reason !== undefined;
  }

  turnOn(reason: string): void {
    this.reason = reason;
  }

  turnOff(): void {
    this.reason = undefined;
  }

  check(): Denial | undefined {
    return this.reason === undefined ? undefined : { code: "KILL_SWITCH", details: { reason: this.reason } };
  }
}
