import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrokerState } from "../../brokers/tws/account/broker-state.js";
import type { OrderPort } from "../../brokers/tws/orders/order-port.js";
import { Sessions } from "../../core/calendar/sessions.js";
import { Desk } from "../../core/desk.js";
import { Engine } from "../../core/engine.js";
import { type Feed, NOTHING } from "../../core/feed.js";
import { Instrument } from "../../core/market/instrument.js";
import { QuoteRecord } from "../../core/market/quote.js";
import { TradeRecord } from "../../core/market/trade.js";
import { ORDER_STATUSES } from "../../core/orders/kinds.js";
import type { OrderDesk } from "../../core/orders/order-desk.js";
import { FillReport } from "../../core/portfolio/fill-report.js";
import { Random } from "../../core/random.js";
import { construct, Strategy } from "../../core/strategy.js";
import type { Alert, AlertCode } from "../../live/alerts.js";
import type { BrokerNews, LiveNotice, UnbookedChange } from "../../live/broker/broker-news.js";
import { LiveBroker } from "../../live/broker/live-broker.js";
import { Journal, type JournalOwner } from "../../live/journal/journal.js";
import type { Ledger } from "../../live/ledger/ledger.js";
import type { OrderRecord } from "../../live/ledger/order-record.js";
import type { ReconcileReport } from "../../live/reconcile/reconcile.js";
import { ACCOUNT, BrokerModel, CLIENT } from "./broker-model.js";

export const INSTRUMENTS = [new Instrument({ symbol: "SPY" }, 0), new Instrument({ symbol: "QQQ" }, 1)];
export const CON_IDS = [756733, 320227571];
/** Monday, 5 January 2026, 10:00 in New York. */
export const MORNING = Date.UTC(2026, 0, 5, 15);

class Idle extends Strategy {
  override onOrder(): void {}
  override onFill(): void {}
}

/** A feed on which nothing happens: time is moved by hand. */
class StillFeed implements Feed {
  readonly instruments: readonly Instrument[];
  readonly series = [];
  readonly hasQuotes: readonly boolean[];
  readonly hasTrades: readonly boolean[];
  readonly time = Number.NEGATIVE_INFINITY;
  readonly seriesIndex = -1;
  readonly row = -1;
  readonly quote = new QuoteRecord(INSTRUMENTS[0]);
  readonly trade = new TradeRecord(INSTRUMENTS[0]);
  readonly late = false;
  readonly ended = false;
  onReady: (() => void) | undefined = undefined;
  readonly instants = 0;
  readonly times = undefined;

  constructor(instruments: readonly Instrument[]) {
    this.instruments = instruments;
    this.hasQuotes = instruments.map(() => true);
    this.hasTrades = instruments.map(() => false);
  }

  next(): number {
    return NOTHING;
  }
}

const DAY_MS = 86_400_000;
/** Five weeks of weekdays, 9:30 to 16:00 in New York. */
function weekdays(around: number): Sessions {
  const midnight = around - (around % DAY_MS);
  const opens: number[] = [];
  for (let d = -7; d < 28; d++) {
    const open = midnight + 14.5 * 3_600_000 + d * DAY_MS;
    const weekday = new Date(open).getUTCDay();
    if (weekday > 0 && weekday < 6) opens.push(open);
  }
  return new Sessions(
    Float64Array.from(opens),
    Float64Array.from(opens, (open) => open + 6.5 * 3_600_000),
  );
}

/** What a session's orders go to, and what it trades there. */
export interface Traded {
  readonly port: OrderPort;
  readonly instruments: readonly Instrument[];
  readonly conIds: readonly number[];
  readonly account: string;
}

/** A live session without a market: engine, broker and journal are real, and what is beyond the order port is a model. */
export class LiveRun implements BrokerNews {
  readonly folder: string;
  readonly model: BrokerModel;
  readonly asks: string[] = [];
  readonly notices: LiveNotice[] = [];
  readonly alerts: Pick<Alert, "code" | "details">[] = [];
  readonly unbookedChanges: UnbookedChange[] = [];
  /** Whether the engine is told of fills whose orders it does not have. */
  books = false;
  now = MORNING;
  journal!: Journal;
  ledger!: Ledger;
  broker!: LiveBroker;
  engine!: Engine;
  private readonly owner: JournalOwner;
  private traded: Traded;
  private firstDay: number | undefined;

  /** @param beyond what orders go to in the place of the model */
  constructor(beyond?: Traded, beside?: LiveRun) {
    const account = beyond?.account ?? ACCOUNT;
    const clientId = beside === undefined ? CLIENT : CLIENT + 1;
    this.owner = { session: "test", account, clientId, strategy: "Idle" };
    this.folder = mkdtempSync(join(tmpdir(), "seatrial-live-"));
    this.model = new BrokerModel(
      new Map(INSTRUMENTS.map(({ symbol }, i) => [symbol, CON_IDS[i]])),
      clientId,
      beside?.model,
    );
    this.traded = beyond ?? { port: this.model, instruments: INSTRUMENTS, conIds: CON_IDS, account };
  }

  /** A session that has started, and whose account was looked at. */
  static async start(): Promise<LiveRun> {
    const run = new LiveRun();
    await run.open();
    return run;
  }

  get path(): string {
    return join(this.folder, "journal.sqlite");
  }

  ask(reason: string): void {
    this.asks.push(reason);
  }

  notice(notice: LiveNotice): void {
    this.notices.push(notice);
  }

