import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FaultPlan } from "../../brokers/gateway/faults/fault-plan.js";
import { Gateway } from "../../brokers/gateway/gateway.js";
import { finestSeries, type GatewayData } from "../../brokers/gateway/gateway-data.js";
import type { GatewayOptions } from "../../brokers/gateway/gateway-options.js";
import { type Instant, MINUTE, SECOND } from "../../core/market/bar-size.js";
import { Instrument } from "../../core/market/instrument.js";
import { Lockstep } from "../session/lockstep.js";
import { openSession } from "../session/open-session.js";
import type { Session } from "../session/session.js";
import type { SessionNote } from "../session/session-news.js";
import type { SessionSetup } from "../session/session-setup.js";
import { BadPrices } from "./bad-prices.js";
import { type Asked, brokerTruth, tapOrders } from "./broker-truth.js";
import { checkPromise } from "./check-promise.js";
import { DoubledOrders } from "./doubled-orders.js";
import type { Failure, MetOrder } from "./failures.js";
import { type MadeOrder, madeOrder } from "./made-orders.js";
import { sessionBooks } from "./session-books.js";

/** What every run of a drill has in common. */
export interface DrillSetup {
  readonly session: Pick<SessionSetup, "strategy" | "file" | "hash" | "params" | "cash" | "baseCurrency"> &
    Partial<Pick<SessionSetup, "guards" | "rates" | "seed" | "strict">>;
  readonly data: GatewayData;
  /** When its time begins; undefined for a fifth of the data before its end. */
  readonly from?: Instant;
  readonly gateway?: Pick<GatewayOptions, "funds" | "rules" | "seed">;
}

/** One run. */
export interface RunPlan {
  readonly faults: FaultPlan;
  readonly kill?: { readonly when: NonNullable<Failure["kill"]>; readonly order: MetOrder };
  /** Until when, if all is well then; milliseconds from the beginning. */
  readonly lasts: number;
  /** Until when instead, once so many milliseconds have passed behind the first fill. */
  readonly behindFirst?: number;
  /** What the run without a failure has made. */
  readonly calm: readonly MadeOrder[];
}

/** What one run has come to. Each list holds sentences, and is empty where all held. */
export interface RunOutcome {
  readonly start: Instant;
  /** Of the market, that it has gone through. */
  readonly minutes: number;
  readonly made: readonly MadeOrder[];
  /** The place among them of the first that has filled; -1 for none. */
  readonly firstFilled: number;
  readonly fills: number;
  /** Orders that were denied here. */
  readonly denied: number;
  /** What of the promise does not hold. */
  readonly promise: readonly string[];
  readonly doubled: readonly string[];
  readonly prices: readonly string[];
  /** What keeps the strategy from going on. */
  readonly stopped: readonly string[];
}

/** How long the session has after its last minute until its books agree with the broker's. */
const GRACE = 10 * MINUTE;
const LOOK_EVERY = 5 * SECOND;
/** Milliseconds of the machine's after which a run that does not come to its end is given up. */
const PATIENCE = 120_000;
const KILL_LATER = MINUTE;
const AFTER_RESTART = 15 * MINUTE;
const CLIENT_ID = 1;
/** Quotes are made from bars, so many milliseconds apart. */
const TICKS = { every: 5 * SECOND, spread: 2 };

/** A strategy in a session at a simulated gateway of its own, in step with it, through what one plan has for it. */
export class DrillRun {
  private readonly setup: DrillSetup;
  private readonly plan: RunPlan;
  private readonly folder = mkdtempSync(join(tmpdir(), "seatrial-drill-"));
  private readonly doubled: DoubledOrders;
  private readonly prices = new BadPrices();
  private readonly notes: SessionNote[] = [];
  private gateway!: Gateway;
  private asked: readonly Asked[] = [];
  private session: Session | undefined;
  private start: Instant = Number.NaN;
  /** Records of the session that have been looked at. */
  private seen = 0;
  private hasKilled = false;
  /** When the session was there, again after a kill. */
  private openedAt: Instant = Number.NaN;
  private hasAsked = false;
  private nextLook: Instant = Number.NEGATIVE_INFINITY;
  private firstAt: Instant = Number.NaN;
  /** The decision that was the latest when the last failure began or ended. */
  private decision = 0;
  private events = 0;
  private denied = 0;
  private end: (outcome: RunOutcome) => void = () => undefined;
  private fail: (error: unknown) => void = () => undefined;

  private constructor(setup: DrillSetup, plan: RunPlan) {
    this.setup = setup;
    this.plan = plan;
    this.doubled = new DoubledOrders(plan.calm);
  }

  /** Goes through it from its beginning to its end; throws what keeps the session from coming up. */
  static async through(setup: DrillSetup, plan: RunPlan): Promise<RunOutcome> {
    const run = new DrillRun(setup, plan);
    try {
      return await run.run();
    } finally {
      if (run.session?.state !== "stopped") run.session?.abandon();
      await run.gateway?.close();
      rmSync(run.folder, { recursive: true, force: true });
    }
  }

  private async run(): Promise<RunOutcome> {
    const { data, from, gateway } = this.setup;
    this.gateway = await Gateway.listen({
      ...gateway,
      data,
      port: 0,
      speed: "max",
      ticks: TICKS,
      ...(from !== undefined && { from }),
      faults: this.plan.faults,
      limits: { messageRate: false, historyPacing: false },
    });
    this.asked = tapOrders(this.gateway);
    this.start = this.gateway.simulation.now;
    const ended = new Promise<RunOutcome>((resolve, reject) => {
      this.end = resolve;
      this.fail = reject;
    });
    const patience = setTimeout(() => this.finish([`after ${PATIENCE / 1000} s it had not come to its end`]), PATIENCE);
    try {
      await this.open();
      return await ended;
    } finally {
      clearTimeout(patience);
    }
  }

