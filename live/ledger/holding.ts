import { DUST } from "../../core/dust.js";

/** What a session holds of one instrument, out of its fills and the named adjustments. Values are quantity x price. */
export class Holding {
  /** Signed units. */
  quantity = 0;
  /** Signed cost of these. */
  basis = 0;
  /** Profit of what has been closed, before fees. */
  realised = 0;
  /** What its executions cost, as the broker told it. */
  fees = 0;

  /** NaN when flat. */
  get averagePrice(): number {
    return this.quantity === 0 ? Number.NaN : this.basis / this.quantity;
  }

  /** Books signed units at a price. */
  fill(quantity: number, price: number): void {
    const held = this.quantity;
    const after = held + quantity;
    if (held * quantity >= 0) this.basis += quantity * price;
    else if (Math.abs(quantity) < Math.abs(held) - DUST) {
      const closed = (this.basis * quantity) / held;
      this.realised += closed - quantity * price;
      this.basis += closed;
    } else {
      this.realised += held * price - this.basis;
      this.basis = after * price;
    }
    this.quantity = Math.abs(after) <= DUST ? 0 : after;
    if (this.quantity === 0) this.basis = 0;
  }

  split(numerator: number, denominator: number): void {
    this.quantity = (this.quantity * numerator) / denominator;
  }
}
