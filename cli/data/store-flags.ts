import { dayNumber } from "../../core/calendar/calendar-date.js";
import type { Instant } from "../../core/market/bar-size.js";
import { DAY, parseTimeSize } from "../../core/market/bar-size.js";
import { ADJUSTMENTS } from "../../core/market/corporate-actions.js";
import type { Instrument, InstrumentSpec } from "../../core/market/instrument.js";
import { type BarStore, DEFAULT_STORE, openStore } from "../../data/store/bar-store.js";
import { HOURS, WHATS } from "../../data/store/series-key.js";
import type { SeriesListing } from "../../data/store/series-table.js";
import { zoneOffsets } from "../../data/zone-offsets.js";
import { configured } from "../configured.js";
import { CliError } from "../errors.js";
import type { Flags, FlagTable } from "../flags.js";

const text = (describe: string): { type: "string"; describe: string } => ({ type: "string", describe });

/** The flags of every command that looks into a store. */
export const STORE_FLAGS = {
  store: text(`File of the store [${DEFAULT_STORE}]`),
  config: text("Configuration that names it [seatrial.config.ts in this folder]"),
} as const satisfies FlagTable;

/** Flags that choose among the series of a store; one that is left out leaves all. */
export const SERIES_FLAGS = {
  bar: text("Bar sizes, such as 1min or 1min,1day [all]"),
  what: text(`What the bars show: ${WHATS.join(", ")} [all]`),
  hours: text("regular or all [both]"),
  adjustment: text("How prices were adjusted where they came from: raw, splits or all [any]"),
} as const satisfies FlagTable;

export const RANGE_FLAGS = {
  from: text("First day, such as 2024-01-31, or an instant such as 2024-01-31T14:30:00Z"),
  to: text("Last day, or the instant before which it ends, or now"),
} as const satisfies FlagTable;

export const JSON_FLAG = {
  json: { type: "boolean", describe: "Print JSON, and nothing else" },
} as const satisfies FlagTable;

/** The store that a command line or its configuration names, and what the configuration says of instruments. */
export async function storePlace(line: Flags): Promise<{ path: string; instruments: readonly InstrumentSpec[] }> {
  const settings = await configured(line);
  return {
    path: line.text("store") ?? settings.store?.file ?? DEFAULT_STORE,
    instruments: Object.entries(settings.instruments ?? {}).map(([symbol, known]) => ({ ...known, symbol })),
  };
}

/** Opens the store, does something with it, and closes it. */
export async function withStore<T>(
  line: Flags,
  options: { readonly readonly: boolean },
  work: (store: BarStore) => T | Promise<T>,
): Promise<T> {
  const store = await openStore((await storePlace(line)).path, options);
  try {
    return await work(store);
  } finally {
    store.close();
  }
}

/**
 * The series that a command line names: those of the symbols, or all, as far as its flags let them through.
 * @throws StoreError SERIES_UNKNOWN where a symbol is not known or nothing is left
 */
export function chosenSeries(store: BarStore, line: Flags, symbols: readonly string[]): SeriesListing[] {
  const sizes = sizesOf(line);
  const what = line.choice("what", WHATS);
  const hours = line.choice("hours", HOURS);
  const adjustment = line.choice("adjustment", ADJUSTMENTS);
  const stored = store.list();
  for (const symbol of symbols) if (store.instrument(symbol) === undefined) throw store.unknown(symbol, symbol);
  const chosen = stored.filter(
    (one) =>
      (symbols.length === 0 || symbols.includes(one.symbol)) &&
      (sizes.length === 0 || sizes.includes(one.size)) &&
      (what === undefined || one.what === what) &&
      (hours === undefined || one.hours === hours) &&
      (adjustment === undefined || one.adjustment === adjustment),
  );
  const named = symbols.length > 0 || sizes.length > 0 || (what ?? hours ?? adjustment) !== undefined;
  if (chosen.length === 0 && named) {
    const words = [...sizes, what, hours && `${hours} hours`, adjustment].filter((word) => word !== undefined);
    throw store.unknown(symbols[0] ?? "", [symbols.join(", ") || "series", ...words].join(" "));
  }
  return chosen;
}

/** The labels of the bar sizes named. @throws MarketError BAR_SIZE_UNKNOWN, BAR_SIZE_NOT_OF_TIME */
export function sizesOf(line: Flags): string[] {
  const named = line.text("bar")?.split(",") ?? [];
  return named.map((size) => parseTimeSize(size).label);
}

/**
 * From and to of a command line as instants: a date is a day of the instrument's zone, the last one whole.
 * @throws CliError FLAG_VALUE, FLAG_TWICE
 */
export function rangeOf(line: Flags, { timeZone }: Pick<Instrument, "timeZone">): { from?: Instant; to?: Instant } {
  const from = instantOf(line, "from", timeZone, 0);
  const to = instantOf(line, "to", timeZone, 1);
  return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
}

function instantOf(line: Flags, name: "from" | "to", timeZone: string, daysOn: number): Instant | undefined {
  const given = line.text(name);
  // Bars up to now are all there are.
  if (given === undefined || (given === "now" && name === "to")) return undefined;
  const date = /^(\d{4})-(\d{2})-(\d{2})$/.exec(given);
  const day = date === null ? Number.NaN : dayNumber(Number(date[1]), Number(date[2]), Number(date[3]));
  if (!Number.isNaN(day)) return zoneOffsets(timeZone).instantAtOrAfter((day + daysOn) * DAY);
  const instant = /T.*(Z|[+-]\d\d:\d\d)$/.test(given) ? Date.parse(given) : Number.NaN;
  if (!Number.isNaN(instant)) return instant;
  throw new CliError("FLAG_VALUE", {
    flag: `--${name}`,
    value: `"${given}"`,
    rule: "a date such as 2024-01-31, or an instant with its offset such as 2024-01-31T14:30:00Z",
    hint: "",
  });
}

/** The symbols of a command line, each once. */
export function symbolsOf(words: readonly string[]): string[] {
  return [...new Set(words.flatMap((word) => word.split(",")).filter((word) => word !== ""))];
}
