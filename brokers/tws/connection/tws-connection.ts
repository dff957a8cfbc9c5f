import { MINUTE, SECOND } from "../../../core/market/bar-size.js";
import type { Asker } from "../../ib/code.js";
import { OWN_PACING } from "../../ib/pacing.js";
import { RESET_WINDOWS, type ResetWindow } from "../../ib/reset-windows.js";
import { type MakeClient, makeTwsClient, type TwsAddress } from "../client/tws-client.js";
import { type Refusal, TwsError } from "../errors.js";
import { Listeners, raiseLater } from "../listeners.js";
import type { Traffic } from "../recording/traffic.js";
import { Backoff, type BackoffTimes } from "./backoff.js";
import type { ConnectionEvents, ConnectionState } from "./connection-events.js";
import { type Farm, Farms } from "./farms.js";
import { type OrderId, OrderIds, RequestIds } from "./ids.js";
import { Link, type LinkHooks, type LinkTimes } from "./link.js";
import { OutageWatch } from "./outage.js";
import type { Question } from "./question.js";
import type { OffsetAt } from "./reset-window-at.js";
import { ServerClock } from "./server-clock.js";
import type { UnnumberedQuestion } from "./unnumbered.js";

export interface ConnectionOptions {
  readonly address: TwsAddress;
  /** The highest order id this client id is known to have used. Default 0. */
  readonly usedOrderId?: number;
  /** Reads whatever may have changed; the connection is ready once it has. Default: nothing. */
  readonly synchronise?: (link: Link) => Promise<void>;
  /** Attempts that may fail before it has been ready once; after that it is never given up. Default: no end. */
  readonly attempts?: number;
  readonly times?: Partial<LinkTimes & BackoffTimes>;
  /** When IB resets, and what the clocks of the zones of that show. Default: no resets. */
  readonly resets?: { readonly windows?: readonly ResetWindow[]; readonly offsetAt: OffsetAt };
  /** Messages a second. Default 40, of the 50 that TWS takes. */
  readonly perSecond?: number;
  /** Hears every message. */
  readonly traffic?: Traffic;
  readonly makeClient?: MakeClient;
  readonly random?: () => number;
}

/** The times of the reference: a half-open socket is found within a minute. */
export const CONNECTION_TIMES: LinkTimes & BackoffTimes = {
  dial: 5 * SECOND,
  greet: 5 * SECOND,
  start: 15 * SECOND,
  heartbeat: { every: 30 * SECOND, wait: 10 * SECOND, misses: 2 },
  waits: [2 * SECOND, 5 * SECOND, 10 * SECOND, 30 * SECOND, MINUTE],
  breakAfter: 10,
  rest: 5 * MINUTE,
  settle: MINUTE,
};

const PER_SECOND = OWN_PACING.find(({ counts }) => counts === "messages")?.most ?? 40;

/**
 * A connection to TWS or IB Gateway that is kept up: it dials, watches, and dials again with the same client id and a
 * fresh client, until it is closed or TWS says that trying again is of no use.
 */
export class TwsConnection {
  readonly events: Listeners<ConnectionEvents>;
  readonly orderIds: OrderIds;
  readonly requestIds = new RequestIds();
  readonly farms = new Farms();
  /** The time of TWS. It is known once the connection is ready. */
  readonly clock = new ServerClock();
  /** Called when messages that came together have been read, and whoever they are for has been told. */
  onBatch: (() => void) | undefined;
  private readonly options: ConnectionOptions;
  private readonly times: LinkTimes & BackoffTimes;
  private readonly backoff: Backoff;
  private readonly outage: OutageWatch;
  private readonly orderAskers = new Map<OrderId, Asker>();
  private now: ConnectionState = "disconnected";
  private current: Link | undefined;
  /** The link that has been ready at least once. */
  private readied: Link | undefined;
  private readonly linkListeners = new Set<(link: Link) => void>();
  private timer: NodeJS.Timeout | undefined;
  private isUpstreamLost = false;
  /** Counts the readings of what may have changed; while one lasts, it is the latest that counts. */
  private synchronisations = 0;
  private isSynchronising = false;
  private isBreakerOpen = false;
  private isOpened = false;
  private wasReady = false;
  private latestFailure: TwsError | undefined;
  /** Why it will not be tried again. */
  private ended: Error | undefined;
  private readonly waiting = new Set<{ resolve: (link: Link) => void; reject: (error: unknown) => void }>();

