import type { Clock } from "../../../core/clock.js";
import { type BarSize, DAY, HOUR, type Instant, MINUTE, SECOND } from "../../../core/market/bar-size.js";
import type { Instrument } from "../../../core/market/instrument.js";
import { ibBarSizeOf, isDated, SMALLEST_UPDATED_MS } from "../../ib/bar-sizes.js";
import { type Duration, formatDuration } from "../../ib/durations.js";
import type { Link } from "../connection/link.js";
import { URGENCY } from "../connection/outbox.js";
import type { TwsConnection } from "../connection/tws-connection.js";
import { type ContractDetails, requestOf } from "../contracts/contract-details.js";
import { TwsError } from "../errors.js";
import { Listeners } from "../listeners.js";
import { MACHINE_SCHEDULER, type Scheduler } from "../scheduler.js";
import { BarCollector, isEndOfBars } from "./bar-collector.js";
import { BarSequence, type BarSequenceEvents, type TimedBar } from "./bar-sequence.js";
import { readBarTime } from "./history-times.js";
import { isRegular, mostBarsOf, SECONDS_FORMAT, WHAT_TO_SHOW } from "./history-words.js";

export interface UpdatingBarsRequest {
  readonly instrument: Instrument;
  readonly contract: ContractDetails;
  readonly what: "trades" | "midpoint" | "bid" | "ask";
  readonly hours: "regular" | "all";
  readonly size: BarSize;
  /** The first bar that is wanted starts here or later. */
  readonly from: Instant;
}

export interface UpdatingBarsEvents extends BarSequenceEvents {
  /** It has been asked for, at first or again. */
  asked: Record<never, never>;
  /** A history has come whole, at first or after a break: what was missing has been told. */
  history: { readonly bars: number };
  /** Nothing comes for now; it is asked for again by itself. */
  interrupted: { readonly error: TwsError };
  /** It is over, and not asked for again. */
  ended: { readonly error: unknown };
}

/** How often a stream that TWS ends is asked for again, and how long after it was asked for last. */
export interface RenewalTimes {
  readonly most: number;
  /** Milliseconds in which `most` counts. */
  readonly within: number;
  /** IB takes no identical request within 15 seconds. */
  readonly apart: number;
}

/** What bars may be kept by; each has a default. */
export interface UpdatingBarsManners {
  /** How far a history has to reach. Default: the clock of TWS. */
  readonly clock?: Clock;
  /** When to ask again. Default: the machine's timers. */
  readonly scheduler?: Scheduler;
  /** When a bar of that time ends. Default: its length after its start, and of days nobody knows. */
  readonly endOf?: (time: number) => Instant;
  /** Has a question asked when it may be. Default: at once. */
  readonly admit?: (ask: () => void) => void;
}

const RENEWAL: RenewalTimes = { most: 3, within: 10 * MINUTE, apart: 15 * SECOND };

/** Durations to try where there is too little in the one that was needed: before the open, or after a holiday. */
const LONGER: readonly Duration[] = [
  { count: 1, unit: "D" },
  { count: 1, unit: "W" },
];

/**
 * Bars as they come: a history and the bar under way, kept up over lost connections. After a break the history is asked
 * for again from the last bar that is known to be whole, so that no bar is missing and none comes twice. TWS ends such
 * streams without ever reviving them when a data farm is away for seconds.
 */
export class UpdatingBars {
  readonly events: Listeners<UpdatingBarsEvents>;
  private readonly connection: TwsConnection;
  private readonly request: UpdatingBarsRequest;
  private readonly renewal: RenewalTimes;
  private readonly clock: Clock;
  private readonly scheduler: Scheduler;
  private readonly admit: (ask: () => void) => void;
  private readonly sequence: BarSequence;
  private readonly ends: (() => void)[] = [];
  private closeStream: (() => void) | undefined;
  private callOff: (() => void) | undefined;
  private askedAt = Number.NEGATIVE_INFINITY;
  private renewals: number[] = [];
  private isClosed = false;

