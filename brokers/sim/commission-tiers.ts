import { type Dated, DatedRows } from "./dated-rows.js";
import type { FeeRow } from "./fee-rows.js";

/**
 * One commission schedule as it stood from a date on: rates by the month's volume. A rate holds for the part of the
 * volume above its bound, not for all of it, as IB counts: of 1,500 contracts in a month 1,000 cost the first rate.
 */
export class CommissionTiers implements Dated {
  readonly from: number;
  readonly source: string;
  /** Of the order's value; Infinity for none. */
  readonly cap: number;
  readonly fractionalMinimum: number;
  private readonly bounds: Float64Array;
  private readonly rates: Float64Array;
  private readonly minimums: Float64Array;

  /** The rows of one schedule and date, in rising order of `overVolume`. */
  constructor(rows: readonly FeeRow[]) {
    this.from = rows[0].from;
    this.source = rows[0].source;
    this.cap = rows[0].cap ?? Infinity;
    this.fractionalMinimum = rows[0].fractionalMinimum ?? 0;
    this.bounds = Float64Array.from(rows, (row) => row.overVolume ?? 0);
    this.rates = Float64Array.from(rows, (row) => row.rate);
    this.minimums = Float64Array.from(rows, (row) => row.minimum ?? 0);
  }

  /** What `amount` costs after `volume` has been traded in the month, before minimum and cap. */
  accrue(volume: number, amount: number): number {
    const { bounds, rates } = this;
    const tier = this.tierAt(volume);
    if (tier + 1 === bounds.length || volume + amount <= bounds[tier + 1]) return amount * rates[tier];
    let cost = 0;
    let done = volume;
    const end = volume + amount;
    for (let i = tier; done < end; i++) {
      const until = i + 1 < bounds.length ? Math.min(end, bounds[i + 1]) : end;
      cost += (until - done) * rates[i];
      done = until;
    }
    return cost;
  }

  /** The least an order costs after `volume` has been traded in the month. */
  minimumAt(volume: number): number {
    return this.minimums[this.tierAt(volume)];
  }

  private tierAt(volume: number): number {
    const { bounds } = this;
    let tier = 0;
    while (tier + 1 < bounds.length && volume >= bounds[tier + 1]) tier++;
    return tier;
  }
}

/** The schedules of rows that differ only in date and volume. */
export function datedTiers(rows: readonly FeeRow[]): DatedRows<CommissionTiers> {
  const dates = [...new Set(rows.map((row) => row.from))].sort((a, b) => a - b);
  return new DatedRows(dates.map((from) => new CommissionTiers(rows.filter((row) => row.from === from))));
}
