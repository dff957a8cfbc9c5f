import type { Instant } from "../../core/market/bar-size.js";
import { type Interval, intersect, subtract } from "../intervals.js";
import type { SeriesKey } from "../store/series-key.js";
import type { StoredSeries } from "../store/stored-series.js";
import { ChunkWork, type Task } from "./chunk-work.js";
import type { Ratio } from "./compare-bars.js";
import type { FetchContext } from "./fetch-context.js";
import type { FetchJob } from "./fetch-job.js";
import { type FetchNote, type MissingStretch, NOT_ASKED, notAsked, type SeriesOutcome } from "./fetch-outcome.js";
import { newestBar, withCheck } from "./find-check.js";
import { historyKey } from "./history-key.js";
import type { BarsRequest, HistoryFailure, HistorySource, SourceBars } from "./history-source.js";
import { BarKeeper, SplitFound } from "./keep-bars.js";
import { beginGeneration, completeGeneration, splitNote } from "./new-generation.js";
import { pacedBars } from "./paced-request.js";
import { type Chunk, missingStretches, planChunks } from "./plan-chunks.js";
import { type PreparedSeries, prepareSeries, SeriesEnded } from "./prepare-series.js";
import type { TradingHours } from "./trading-hours.js";

/** Splits of one series in one download: more are no splits. */
const MOST_PASSES = 3;

/** What a download will ask for of one series. */
export interface SeriesPlan {
  readonly prepared: PreparedSeries;
  /** One that is written beside the bars that are read. */
  readonly generation: number | undefined;
  /** What is known of the series so far. */
  readonly covered: readonly Interval[];
  readonly chunks: readonly Chunk[];
}

/** Fetches what is missing of one series, that can be asked for in parts. */
export class SeriesFetch {
  readonly key: SeriesKey;
  private readonly job: FetchJob;
  private readonly context: FetchContext;
  private readonly notes: FetchNote[] = [];
  private readonly holes: MissingStretch[] = [];
  private readonly failures: MissingStretch[] = [];
  private bars = 0;
  private ratio: Ratio | undefined;
  private prepared: PreparedSeries | undefined;
  /** The local date on which stored bars were compared last, and what compares them again on another. */
  private comparedOn = Number.NaN;
  private comparing: Promise<void> = Promise.resolve();
  private readonly renewals: Task[] = [];

  constructor(job: FetchJob, context: FetchContext) {
    this.job = job;
    this.context = context;
    this.key = historyKey(job, job.size, context.asker.source);
  }

  /**
   * Fetches until nothing is missing, or nothing more can be had.
   * @throws SourceStopped, and the signal's reason: `outcome` then says how far it has come
   */
  async run(): Promise<void> {
    const { store, asker } = this.context;
    for (let pass = 1; ; pass++) {
      try {
        await this.pass();
        return;
      } catch (error) {
        if (error instanceof SeriesEnded) {
          const { from = -Infinity, to = this.source.now() } = this.job;
          this.failures.push({ from, to, ...error.failure });
          return;
        }
        if (!(error instanceof SplitFound) || pass > MOST_PASSES) throw error;
        // Bars of a generation that is not complete were compared with: that ratio is not the one to the bars it replaces.
        this.ratio = store.unfinished(this.key) === undefined ? error.ratio : undefined;
        this.notes.push(splitNote(this.key, asker.source.name, error.ratio));
        beginGeneration(store, this.key);
      }
    }
  }

  /** What has been stored, and exactly what has not. */
  outcome(): SeriesOutcome {
    const { prepared, key, notes } = this;
    const missing = prepared === undefined ? this.unprepared() : this.stillMissing(prepared);
    return { key, bars: this.bars, notes, missing: [...missing, ...this.holes].sort((a, b) => a.from - b.from) };
  }

