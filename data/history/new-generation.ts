import { HOUR } from "../../core/market/bar-size.js";
import { count, utc } from "../checks/words.js";
import { type Interval, subtract } from "../intervals.js";
import type { BarStore } from "../store/bar-store.js";
import { KeptColumns } from "../store/kept-columns.js";
import { type SeriesKey, seriesName } from "../store/series-key.js";
import { compareBars, type Ratio, ratioText, rebased } from "./compare-bars.js";
import type { FetchNote } from "./fetch-outcome.js";

/**
 * Puts a new generation in the place of the bars that were read until now. Where it has none and the old one does, for
 * they can no longer be had, the old bars are carried over onto the new basis: all in one transaction.
 *
 * @param ratio by which prices have changed; undefined where that is to be found out from bars that both have
 * @returns whether it was done: not where bars would have to be carried over by a ratio that nobody knows
 */
export function completeGeneration(
  store: BarStore,
  key: SeriesKey,
  generation: number,
  ratio: Ratio | undefined,
  note: (note: FetchNote) => void,
): boolean {
  return store.transaction(() => {
    const old = store.find(key);
    const left = old === undefined ? [] : barsOnlyIn(store, key, generation);
    const by = left.length === 0 ? undefined : (ratio ?? ratioBetween(store, key, generation));
    if (left.length > 0 && by === undefined) return false;
    let bars = 0;
    const into = new KeptColumns();
    for (const stretch of left) {
      const series = old?.read({ ...stretch, into });
      if (series === undefined || by === undefined) continue;
      const source = `carried over by ${by.numerator}:${by.denominator}`;
      store.write(key, rebased(series, by), { ...stretch, source, generation });
      bars += series.length;
    }
    if (by !== undefined) {
      const since = `${utc(left[0].from)} to ${utc(left[left.length - 1].to)}`;
      const text = `${seriesName(key)}: ${count(bars, "bar")} of ${since} can no longer be had, and were carried over from before the split`;
      note({ kind: "carried over", text });
    }
    store.completeGeneration(key, generation);
    return true;
  });
}

/** The stretches that have bars in the old generation, and no bars in the new one. */
function barsOnlyIn(store: BarStore, key: SeriesKey, generation: number): Interval[] {
  const old = store.series(key);
  const fresh = store.unfinishedSeries(key, generation).coverage();
  const stretches = subtract(
    old.coverage().filter(({ bars }) => bars > 0),
    fresh.filter(({ bars }) => bars > 0),
  );
  const into = new KeptColumns();
  return stretches.filter((stretch) => old.read({ ...stretch, into }).length > 0);
}

/** The ratio between bars that two generations both have, from the newest of them on; undefined if there is none. */
function ratioBetween(store: BarStore, key: SeriesKey, generation: number): Ratio | undefined {
  const old = store.series(key);
  const fresh = store.unfinishedSeries(key, generation);
  const ofFresh = new KeptColumns();
  const ofOld = new KeptColumns();
  for (const head of fresh.heads().reverse()) {
    const bars = fresh.readBlock(head, ofFresh);
    const stored = old.read({ from: head.first, to: head.last + HOUR, into: ofOld });
    const compared = compareBars(stored, bars, old.instrument);
    if (compared.kind === "split") return compared.ratio;
    // The source has taken a split back.
    if (compared.kind === "same") return { numerator: 1, denominator: 1 };
  }
  return undefined;
}

/**
 * Begins a series anew beside the bars it has. That there was nothing in a stretch holds on.
 * @returns the generation
 */
export function beginGeneration(store: BarStore, key: SeriesKey): number {
  return store.transaction(() => {
    const generation = store.beginGeneration(key);
    const empty = store
      .series(key)
      .coverage()
      .filter(({ bars }) => bars === 0);
    for (const { from, to, source, fetched } of empty)
      store.write(key, undefined, { from, to, source, fetched, generation });
    return generation;
  });
}

/** What is said of a split that has been found. */
export function splitNote(key: SeriesKey, source: string, ratio: Ratio): FetchNote {
  const text = `${seriesName(key)}: ${source} has rewritten history since the last fetch, by ${ratioText(ratio)}: all of it is fetched anew, and the old bars are read until that is done`;
  return { kind: "split", text };
}