  alert(code: AlertCode, details: Alert["details"]): void {
    this.alerts.push({ code, details });
  }

  unbooked(change: UnbookedChange): boolean {
    this.unbookedChanges.push(change);
    const { instrument, quantity, price, fee, reason } = change;
    if (!this.books) return false;
    if (quantity === 0) this.engine.portfolio.charge(instrument, fee);
    else {
      const report = Object.assign(new FillReport(), { quantity, price, fee, slippage: 0, time: this.now });
      this.engine.flow.adjust(instrument, report, reason);
    }
    return true;
  }

  /** Starts the session on its journal: reads the account, and goes on from what was left. */
  async open(looks = true): Promise<void> {
    const random = new Random(this.owner.clientId);
    this.journal = await Journal.open(this.path, this.owner, () => random.next());
    this.ledger = this.journal.openLedger();
    const { journal, ledger } = this;
    const { port, instruments, conIds } = this.traded;
    this.broker = new LiveBroker({ journal, ledger, port, instruments, conIds, news: this });
    this.broker.isConnected = true;
    if (looks) this.look();
    const desk = new Desk("Idle", {});
    this.firstDay ??= this.now;
    const sessions = weekdays(this.firstDay);
    this.engine = new Engine({
      feed: new StillFeed(instruments),
      broker: this.broker,
      strategy: construct(Idle, desk),
      desk,
      sessions: instruments.map(() => sessions),
      cash: 1_000_000,
      baseCurrency: "USD",
      guards: false,
      from: this.now,
    });
    const restored = this.broker.restored(this.now);
    this.engine.advance(this.now);
    this.broker.bind(restored, this.engine.restore(restored));
    this.engine.advance(this.now + 1);
    this.now++;
    for (const { index } of instruments) {
      this.engine.portfolio.mark[index] = 100;
      this.engine.portfolio.revalue(index);
    }
    this.broker.flush();
  }

  /** From its next start on it trades so many of its instruments. */
  tradesOnly(instruments: number): void {
    const { traded } = this;
    this.traded = {
      ...traded,
      instruments: traded.instruments.slice(0, instruments),
      conIds: traded.conIds.slice(0, instruments),
    };
  }

  /** The process ends at once: what is not committed is gone, and nothing more is sent. */
  kill(): void {
    this.journal.close();
    this.model.onFact = () => undefined;
    this.model.forget();
  }

  close(): void {
    this.journal.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** What a strategy asks for inside a handler. */
  act<T>(work: (orders: OrderDesk) => T): T {
    const { flow, desk } = this.engine;
    flow.decision++;
    flow.handler = 1;
    try {
      return work(desk.orders);
    } finally {
      flow.handler = 0;
    }
  }

  /** The end of a batch: the engine hears what was told, and what it asked is committed and sent. */
  turn(): void {
    const { engine, broker } = this;
    engine.hear(this.now, () => broker.dispatch());
    for (const instrument of broker.takeLate()) {
      engine.hear(this.now, () => engine.flatten("flatten", instrument));
    }
    engine.settle();
    broker.flush();
  }

  /** Each market shows a price, for which orders wait that were taken over. */
  showPrices(): void {
    this.now++;
    for (const quote of this.engine.market.quotes) Object.assign(quote, { time: this.now, bid: 99.5, ask: 100.5 });
    this.engine.advance(this.now);
    this.turn();
  }

  /** What the model has told arrives, and what comes of it. */
  settle(): void {
    for (let i = 0; i < 5; i++) {
      this.model.deliver();
      this.turn();
    }
  }

  /** Time passes, with all that falls due in it. */
  pass(ms: number): void {
    const end = this.now + ms;
    while (this.broker.due <= end) {
      this.now = Math.max(this.now, this.broker.due);
      this.engine.hear(this.now, () => this.broker.onDue(this.now));
      this.turn();
    }
    this.now = end;
    this.turn();
  }

  /** Looks at the account once. */
  look(hasAllExecutions = true, isUpstreamUp = true): ReconcileReport {
    const since = this.broker.beginReconcile(this.now);
    return this.lookAt(this.model.state(hasAllExecutions), since, isUpstreamUp);
  }

  /** Holds the journal against what was read. */
  lookAt(state: BrokerState, since: number, isUpstreamUp = true): ReconcileReport {
    const { broker, engine } = this;
    let report!: ReconcileReport;
    const tell = (): void => {
      report = broker.reconcile(state, since, isUpstreamUp, this.now);
    };
    if (engine === undefined || this.isBeforeEngine) tell();
    else engine.hear(this.now, tell);
    engine?.settle();
    broker.flush();
    return report;
  }

  /** Looks until nothing is open any more, a few seconds apart. */
  lookTwice(): ReconcileReport {
    this.look();
    this.pass(6_000);
    return this.look();
  }

  private get isBeforeEngine(): boolean {
    return this.engine?.broker !== this.broker;
  }

  position(symbol = "SPY"): number {
    return this.ledger.holdings.get(symbol)?.quantity ?? 0;
  }

  enginePosition(instrument = 0): number {
    return this.engine.portfolio.quantity[instrument];
  }

  status(row: number): string {
    return ORDER_STATUSES[this.engine.book.status[row]];
  }

  record(intent: number): OrderRecord {
    return this.ledger.records[intent - 1];
  }

  /** Every ref that was handed over, with how often. */
  refsHanded(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { ref } of this.model.handed) counts.set(ref, (counts.get(ref) ?? 0) + 1);
    return counts;
  }
}