  /** What is to be asked for, as far as it can be known beforehand. @throws SeriesEnded */
  async plan(): Promise<SeriesPlan> {
    const { store, turns } = this.context;
    const generation = store.unfinished(this.key)?.generation;
    const known = store.find(this.key)?.coverage() ?? [];
    const anew = generation === undefined ? [] : known.filter(({ bars }) => bars > 0);
    const prepared = await prepareSeries(this.job, known, anew, this.context, this.note);
    await turns.next();
    const { hours, wanted } = prepared;
    const series = this.series();
    const covered = series?.coverage() ?? [];
    const stretches = wanted.flatMap((one) => missingStretches(one, covered, hours));
    const chunks = this.inOrder(planChunks(withCheck(stretches, series, this.kept), hours, this.source.limits));
    return { prepared, generation, covered, chunks };
  }

  private async pass(): Promise<void> {
    const { prepared, generation, covered, chunks } = await this.plan();
    this.prepared = prepared;
    if (chunks.length > 0) {
      const keeper = this.keeperOf(prepared, generation, covered);
      const work = new ChunkWork(prepared.hours, this.source.limits, this.context.clock, {
        ready: () => this.compareDaily(prepared, keeper),
        ask: this.ask,
        turn: this.context.turns.next,
        take: keeper.take,
        fail: this.fail,
        grow: (requests) => this.context.progress.plan(requests),
      });
      await this.work(work, chunks, prepared);
    }
    if (generation !== undefined) this.complete(generation, prepared);
  }

  /** Does the chunks; nothing is stored before the one that compares has been answered. */
  private async work(work: ChunkWork, chunks: readonly Chunk[], { hours }: PreparedSeries): Promise<void> {
    const { progress, signal } = this.context;
    const tasks = chunks.map((chunk): Task => ({ purpose: "fetch", chunk, tries: 0 }));
    progress.plan(tasks.length);
    this.comparedOn = hours.zone.dayAt(this.source.now());
    this.comparing = Promise.resolve();
    if (asksForMore(chunks[0])) await work.run(tasks.splice(0, 1), 1, signal);
    await work.run(tasks, this.source.limits.atOnce, signal);
    await work.run(this.renewals.splice(0), this.source.limits.atOnce, signal);
  }

  /** The chunk that compares first; of bars that are gone after a while the oldest then, of others the newest. */
  private inOrder(chunks: readonly Chunk[]): Chunk[] {
    const small = this.job.size.ms <= this.source.limits.smallBars.ms;
    const ordered = small ? chunks.toReversed() : chunks;
    return [...ordered.filter(asksForMore), ...ordered.filter((chunk) => !asksForMore(chunk))];
  }

  /** A download that lasts over a day compares again: splits happen at night. */
  private compareDaily(prepared: PreparedSeries, keeper: BarKeeper): Promise<void> {
    const today = prepared.hours.zone.dayAt(this.source.now());
    if (today !== this.comparedOn) {
      this.comparedOn = today;
      this.comparing = this.compareNow(prepared, keeper);
    }
    return this.comparing;
  }

  private async compareNow({ hours }: PreparedSeries, keeper: BarKeeper): Promise<void> {
    const series = this.series();
    const probe = series && newestBar(series, this.kept);
    if (probe === undefined) return;
    const [chunk] = planChunks([probe], hours, this.source.limits);
    const task: Task = { purpose: "fetch", chunk, tries: 0 };
    this.context.progress.plan(1);
    const answer = await this.ask(chunk, this.context.signal);
    if (answer.kind !== "bars" && answer.kind !== "no-data") this.fail(task, answer as HistoryFailure);
    else this.renewals.push(...keeper.take(task, answer.kind === "bars" ? answer : undefined));
  }

  private readonly ask = (chunk: Chunk, signal: AbortSignal): Promise<SourceBars | HistoryFailure> => {
    const { asker } = this.context;
    const request = requestFor(this.job, chunk);
    const paced = pacedBars(request, this.source.limits);
    return asker.ask(paced, (cancel) => this.source.bars(request, cancel), signal);
  };

  /** Notes what could not be had. @throws SeriesEnded if that goes for all of the series */
  private readonly fail = ({ purpose, chunk }: Task, failure: HistoryFailure): void => {
    this.context.progress.finish(0);
    if (ENDS_SERIES.has(failure.kind)) throw new SeriesEnded(failure);
    if (purpose === "renew") {
      const text = `stored bars that have changed could not be fetched again: ${failure.text}`;
      throw new SeriesEnded({ kind: failure.kind, text });
    }
    if (asksForMore(chunk)) {
      const text = `the bars that are stored could not be compared: ${failure.text}`;
      throw new SeriesEnded({ kind: failure.kind, text });
    }
    this.failures.push({ ...chunk.keep, ...failure });
  };

