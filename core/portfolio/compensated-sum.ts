/**
 * Sums kept in columns with their rounding errors beside them (Neumaier 1974), so that a million bookings stay within
 * a rounding of exact arithmetic. `at(i)` is the i-th sum.
 */
export class CompensatedSums {
  private sum: Float64Array;
  private error: Float64Array;

  constructor(count: number) {
    this.sum = new Float64Array(count);
    this.error = new Float64Array(count);
  }

  add(index: number, amount: number): void {
    const before = this.sum[index];
    const after = before + amount;
    this.error[index] += Math.abs(before) >= Math.abs(amount) ? before - after + amount : amount - after + before;
    this.sum[index] = after;
  }

  at(index: number): number {
    return this.sum[index] + this.error[index];
  }

  set(index: number, value: number): void {
    this.sum[index] = value;
    this.error[index] = 0;
  }
}
