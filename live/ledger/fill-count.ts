import { DUST } from "../../core/dust.js";
import type { Instant } from "../../core/market/bar-size.js";

/** What of an order has filled: what is booked, and what the broker has said. Quantities in units above zero. */
export class FillCount {
  /** Sum of its executions as they are now, and of quantity x price. */
  executed = 0;
  private value = 0;
  /** Units of fills that can no longer be had, booked at an estimated price. */
  recovered = 0;
  private recoveredValue = 0;
  /** The most that the broker has said was filled, and at what average; NaN where it has not said. */
  told = 0;
  toldAverage = Number.NaN;
  /** What of that is in the position as the broker was read to hold it, booked or not. */
  believed = 0;
  /** Units of executions that the broker has taken back. */
  takenBack = 0;
  /** Since when the broker has said more than is booked; NaN while it has not. */
  missingSince = Number.NaN;
  /** What it cost so far, by currency. */
  readonly fees = new Map<string, number>();

  get booked(): number {
    return this.executed + this.recovered;
  }

  get bookedValue(): number {
    return this.value + this.recoveredValue;
  }

  /** Units that the broker says were filled and that are not booked. */
  get missing(): number {
    const missing = this.told - this.takenBack - this.booked;
    return missing > DUST ? missing : 0;
  }

  /** Whether the broker has said more than is booked, and its position was not read since. */
  get isInDoubt(): boolean {
    return this.missing > 0 && this.told > this.believed + DUST;
  }

  get recoveredPrice(): number {
    return this.recoveredValue / this.recovered;
  }

  /** The broker says that so much was filled in all. */
  tell(filled: number, averagePrice: number): void {
    if (!(filled >= this.told)) return;
    this.told = filled;
    if (Math.abs(averagePrice) > 0) this.toldAverage = averagePrice;
  }

  execute(quantity: number, price: number): void {
    this.executed = withoutDust(this.executed + quantity);
    this.value += quantity * price;
  }

  takeBack(quantity: number, price: number): void {
    this.execute(-quantity, price);
    this.takenBack += quantity;
  }

  /** What a correction gives again of what it has taken back. */
  giveAgain(quantity: number): void {
    this.takenBack = Math.max(0, this.takenBack - quantity);
  }

  /** What was said to have filled and is not booked never will be: it was taken back before it was heard of. */
  writeOff(): void {
    this.takenBack += this.missing;
    this.missingSince = Number.NaN;
  }

  /** The position was read to which all belongs that was said to have filled. */
  believe(): void {
    this.believed = this.told;
  }

  recover(quantity: number, price: number): void {
    this.recovered = withoutDust(this.recovered + quantity);
    this.recoveredValue = this.recovered === 0 ? 0 : this.recoveredValue + quantity * price;
  }

  charge(amount: number, currency: string): void {
    this.fees.set(currency, (this.fees.get(currency) ?? 0) + amount);
  }

  split(numerator: number, denominator: number): void {
    const units = (quantity: number): number => (quantity * numerator) / denominator;
    this.executed = units(this.executed);
    this.recovered = units(this.recovered);
    this.told = units(this.told);
    this.believed = units(this.believed);
    this.takenBack = units(this.takenBack);
  }

  noteMissing(at: Instant): void {
    if (this.missing === 0) this.missingSince = Number.NaN;
    else if (this.missingSince !== this.missingSince) this.missingSince = at;
  }
}

function withoutDust(quantity: number): number {
  return Math.abs(quantity) <= DUST ? 0 : quantity;
}
