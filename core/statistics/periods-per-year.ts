import type { DailyEquity } from "./days.js";

const DAYS_PER_YEAR = 365.25;

/**
 * How many of these returns make a year, measured as returns per calendar day.
 *
 * Between 170 and 290 a year it is a market with weekends and holidays, and the customary 252 is used; from 340 on it
 * is one that never closes, and 365 is used. Everything else is what was measured, rounded: 52 for weekly bars, 12 for
 * monthly ones, 313 for forex whose Sunday evenings count as days of their own. Taking 252 for weekly bars would more
 * than double their volatility. The bands are wide enough that 20 returns, whichever weekday they begin on and
 * whatever holidays they meet, fall into the right one.
 *
 * Undefined with fewer than two daily returns.
 */
export function inferPeriodsPerYear(daily: DailyEquity): number | undefined {
  const { day, length } = daily;
  if (length < 3) return undefined;
  // Row 0 is left out: the run may begin on the morning of its first day, which would count that day as no time.
  const measured = ((length - 2) / (day[length - 1] - day[1])) * DAYS_PER_YEAR;
  if (measured >= 340) return 365;
  if (measured >= 170 && measured <= 290) return 252;
  return Math.max(1, Math.round(measured));
}
