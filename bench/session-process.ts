import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tradingHours } from "../backtest/trading-hours.js";
import { openUniverse, tradeDatesOf } from "../backtest/universe.js";
import { Gateway } from "../brokers/gateway/gateway.js";
import type { GatewayData } from "../brokers/gateway/gateway-data.js";
import { parseBarSize } from "../core/market/bar-size.js";
import { Instrument } from "../core/market/instrument.js";
import type { Quote } from "../core/market/quote.js";
import { Strategy } from "../core/strategy.js";
import { zoneOffsets } from "../data/zone-offsets.js";
import { openSession } from "../live/session/open-session.js";
import type { Session } from "../live/session/session.js";

// A session on a simulated gateway that runs in a process of its own, both by the clock on the wall, with the journal on
// the disk. The answer is what the session's process measured.

/** What a process answers. */
export interface SessionFigures {
  /** Milliseconds from the bytes of a quote to the bytes of the order that it led to, without the journal's commit. */
  readonly p50: number;
  readonly p99: number;
  /** Of the journal's commits in between. */
  readonly commit: number;
  readonly orders: number;
  /** Quotes that the strategy was handed a second. */
  readonly perSecond: number;
  /** Share of one core that the session's process took. */
  readonly cores: number;
  /** Megabytes that the process held at the end. */
  readonly memory: number;
}

const WARM_UP = 3_000;
const MEASURED = 10_000;
/** Milliseconds between two orders. */
const ORDER_EVERY = 50;
const PLACE_ORDER = Buffer.from("3\0");

const [role, count] = process.argv.slice(2);
const INSTRUMENTS = Number(count);

function market(): GatewayData {
  const source = `synthetic:symbols=${INSTRUMENTS},bars=1200,bar=1min,start=2020-01-06,seed=3`;
  const { universe, sessions } = tradingHours(openUniverse({ data: source }), {});
  const { instruments, series } = universe;
  return { instruments, series, sessions, tradeDates: tradeDatesOf(universe, sessions), zoneOf: zoneOffsets };
}

/** A hundred quotes a second of each instrument, until the parent is gone. */
async function serve(): Promise<void> {
  const gateway = await Gateway.listen({
    data: market(),
    port: 0,
    limits: { messageRate: false, historyPacing: false },
    ticks: { every: 10, spread: 2 },
    from: Date.UTC(2020, 0, 7, 17),
  });
  process.send?.(gateway.port);
  await new Promise<void>((resolve) => process.on("disconnect", resolve));
}

/** Trades one instrument after the other, a unit back and forth, each on a quote of it. */
class Trader extends Strategy {
  private quotes = 0;
  private next = 0;
  private due = 0;

  override onQuote(quote: Quote): void {
    this.quotes++;
    if (quote.instrument.index !== this.next || this.clock.now < this.due) return;
    this.due = this.clock.now + ORDER_EVERY;
    this.next = (this.next + 1) % INSTRUMENTS;
    this.target(quote.instrument, this.position(quote.instrument).isFlat ? 1 : 0);
  }

  get seen(): number {
    return this.quotes;
  }
}

async function measure(): Promise<SessionFigures> {
  const gateway = fork(fileURLToPath(import.meta.url), ["gateway", String(INSTRUMENTS)], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const port = await new Promise<number>((resolve) => gateway.once("message", (told) => resolve(told as number)));
  const folder = mkdtempSync(join(tmpdir(), "seatrial-bench-"));
  const session = await started(port, join(folder, "journal.sqlite"));
  const watch = watchOrders(session);
  session.begin();
  await wait(WARM_UP);
  const trader = session.parts.engine.strategy as unknown as Trader;
  const seen = trader.seen;
  const used = process.cpuUsage();
  const begun = performance.now();
  watch.begin();
  await wait(MEASURED);
  const { user, system } = process.cpuUsage(used);
  const took = performance.now() - begun;
  const perSecond = (1_000 * (trader.seen - seen)) / took;
  const memory = process.memoryUsage().rss / 1e6;
  session.stop();
  gateway.disconnect();
  rmSync(folder, { recursive: true, force: true });
  const late = Float64Array.from(watch.latencies).sort();
  const commits = Float64Array.from(watch.commits).sort();
  const share = (of: Float64Array, part: number): number => of[Math.min(of.length - 1, Math.floor(part * of.length))];
  return {
    p50: share(late, 0.5),
    p99: share(late, 0.99),
    commit: share(commits, 0.5),
    orders: late.length,
    perSecond,
    cores: (user + system) / 1_000 / took,
    memory,
  };
}

function started(port: number, journal: string): Promise<Session> {
  const { instruments, sessions, tradeDates } = market();
  return openSession(
    {
      name: "bench",
      mode: "simulated",
      strategy: Trader,
      file: "bench.ts",
      hash: "bench",
      instruments: instruments.map((one) => new Instrument({ ...one, exchange: "SMART" }, one.index)),
      size: parseBarSize("1min"),
      hoursOf: ({ index }) => ({ sessions: sessions[index], tradeDates: tradeDates[index] }),
      cash: 1_000_000,
      baseCurrency: "USD",
      // The market's time is years ago.
      guards: { clockSkew: false },
      journal,
      connection: { address: { host: "127.0.0.1", port, clientId: 7 }, perSecond: 1_000 },
    },
    () => undefined,
  );
}

/** Notes, for every order, the time since the bytes came that led to it, and what of it the journal took. */
function watchOrders(session: Session): { latencies: number[]; commits: number[]; begin(): void } {
  const latencies: number[] = [];
  const commits: number[] = [];
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
      latencies.push(performance.now() - arrived - committing);
      commits.push(committing);
    }
    return Reflect.apply(write, this, [bytes, ...rest]) as boolean;
  } as typeof write;
  const { journal } = session.parts;
  const commit = journal.commit.bind(journal);
  journal.commit = () => {
    const begun = performance.now();
    commit();
    committing += performance.now() - begun;
  };
  return {
    latencies,
    commits,
    begin: () => {
      isOn = true;
    },
  };
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

// Behind the class: a class does not exist before its line.
if (role === "gateway") await serve();
else process.stdout.write(JSON.stringify(await measure()));
process.exit(0);
