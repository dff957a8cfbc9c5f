import { connect, type Socket } from "node:net";
import { parseFaultPlan } from "../../brokers/gateway/faults/fault-plan.js";
import type { Gateway } from "../../brokers/gateway/gateway.js";
import type { GatewayOptions } from "../../brokers/gateway/gateway-options.js";
import type { TwsConnection } from "../../brokers/tws/connection/tws-connection.js";
import { Contracts } from "../../brokers/tws/contracts/contracts.js";
import type { Refusal } from "../../brokers/tws/errors.js";
import type { FeedEvents } from "../../brokers/tws/feed/feed-events.js";
import type { FeedSeries, TwsFeedOptions } from "../../brokers/tws/feed/feed-options.js";
import { TwsFeed } from "../../brokers/tws/feed/tws-feed.js";
import { BAR, QUOTE, TRADE } from "../../core/feed.js";
import type { BarSeries } from "../../core/market/bar-series.js";
import { Instrument } from "../../core/market/instrument.js";
import { closeAfterTest } from "../gateway/close-after-test.js";
import { gatewayData, TWO_STOCKS } from "../gateway/gateway-data.js";
import { startGateway } from "../gateway/started.js";
import { connected } from "./connected.js";

/** One event as a feed has shown it. */
export interface Shown {
  readonly kind: "bar" | "quote" | "trade";
  readonly time: number;
  /** The instrument's or the series' index. */
  readonly subject: number;
  /** Of a quote bid, ask and sizes; of a trade price and size; of a bar start, end, prices and volume. */
  readonly values: readonly number[];
  readonly late: boolean;
}

/** Takes all that a feed has for now. */
export function take(feed: TwsFeed, into: Shown[]): void {
  for (let kind = feed.next(); kind !== 0; kind = feed.next()) {
    const { time, late, quote, trade, seriesIndex, row } = feed;
    if (kind === QUOTE) {
      const { bid, ask, bidSize, askSize } = quote;
      into.push({ kind: "quote", time, subject: quote.instrument.index, values: [bid, ask, bidSize, askSize], late });
    } else if (kind === TRADE) {
      into.push({ kind: "trade", time, subject: trade.instrument.index, values: [trade.price, trade.size], late });
    } else if (kind === BAR) {
      const { start, end, open, high, low, close, volume } = feed.series[seriesIndex];
      const values = [start, end, open, high, low, close, volume].map((column) => column[row]);
      into.push({ kind: "bar", time, subject: seriesIndex, values, late });
    }
  }
}

/** What a feed has told, as lines: its event, its instrument or series, and the one thing that matters of it. */
export interface Told {
  readonly time: number;
  readonly event: keyof FeedEvents;
  readonly subject: string;
  readonly detail: string;
}

const EVENTS: readonly (keyof FeedEvents)[] = [
  "subscribed",
  "silent",
  "frozen",
  "givenUp",
  "dataType",
  "halted",
  "told",
  "problem",
  "trades",
  "gapFilled",
  "lateBar",
  "revised",
  "unsound",
  "barsInterrupted",
];

/** Writes down what a feed tells. */
export function listen(feed: TwsFeed, clock: { readonly now: number }): Told[] {
  const told: Told[] = [];
  for (const event of EVENTS) {
    feed.events.on(event, (one) => {
      const { instrument, series, refusal, ...rest } = one as unknown as {
        readonly instrument?: Instrument;
        readonly series?: BarSeries;
        readonly refusal?: Refusal;
        readonly [key: string]: unknown;
      };
      const subject = series?.name ?? String(instrument);
      const { reason, problem, type, value, by, bars } = rest;
      const detail = reason ?? problem ?? type ?? value ?? by ?? bars ?? refusal?.code ?? "";
      told.push({ time: clock.now, event, subject, detail: String(detail) });
    });
  }
  return told;
}

export interface FeedSession {
  readonly gateway: Gateway;
  readonly connection: TwsConnection;
  readonly feed: TwsFeed;
  readonly shown: Shown[];
  readonly told: Told[];
  readonly clock: { now: number };
  /** Where `start` was done. */
  readonly begun: number;
  /** What was taken before simulated time began to move. */
  readonly warmup: readonly Shown[];
  /** Resolves when the data has ended. */
  readonly over: Promise<number>;
}

