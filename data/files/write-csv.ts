import type { Instant } from "../../core/market/bar-size.js";

export type CsvCell = string | number | boolean | undefined;

/**
 * One line of a CSV file (RFC 4180), with its newline. Numbers are written with the fewest digits that read back as the
 * same number; a number that does not exist (NaN) and `undefined` leave the cell empty.
 */
export function csvLine(cells: readonly CsvCell[]): string {
  return `${cells.map(csvCell).join(",")}\n`;
}

/** An instant as ISO 8601 in UTC, such as 2024-01-31T14:30:00Z; with milliseconds where there are any. */
export function csvTime(instant: Instant): string {
  return new Date(instant).toISOString().replace(".000Z", "Z");
}

function csvCell(cell: CsvCell): string {
  if (cell === undefined || Number.isNaN(cell)) return "";
  const text = String(cell);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
