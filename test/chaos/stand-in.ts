import * as library from "@stoqey/ib";
import { canStillFill } from "../../brokers/ib/order-statuses.js";
import { readBrokerState } from "../../brokers/tws/account/broker-state.js";
import type { BrokerExecution } from "../../brokers/tws/account/executions.js";
import { clientOf } from "../../brokers/tws/client/tws-client.js";
import { TwsConnection } from "../../brokers/tws/connection/tws-connection.js";
import { Contracts } from "../../brokers/tws/contracts/contracts.js";
import type { OrderFact } from "../../brokers/tws/orders/order-fact.js";
import type { OrderIntent } from "../../brokers/tws/orders/order-intent.js";
import { type TradedContracts, tradedContracts } from "../../brokers/tws/orders/traded-contract.js";
import { TwsOrders } from "../../brokers/tws/orders/tws-orders.js";
import { Instrument } from "../../core/market/instrument.js";
import { baseOf } from "../../live/drill/broker-truth.js";
import type { BookedFill, BookedIntent, BookTruth, Fate } from "../../live/drill/check-promise.js";
import type { Decision } from "../random-strategy.js";
import type { Life, Program, Subject } from "./play-story.js";
import { STORY_SYMBOLS } from "./story.js";

/** What the stand-in writes down, in order. */
type Entry =
  | { readonly does: "intend"; readonly intent: OrderIntent }
  | { readonly does: "change"; readonly ref: string }
  | { readonly does: "fill"; readonly fill: BookedFill }
  | { readonly does: "fate"; readonly ref: string; readonly fate: Fate }
  | { readonly does: "block"; readonly symbols: readonly string[] };

/** A mistake that a session could make with its orders. */
export type Mistake =
  | "sends again what has no trace after a reconnect"
  | "counts executions again when it reads them again"
  | "writes an intent down after it was sent"
  | "takes what has no trace for never sent"
  | "does not read executions after a reconnect";

type Disk = Entry[];

const CLIENT = 7;

/**
 * The least that a session could be: it makes orders over the real connection, writes intents down before they are sent,
 * and holds its books against the broker's after each connect. It puts the trial itself on trial: nothing may be found
 * wrong with it, and each of its mistakes must be.
 */
export function standIn(mistake?: Mistake): Subject<Disk> {
  return {
    newDisk: () => [],
    start: (disk, life) => new StandIn(disk, life, mistake),
    books: (disk) => Promise.resolve(booksOf(disk)),
    dispose: () => undefined,
  };
}

class StandIn implements Program {
  reconciled = 0;
  private readonly disk: Disk;
  private readonly life: Life;
  private readonly mistake: Mistake | undefined;
  private readonly connection: TwsConnection;
  private orders: TwsOrders | undefined;
  private readonly instruments = STORY_SYMBOLS.map((symbol) => new Instrument({ symbol }));
  private count: number;

  constructor(disk: Disk, life: Life, mistake: Mistake | undefined) {
    this.disk = disk;
    this.life = life;
    this.mistake = mistake;
    const intents = disk.flatMap((entry) => (entry.does === "intend" ? [entry.intent] : []));
    this.count = intents.length;
    this.connection = new TwsConnection({
      address: { host: "127.0.0.1", port: life.port, clientId: life.clientId },
      usedOrderId: Math.max(0, ...intents.map(({ orderId }) => orderId)),
      makeClient: async (address, hooks) => clientOf(library, address, hooks),
      synchronise: () => this.synchronise(),
    });
    this.connection.events.on("failed", ({ nextAt }) => {
      if (nextAt === undefined) life.exit();
    });
    void this.connection.open().then(
      () => this.plan(),
      () => life.exit(),
    );
  }

  reconcile(): void {
    void this.connection.ready().then(
      () => this.compare().catch(() => setTimeout(() => this.reconcile(), 1_000)),
      () => undefined,
    );
  }

  disagreements(): readonly string[] {
    return [];
  }

