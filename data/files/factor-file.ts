import { isWeekend } from "../../core/calendar/calendar-date.js";
import { DAY } from "../../core/market/bar-size.js";
import { type DatedActions, type DatedDividend, type DatedSplit, dayOfIsoDate } from "../dated-actions.js";
import { FileError } from "./errors.js";
import { simplestFraction } from "./simplest-fraction.js";

/** What a file of factors cannot tell. */
export interface FactorLookups {
  /** The raw close on a date such as "2020-08-06", for a file without reference prices; NaN where it is not known. */
  readonly closeOn?: (date: string) => number;
  /** The date of the session after that of a date, as a day number. Default: the next weekday. */
  readonly sessionAfter?: (day: number) => number;
}

interface FactorRow {
  readonly line: number;
  readonly date: string;
  readonly day: number;
  readonly price: Factor;
  readonly split: Factor;
  readonly reference: number;
}

/** A factor and how far it may lie from the one that was rounded to it. */
interface Factor {
  readonly value: number;
  readonly error: number;
}

/** A rounded dividend is never guessed more exact than this. */
const MOST_DECIMALS = 6;

/**
 * Reads splits and dividends from a file of LEAN's kind: date, price factor, split factor and, in newer ones, the price
 * they were reckoned from. A row holds up to and with its date, and what happened comes out of two rows that follow each
 * other: with factors f and then f' the ratio of a split is f' / f, and a dividend is reference x (1 - f / f'), both
 * with an ex-date in the session after the first row's date. Factors are rounded, to seven decimals in most files; the
 * simplest ratio, and the amount with the fewest decimals, that round to them are taken.
 *
 * @param text with or without a line of names in front
 * @throws FileError FACTORS_UNREADABLE, FACTORS_WITHOUT_REFERENCE
 */
export function parseFactors(text: string, file: string, lookups: FactorLookups = {}): DatedActions {
  const rows = rowsOf(text, file);
  const splits: DatedSplit[] = [];
  const dividends: DatedDividend[] = [];
  const after = lookups.sessionAfter ?? nextWeekday;
  for (let i = 0; i + 1 < rows.length; i++) {
    const [row, next] = [rows[i], rows[i + 1]];
    const exDate = dateOf(after(row.day));
    if (row.split.value !== next.split.value) splits.push({ exDate, ...ratio(row.split, next.split) });
    if (row.price.value !== next.price.value) dividends.push(dividendOf(row, next, exDate, file, lookups));
  }
  return { splits, dividends };
}

/** Whether a first line is one of a file of factors. */
export function isFactorFile(firstLine: string): boolean {
  const line = firstLine.trim().toLowerCase();
  return (
    /^date,price_?factor,split_?factor\b/.test(line) || /^\d{8},0?\.?\d+(\.\d+)?,\d*\.?\d+(,\d*\.?\d+)?$/.test(line)
  );
}

function rowsOf(text: string, file: string): FactorRow[] {
  const rows: FactorRow[] = [];
  text.split(/\r?\n/).forEach((line, i) => {
    if (line.trim() === "" || /^\s*date/i.test(line)) return;
    const [date = "", price = "", split = "", reference = ""] = line.split(",").map((cell) => cell.trim());
    const row = {
      line: i + 1,
      date,
      day: dayOfIsoDate(date),
      price: factorOf(price),
      split: factorOf(split),
      reference: reference === "" ? Number.NaN : Number(reference),
    };
    const sound = !Number.isNaN(row.day) && row.price.value > 0 && row.split.value > 0;
    if (!sound) throw new FileError("FACTORS_UNREADABLE", { file, line: i + 1, text: line.trim().slice(0, 60) });
    rows.push(row);
  });
  return rows.sort((a, b) => a.day - b.day);
}

function factorOf(text: string): Factor {
  if (!/^\d*\.?\d+(e[-+]?\d+)?$/i.test(text)) return { value: Number.NaN, error: 0 };
  const decimals = /\.(\d*?)0*$/.exec(text)?.[1].length ?? 0;
  const value = Number(text);
  // A rounded number may end with zeros that were never dropped, and a long one is itself a product of rounded ones.
  return { value, error: Math.max(0.5 * 10 ** -Math.max(7, decimals), value * 1e-12) };
}

function ratio(before: Factor, after: Factor): { numerator: number; denominator: number } {
  const low = (after.value - after.error) / (before.value + before.error);
  const high = (after.value + after.error) / (before.value - before.error);
  return simplestFraction(low, high);
}

function dividendOf(
  row: FactorRow,
  next: FactorRow,
  exDate: string,
  file: string,
  { closeOn }: FactorLookups,
): DatedDividend {
  const known = row.reference > 0 ? row.reference : (closeOn?.(dateOf(row.day)) ?? Number.NaN);
  if (Number.isNaN(known)) throw new FileError("FACTORS_WITHOUT_REFERENCE", { file, line: row.line, date: row.date });
  const share = row.price.value / next.price.value;
  const exact = known * (1 - share);
  if (!(exact > 0))
    throw new FileError("FACTORS_UNREADABLE", { file, line: next.line, text: "a factor below the one above" });
  const error = known * share * (row.price.error / row.price.value + next.price.error / next.price.value);
  let amount = exact;
  for (let decimals = 2; decimals <= MOST_DECIMALS; decimals++) {
    amount = Math.round(exact * 10 ** decimals) / 10 ** decimals;
    if (amount > 0 && Math.abs(amount - exact) <= error) break;
  }
  return { exDate, amount, reference: known };
}

function nextWeekday(day: number): number {
  let next = day + 1;
  while (isWeekend(next)) next++;
  return next;
}

function dateOf(day: number): string {
  return new Date(day * DAY).toISOString().slice(0, 10);
}