  constructor(options: ConnectionOptions) {
    this.options = options;
    this.times = { ...CONNECTION_TIMES, ...options.times };
    this.events = new Listeners((event, error) => this.listenerFailed(event, error));
    this.orderIds = new OrderIds(options.usedOrderId);
    this.backoff = new Backoff(this.times, options.random ?? Math.random);
    const { windows = RESET_WINDOWS, offsetAt } = options.resets ?? { windows: [], offsetAt: () => 0 };
    this.outage = new OutageWatch(windows, offsetAt, (told) => this.events.tell("outage", told));
  }

  get state(): ConnectionState {
    return this.now;
  }

  /**
   * What has passed over the present socket, in bytes: read and dealt with, and written. Undefined while there is none;
   * `isWaiting` says that messages wait for their turn.
   */
  get traffic(): { readonly read: number; readonly written: number; readonly isWaiting: boolean } | undefined {
    const link = this.current;
    if (link === undefined) return undefined;
    return { read: link.bytesRead, written: link.bytesWritten, isWaiting: link.outbox.isWaiting };
  }

  /** The accounts of the login. */
  get accounts(): readonly string[] {
    return this.current?.accounts ?? [];
  }

  get serverVersion(): number {
    return this.current?.serverVersion ?? 0;
  }

  /** The client id that orders belong to. */
  get clientId(): number {
    return this.options.address.clientId;
  }

  /** The link over which orders may be sent now: TWS is there, IB is behind it, and nothing is being read anew. */
  get orderLink(): Link | undefined {
    return isUsable(this.now) ? this.current : undefined;
  }

  /** The link over which a cancel may be sent now: one that has been ready, for a cancel need not wait for IB. */
  get cancelLink(): Link | undefined {
    return this.current?.isOpen === true && this.current === this.readied ? this.current : undefined;
  }

  /**
   * Hears of the link that there is, and of each later one before anything comes over it: for whoever must not miss a
   * message.
   * @returns what ends the hearing
   */
  onLink(listener: (link: Link) => void): () => void {
    this.linkListeners.add(listener);
    if (this.current !== undefined) listener(this.current);
    return () => void this.linkListeners.delete(listener);
  }

  /**
   * Connects, and stays connected until `close`.
   * @param patience milliseconds after which to stop waiting for it to be ready; it is closed then
   * @throws TwsError when it is given up before it was ready
   */
  async open(patience = Infinity): Promise<void> {
    if (!this.isOpened) {
      this.isOpened = true;
      void this.attempt();
    }
    let timer: NodeJS.Timeout | undefined;
    if (patience < Infinity) timer = setTimeout(() => this.close(this.impatience()), patience);
    try {
      await this.ready();
    } finally {
      clearTimeout(timer);
    }
  }

  /** The link once requests may be made over it and all is synchronised. @throws TwsError when it is given up */
  ready(): Promise<Link> {
    if (this.current !== undefined && isUsable(this.now)) return Promise.resolve(this.current);
    if (this.ended !== undefined) return Promise.reject(this.ended);
    return new Promise((resolve, reject) => this.waiting.add({ resolve, reject }));
  }

  /** The link over which requests may be made now; undefined while there is none. */
  get link(): Link | undefined {
    return this.current?.isOpen === true ? this.current : undefined;
  }

  /** The same for whoever waits. @throws TwsError NOT_CONNECTED; why it was given up, where it was */
  linkNow(what: string): Promise<Link> {
    const { link } = this;
    return link !== undefined
      ? Promise.resolve(link)
      : Promise.reject(this.ended ?? new TwsError("NOT_CONNECTED", { what }));
  }

  /** Whether requests are answered now: it is ready, or a data farm is broken and the rest is ready. */
  get isUsable(): boolean {
    return this.current !== undefined && isUsable(this.now);
  }

