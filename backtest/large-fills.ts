import { isBeyond } from "../core/dust.js";
import type { Engine } from "../core/engine.js";
import type { BarSeries } from "../core/market/bar-series.js";
import { grouped } from "../core/statistics/format.js";
import { count, percent } from "./words.js";

/** From this share of a bar's volume on nobody can trade without moving the price. */
const LARGE = 0.1;

/** What the fills in one bar took of it together, as the run went on. */
interface Bar {
  row: number;
  units: number;
  fills: number;
  time: number;
}

/** Fills by what they took of their bars. */
interface Tally {
  large: number;
  largest: number;
  largestOf: string;
  empty: number;
  firstEmpty: string;
  firstEmptyTime: number;
}

/**
 * Fills that took more of the volume of their bar than the market would have given at that price, those of one bar
 * together; and fills on bars that traded nothing, of instruments whose other bars tell a volume. Where no volume is
 * known nothing is said.
 * @param volumeLimit the cap that the run had; a larger share than it asked for cannot be
 */
export function largeFillsInWords(
  { market, fills }: Engine,
  volumeLimit: number,
  dateOf: (instant: number) => string,
): string[] {
  const share = Math.max(LARGE, volumeLimit);
  const tally: Tally = { large: 0, largest: 0, largestOf: "", empty: 0, firstEmpty: "", firstEmptyTime: Infinity };
  const open = market.instruments.map((): Bar => ({ row: -1, units: 0, fills: 0, time: 0 }));
  const known = market.instruments.map(({ index }) => {
    const place = market.finest[index];
    return place < 0 || !tellsVolume(market.series[place]) ? undefined : market.series[place];
  });
  const close = (i: number): void => {
    const bar = open[i];
    if (bar.fills === 0) return;
    const volume = (known[i] as BarSeries).volume[bar.row];
    const where = (): string => `${market.instruments[i].symbol} on ${dateOf(bar.time)}`;
    if (volume === 0) {
      tally.empty += bar.fills;
      if (bar.time < tally.firstEmptyTime) {
        tally.firstEmptyTime = bar.time;
        tally.firstEmpty = where();
      }
    } else if (isBeyond(bar.units, volume * share)) {
      tally.large += bar.fills;
      if (bar.units / volume > tally.largest) {
        tally.largest = bar.units / volume;
        tally.largestOf = where();
      }
    }
    bar.fills = 0;
  };
  for (let f = 0; f < fills.length; f++) {
    const i = fills.instrument[f];
    const row = fills.row[f];
    if (row < 0 || known[i] === undefined) continue;
    const bar = open[i];
    if (row !== bar.row || bar.fills === 0) {
      close(i);
      bar.row = row;
      bar.units = 0;
      bar.time = fills.time[f];
    }
    bar.units += Math.abs(fills.quantity[f]);
    bar.fills++;
  }
  for (let i = 0; i < open.length; i++) close(i);
  return inWords(tally, fills.length, share);
}

function inWords({ large, largest, largestOf, empty, firstEmpty }: Tally, fills: number, share: number): string[] {
  const sentences: string[] = [];
  const ofAll = (number: number): string => `${grouped(number, 0)} of ${count(fills, "fill")}`;
  if (large > 0) {
    sentences.push(
      `${ofAll(large)} took more than ${percent(share)} of a bar's volume, as much as ${percent(largest)} for ${largestOf}: the market would not have given so much at that price; --volume-limit caps it.`,
    );
  }
  if (empty > 0) {
    sentences.push(
      `${ofAll(empty)} happened on bars with a volume of 0, the first of ${firstEmpty}: nobody is known to have traded there, and --volume-limit does not hold where there is no volume.`,
    );
  }
  return sentences;
}

function tellsVolume({ volume, length }: BarSeries): boolean {
  for (let row = 0; row < length; row++) if (volume[row] > 0) return true;
  return false;
}
