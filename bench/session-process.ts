import { Socket } from "node:net";
import type { Session } from "../live/session/session.js";
import { measuredSession } from "./measured-session.js";

// A session on a simulated gateway, both by the clock on the wall, with the journal on the disk. The answer is what the
// session's process measured.

/** The middle of what was measured, and what 99 of 100 do not exceed; milliseconds. */
export interface Spread {
  readonly p50: number;
  readonly p99: number;
}

/** What a process answers. */
export interface SessionFigures {
  /** From the bytes of a quote to the bytes of the order that it led to. */
  readonly whole: Spread;
  /** Of that all but the journal's commit. */
  readonly uncommitted: Spread;
  /** Of that the journal's commit. */
  readonly commit: Spread;
  readonly orders: number;
  /** Quotes that the strategy was handed a second. */
  readonly perSecond: number;
  /** Share of one core that the session's process took. */
  readonly cores: number;
  /** Of the second in which it took the most. */
  readonly most: number;
}

/** Milliseconds until what an order runs through has been compiled. */
const WARM_UP = 12_000;
const SECOND = 1_000;
const PLACE_ORDER = Buffer.from("3\0");

const [instruments, seconds] = process.argv.slice(2).map(Number);
process.stdout.write(JSON.stringify(await measure()));
process.exit(0);

async function measure(): Promise<SessionFigures> {
  const { session, trader, end } = await measuredSession(instruments);
  const watch = watchOrders(session);
  session.begin();
  await wait(WARM_UP);
  const { seen } = trader;
  const begun = performance.now();
  const used = process.cpuUsage();
  watch.begin();
  let most = 0;
  for (let second = 0; second < seconds; second++) {
    const before = process.cpuUsage();
    const from = performance.now();
    await wait(SECOND);
    most = Math.max(most, coresSince(before, performance.now() - from));
  }
  const took = performance.now() - begun;
  const cores = coresSince(used, took);
  const perSecond = (SECOND * (trader.seen - seen)) / took;
  end();
  const { whole, commit } = watch;
  return {
    whole: spread(whole),
    uncommitted: spread(whole.map((ms, i) => ms - commit[i])),
    commit: spread(commit),
    orders: whole.length,
    perSecond,
    cores,
    most,
  };
}

/** Notes, for every order, the time since the bytes came that led to it, and what of it the journal took. */
function watchOrders(session: Session): { whole: number[]; commit: number[]; begin(): void } {
  const whole: number[] = [];
  const commit: number[] = [];
  let isOn = false;
  let arrived = Number.NaN;
  let committing = 0;
  const { emit, write } = Socket.prototype;
  Socket.prototype.emit = function (this: Socket, event: string, ...rest: unknown[]): boolean {
    if (event !== "data") return Reflect.apply(emit, this, [event, ...rest]) as boolean;
    arrived = performance.now();
    committing = 0;
    const heard = Reflect.apply(emit, this, [event, ...rest]) as boolean;
    arrived = Number.NaN;
    return heard;
  } as typeof emit;
  Socket.prototype.write = function (this: Socket, bytes: Uint8Array, ...rest: unknown[]): boolean {
    const isOrder = bytes.length > 6 && PLACE_ORDER.equals(bytes.subarray(4, 6));
    if (isOn && isOrder && arrived === arrived) {
      whole.push(performance.now() - arrived);
      commit.push(committing);
    }
    return Reflect.apply(write, this, [bytes, ...rest]) as boolean;
  } as typeof write;
  const { journal } = session.parts;
  const kept = journal.commit.bind(journal);
  journal.commit = (...how) => {
    const begun = performance.now();
    kept(...how);
    committing += performance.now() - begun;
  };
  return {
    whole,
    commit,
    begin: () => {
      isOn = true;
    },
  };
}

function spread(ms: readonly number[]): Spread {
  const sorted = Float64Array.from(ms).sort();
  const share = (part: number): number => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
  return { p50: share(0.5), p99: share(0.99) };
}

function coresSince(used: NodeJS.CpuUsage, ms: number): number {
  const { user, system } = process.cpuUsage(used);
  return (user + system) / 1_000 / ms;
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