  /** Asks once, over the connection as it is now. @throws TwsError */
  ask<T>(question: Question<T>): Promise<T> {
    return this.linkNow(question.what).then((link) => link.ask(question));
  }

  /** Asks once for what is answered without an id. @throws TwsError */
  askUnnumbered<T>(question: UnnumberedQuestion<T>): Promise<T> {
    return (
      this.current?.askUnnumbered(question) ?? Promise.reject(new TwsError("NOT_CONNECTED", { what: question.what }))
    );
  }

  /** Notes what was last asked under an order's id, so that an answer to it is understood. */
  orderAsked(orderId: OrderId, asker: Extract<Asker, "order" | "order change" | "order cancel">): void {
    this.orderAskers.set(orderId, asker);
  }

  /** Closes it for good. */
  close(reason: Error = new TwsError("CONNECTION_CLOSED", { what: "a request" })): void {
    if (this.ended !== undefined) return;
    this.giveUp(reason);
    if (this.current === undefined) this.setState("disconnected");
    else this.current.close();
  }

  private impatience(): Error {
    if (this.isUpstreamLost) return new TwsError("UPSTREAM_LOST");
    return this.latestFailure ?? new TwsError("NOT_CONNECTED", { what: "a request" });
  }

  private async attempt(): Promise<void> {
    const { address, traffic, perSecond = PER_SECOND, makeClient = makeTwsClient } = this.options;
    this.setState("connecting");
    try {
      let link: Link | undefined;
      const client = await makeClient(address, {
        failed: (error) => link?.onUndecoded(String(error)),
        bars: (fields) => link?.onBars(fields),
        batch: (bytes) => link?.onBatch(bytes),
        ticks: (fields) => link?.onTicks(fields) ?? false,
      });
      if (this.ended !== undefined) return;
      const settings = { times: this.times, perSecond, ids: this.requestIds };
      link = new Link(client, address, settings, this.hooksOf(traffic));
      this.current = link;
      for (const listener of this.linkListeners) listener(link);
      await this.begin(link);
    } catch (error) {
      // Not the connection's failure, such as a package that is not installed.
      this.close(error as Error);
    }
  }

  private async begin(link: Link): Promise<void> {
    try {
      await link.open();
      this.orderIds.told(link.nextOrderId);
    } catch (error) {
      // Where it could not be opened it has told so itself.
      link.fail(error as TwsError);
      return;
    }
    await this.synchronise(link);
  }

  /** Reads what may have changed meanwhile, and is ready after that. */
  private async synchronise(link: Link): Promise<void> {
    const run = ++this.synchronisations;
    this.isSynchronising = true;
    this.settleState();
    try {
      await this.clock.whenTold(Math.min(CLOCK_WAIT, this.times.heartbeat.wait));
      await this.options.synchronise?.(link);
    } catch (error) {
      // Without IB nothing can be read; it is read anew when TWS has it again.
      if (!this.isUpstreamLost && run === this.synchronisations) link.fail(unsynchronised(error));
      return;
    }
    if (this.current !== link || run !== this.synchronisations) return;
    this.isSynchronising = false;
    this.backoff.ready(performance.now());
    this.setBreaker(false);
    this.settleState();
  }

  private hooksOf(traffic: Traffic | undefined): LinkHooks {
    return {
      traffic,
      failed: (event, error) => this.listenerFailed(event, error),
      dialled: () => this.setState("handshaking"),
      askerOf: (orderId) => this.orderAskers.get(orderId) ?? "order",
      order: (told) => this.events.tell("order", told),
      notice: (refusal) => this.noticed(refusal),
      measured: (latency, seconds) => {
        this.clock.told(seconds);
        this.events.tell("latency", latency);
      },
      batch: () => this.onBatch?.(),
      undecoded: (problem, fields) => this.events.tell("undecoded", { problem, messageId: fields[0] ?? "" }),
      gone: (reason) => this.lost(reason),
    };
  }

