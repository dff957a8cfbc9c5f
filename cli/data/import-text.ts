import type { CsvReading } from "../../data/files/csv.js";
import type { Imported } from "../../data/store/import-bars.js";
import type { Planned, PlannedBars } from "../../data/store/import-file.js";
import { seriesName } from "../../data/store/series-key.js";
import { countText, daysOf, instantText, numberText } from "./figures.js";

/** A file that has been read and, unless it was only tried, stored. */
export interface ImportedFile {
  readonly plan: Planned;
  readonly imported?: Imported;
}

/** Bad rows that are shown; JSON has more. */
const SHOWN = 20;
const DELIMITERS: Readonly<Record<string, string>> = { ",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars" };

/** The bad rows of a file, a line each. */
export function badRowsText(file: string, { bad, rows }: CsvReading): string {
  const lines = bad.listed.slice(0, SHOWN).map(({ line, problem }) => `  line ${line} ${problem}`);
  const more = bad.count - lines.length;
  if (more > 0) lines.push(`  and ${numberText(more)} more`);
  return `${file}: ${numberText(bad.count)} of ${countText(rows, "row")} cannot be right\n${lines.join("\n")}\n`;
}

/** What an import came to, for people. */
export function importedText(store: string, files: readonly ImportedFile[]): string {
  return `${files.map((file) => fileText(file)).join("\n")}\n${closing(store, files)}\n`;
}

function closing(store: string, files: readonly ImportedFile[]): string {
  const added = files.reduce((sum, { imported }) => sum + (imported?.added ?? 0) + (imported?.replaced ?? 0), 0);
  if (files.some(({ imported }) => imported === undefined)) return `Nothing was stored: it was a dry run.`;
  return added === 0 ? `${store} had all of it already.` : `Stored in ${store}.`;
}

function fileText({ plan, imported }: ImportedFile): string {
  if (plan.kind === "actions") {
    const { splits, dividends } = plan.actions;
    const ratios = splits.map(({ exDate, numerator, denominator }) => `${numerator}:${denominator} on ${exDate}`);
    const told = ratios.length === 0 ? "no splits" : ratios.join(", ");
    return `${plan.path}\n  ${plan.symbol}: ${told}; ${countText(dividends.length, "dividend")}`;
  }
  const { series } = plan.reading;
  const span = daysOf(series.start[0], series.end[series.length - 1], series.instrument.timeZone).join(" to ");
  return [plan.path, `  ${seriesName(plan.key)}`, `  ${barsText(plan, imported)}, ${span}`, `  ${readText(plan)}`].join(
    "\n",
  );
}

function barsText({ reading }: PlannedBars, imported: ImportedFile["imported"]): string {
  if (imported === undefined) return countText(reading.series.length, "bar");
  const { added, same, replaced } = imported;
  const parts = [countText(added, "bar added", "bars added")];
  if (same > 0) parts.push(`${numberText(same)} there already`);
  if (replaced > 0) parts.push(`${numberText(replaced)} replaced`);
  return parts.join(", ");
}

/** How the file was read, which is where a mistake would show. */
function readText({ reading, key }: PlannedBars): string {
  const parts = [
    reading.timeZone === undefined ? "times with their offset" : `times of ${reading.timeZone}`,
    `columns between ${DELIMITERS[reading.delimiter]}`,
  ];
  if (reading.dateOrder !== undefined)
    parts.push(reading.dateOrder === "dmy" ? "day before month" : "month before day");
  if (reading.newestFirst) parts.push("newest row first");
  if (reading.bad.count > 0) parts.push(`${countText(reading.bad.count, "bad row")} left out`);
  if (key.what !== "quotes" && reading.series.bid !== undefined) parts.push("its bid and ask left out");
  return `read: ${parts.join(", ")}`;
}

/** The same for programs. */
export function importJson(store: string, files: readonly ImportedFile[]): string {
  return `${JSON.stringify({ store, files: files.map(fileJson) }, null, 2)}\n`;
}

function fileJson({ plan, imported }: ImportedFile): object {
  if (plan.kind === "actions") return { file: plan.path, symbol: plan.symbol, ...actionsJson(plan) };
  const { reading, key } = plan;
  const { series, bad, rows, timeZone, delimiter, newestFirst, dateOrder } = reading;
  const { symbol, size, what, hours, adjustment } = key;
  return {
    file: plan.path,
    series: { symbol, bar: size, what, hours, adjustment },
    from: instantText(series.start[0]),
    to: instantText(series.end[series.length - 1]),
    rows,
    added: imported?.added ?? 0,
    same: imported?.same ?? 0,
    replaced: imported?.replaced ?? 0,
    bad: { count: bad.count, rows: bad.listed },
    read: { timeZone: timeZone ?? null, delimiter, newestFirst, dateOrder: dateOrder ?? null },
  };
}

function actionsJson({ actions }: Extract<Planned, { kind: "actions" }>): object {
  return {
    splits: actions.splits,
    dividends: actions.dividends.map(({ reference, ...one }) => ({
      ...one,
      reference: Number.isNaN(reference) ? null : reference,
    })),
  };
}
