import type { Instant } from "../../../core/market/bar-size.js";
import type { Simulation } from "./simulation.js";

/** How fast simulated time passes: so many times as fast as the wall clock, or as fast as everybody can follow. */
export type Speed = number | "max";

/** What holds time still at the speed "max": clients that have not dealt with what they were sent, and the network. */
export interface Brake {
  /** Whether time may move now. */
  readonly isFree: boolean;
  /** Told after every step, so that clients can be told the new time. */
  stepped(): void;
  /** Told when nothing more will happen by itself. */
  exhausted(): void;
  /** Called when time may move again. */
  onFree: (() => void) | undefined;
}

/** How often time moves at a speed that is a number: what happens is told at most so late, and in small bursts. */
const BEAT_MS = 5;
/** At "max", as many instants in a row before sockets get their turn where nobody keeps in step. */
const STRETCH = 64;

/** Moves simulated time along with the wall clock, or from instant to instant. */
export class Driver {
  private readonly simulation: Simulation;
  private readonly speed: Speed;
  private readonly wallClock: () => number;
  private readonly brake: Brake;
  private readonly beat: number;
  private timer: NodeJS.Timeout | undefined;
  private soon: NodeJS.Immediate | undefined;
  private wallStart = 0;
  private start: Instant = 0;
  private running = false;

  /** @param wallClock milliseconds that never fall @param beat of the wall clock, between two moves of time */
  constructor(simulation: Simulation, speed: Speed, wallClock: () => number, brake: Brake, beat = BEAT_MS) {
    this.simulation = simulation;
    this.speed = speed;
    this.wallClock = wallClock;
    this.brake = brake;
    this.beat = beat;
  }

  begin(): void {
    this.running = true;
    if (this.speed === "max") {
      this.brake.onFree = () => this.run();
      this.run();
      return;
    }
    this.wallStart = this.wallClock();
    this.start = this.simulation.now;
    this.timer = setInterval(() => this.catchUp(), this.beat);
  }

  /** Moves time to where the wall clock says it is: before a request is answered, too. */
  catchUp(): void {
    if (!this.running || this.speed === "max") return;
    this.simulation.advanceTo(this.start + Math.floor((this.wallClock() - this.wallStart) * this.speed));
  }

  /** At "max": something may happen now that was not foreseen when time stopped. */
  wake(): void {
    if (this.speed === "max" && this.brake.isFree) this.run();
  }

  end(): void {
    this.running = false;
    clearInterval(this.timer);
    clearImmediate(this.soon);
    this.brake.onFree = undefined;
  }

  private run(): void {
    if (!this.running || this.soon !== undefined) return;
    this.soon = setImmediate(() => {
      this.soon = undefined;
      for (let i = 0; i < STRETCH && this.running && this.brake.isFree; i++) {
        if (this.simulation.isOver) this.brake.exhausted();
        if (!this.simulation.step()) return;
        this.brake.stepped();
      }
      if (this.brake.isFree) this.run();
    });
  }
}
