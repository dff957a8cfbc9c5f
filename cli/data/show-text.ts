import type { BarSeries } from "../../core/market/bar-series.js";
import type { Instrument } from "../../core/market/instrument.js";
import type { DatedActions } from "../../data/dated-actions.js";
import type { Interval } from "../../data/intervals.js";
import { seriesName } from "../../data/store/series-key.js";
import type { SeriesListing } from "../../data/store/series-table.js";
import { textTable } from "../text-table.js";
import { countText, daysOf, dayText, instantText } from "./figures.js";

/** All that is shown of an instrument. */
export interface Shown {
  readonly instrument: Instrument;
  readonly series: readonly {
    readonly listing: SeriesListing;
    readonly covered: readonly Interval[];
    readonly sources: readonly string[];
    /** When it was asked for last; NaN if never. */
    readonly fetched: number;
  }[];
  readonly actions: DatedActions;
}

/** Stretches that are named one by one; of more only the number. */
const SHOWN = 6;

export function instrumentText({ instrument, series, actions }: Shown): string {
  const { symbol, assetClass, exchange, currency, multiplier, tickSize, timeZone } = instrument;
  const terms = [`tick ${tickSize}`, ...(multiplier === 1 ? [] : [`multiplier ${multiplier}`]), timeZone];
  const lines = [`${symbol}  ${assetClass} on ${exchange} in ${currency}, ${terms.join(", ")}`];
  for (const { listing, covered, sources, fetched } of series) {
    lines.push("", seriesName(listing));
    lines.push(`  ${countText(listing.bars, "bar")}, ${daysOf(listing.first, listing.last, timeZone).join(" to ")}`);
    const spans = covered.slice(0, SHOWN).map(({ from, to }) => `${instantText(from)} to ${instantText(to)}`);
    if (covered.length > SHOWN) spans.push(`and ${covered.length - SHOWN} more`);
    lines.push(`  asked for: ${spans.join(", ") || "nothing"}`);
    if (sources.length > 0)
      lines.push(`  from ${sources.slice(0, SHOWN).join(", ")}; last on ${dayText(fetched, "UTC")}`);
    if (listing.unfinished) lines.push("  a new generation of it is being written");
  }
  lines.push("", ...actionLines(actions));
  return `${lines.join("\n")}\n`;
}

function actionLines({ splits, dividends }: DatedActions): string[] {
  const ratios = splits.map(({ exDate, numerator, denominator }) => `${numerator}:${denominator} on ${exDate}`);
  const last = dividends[dividends.length - 1];
  return [
    `splits     ${ratios.join(", ") || "none known"}`,
    last === undefined
      ? "dividends  none known"
      : `dividends  ${dividends.length} from ${dividends[0].exDate} on, the last of ${last.amount} on ${last.exDate}`,
  ];
}

export function instrumentJson({ instrument, series, actions }: Shown): string {
  const { index: _index, ...terms } = instrument;
  const told = {
    instrument: terms,
    series: series.map(({ listing, covered, sources, fetched }) => {
      const { symbol: _symbol, size, first, last, ...rest } = listing;
      return {
        bar: size,
        ...rest,
        from: textOrNull(first),
        to: textOrNull(last),
        covered: covered.map(({ from, to }) => ({ from: instantText(from), to: instantText(to) })),
        sources,
        fetched: textOrNull(fetched),
      };
    }),
    splits: actions.splits,
    dividends: actions.dividends.map(({ reference, ...one }) => ({
      ...one,
      reference: Number.isNaN(reference) ? null : reference,
    })),
  };
  return `${JSON.stringify(told, null, 2)}\n`;
}

function textOrNull(instant: number): string | null {
  return Number.isNaN(instant) ? null : instantText(instant);
}

const PRICES = ["open", "high", "low", "close"] as const;

/** The rows that are shown of a series: all, or as many from either end. */
function shownRows(length: number, most: number): number[] {
  if (length <= most) return Array.from({ length }, (_, row) => row);
  const head = Math.ceil(most / 2);
  return Array.from({ length: most }, (_, i) => (i < head ? i : length - most + i));
}

export function barsTable(bars: BarSeries, most: number): string {
  const rows = shownRows(bars.length, most);
  const quotes = bars.bid !== undefined;
  const table = textTable(
    [
      { head: "time" },
      ...PRICES.map((head) => ({ head, align: "right" }) as const),
      { head: "volume", align: "right" },
      ...(quotes
        ? ([
            { head: "bid", align: "right" },
            { head: "ask", align: "right" },
          ] as const)
        : []),
    ],
    rows.map((row) => [
      instantText(bars.start[row]),
      ...PRICES.map((field) => priceText(bars[field][row])),
      String(bars.volume[row]),
      ...(bars.bid && bars.ask ? [priceText(bars.bid.close[row]), priceText(bars.ask.close[row])] : []),
    ]),
  );
  const left = bars.length - rows.length;
  return left === 0 ? table : `${table}${countText(left, "bar")} in between left out; --rows shows more\n`;
}

export function barsJson(bars: BarSeries, most: number): string {
  const rows = shownRows(bars.length, most).map((row) => ({
    time: instantText(bars.start[row]),
    end: instantText(bars.end[row]),
    ...Object.fromEntries(PRICES.map((field) => [field, bars[field][row]])),
    volume: bars.volume[row],
    ...(bars.bid && bars.ask && { bid: bars.bid.close[row], ask: bars.ask.close[row] }),
  }));
  return `${JSON.stringify(rows, null, 2)}\n`;
}

/** A price without the digits that only arithmetic has put there. */
function priceText(price: number): string {
  return String(Number(price.toPrecision(12)));
}
