import { connect, type Socket } from "node:net";
import type { TwsConnection } from "../../brokers/tws/connection/tws-connection.js";
import type { Instant } from "../../core/market/bar-size.js";
import { SessionError } from "./errors.js";
import { Pace } from "./pace.js";
import type { TimeSource } from "./time-source.js";

interface Step {
  readonly step: number;
  readonly time: Instant;
  /** Of the TWS connection: up to here they belong to the time until then. */
  readonly bytes: number;
}

export interface LockstepOptions {
  readonly port: number;
  readonly connection: TwsConnection;
  readonly clientId: number;
  /** How many times as fast as the clock on the wall; Infinity for as fast as it goes. */
  readonly speed: number;
  /** Milliseconds that never fall. */
  readonly wallClock?: () => number;
}

/**
 * The time of a simulated gateway: it goes on when the session has dealt with all it was sent. So a session through
 * sockets is as repeatable as a run in process, however fast it goes.
 */
export class Lockstep implements TimeSource {
  /** Nothing more will happen by itself: the data of the gateway has ended. */
  onOver: (() => void) | undefined;
  private readonly options: LockstepOptions;
  private readonly pace: Pace;
  private readonly wallClock: () => number;
  private socket: Socket | undefined;
  private rest = "";
  private pending: Step | undefined;
  /** The step that has been dealt with and is to be answered. */
  private dealt: Step | undefined;
  /** The latest that was answered, and when on the wall: time goes on from there. */
  private answered: { readonly time: Instant; readonly at: number } | undefined;
  private timer: NodeJS.Timeout | undefined;
  private soon: NodeJS.Immediate | undefined;
  /** Until the session has begun nothing is dealt with, and time stands still. */
  private turn: ((now: Instant) => void) | undefined;
  private due: () => Instant = () => Infinity;
  private readonly ends: (() => void)[] = [];

  constructor(options: LockstepOptions) {
    this.options = options;
    this.wallClock = options.wallClock ?? (() => performance.now());
    this.pace = new Pace(options.speed, this.wallClock);
  }

  /**
   * Between two steps it goes on at the session's speed, to the next one at most. It stands still where simulated time
   * does: while the gateway waits for the session, and at a speed that knows no wall.
   */
  get now(): Instant {
    const { pending, dealt, answered } = this;
    const next = pending?.time ?? Infinity;
    if (answered === undefined || (pending !== undefined && pending === dealt)) return next;
    const { speed } = this.options;
    if (speed === Infinity) return answered.time;
    return Math.min(next, Math.floor(answered.time + (this.wallClock() - answered.at) * speed));
  }

  /** Joins: from here on the gateway waits for this session. @throws SessionError LOCKSTEP_FAILED */
  join(): Promise<Instant> {
    const { port, clientId } = this.options;
    return new Promise((resolve, reject) => {
      const socket = connect(port, "127.0.0.1", () => socket.write(`${JSON.stringify({ hello: clientId })}\n`));
      this.socket = socket;
      const fail = (reason: string): void => reject(new SessionError("LOCKSTEP_FAILED", { port, reason }));
      socket.setNoDelay(true).setEncoding("utf8");
      socket.on("error", (error) => fail(error.message));
      socket.on("close", () => fail("the gateway has closed it"));
      socket.on("data", (text: string) => {
        const lines = (this.rest + text).split("\n");
        this.rest = lines.pop() ?? "";
        for (const line of lines) this.hear(JSON.parse(line) as Partial<Step> & { over?: number }, resolve);
      });
    });
  }

  begin(turn: (now: Instant) => void, due: () => Instant): void {
    const { connection } = this.options;
    this.turn = turn;
    this.due = due;
    connection.onBatch = () => this.look();
    this.ends.push(connection.events.on("state", () => this.look()));
    this.look();
  }

  end(): void {
    this.options.connection.onBatch = undefined;
    for (const end of this.ends.splice(0)) end();
    clearTimeout(this.timer);
    clearImmediate(this.soon);
    this.socket?.removeAllListeners("close");
    this.socket?.destroy();
  }

  private hear({ step, time, bytes, over }: Partial<Step> & { over?: number }, joined: (now: Instant) => void): void {
    if (over !== undefined) this.onOver?.();
    if (step === undefined || time === undefined || bytes === undefined) return;
    const isAgain = this.pending?.time === time || this.dealt?.time === time;
    this.pending = { step, time, bytes };
    joined(time);
    const wait = isAgain ? 0 : this.pace.waitFor(time);
    if (wait < 1) this.look();
    else this.timer ??= setTimeout(() => this.resume(), wait);
  }

  private resume(): void {
    this.timer = undefined;
    this.look();
  }

  /** Deals with the step once all that belongs to it is there. */
  private look(): void {
    const { pending } = this;
    if (pending === undefined || this.timer !== undefined || this.turn === undefined) return;
    const { traffic } = this.options.connection;
    if (traffic !== undefined && traffic.read < pending.bytes) return;
    this.turn(pending.time);
    this.dealt = pending;
    this.soon ??= setImmediate(() => this.answer());
  }

  /** What a turn has set off has been written by now. */
  private answer(): void {
    this.soon = undefined;
    const { dealt, pending } = this;
    if (dealt === undefined || dealt !== pending) return;
    const { connection } = this.options;
    const { traffic, state } = connection;
    // While it connects, and while messages wait for their turn, time stands still.
    if (traffic?.isWaiting === true || UNDER_WAY.includes(state)) {
      this.soon = setImmediate(() => this.answer());
      return;
    }
    this.pending = undefined;
    this.dealt = undefined;
    this.answered = { time: dealt.time, at: this.wallClock() };
    const due = this.due();
    const wake = due < Infinity ? { wake: Math.max(due, dealt.time) } : {};
    this.socket?.write(`${JSON.stringify({ done: dealt.step, bytes: traffic?.written ?? 0, ...wake })}\n`);
  }
}

const UNDER_WAY: readonly string[] = ["connecting", "handshaking", "synchronising"];
