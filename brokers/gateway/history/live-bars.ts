import { type Instant, SECOND } from "../../../core/market/bar-size.js";
import type { FaultState } from "../faults/fault-state.js";
import type { ClientSession } from "../session/client-session.js";
import { ClientStreams } from "../session/client-streams.js";
import type { MarketTick } from "../simulation/market-events.js";
import type { Participant, Simulation } from "../simulation/simulation.js";
import { type BarTimes, historicalBarUpdate } from "./history-answers.js";
import type { BarsQuery, HistoryBook } from "./history-book.js";

/** How often bars that keep up to date are told. */
const EVERY = 5 * SECOND;

/** A history that keeps up to date. */
export interface LiveHistory {
  readonly client: ClientSession;
  readonly request: number;
  readonly query: BarsQuery;
  readonly times: BarTimes;
  readonly isTraded: boolean;
}

interface Stream extends LiveHistory {
  /** Start of the bar that was told last. */
  lastStart: Instant;
  /** Whether something was traded or quoted since then. */
  moved: boolean;
}

/**
 * Tells the bars that keep up to date every five seconds in which something has happened: the bar under way as it
 * stands, and a bar that has ended once more with its last values.
 */
export class LiveBars implements Participant {
  due: Instant = Infinity;
  private readonly book: HistoryBook;
  private readonly simulation: Simulation;
  private readonly faults: FaultState;
  private readonly streams = new ClientStreams<Stream>();

  constructor(book: HistoryBook, simulation: Simulation, faults: FaultState) {
    this.book = book;
    this.simulation = simulation;
    this.faults = faults;
  }

  get size(): number {
    return this.streams.size;
  }

  add(history: LiveHistory): void {
    this.streams.add({ ...history, lastStart: this.lastStartOf(history), moved: false });
  }

  has(client: ClientSession, request: number): boolean {
    return this.streams.has(client, request);
  }

  remove(client: ClientSession, request: number): boolean {
    return this.streams.remove(client, request);
  }

  left(client: ClientSession): void {
    this.streams.left(client);
  }

  /** Every stream dies with 10182 and never revives. */
  kill(): void {
    for (const { client, request } of this.streams) {
      client.error(request, 10182, "Failed to request live updates (disconnected).");
    }
    this.streams.forget();
  }

  onTick(tick: MarketTick): void {
    for (const stream of this.streams) {
      if (stream.query.listing.instrument.index !== tick.instrument) continue;
      stream.moved = true;
      this.due = Math.min(this.due, beatFrom(this.simulation.now));
    }
  }

  onDue(): void {
    const { now } = this.simulation;
    for (const stream of this.streams) {
      const { assetClass } = stream.query.listing.instrument;
      if (stream.moved && !this.faults.areQuotesStill(assetClass)) this.tell(stream, now);
    }
    // While nothing moves there is nothing to tell: a closed market costs no time.
    this.due = [...this.streams].some(({ moved }) => moved) ? nextBeat(now) : Infinity;
  }

  onInstantEnd(): void {}

  private tell(stream: Stream, now: Instant): void {
    const { client, request, query, times, isTraded } = stream;
    const bars = this.book.bars({ ...query, from: stream.lastStart, to: Infinity }, now);
    for (let row = 0; row < bars.length; row++) client.send(historicalBarUpdate(request, bars, row, times, isTraded));
    if (bars.length > 0) stream.lastStart = bars.start[bars.length - 1];
    stream.moved = false;
  }

  private lastStartOf({ query }: LiveHistory): Instant {
    const bars = this.book.bars(query, this.simulation.now);
    return bars.length === 0 ? this.simulation.now : bars.start[bars.length - 1];
  }
}

/** The first beat that is not over. */
function beatFrom(now: Instant): Instant {
  return Math.ceil(now / EVERY) * EVERY;
}

function nextBeat(now: Instant): Instant {
  return (Math.floor(now / EVERY) + 1) * EVERY;
}