  private async synchronise(): Promise<void> {
    if (this.orders === undefined) {
      const link = await this.connection.linkNow("the contracts");
      const contracts: TradedContracts = await tradedContracts(new Contracts(link), this.instruments);
      const { connection } = this;
      this.orders = new TwsOrders({ connection, account: this.life.account, contracts });
      this.orders.onFact = (fact) => this.hear(fact);
    }
    await this.compare();
  }

  private plan(): void {
    for (const decision of this.life.decisions) {
      const wait = this.life.start + decision.at - Date.now();
      if (wait >= 0) setTimeout(() => this.decide(decision), wait);
    }
  }

  private decide(decision: Decision): void {
    const { orders } = this;
    const instrument = this.instruments.find(({ symbol }) => symbol === decision.symbol);
    const price = this.life.price(decision.symbol);
    if (orders === undefined || instrument === undefined || !(price > 0)) return;
    const make = (more: Partial<OrderIntent>): OrderIntent => ({
      ref: `ref-${++this.count}`,
      orderId: orders.nextOrderId(),
      instrument,
      side: 1,
      type: "market",
      tif: "GTC",
      quantity: 10,
      limit: Number.NaN,
      stop: Number.NaN,
      trail: Number.NaN,
      isTrailFraction: false,
      limitOffset: Number.NaN,
      goodTill: Number.NaN,
      outsideRth: false,
      isExit: false,
      parent: 0,
      group: "",
      ...more,
    });
    const near = (fraction: number): number => Math.round(price * (1 + fraction) * 100) / 100;
    const working = booksOf(this.disk).intents.filter(
      ({ fate, symbol }) => fate === "working" && symbol === decision.symbol,
    );
    switch (decision.does) {
      case "order": {
        const side = decision.side === "buy" ? 1 : -1;
        const isLimit = decision.type.includes("limit");
        const { quantity, away } = decision;
        this.place([make({ side, quantity, ...(isLimit && { type: "limit", limit: near(side * away) }) })]);
        return;
      }
      case "bracket": {
        const side = decision.side === "buy" ? 1 : -1;
        const { quantity } = decision;
        const entry = make({ side, quantity });
        const exit = { side: -side, quantity, isExit: true, parent: entry.orderId };
        this.place([
          entry,
          make({ ...exit, type: "limit", limit: near(side * decision.profit) }),
          make({ ...exit, type: "stop", stop: near(-side * decision.loss) }),
        ]);
        return;
      }
      case "cancel":
      case "close":
        if (working[0] !== undefined) orders.cancel(working[0].orderId as never);
        return;
      case "modify": {
        const known = this.disk.find((entry) => entry.does === "intend" && entry.intent.ref === working[0]?.ref);
        if (known?.does !== "intend" || known.intent.type !== "limit") return;
        this.write({ does: "change", ref: known.intent.ref });
        orders.change({ ...known.intent, limit: near(decision.away) });
        return;
      }
      default:
        this.place([make({ side: decision.at % 2 === 0 ? 1 : -1, quantity: 7 })]);
    }
  }

  private place(intents: readonly OrderIntent[]): void {
    const isLate = this.mistake === "writes an intent down after it was sent";
    const note = (): void => {
      for (const intent of intents) this.write({ does: "intend", intent });
    };
    if (!isLate) note();
    this.orders?.place(intents);
    if (isLate) note();
  }

  private hear(fact: OrderFact): void {
    if (fact.kind === "execution") this.book(fact.execution, true);
    if (fact.kind === "unsent" && fact.what === "order") this.settle(fact.orderId, "unsent");
    if (fact.kind === "written" && fact.what === "order") this.settle(fact.orderId, "unknown");
    if (fact.kind === "status" && fact.clientId === CLIENT) {
      this.settle(fact.orderId, canStillFill(fact.status as never) === true ? "working" : "over");
    }
    if (fact.kind === "refused" && fact.told.class === "order-rejected") this.settle(fact.told.orderId, "refused");
  }

