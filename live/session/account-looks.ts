import { LIST_WAIT } from "../../brokers/tws/account/account-questions.js";
import { readBrokerState } from "../../brokers/tws/account/broker-state.js";
import type { Link } from "../../brokers/tws/connection/link.js";
import type { TwsConnection } from "../../brokers/tws/connection/tws-connection.js";
import type { Engine } from "../../core/engine.js";
import type { Instant } from "../../core/market/bar-size.js";
import type { LiveBroker } from "../broker/live-broker.js";
import type { Ledger } from "../ledger/ledger.js";
import type { ReconcileReport } from "../reconcile/reconcile.js";
import { ElsewhereWatch } from "./elsewhere-watch.js";
import type { FactOrder } from "./fact-order.js";
import { LateLists } from "./late-lists.js";
import type { SessionClock } from "./session-clock.js";
import type { SessionNews } from "./session-news.js";

/** The last time the journal was held against the broker. */
export interface LastReconciliation {
  readonly at: Instant;
  readonly report: ReconcileReport;
}

export interface AccountLooksParts {
  readonly connection: TwsConnection;
  readonly broker: LiveBroker;
  readonly ledger: Ledger;
  readonly engine: Engine;
  readonly facts: FactOrder;
  readonly clock: SessionClock;
  readonly news: SessionNews;
  /** Whether the session runs. Until then nobody else hands the broker's facts on. */
  readonly isRunning: () => boolean;
  /** Has the session deal with all that has come. */
  readonly turn: (now: Instant) => void;
  /** The engine hears of something now. */
  readonly hear: (tell: () => void) => void;
}

/**
 * Looks at the account: what the broker has is read and the journal held against it, at the start, behind each connect,
 * and whenever somebody has a reason to ask. One look at a time.
 */
export class AccountLooks {
  last: LastReconciliation | undefined;
  /** Orders that others have made are looked after in between. */
  readonly elsewhere: ElsewhereWatch;
  private readonly parts: AccountLooksParts;
  private readonly late: LateLists;
  private reading: Promise<ReconcileReport> | undefined;
  /** What a look was asked for while another was under way. */
  private askedMeanwhile: string | undefined;

  constructor(parts: AccountLooksParts) {
    this.parts = parts;
    const { connection, ledger, clock, news } = parts;
    this.late = new LateLists(() => clock.now);
    this.elsewhere = new ElsewhereWatch({
      ledger,
      late: this.late,
      now: () => clock.now,
      asks: () => (connection.isUsable && this.reading === undefined ? connection : undefined),
      ask: (reason) => news.ask(reason),
      failed: (error) => {
        // Of a connection that is gone it is told as it goes.
        if (connection.isUsable)
          news.note(
            "reconcile",
            `orders made elsewhere could not be looked after: ${reasonOf(error)}`,
            undefined,
            "warn",
          );
      },
    });
  }

  /** Looks now, or has the look that is under way. */
  look(): Promise<ReconcileReport> {
    const { connection } = this.parts;
    return this.reading ?? this.once(connection.linkNow("a reconciliation").then((link) => this.read(link)));
  }

  /** Looks over a connection that has just come. Whoever asks meanwhile has this one: a second list would end the first. */
  async lookBehind(link: Link): Promise<void> {
    this.late.reconnected();
    await this.once(this.read(link));
  }

  /** Looks for a reason, once more behind the look that is under way: what that reads may have been told before. */
  lookAgain(reason: string): void {
    if (!this.parts.isRunning()) return;
    if (this.reading !== undefined) {
      this.askedMeanwhile ??= reason;
      return;
    }
    this.look().catch((error: unknown) => {
      const text = `the broker could not be asked (${reason}): ${reasonOf(error)}`;
      const { news, broker, clock } = this.parts;
      news.note("reconcile", text, undefined, "warn");
      // After a reconnect it is read in any case.
      if (broker.isConnected) broker.lookFailed(clock.now);
    });
  }

  /** One look, from the question to what follows from its answer. */
  async read(link: Link): Promise<ReconcileReport> {
    const { broker, clock, connection, isRunning, turn, hear } = this.parts;
    if (this.elsewhere.underWay !== undefined) await this.elsewhere.underWay;
    this.passFacts();
    const since = broker.beginReconcile(clock.now);
    const { mayAnswer } = this.late;
    const told = await this.late.watch(readBrokerState(link, LIST_WAIT, true));
    // The rest of a list that came too late may have answered: what that lacks may be there.
    const state = mayAnswer ? { ...told, hasAllOrders: false } : told;
    const isUpstreamUp = connection.state !== "upstream lost";
    let report!: ReconcileReport;
    const hold = (): void => {
      report = broker.reconcile(state, since, isUpstreamUp, clock.now);
    };
    if (isRunning()) {
      turn(clock.now);
      hear(hold);
      this.closeOwed();
      turn(clock.now);
    } else {
      this.passFacts();
      hold();
      broker.flush();
    }
    this.elsewhere.looked();
    this.last = { at: clock.now, report };
    return report;
  }

  private once(reading: Promise<ReconcileReport>): Promise<ReconcileReport> {
    const own = reading.finally(() => {
      if (this.reading !== own) return;
      this.reading = undefined;
      const { askedMeanwhile } = this;
      this.askedMeanwhile = undefined;
      if (askedMeanwhile !== undefined) this.lookAgain(askedMeanwhile);
    });
    this.reading = own;
    return own;
  }

  /** What was to be closed by force, and was not for a difference that is settled now. */
  private closeOwed(): void {
    const { broker, engine, hear } = this.parts;
    for (const instrument of broker.takeOwed()) {
      if (engine.portfolio.quantity[instrument] === 0) continue;
      hear(() => engine.flatten("flatten", instrument));
    }
  }

  private passFacts(): void {
    const { facts, clock, isRunning, turn } = this.parts;
    if (isRunning()) turn(clock.now);
    else while (!facts.isEmpty) facts.pass();
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
