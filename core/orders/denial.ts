/**
 * Why an order was not let through: a code with data, never prose. Made only when an order is denied, so it may
 * allocate. Amounts are in the account's base currency unless a currency is among the details, prices in the
 * instrument's.
 */
export interface Denial {
  /** The category, in capitals, such as "MARGIN", "CASH" or "STALE_QUOTE". */
  readonly code: string;
  /** What was compared, in the order it is printed. */
  readonly details: Readonly<Record<string, number | string>>;
}

/**
 * A denial as it is written in logs, journals and reports: `CODE: key=value key=value`, such as
 * `MARGIN: needed=5100.00 available=2000.00`. Whole numbers are printed as such, any other with two decimals or,
 * where two would print it as zero, with four significant digits; a caller that wants something else passes a string.
 */
export function formatDenial(denial: Denial): string {
  let text = denial.code;
  let separator = ": ";
  for (const key in denial.details) {
    text += `${separator}${key}=${formatDetail(denial.details[key])}`;
    separator = " ";
  }
  return text;
}

/** An amount of money as a detail: always two decimals, so that amounts line up. */
export function amount(value: number): string {
  return value.toFixed(2);
}

/** A number of units as a detail: a whole one as it is, any other with all its decimals, less the tail that binary leaves. */
export function units(quantity: number): number | string {
  return Number.isInteger(quantity) ? quantity : String(Number(quantity.toPrecision(12)));
}

/**
 * A price as a detail: whole ones as such, any other with the decimals of the instrument's ticks, two at least, and with
 * one more where it lies between two of them. Without ticks it has as many as it needs.
 */
export function priceDetail(price: number, tick: number): string {
  if (Number.isInteger(price) || !Number.isFinite(price)) return String(price);
  const least = Math.max(2, decimalsOf(tick));
  const most = tick > 0 ? least + 1 : MOST_DECIMALS;
  return price.toFixed(Math.min(most, Math.max(least, decimalsOf(price))));
}

const MOST_DECIMALS = 8;

function decimalsOf(value: number): number {
  return value.toFixed(MOST_DECIMALS).replace(/0+$/, "").split(".")[1].length;
}

function formatDetail(value: number | string): string {
  if (typeof value === "string") return value;
  if (Number.isInteger(value) || !Number.isFinite(value)) return String(value);
  return Math.abs(value) < 0.005 ? value.toPrecision(4) : value.toFixed(2);
}