  /** Holds the books against the broker's. */
  private async compare(): Promise<void> {
    const { mistake } = this;
    const link = await this.connection.linkNow("the broker's books");
    const state = await readBrokerState(link);
    if (mistake !== "does not read executions after a reconnect") {
      for (const one of state.executions)
        this.book(one, mistake !== "counts executions again when it reads them again");
    }
    const open = new Set(state.openOrders.map(({ orderRef }) => orderRef));
    const traced = new Set([
      ...open,
      ...state.completedOrders.map(({ orderRef }) => orderRef),
      ...state.executions.map(({ orderRef }) => orderRef),
    ]);
    for (const { ref, fate } of booksOf(this.disk).intents) {
      if (open.has(ref)) this.settleRef(ref, "working");
      else if (traced.has(ref)) this.settleRef(ref, "over");
      else if (fate !== "over" && fate !== "refused") this.lose(ref);
    }
    const { positions } = booksOf(this.disk);
    const differs = STORY_SYMBOLS.filter((symbol) => {
      const held = state.positions.find((one) => one.symbol === symbol)?.quantity ?? 0;
      return held !== (positions.get(symbol) ?? 0);
    });
    this.write({ does: "block", symbols: differs });
    this.reconciled++;
  }

  private lose(ref: string): void {
    this.settleRef(ref, this.mistake === "takes what has no trace for never sent" ? "unsent" : "lost");
    const { orders } = this;
    if (orders === undefined || this.mistake !== "sends again what has no trace after a reconnect") return;
    const entry = this.disk.find((one) => one.does === "intend" && one.intent.ref === ref);
    if (entry?.does !== "intend") return;
    void this.connection.ready().then(() => orders.place([{ ...entry.intent, orderId: orders.nextOrderId() }]));
  }

  private book(execution: BrokerExecution, isOnce: boolean): void {
    const { orderRef, symbol, side, shares, price } = execution;
    const execId = baseOf(execution.execId);
    if (isOnce && this.disk.some((entry) => entry.does === "fill" && entry.fill.execId === execId)) return;
    const quantity = side === "BOT" ? shares : -shares;
    this.write({ does: "fill", fill: { execId, ref: orderRef, symbol, quantity, price } });
  }

  private settle(orderId: number, fate: Fate): void {
    const intent = booksOf(this.disk).intents.find((one) => one.orderId === orderId);
    if (intent !== undefined) this.settleRef(intent.ref, fate);
  }

  private settleRef(ref: string, fate: Fate): void {
    this.write({ does: "fate", ref, fate });
  }

  private write(entry: Entry): void {
    if (!this.life.isAlive()) return;
    this.disk.push(entry);
    this.life.committed();
  }
}

function booksOf(disk: Disk): BookTruth {
  const intents = new Map<string, BookedIntent>();
  const fills: BookedFill[] = [];
  const positions = new Map<string, number>();
  let blocked: ReadonlySet<string> = new Set();
  const alter = (ref: string, more: Partial<BookedIntent>): void => {
    const intent = intents.get(ref);
    if (intent !== undefined) intents.set(ref, { ...intent, ...more });
  };
  for (const entry of disk) {
    switch (entry.does) {
      case "intend": {
        const { ref, orderId, instrument, side, quantity } = entry.intent;
        const { symbol } = instrument;
        intents.set(ref, { ref, orderId, symbol, quantity: side * quantity, filled: 0, fate: "unknown", changes: 0 });
        break;
      }
      case "change":
        alter(entry.ref, { changes: (intents.get(entry.ref)?.changes ?? 0) + 1 });
        break;
      case "fate":
        alter(entry.ref, { fate: entry.fate });
        break;
      case "fill": {
        const { ref, symbol, quantity } = entry.fill;
        fills.push(entry.fill);
        alter(ref, { filled: (intents.get(ref)?.filled ?? 0) + quantity });
        positions.set(symbol, (positions.get(symbol) ?? 0) + quantity);
        break;
      }
      case "block":
        blocked = new Set(entry.symbols);
    }
  }
  return { clientId: CLIENT, intents: [...intents.values()], fills, positions, blocked };
}
