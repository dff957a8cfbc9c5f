import { BarSeries } from "../../core/market/bar-series.js";
import { DAY, HOUR, type Instant, isDailyOrLarger, MINUTE } from "../../core/market/bar-size.js";
import type { Instrument } from "../../core/market/instrument.js";
import { count, utc } from "../checks/words.js";
import { type Interval, intersect, subtract } from "../intervals.js";
import type { BarStore } from "../store/bar-store.js";
import { mergeBars } from "../store/merge-bars.js";
import { type SeriesKey, seriesName } from "../store/series-key.js";
import type { StoredSeries } from "../store/stored-series.js";
import type { Task } from "./chunk-work.js";
import { compareBars, type Ratio } from "./compare-bars.js";
import { durationFor } from "./duration-span.js";
import type { FetchNote, MissingStretch } from "./fetch-outcome.js";
import { holesIn, spansOf } from "./find-holes.js";
import type { HistorySource, SourceBars } from "./history-source.js";
import { type Chunk, planChunks } from "./plan-chunks.js";
import { type ReadBars, readAnswer } from "./read-answer.js";
import type { TradingHours } from "./trading-hours.js";

/** All that is stored of a series is on another basis than what the source tells now. */
export class SplitFound extends Error {
  readonly ratio: Ratio;

  constructor(ratio: Ratio) {
    super("all prices have changed by one ratio");
    this.ratio = ratio;
  }
}

/** Where the bars of one download go. */
export interface Keeping {
  readonly store: BarStore;
  readonly source: HistorySource;
  readonly key: SeriesKey;
  readonly instrument: Instrument;
  readonly hours: TradingHours;
  /** One that is written beside the bars that are read; undefined for these. */
  readonly generation: number | undefined;
  /** Of this time nothing is to be had, for the source begins behind it; noted with the first bars. */
  readonly before: readonly Interval[];
  readonly note: (note: FetchNote) => void;
  readonly miss: (missing: MissingStretch) => void;
  /** Counts a request that is done, and bars. */
  readonly finish: (bars: number) => void;
}

/**
 * How long after its end a bar may still change: until then it is stored, and asked for again the next time. Futures
 * settle hours after their close, on Fridays the day after.
 */
export function settlingTime({ assetClass }: Instrument, hours: TradingHours): number {
  if (!isDailyOrLarger(hours.size)) return 5 * MINUTE;
  return assetClass === "future" ? 3 * DAY : HOUR;
}

/**
 * Takes the answers of one series: makes sound bars of them, compares those that are stored already, stores the others
 * with what is now known, a chunk a transaction, and has asked again for what is not there although it should be.
 */
export class BarKeeper {
  private readonly to: Keeping;
  private readonly settled: Instant;
  private before: readonly Interval[];
  private renewed: Interval[] = [];

  constructor(keeping: Keeping) {
    const { source, instrument, hours } = keeping;
    this.to = keeping;
    this.before = keeping.before;
    this.settled = hours.barStart(source.now() - settlingTime(instrument, hours));
  }

  /** @throws SplitFound */
  readonly take = (task: Task, answer: SourceBars | undefined): readonly Task[] =>
    answer === undefined ? this.takeNothing(task) : this.takeBars(task, answer);

  private takeBars(task: Task, answer: SourceBars): readonly Task[] {
    const { hours, instrument, source } = this.to;
    const { ask, keep } = task.chunk;
    const read = readAnswer(answer, instrument, hours, ask, source.now());
    const renewals = this.compare(task, read.series);
    if (renewals.length > 0) {
      // Only the bar beside fresh ones is compared the next time: once these are stored a change is not found again.
      this.to.finish(0);
      return [...renewals, task];
    }
    this.tellUnsound(read);
    const fresh = within(read.series, keep);
    const bars = task.purpose === "fetch" ? fresh : this.joined(fresh, keep);
    const holes = task.purpose === "renew" ? [] : holesIn(bars, this.settledPart(keep), hours);
    const again = task.purpose === "fetch" && holes.length > 0 ? this.again(holes) : undefined;
    if (again === undefined) for (const hole of holes) this.to.miss(missedTwice(hole, source.name));
    this.write(bars, keep, again === undefined ? [] : [again.chunk.keep]);
    this.to.finish(fresh.length);
    return again === undefined ? [] : [again];
  }

  private takeNothing(task: Task): readonly Task[] {
    const { key, hours, source } = this.to;
    const { keep } = task.chunk;
    const part = this.settledPart(keep);
    if (compares(task)) this.tellNotCompared(this.covered(task.chunk.ask));
    const expected = hours.expected(part.from, part.to);
    if (task.purpose === "fetch" && expected.length > 0) {
      this.to.finish(0);
      return [{ ...task, purpose: "again" }];
    }
    if (task.purpose !== "renew") {
      const stored = this.series()?.read(keep);
      this.write(stored?.length ? stored : undefined, keep, []);
    }
    if (expected.length > 0) {
      const [from, to] = [expected[0].from, expected[expected.length - 1].to];
      const text = `${seriesName(key)}: ${source.name} has no bars from ${utc(from)} to ${utc(to)}, asked twice`;
      this.to.note({ kind: "no data", text });
    }
    this.to.finish(0);
    return [];
  }

