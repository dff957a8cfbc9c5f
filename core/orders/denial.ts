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

function formatDetail(value: number | string): string {
  if (typeof value === "string") return value;
  if (Number.isInteger(value) || !Number.isFinite(value)) return String(value);
  return Math.abs(value) < 0.005 ? value.toPrecision(4) : value.toFixed(2);
}
