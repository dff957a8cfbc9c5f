import { DAY } from "../../core/market/bar-size.js";
import { type DatedActions, type DatedDividend, type DatedSplit, dayOfIsoDate } from "../dated-actions.js";
import { FileError } from "./errors.js";
import { csvLine } from "./write-csv.js";

const HEAD = "ex_date,split,dividend,reference";

/** Whether a first line is one of a file of splits and dividends as `actionsCsv` writes it. */
export function isActionsFile(firstLine: string): boolean {
  return /^ex_date,split,dividend(,reference)?$/.test(firstLine.trim().toLowerCase());
}

/**
 * Splits and dividends as CSV: a row for each, with its ex-date, the split as 4:1, the amount of the dividend and, where
 * it is known, the price before it.
 */
export function actionsCsv({ splits, dividends }: DatedActions): string {
  const rows = [
    ...splits.map(({ exDate, numerator, denominator }) => [
      exDate,
      `${numerator}:${denominator}`,
      undefined,
      undefined,
    ]),
    ...dividends.map(({ exDate, amount, reference }) => [exDate, undefined, amount, reference]),
  ];
  rows.sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1));
  return `${HEAD}\n${rows.map(csvLine).join("")}`;
}

/** Reads what `actionsCsv` writes. @throws FileError ACTIONS_UNREADABLE */
export function parseActions(text: string, file: string): DatedActions {
  const splits: DatedSplit[] = [];
  const dividends: DatedDividend[] = [];
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    if (i === 0 || line.trim() === "") continue;
    const [exDate = "", split = "", dividend = "", price = ""] = line.split(",").map((cell) => cell.trim());
    const day = dayOfIsoDate(exDate);
    const ratio = /^(\d+)\s*[:/]\s*(\d+)$/.exec(split);
    const amount = dividend === "" ? 0 : Number(dividend);
    const reference = price === "" ? Number.NaN : Number(price);
    const sound =
      !Number.isNaN(day) &&
      (split === "" ? dividend !== "" : ratio !== null) &&
      (dividend === "" || amount > 0) &&
      (price === "" || reference > 0);
    if (!sound) throw new FileError("ACTIONS_UNREADABLE", { file, line: i + 1, text: line.trim().slice(0, 60) });
    const date = new Date(day * DAY).toISOString().slice(0, 10);
    if (ratio !== null) splits.push({ exDate: date, numerator: Number(ratio[1]), denominator: Number(ratio[2]) });
    if (dividend !== "") dividends.push({ exDate: date, amount, reference });
  }
  const byDate = (a: { exDate: string }, b: { exDate: string }): number => (a.exDate < b.exDate ? -1 : 1);
  return { splits: splits.sort(byDate), dividends: dividends.sort(byDate) };
}