  private noticed(refusal: Refusal): void {
    this.events.tell("notice", refusal);
    const { class: kind, text, code } = refusal;
    if (kind === "farm-ok" || kind === "farm-broken")
      this.farmTold(this.farms.told(text, kind === "farm-ok", Date.now()));
    if (kind === "upstream-lost") this.upstreamLost();
    if (kind === "upstream-restored") this.upstreamRestored(code === DATA_LOST);
  }

  private farmTold(farm: Farm | undefined): void {
    if (farm === undefined) return;
    this.events.tell("farm", farm);
    this.settleState();
  }

  private upstreamLost(): void {
    this.isUpstreamLost = true;
    this.outage.begin("upstream");
    this.settleState();
  }

  private upstreamRestored(isDataLost: boolean): void {
    this.isUpstreamLost = false;
    this.events.tell("restored", { isDataLost });
    const link = this.current;
    if (link?.isOpen === true) void this.synchronise(link);
  }

  private lost(reason: TwsError): void {
    this.current = undefined;
    this.isSynchronising = false;
    this.isUpstreamLost = false;
    this.farms.forget();
    if (this.ended !== undefined) {
      this.setState("disconnected", reason);
      return;
    }
    this.latestFailure = reason;
    this.outage.begin("connection");
    const wait = this.backoff.lost(performance.now());
    const failures = this.backoff.failed;
    const isOver = isFatal(reason) || (!this.wasReady && failures >= (this.options.attempts ?? Infinity));
    this.setState("disconnected", reason);
    this.setBreaker(this.backoff.isOpen);
    this.events.tell("failed", { error: reason, failures, nextAt: isOver ? undefined : Date.now() + wait });
    if (isOver) this.giveUp(reason);
    // A listener may have closed it.
    else if (this.ended === undefined) this.timer = setTimeout(() => void this.attempt(), wait);
  }

  private setBreaker(isOpen: boolean): void {
    if (isOpen === this.isBreakerOpen) return;
    this.isBreakerOpen = isOpen;
    this.events.tell("breaker", { isOpen, failures: this.backoff.failed });
  }

  private giveUp(reason: Error): void {
    this.ended = reason;
    clearTimeout(this.timer);
    this.outage.end();
    for (const one of this.waiting) one.reject(reason);
    this.waiting.clear();
  }

  /** The state that follows from what is known of an open link. */
  private settleState(): void {
    const link = this.current;
    if (link === undefined || !link.isOpen) return;
    if (this.isUpstreamLost) this.setState("upstream lost");
    else if (this.isSynchronising) this.setState("synchronising");
    else if (this.farms.broken.length > 0) this.setState("degraded");
    else this.setState("ready");
    if (!isUsable(this.now)) return;
    this.wasReady = true;
    this.readied = link;
    this.outage.end();
    for (const one of this.waiting) one.resolve(link);
    this.waiting.clear();
  }

  private setState(state: ConnectionState, reason?: TwsError): void {
    const before = this.now;
    if (before === state) return;
    this.now = state;
    this.events.tell("state", { state, before, at: Date.now(), ...(reason !== undefined && { reason }) });
  }

  /** Somebody who was told something has thrown: it is told on, or raised where nobody listens. */
  listenerFailed(event: string, error: unknown): void {
    if (event !== "listenerFailed" && this.events.has("listenerFailed")) {
      this.events.tell("listenerFailed", { event, error });
    } else {
      raiseLater(error);
    }
  }
}

/** How long to wait for TWS's time at first; it answers at once, if at all. */
const CLOCK_WAIT = 3 * SECOND;

/** The code with which TWS says that all streams have to be asked for again. */
const DATA_LOST = 1101;

function isUsable(state: ConnectionState): boolean {
  return state === "ready" || state === "degraded";
}

function unsynchronised(error: unknown): TwsError {
  const reason = (error instanceof Error ? error.message : String(error)).replace(/\.$/, "");
  return new TwsError("SYNCHRONISING_FAILED", { reason }, { cause: error });
}

/** Whether another attempt would end the same way. */
function isFatal(reason: TwsError): boolean {
  return (
    reason.refusal?.class === "connection-fatal" ||
    reason.code === "TWS_VERSION" ||
    reason.code === "ORDER_IDS_TOO_HIGH"
  );
}