  constructor(
    connection: TwsConnection,
    request: UpdatingBarsRequest,
    renewal: Partial<RenewalTimes> = {},
    manners: UpdatingBarsManners = {},
  ) {
    this.connection = connection;
    this.request = request;
    this.renewal = { ...RENEWAL, ...renewal };
    this.clock = manners.clock ?? connection.clock;
    this.scheduler = manners.scheduler ?? MACHINE_SCHEDULER;
    this.admit = manners.admit ?? ((ask) => ask());
    this.events = new Listeners((event, error) => connection.listenerFailed(event, error));
    const { size } = request;
    const endOf = manners.endOf ?? (isDated(size) ? () => Number.NaN : (start: number) => start + size.ms);
    this.sequence = new BarSequence(isDated(size) ? dateOf(request.from) : request.from, endOf, (event, bar) =>
      this.events.tell(event, bar),
    );
  }

  /** @throws TwsError BARS_NOT_UPDATED for bars that TWS does not keep up to date */
  start(): void {
    const { size } = this.request;
    if (ibBarSizeOf(size) === undefined || size.ms < SMALLEST_UPDATED_MS) {
      throw new TwsError("BARS_NOT_UPDATED", { size: size.label });
    }
    this.ends.push(
      this.connection.events.on("restored", ({ isDataLost }) => isDataLost && this.renew()),
      this.connection.events.on("state", ({ state, before }) => {
        // A new connection has no streams; they are asked for when it is ready.
        if (before === "synchronising" && this.closeStream === undefined && (state === "ready" || state === "degraded"))
          this.renew();
      }),
    );
    if (this.connection.isUsable) this.renew();
  }

  close(): void {
    this.isClosed = true;
    this.callOff?.();
    for (const end of this.ends.splice(0)) end();
    this.closeStream?.();
    this.closeStream = undefined;
  }

  /** When the bar under way ends; NaN where there is none, or nobody knows. */
  get endsAt(): Instant {
    return this.sequence.endsAt;
  }

  /** Whether it has been asked for and TWS has not ended it. */
  get isOpen(): boolean {
    return this.closeStream !== undefined;
  }

  /** Ends the bar under way where it is over by now, as its owner's clock says. */
  completeUntil(now: Instant): void {
    this.sequence.completeUntil(now);
  }

  /** Asks for it again, as soon as IB takes the same request again: for an owner that finds it silent. */
  renew(): void {
    if (this.isClosed) return;
    this.closeStream?.();
    this.closeStream = undefined;
    this.callOff?.();
    const wait = this.askedAt + this.renewal.apart - this.scheduler.now;
    const ask = (): void => this.admit(() => this.ask(this.needed()));
    if (wait > 0) this.callOff = this.scheduler.after(wait, ask);
    else ask();
  }

  private ask(duration: Duration, longer = LONGER): void {
    const { link } = this.connection;
    // Without one it is asked for when there is one again.
    if (this.isClosed || link === undefined) return;
    if (!this.isAnswerable(duration)) {
      const { instrument, size } = this.request;
      const what = `${size.label} bars of ${instrument.symbol}`;
      const error = new TwsError("HISTORY_TOO_LONG", { what, from: new Date(this.request.from).toISOString() });
      this.events.tell("ended", { error });
      return;
    }
    this.askedAt = this.scheduler.now;
    this.closeStream = this.open(link, duration, longer);
    this.events.tell("asked", {});
  }

  /** A longer answer would end the connection, for the client library reads none of 16 MB. */
  private isAnswerable(duration: Duration): boolean {
    const { instrument, hours, size } = this.request;
    const most = this.connection.link?.mostBars ?? 0;
    return mostBarsOf({ instrument, hours, size, duration }) <= most;
  }