  private async open(): Promise<void> {
    const { data, session: own } = this.setup;
    const size = finestSeries(data).reduce((most, one) => (one.size.ms > most.size.ms ? one : most)).size;
    const session = await openSession(
      {
        ...own,
        name: "drill",
        mode: "simulated",
        // As the gateway lists them.
        instruments: data.instruments.map((one) => new Instrument({ ...one, ...listedOn(one) }, one.index)),
        size,
        hoursOf: ({ index }) => ({ sessions: data.sessions[index], tradeDates: data.tradeDates[index] }),
        journal: join(this.folder, "journal.sqlite"),
        connection: {
          address: { host: "127.0.0.1", port: this.gateway.port, clientId: CLIENT_ID },
          perSecond: 1_000_000,
          // Simulated minutes pass in milliseconds: so do the waits between two attempts.
          times: { waits: [5], breakAfter: Number.MAX_SAFE_INTEGER },
        },
        lockstep: { port: this.gateway.lockstepPort, speed: Infinity },
        draw: () => 0.5,
      },
      (note) => this.notes.push(note),
    );
    this.session = session;
    this.openedAt = session.now;
    this.seen = session.parts.ledger.records.length;
    this.decision = session.parts.engine.flow.decision;
    const { time } = session.parts;
    if (time instanceof Lockstep) time.onOver = () => this.finish([]);
    session.onTurn = () => this.turned(session);
    session.begin();
  }

  /** Behind each turn of the session. */
  private turned(session: Session): void {
    const { ledger, engine } = session.parts;
    const { records } = ledger;
    const { faultEvents } = this.gateway;
    if (faultEvents.length !== this.events) {
      this.events = faultEvents.length;
      this.decision = engine.flow.decision;
    }
    if (records.length > this.seen) {
      this.doubled.look(records, this.seen);
      this.prices.look(session, this.seen, faultEvents);
      this.seen = records.length;
    }
    if (this.firstAt !== this.firstAt && ledger.executions.size > 0) this.firstAt = session.now;
    if (this.isToBeKilled(session)) this.killAndRestart(session);
    else if (session.now >= Math.max(this.until, this.nextLook)) {
      this.nextLook = session.now + LOOK_EVERY;
      if (session.now > this.until + GRACE || this.isSettled(session)) this.finish([]);
      else if (!this.hasAsked) {
        // What was never told is found when it is asked for, as at a session's next start. Where nobody answers, the run
        // does not settle, which is what it is then failed for.
        this.hasAsked = true;
        session.reconcile().catch(() => undefined);
      }
    }
  }

  private get until(): Instant {
    const { lasts, behindFirst } = this.plan;
    // The market may have gone on for long while the process was away.
    const all = Math.max(this.start + lasts, this.hasKilled ? this.openedAt + AFTER_RESTART : 0);
    return behindFirst === undefined || this.firstAt !== this.firstAt ? all : Math.min(all, this.firstAt + behindFirst);
  }

  private isToBeKilled(session: Session): boolean {
    const { kill } = this.plan;
    if (kill === undefined || this.hasKilled) return false;
    if (kill.when === "on the way") return this.seen >= kill.order.count;
    return session.now >= this.start + kill.order.at + KILL_LATER;
  }

  private killAndRestart(session: Session): void {
    this.hasKilled = true;
    session.onTurn = undefined;
    this.denied += deniedIn(session);
    // Not in the middle of its own turn.
    setImmediate(() => {
      session.abandon();
      this.open().catch((error: unknown) => this.fail(error));
    });
  }

  /** Whether there is nothing left to wait for. */
  private isSettled(session: Session): boolean {
    return this.promise(session).length === 0 && this.stopped(session).length === 0;
  }

  private promise(session: Session): string[] {
    const { journal, ledger, account } = session.parts;
    return checkPromise(brokerTruth(this.gateway, this.asked, account), sessionBooks(journal, ledger));
  }

  private stopped(session: Session): string[] {
    const failed = this.notes.find(({ event }) => event === "STRATEGY_FAILED");
    const { connection, engine } = session.parts;
    const { state } = connection;
    return [
      ...(failed === undefined ? [] : [failed.text]),
      ...(state === "ready" || state === "degraded" ? [] : [`the connection is ${state}`]),
      ...(session.isReconciled ? [] : ["the account is not reconciled"]),
      ...(engine.flow.decision > this.decision ? [] : ["the strategy has heard of nothing since the failure"]),
    ];
  }

  /** The end of the run. @param more what keeps it from going on */
  private finish(more: readonly string[]): void {
    const { session } = this;
    if (session === undefined) {
      this.fail(new Error(more.join("; ")));
      return;
    }
    session.onTurn = undefined;
    const { ledger } = session.parts;
    const outcome: RunOutcome = {
      start: this.start,
      minutes: Math.round((session.now - this.start) / MINUTE),
      made: ledger.records.map(madeOrder),
      firstFilled: ledger.records.findIndex(({ filled }) => filled > 0),
      fills: ledger.executions.size,
      denied: this.denied + deniedIn(session),
      promise: this.promise(session),
      doubled: this.doubled.found,
      prices: this.prices.found,
      stopped: [...more, ...this.stopped(session)],
    };
    // Behind its own turn; nothing more is sent.
    setImmediate(() => {
      session.abandon();
      this.end(outcome);
    });
  }
}

function deniedIn({ parts: { engine } }: Session): number {
  let count = 0;
  for (const one of engine.flow.denials.values()) count += one.count;
  return count;
}

function listedOn({ assetClass }: Instrument): { exchange?: string } {
  return assetClass === "stock" || assetClass === "etf" ? { exchange: "SMART" } : {};
}
