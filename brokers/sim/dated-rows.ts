/** A fact that holds from a date on. Dates are exchange-local trade dates as yyyymmdd integers, such as 20260404. */
export interface Dated {
  /** The first trade date it holds on. It holds until the next row's `from`. */
  readonly from: number;
  /** The last trade date it is known to hold on, where no next row says so. */
  readonly to?: number;
  /** Where the value comes from. */
  readonly source: string;
  /** What a reader of a report should know when this row was used, as one sentence. */
  readonly note?: string;
}

/**
 * The rows of one rate, in rising order of `from`. A date in front of the first row is answered by the first and one
 * behind the last by the last, so that a run over any years is possible; `extended` tells whether that happened, for
 * the report. A rate that did not exist yet has a row of 0.
 */
export class DatedRows<Row extends Dated> {
  readonly rows: readonly Row[];
  private row: Row;
  private first: number;
  private next: number;

  constructor(rows: readonly Row[]) {
    this.rows = rows;
    this.row = rows[0];
    this.first = Infinity;
    this.next = -Infinity;
  }

  /** The row that holds on a trade date. Costs a comparison while the date stays within one row. */
  at(date: number): Row {
    return date >= this.first && date < this.next ? this.row : this.find(date);
  }

  /** The rows that hold on some trade date of a range, both ends included. */
  within(from: number, to: number): Row[] {
    return this.rows.filter((row, i) => {
      const begins = i === 0 ? -Infinity : row.from;
      const ends = i + 1 < this.rows.length ? this.rows[i + 1].from : Infinity;
      return begins <= to && ends > from;
    });
  }

  /** Whether a range reaches beyond what the rows are known for. */
  extended(from: number, to: number): boolean {
    const last = this.rows[this.rows.length - 1];
    return from < this.rows[0].from || (last.to !== undefined && to > last.to);
  }

  private find(date: number): Row {
    let i = this.rows.length - 1;
    while (i > 0 && this.rows[i].from > date) i--;
    this.row = this.rows[i];
    this.first = i === 0 ? -Infinity : this.row.from;
    this.next = i + 1 < this.rows.length ? this.rows[i + 1].from : Infinity;
    return this.row;
  }
}

/** A trade date as people write it: 2026-04-04. */
export function dateText(date: number): string {
  const text = String(date).padStart(8, "0");
  return `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`;
}