  private keeperOf(
    { hours, before }: PreparedSeries,
    generation: number | undefined,
    covered: readonly Interval[],
  ): BarKeeper {
    const { store, progress } = this.context;
    return new BarKeeper({
      store,
      source: this.source,
      key: this.key,
      instrument: this.job.instrument,
      hours,
      generation,
      before: before === undefined ? [] : subtract([before], covered),
      note: this.note,
      miss: (missing) => void this.holes.push(missing),
      finish: (bars) => {
        this.bars += bars;
        progress.finish(bars);
      },
    });
  }

  private complete(generation: number, prepared: PreparedSeries): void {
    const missing = this.stillMissing(prepared).filter(({ kind }) => kind !== "gone");
    if (missing.length > 0) return;
    if (completeGeneration(this.context.store, this.key, generation, this.ratio, this.note)) return;
    const text =
      "bars that can no longer be had are stored on the basis of before a split, and nothing tells its ratio";
    for (const one of prepared.wanted) this.failures.push({ ...one, kind: "gone", text });
  }

  /** Why nothing is known of what is wanted: it cannot be had, or it has not come to that. */
  private unprepared(): MissingStretch[] {
    return this.failures.length > 0 ? this.failures : [notAsked(this.job, this.source.now())];
  }

  /** What of all that is wanted nobody has answered, with the reasons; of bars that may still change only failures. */
  private stillMissing({ hours, wanted, settled, gone }: PreparedSeries): MissingStretch[] {
    const covered = this.series()?.coverage() ?? [];
    const reasons: readonly MissingStretch[] = [
      ...this.failures,
      { from: -Infinity, to: settled, kind: "not asked", text: NOT_ASKED },
    ];
    let left = subtract(wanted, covered);
    const missing = gone.flatMap((one) => labelled(subtract([one], covered), one, hours));
    for (const reason of reasons) {
      missing.push(...labelled(intersect(left, [reason]), reason, hours));
      left = subtract(left, [reason]);
    }
    return missing;
  }

  /** The bars that are being written: of a new generation where there is one. */
  private series(): StoredSeries | undefined {
    const { store } = this.context;
    const generation = store.unfinished(this.key)?.generation;
    return generation === undefined ? store.find(this.key) : store.unfinishedSeries(this.key, generation);
  }

  /** A series that is begun anew after a split finds the same things once more. */
  private readonly note = (note: FetchNote): void => {
    if (!this.notes.some(({ text }) => text === note.text)) this.notes.push(note);
  };

  private get source(): HistorySource {
    return this.context.asker.source;
  }

  /** Since when bars of this size can be had at all. */
  private get kept(): Instant {
    const { ms, kept } = this.source.limits.smallBars;
    return this.job.size.ms <= ms ? this.source.now() - kept : -Infinity;
  }
}

/** How a chunk is asked for. */
export function requestFor({ instrument, what, hours, size }: FetchJob, { ask, duration }: Chunk): BarsRequest {
  return { instrument, what, hours, size, end: ask.to, duration };
}

/** Failures that further requests would meet as well. */
const ENDS_SERIES: ReadonlySet<string> = new Set(["permission", "contract", "refused"]);

/** The trading time of stretches, each from its first open to its last close. */
function labelled(stretches: readonly Interval[], reason: MissingStretch, hours: TradingHours): MissingStretch[] {
  return stretches.flatMap((stretch) => {
    const open = hours.open(stretch.from, stretch.to);
    return open.length === 0 ? [] : [{ ...reason, from: open[0].from, to: open[open.length - 1].to }];
  });
}

/** Whether stored bars are asked for too, to be compared. */
function asksForMore({ ask, keep }: Chunk): boolean {
  return ask.from < keep.from || ask.to > keep.to;
}