export interface SessionOptions {
  readonly source?: string;
  readonly gateway?: Partial<GatewayOptions>;
  /** A plan of faults, as its file says it. */
  readonly faults?: unknown;
  readonly series?: readonly (Omit<FeedSeries, "instrument"> & { readonly symbol: number })[];
  readonly feed?: Partial<TwsFeedOptions>;
  /** Called at the end of every instant, before time goes on. */
  readonly onStep?: (session: FeedSession, time: number) => void | Promise<void>;
}

/** A feed that keeps step with a gateway through a market that is over when its data is. */
export async function lockstepFeed(options: SessionOptions = {}): Promise<FeedSession> {
  const data = gatewayData(options.source ?? TWO_STOCKS);
  const gateway = await startGateway({
    data,
    speed: "max",
    ...options.gateway,
    ...(options.faults !== undefined && { faults: parseFaultPlan(options.faults) }),
  });
  const clock = { now: gateway.simulation.now };
  // Before it connects: from now on time stands still until it says so.
  const line = connect(gateway.lockstepPort, "127.0.0.1");
  closeAfterTest(() => line.destroy());
  line.setNoDelay(true).setEncoding("utf8");
  line.on("error", () => undefined);
  line.write(`${JSON.stringify({ hello: 7 })}\n`);
  const steps = new Steps(line);
  const first = await steps.next();
  const connection = await connected(gateway.port, { perSecond: 10_000 });
  const contracts = new Contracts(connection);
  const feed = new TwsFeed({
    connection,
    instruments: data.instruments,
    contracts: await Promise.all(data.instruments.map(({ symbol }) => contracts.one(new Instrument({ symbol })))),
    series: (options.series ?? []).map(({ symbol, ...one }) => ({ ...one, instrument: data.instruments[symbol] })),
    trades: data.instruments.map(() => false),
    sessions: data.sessions,
    tradeDates: data.tradeDates,
    zones: data.instruments.map(({ timeZone }) => data.zoneOf(timeZone)),
    clock,
    ...options.feed,
  });
  closeAfterTest(() => feed.close());
  const shown: Shown[] = [];
  const told = listen(feed, clock);
  await feed.start();
  feed.flush();
  take(feed, shown);
  let done: (time: number) => void = () => undefined;
  const over = new Promise<number>((resolve) => {
    done = resolve;
  });
  const session: FeedSession = {
    gateway,
    connection,
    feed,
    shown,
    told,
    clock,
    begun: clock.now,
    warmup: [...shown],
    over,
  };
  void (async () => {
    for (let step = first; ; step = await steps.next()) {
      if (step.over !== undefined) break;
      // A connection that was cut meanwhile counts its bytes anew: what it was sent is waited for as long as it lasts.
      while ((socketOf(connection)?.bytesRead ?? Infinity) < (step.bytes ?? 0)) await breath();
      clock.now = step.time ?? clock.now;
      feed.flush();
      while (feed.due <= clock.now) feed.onDue();
      take(feed, shown);
      await options.onStep?.(session, clock.now);
      const { due } = feed;
      const wake = due < Infinity ? { wake: Math.ceil(due) } : {};
      line.write(`${JSON.stringify({ done: step.step, bytes: socketOf(connection)?.bytesWritten ?? 0, ...wake })}\n`);
    }
    done(clock.now);
  })();
  return session;
}

function breath(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The socket of a connection as it is now. */
export function socketOf(connection: TwsConnection): Socket | undefined {
  const api = connection.link?.api as unknown as { controller?: { socket?: { client?: Socket } } } | undefined;
  return api?.controller?.socket?.client;
}

interface Step {
  readonly step?: number;
  readonly time?: number;
  readonly bytes?: number;
  readonly over?: number;
}

/** The lines of the lockstep channel, one after the other. */
class Steps {
  private readonly lines: Step[] = [];
  private wake: (() => void) | undefined;

  constructor(line: Socket) {
    let rest = "";
    line.on("data", (text: string) => {
      const parts = (rest + text).split("\n");
      rest = parts.pop() ?? "";
      for (const part of parts) this.lines.push(JSON.parse(part) as Step);
      this.wake?.();
    });
  }

  async next(): Promise<Step> {
    while (this.lines.length === 0) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    return this.lines.shift() as Step;
  }
}