  private open(link: Link, duration: Duration, longer: readonly Duration[]): () => void {
    const { instrument, contract, what, hours, size } = this.request;
    const dated = isDated(size);
    const collector = new BarCollector(dated);
    const barSize = ibBarSizeOf(size)?.name ?? "";
    return link.openStream({
      what: `${size.label} bars of ${instrument.symbol} as they come`,
      asker: "history",
      urgency: URGENCY.request,
      send: (api, id) =>
        api.reqHistoricalData(
          id,
          requestOf(contract),
          "",
          formatDuration(duration),
          barSize,
          WHAT_TO_SHOW[what],
          isRegular(instrument, hours) ? 1 : 0,
          SECONDS_FORMAT,
          true,
        ),
      cancel: (api, id) => api.cancelHistoricalData(id),
      answers: {
        historicalBars: (fields) => {
          collector.addAll(fields);
          this.came(collector.list, longer);
        },
        historicalData: (...bar) => {
          if (isEndOfBars(bar[0])) this.came(collector.list, longer);
          else collector.add(...bar);
        },
        historicalDataUpdate: (time, ...rest) => this.sequence.update(barOf(readBarTime(time, dated), rest)),
      },
      told: ({ class: kind }) => {
        if (kind !== "no-data" || longer.length === 0) return false;
        this.askFurtherBack(longer);
        return true;
      },
      ended: (error) => {
        this.closeStream = undefined;
        this.interrupted(error);
      },
    });
  }

  private askFurtherBack([duration, ...longer]: readonly Duration[]): void {
    this.closeStream?.();
    this.closeStream = undefined;
    this.ask(duration, longer);
  }

  /**
   * A history that does not reach back to the bar that was under way would leave a hole behind it, and have that bar taken
   * for whole. TWS counts a duration back from its own time, which may be later than the one that was known here.
   */
  private came(bars: readonly TimedBar[], longer: readonly Duration[]): void {
    const further = longer.filter((duration) => this.isAnswerable(duration));
    if (further.length > 0 && !this.sequence.isReachedBy(bars)) {
      this.askFurtherBack(further);
      return;
    }
    this.sequence.history(bars);
    this.events.tell("history", { bars: bars.length });
  }

  /** What was lost with the connection is asked for when that is back; what TWS has ended after a while, some times. */
  private interrupted(error: unknown): void {
    if (this.isClosed) return;
    const isLost = error instanceof TwsError && LOST.includes(error.code);
    const { now } = this.scheduler;
    this.renewals = this.renewals.filter((at) => now - at < this.renewal.within);
    if (!isLost && (!isPassing(error) || this.renewals.length >= this.renewal.most)) {
      this.events.tell("ended", { error });
      return;
    }
    this.events.tell("interrupted", { error: error as TwsError });
    if (isLost) return;
    this.renewals.push(now);
    this.renew();
  }

  /** A duration that reaches back over all that is not known to be whole. */
  private needed(): Duration {
    const { size } = this.request;
    const from = this.sequence.needsFrom;
    const start = isDated(size) ? instantOf(from) : from;
    const ms = Math.max(this.clock.now - start, 2 * size.ms);
    if (ms + MINUTE <= 8 * HOUR && !isDated(size)) return { count: Math.ceil((ms + MINUTE) / SECOND), unit: "S" };
    const days = Math.ceil(ms / DAY) + 1;
    return days <= 365 ? { count: days, unit: "D" } : { count: Math.ceil(days / 365), unit: "Y" };
  }
}

const LOST: readonly string[] = ["CONNECTION_LOST", "NOT_CONNECTED", "CONNECTION_CLOSED"];

/** Whether asking again may help. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof TwsError) || error.refusal === undefined) return false;
  return ["subscription-retry", "request-retry", "pacing"].includes(error.refusal.class);
}

function barOf(time: number, values: readonly (number | boolean | undefined)[]): TimedBar {
  const [open, high, low, close, volume] = values as readonly (number | undefined)[];
  if (open === undefined || high === undefined || low === undefined || close === undefined) {
    throw new Error(`the bar of ${time} has no prices`);
  }
  return { time, open, high, low, close, volume: volume ?? -1 };
}

function dateOf(instant: Instant): number {
  return Number(new Date(instant).toISOString().slice(0, 10).replaceAll("-", ""));
}

function instantOf(date: number): Instant {
  return Date.UTC(Math.floor(date / 10_000), (Math.floor(date / 100) % 100) - 1, date % 100);
}
