import type { Instant } from "../../core/market/bar-size.js";
import { utc } from "../checks/words.js";
import { type Interval, normalise, subtract } from "../intervals.js";
import type { Coverage } from "../store/coverage-table.js";
import type { FetchContext } from "./fetch-context.js";
import type { FetchJob } from "./fetch-job.js";
import type { FetchNote, MissingStretch } from "./fetch-outcome.js";
import type { HistoryFailure } from "./history-source.js";
import { settlingTime } from "./keep-bars.js";
import { TradingHours } from "./trading-hours.js";
import type { ToldSessions } from "./trading-sessions.js";

/** Nothing more can be had of one series. */
export class SeriesEnded extends Error {
  readonly failure: HistoryFailure;

  constructor(failure: HistoryFailure) {
    super(failure.text);
    this.failure = failure;
  }
}

/** What is to be fetched of a series, before it is known what of it is stored. */
export interface PreparedSeries {
  readonly hours: TradingHours;
  /** All that is wanted, with whole bars that have ended. */
  readonly wanted: readonly Interval[];
  /** Up to when bars do not change any more. */
  readonly settled: Instant;
  /** A part of what was asked for that lies before everything the source has. */
  readonly before: Interval | undefined;
  /** Wanted, and no longer to be had. */
  readonly gone: readonly MissingStretch[];
}

const ENDS_SERIES: ReadonlySet<string> = new Set(["permission", "contract"]);

/**
 * Finds out from when on a source has bars, and when its instrument trades. It is asked for its beginning only where
 * bars are wanted from before all that is known.
 *
 * @param known what has been answered of the series so far
 * @param anew stretches that are to be fetched as well, whatever is known of them
 * @throws SeriesEnded
 */
export async function prepareSeries(
  job: FetchJob,
  known: readonly Coverage[],
  anew: readonly Interval[],
  context: FetchContext,
  note: (note: FetchNote) => void,
): Promise<PreparedSeries> {
  const { source } = context.asker;
  const { instrument, hours: kind } = job;
  const now = source.now();
  const to = Math.min(job.to ?? now, now);
  const asked = job.from ?? known[0]?.from;
  const head = needsHead(asked, to, known) ? await findHead(job, context) : undefined;
  const begin = asked === undefined ? demandHead(head) : asked;
  const layout = { now, from: begin, to, head: head?.instant, anew };
  const smallBars = source.limits.smallBars;
  const told = context.schedules.stored(instrument, kind);
  await context.turns.next();
  const prepared = layOut(job, { ...layout, told }, smallBars);
  if (head?.instant !== undefined && hasSessions(prepared.hours, prepared.before)) {
    const text = `${source.name} has none from before ${utc(head.instant)}, where its history begins`;
    note({ kind: "begins", text });
  }
  if (!context.asksSchedules || !isAnythingMissing(prepared, anew.length > 0 ? [] : known)) return prepared;
  const first = head?.instant ?? known.find(({ bars }) => bars > 0)?.from ?? begin;
  const span = { from: Math.min(now, Math.max(begin, first)), to: now };
  const schedule = await context.schedules.of(instrument, kind, span, note, context.signal);
  await context.turns.next();
  return schedule === told ? prepared : layOut(job, { ...layout, told: schedule }, smallBars);
}

function isAnythingMissing({ hours, wanted }: PreparedSeries, known: readonly Interval[]): boolean {
  return subtract(wanted, known).some(({ from, to }) => hours.open(from, to).length > 0);
}

function hasSessions(hours: TradingHours, stretch: Interval | undefined): boolean {
  return stretch !== undefined && hours.open(stretch.from, stretch.to).length > 0;
}

interface Layout {
  readonly now: Instant;
  readonly from: Instant;
  readonly to: Instant;
  readonly head: Instant | undefined;
  readonly anew: readonly Interval[];
  readonly told: ToldSessions | undefined;
}

/** What is wanted, cut to what there can be. */
export function layOut(
  { instrument, size, hours: kind }: FetchJob,
  { now, from, to, head, anew, told }: Layout,
  smallBars: { readonly ms: number; readonly kept: number },
): PreparedSeries {
  const earliest = Math.min(from, ...anew.map((one) => one.from));
  const hours = new TradingHours(instrument, size, kind, { from: Math.min(earliest, now), to: now }, told);
  const complete = hours.barStart(now);
  const first = head === undefined ? -Infinity : hours.barStart(head);
  const oldest = size.ms <= smallBars.ms ? hours.barStop(now - smallBars.kept) : -Infinity;
  const all = normalise(
    [{ from, to }, ...anew].map((one) => ({
      from: Math.max(hours.barStart(one.from), first),
      to: Math.min(hours.barStop(one.to), complete),
    })),
  );
  const wanted = subtract(all, [{ from: -Infinity, to: oldest }]);
  const gone = subtract(all, wanted).filter((one) => hours.open(one.from, one.to).length > 0);
  const start = hours.barStart(from);
  return {
    hours,
    wanted,
    settled: hours.barStart(now - settlingTime(instrument, hours)),
    before: start < first ? { from: start, to: Math.min(first, complete) } : undefined,
    gone: gone.map((one) => ({ ...one, kind: "gone", text: `bars of ${size.label} are kept since ${utc(oldest)}` })),
  };
}

function needsHead(from: Instant | undefined, to: Instant, known: readonly Interval[]): boolean {
  if (from === undefined || known.length === 0) return true;
  const [first] = subtract([{ from, to }], known);
  return first !== undefined && first.from < known[0].from;
}

type Head = { readonly instant: Instant } | { readonly instant: undefined; readonly failure: HistoryFailure };

/** Where the history of a series begins. Some sources cannot say it of everything: then it is found by asking for bars. */
async function findHead(job: FetchJob, { heads, signal }: FetchContext): Promise<Head> {
  const answer = await heads.of(job, signal);
  if (answer.kind === "head") return { instant: answer.instant };
  if (ENDS_SERIES.has(answer.kind)) throw new SeriesEnded(answer);
  return { instant: undefined, failure: answer };
}

function demandHead(head: Head | undefined): Instant {
  if (head?.instant !== undefined) return head.instant;
  throw new SeriesEnded(head?.failure ?? { kind: "refused", text: "it is not known where its history begins" });
}
