import type { TwsFeed } from "../../brokers/tws/feed/tws-feed.js";
import type { Engine } from "../../core/engine.js";
import { type Instant, SECOND } from "../../core/market/bar-size.js";
import type { LiveBroker } from "../broker/live-broker.js";
import type { ElsewhereWatch } from "./elsewhere-watch.js";
import type { FactOrder } from "./fact-order.js";
import type { HoursWatch } from "./hours-watch.js";
import type { SessionClock } from "./session-clock.js";

export interface LoopParts {
  readonly clock: SessionClock;
  readonly feed: TwsFeed;
  readonly broker: LiveBroker;
  readonly facts: FactOrder;
  readonly engine: Engine;
  readonly hoursWatch: HoursWatch;
  readonly elsewhere: Pick<ElsewhereWatch, "due" | "onDue">;
  /** A handler of the strategy has thrown: it is stopped in a defined way. */
  readonly failed: (error: unknown) => void;
  /** Puts into the journal what is to be kept of this turn, before it is committed. */
  readonly keep: () => void;
  /** The journal could not be written: what was to be sent was not. */
  readonly unkept: (error: unknown) => void;
}

/**
 * How often what a turn sends may bring news at once that is dealt with in the same turn, and how long it waits then. A
 * strategy that asks again for what cannot leave, whenever it hears so, would hold the session in one turn for ever.
 */
const MOST_ROUNDS = 32;
const REST = SECOND;

/**
 * One turn of a session: whatever has come is known now. Market events and the broker's facts go into the engine in the
 * order they came, the instant is closed, and what the strategy wants is committed and sent.
 */
export class SessionLoop {
  private readonly parts: LoopParts;
  private isTurning = false;
  /** When the news are dealt with that the last turn has left; Infinity for none. */
  private restsUntil: Instant = Infinity;

  constructor(parts: LoopParts) {
    this.parts = parts;
  }

  /** When the next turn is due though nothing comes; Infinity for never. */
  get due(): Instant {
    const { engine, feed, broker, hoursWatch, elsewhere } = this.parts;
    const { restsUntil } = this;
    const ofEngine = engine.started ? engine.due : Infinity;
    return Math.min(ofEngine, feed.due, broker.due, hoursWatch.due, elsewhere.due, restsUntil);
  }

  /** Deals with all that has come, as known at `now`. */
  turn(now: Instant): void {
    // A listener of what a turn tells may ask for another.
    if (this.isTurning) return;
    this.isTurning = true;
    try {
      this.deal(now);
    } finally {
      this.isTurning = false;
    }
  }

  private deal(instant: Instant): void {
    const { clock, feed, broker, facts, hoursWatch, elsewhere } = this.parts;
    clock.moveTo(instant);
    const { now } = clock;
    if (hoursWatch.due <= now) hoursWatch.onDue();
    if (elsewhere.due <= now) elsewhere.onDue();
    if (feed.due <= now) feed.onDue();
    else feed.flush();
    while (!facts.isEmpty) {
      this.take(facts.next - feed.taken);
      facts.pass();
      this.hear(now);
    }
    this.take(Infinity);
    if (broker.due <= now) this.guarded((engine) => engine.hear(now, () => broker.onDue(now)));
    this.restsUntil = Infinity;
    for (let round = 1; ; round++) {
      if (broker.hasNews) this.hear(now);
      this.closeLate(now);
      this.guarded((engine) => {
        engine.advance(now);
        engine.settle();
      });
      this.parts.keep();
      try {
        broker.flush();
      } catch (error) {
        this.parts.unkept(error);
        return;
      }
      if (!broker.hasNews) return;
      if (round < MOST_ROUNDS) continue;
      this.restsUntil = now + REST;
      return;
    }
  }

  /** Hands so many market events to the engine; a strategy that fails does not keep the rest from being booked. */
  private take(events: number): void {
    const { feed } = this.parts;
    const until = feed.taken + events;
    while (feed.taken < until) {
      const before = feed.taken;
      this.guarded((engine) => engine.drain(until - feed.taken));
      if (feed.taken === before) return;
    }
  }

  /** What orders have filled that a flattening had cancelled is closed like the rest. */
  private closeLate(now: Instant): void {
    for (const instrument of this.parts.broker.takeLate()) {
      this.guarded((engine) => engine.hear(now, () => engine.flatten("flatten", instrument)));
    }
  }

  private hear(now: Instant): void {
    const { broker } = this.parts;
    this.guarded((engine) => engine.hear(now, () => broker.dispatch()));
  }

  private guarded(work: (engine: Engine) => void): void {
    try {
      work(this.parts.engine);
    } catch (error) {
      this.parts.failed(error);
    }
  }
}