  /** What is to be fetched anew because the source tells it otherwise now. @throws SplitFound */
  private compare(task: Task, fetched: BarSeries): readonly Task[] {
    if (!compares(task)) return [];
    const { key, instrument, source } = this.to;
    const stored = this.covered(task.chunk.ask);
    const comparison = compareBars(stored, fetched, instrument);
    if (comparison.kind === "split") throw new SplitFound(comparison.ratio);
    if (comparison.kind === "nothing in common") this.tellNotCompared(stored);
    if (comparison.kind !== "revised") return [];
    const { span, bars, isAll } = comparison;
    const text = `${seriesName(key)}: ${source.name} has changed ${count(bars, "stored bar")} since, from ${utc(span.from)}`;
    if (task.purpose === "renew") {
      // Where nothing is as it was, it may be a split and one more change: then what lies beside it has changed, too.
      const beside = isAll ? this.renewals(this.beside(task.chunk.keep)) : [];
      if (beside.length === 0) this.to.note({ kind: "revised", text: `${text}; they are stored as they are now` });
      return beside;
    }
    return this.renewals(this.windowsOf(span));
  }

  /** What fetches stretches anew, as far as this download has not. */
  private renewals(stored: readonly Interval[]): readonly Task[] {
    const { hours, source } = this.to;
    const windows = subtract(stored, this.renewed);
    this.renewed.push(...windows);
    const stretches = windows.map((window) => ({
      keep: window,
      ask: { from: hours.barStart(window.from), to: hours.barStop(window.to) },
    }));
    const chunks = planChunks(stretches, hours, source.limits);
    return chunks.map((chunk): Task => ({ purpose: "renew", chunk, tries: 0 }));
  }

  /** The stretches that the answers cover which bars of a span came with. */
  private windowsOf(span: Interval): Interval[] {
    return (this.series()?.coverage(span.from, span.to) ?? []).filter(({ bars }) => bars > 0);
  }

  /** The nearest stretches with bars in front of one and behind it. */
  private beside({ from, to }: Interval): Interval[] {
    const known = (this.series()?.coverage() ?? []).filter(({ bars }) => bars > 0);
    const before = known.findLast((one) => one.to <= from);
    const behind = known.find((one) => one.from >= to);
    return [before, behind].filter((one) => one !== undefined);
  }

  private again(holes: readonly Interval[]): Task | undefined {
    const { hours, source } = this.to;
    const keep = { from: holes[0].from, to: holes[holes.length - 1].to };
    const ask = { from: hours.barStart(keep.from), to: hours.barStop(keep.to) };
    const duration = durationFor(ask, hours.size, hours, source.limits);
    if (duration === undefined) return undefined;
    const chunk: Chunk = { ask, keep, duration };
    return { purpose: "again", chunk, tries: 0 };
  }

  /** What is stored of a stretch with the fresh bars, which win. */
  private joined(fresh: BarSeries, keep: Interval): BarSeries {
    const { key } = this.to;
    const stored = this.series()?.read(keep);
    return fresh.length === 0 ? (stored ?? fresh) : mergeBars(key, fresh, stored, true).merged;
  }

  /** The stored bars of a stretch that are covered: settled, and of this download's basis. */
  private covered(stretch: Interval): BarSeries {
    const series = this.series();
    const { instrument, hours } = this.to;
    if (series === undefined) return new BarSeries(instrument, hours.size);
    const bars = series.read(stretch);
    const known = series.coverage(stretch.from, stretch.to);
    const spans = intersect(spansOf(bars), known);
    return spans.length === 0 ? within(bars, { from: 0, to: 0 }) : within(bars, hull(spans));
  }

  private write(bars: BarSeries | undefined, keep: Interval, uncovered: readonly Interval[]): void {
    const { store, key, source, generation } = this.to;
    const at = { source: source.name, ...(generation !== undefined && { generation }) };
    const { before } = this;
    store.transaction(() => {
      for (const none of before) store.write(key, undefined, { ...none, ...at });
      if (keep.from < keep.to)
        store.write(key, bars, { ...keep, ...at, covers: subtract([this.settledPart(keep)], uncovered) });
    });
    this.before = [];
  }

  private settledPart({ from, to }: Interval): Interval {
    return { from, to: Math.max(from, Math.min(to, this.settled)) };
  }

  private series(): StoredSeries | undefined {
    const { store, key, generation } = this.to;
    return generation === undefined ? store.find(key) : store.unfinishedSeries(key, generation);
  }

  private tellNotCompared(stored: BarSeries): void {
    if (stored.length === 0) return;
    const { key, source } = this.to;
    const text = `${seriesName(key)}: ${source.name} has none of the stored bars from ${utc(stored.start[0])} any more, so it is not known whether they still fit`;
    this.to.note({ kind: "not compared", text });
  }

  private tellUnsound({ unsound }: ReadBars): void {
    if (unsound === 0) return;
    const { key, source } = this.to;
    const text = `${seriesName(key)}: ${count(unsound, "bar")} of ${source.name} ${unsound === 1 ? "was" : "were"} none, such as with a high below the low, and left out`;
    this.to.note({ kind: "dropped", text });
  }
}

/** Whether a chunk asks for bars that are stored. */
function compares({ purpose, chunk: { ask, keep } }: Task): boolean {
  return purpose === "renew" || ask.from < keep.from || ask.to > keep.to;
}

/** The rows that start within a stretch. */
function within(bars: BarSeries, { from, to }: Interval): BarSeries {
  let first = 0;
  while (first < bars.length && bars.start[first] < from) first++;
  let last = first;
  while (last < bars.length && bars.start[last] < to) last++;
  return bars.slice(first, last);
}

function hull(spans: readonly Interval[]): Interval {
  return { from: spans[0].from, to: spans[spans.length - 1].to };
}

function missedTwice({ from, to }: Interval, source: string): MissingStretch {
  return { from, to, kind: "hole", text: `${source} has left it out twice` };
}
