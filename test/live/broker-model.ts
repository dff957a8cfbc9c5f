import type { Asker } from "../../brokers/ib/code.js";
import { classify } from "../../brokers/ib/codes.js";
import type { BrokerPosition } from "../../brokers/tws/account/account-questions.js";
import type { BrokerOrder } from "../../brokers/tws/account/broker-order.js";
import type { BrokerState } from "../../brokers/tws/account/broker-state.js";
import type { BrokerExecution } from "../../brokers/tws/account/executions.js";
import type { OrderId } from "../../brokers/tws/connection/ids.js";
import type { OrderFact } from "../../brokers/tws/orders/order-fact.js";
import type { OrderIntent } from "../../brokers/tws/orders/order-intent.js";
import type { FittedIntent, OrderPort } from "../../brokers/tws/orders/order-port.js";

export const ACCOUNT = "DU0000001";
export const CLIENT = 7;

/** What becomes of an order on its way: it arrives, it is lost, it is late, or it was never written. */
export type Fate = "arrives" | "lost" | "late" | "unsent";

/** An order as the broker has it. */
export interface ModelOrder {
  readonly orderId: number;
  readonly clientId: number;
  readonly permId: number;
  readonly ref: string;
  readonly conId: number;
  readonly symbol: string;
  readonly side: number;
  quantity: number;
  limit: number;
  stop: number;
  filled: number;
  value: number;
  status: string;
  whyHeld: string;
  readonly parentId: number;
  /** What it says of the order beside that. */
  terms?: Partial<BrokerOrder>;
}

/**
 * A broker that a test moves by hand: it takes orders, fills them, tells of it in facts that the test hands on as it
 * likes, and answers what its state is. What it has, and not what it told, is the truth.
 */
export class BrokerModel implements OrderPort {
  readonly clientId: number;
  onFact: (fact: OrderFact) => void = () => undefined;
  /** What it has told and nobody has heard yet. */
  told: OrderFact[] = [];
  /** Every order that was ever handed over. */
  readonly handed: OrderIntent[] = [];
  readonly changes: OrderIntent[] = [];
  readonly cancels: number[] = [];
  readonly orders: ModelOrder[];
  /** Every execution, in all its revisions. */
  executions: BrokerExecution[] = [];
  readonly positions: Map<number, number>;
  /** By the order's number among those handed over; "arrives" where nothing is said. */
  fateOf: (intent: OrderIntent, n: number) => Fate = () => "arrives";
  /** Done in the middle of a call, as a power cut would. */
  beforePlace: (intents: readonly OrderIntent[]) => void = () => undefined;
  private readonly late: OrderIntent[] = [];
  private readonly conIds: ReadonlyMap<string, number>;
  private latestId = 0;
  private latestPerm: number;
  private latestExecution: number;

  /** @param beside another client's side of the same account */
  constructor(conIds: ReadonlyMap<string, number>, clientId = CLIENT, beside?: BrokerModel) {
    this.conIds = conIds;
    this.clientId = clientId;
    this.orders = beside?.orders ?? [];
    this.positions = beside?.positions ?? new Map();
    this.latestPerm = clientId * 1_000_000;
    this.latestExecution = clientId * 1_000;
  }

  nextOrderId(): OrderId {
    return ++this.latestId as OrderId;
  }

  /** TWS begins to count anew, as it has been seen to do. */
  rollBackIds(): void {
    this.latestId = 0;
  }

  fit(intent: OrderIntent): FittedIntent {
    return { intent, changed: [] };
  }

  place(intents: readonly OrderIntent[]): void {
    this.beforePlace(intents);
    for (const intent of intents) {
      const fate = this.fateOf(intent, this.handed.length);
      this.handed.push(intent);
      if (fate === "unsent") {
        this.told.push({ kind: "unsent", orderId: intent.orderId, what: "order", reason: "the connection was lost" });
        continue;
      }
      this.told.push({ kind: "written", orderId: intent.orderId, what: "order" });
      if (fate === "arrives") this.take(intent);
      else if (fate === "late") this.late.push(intent);
    }
  }

  change(intent: OrderIntent): void {
    this.changes.push(intent);
    this.told.push({ kind: "written", orderId: intent.orderId, what: "change" });
    const order = this.byId(intent.orderId);
    if (order === undefined || !isOpen(order)) {
      this.refuse(intent.orderId, 104, "Cannot modify a filled order.", "order change");
      return;
    }
    order.quantity = intent.quantity;
    order.limit = intent.limit;
    order.stop = intent.stop;
    this.tellOpen(order);
  }

  cancel(orderId: OrderId): void {
    this.cancels.push(orderId);
    this.told.push({ kind: "written", orderId, what: "cancel" });
    const order = this.byId(orderId);
    if (order === undefined)
      this.refuse(orderId, 10147, "OrderId that needs to be cancelled is not found.", "order cancel");
    else if (!isOpen(order))
      this.refuse(orderId, 10148, `cannot be cancelled, state: ${order.status}.`, "order cancel");
    else this.end(order, "Cancelled");
  }

  /** What is late arrives. */
  arrive(): void {
    for (const intent of this.late.splice(0)) this.take(intent);
  }

  /** Hands on all that was told, as it was told. */
  deliver(): void {
    const { told } = this;
    this.told = [];
    for (const fact of told) this.onFact(fact);
  }

  /** Nobody will ever hear of what was told. */
  forget(): void {
    this.told = [];
  }

  /** The same but for what is known without it: what has left, and what has not. */
  forgetAnswers(): void {
    this.told = this.told.filter(({ kind }) => kind === "written" || kind === "unsent");
  }

  order(n: number): ModelOrder {
    return this.orders[n];
  }

  open(): ModelOrder[] {
    return this.orders.filter(isOpen);
  }

  accept(order: ModelOrder, status = "Submitted"): void {
    order.status = status;
    this.tellOpen(order);
    this.tellStatus(order);
  }

  fill(order: ModelOrder, quantity: number, price: number, commission = 1): BrokerExecution {
    order.filled += quantity;
    order.value += quantity * price;
    order.status = order.filled >= order.quantity - 1e-9 ? "Filled" : "Submitted";
    this.hold(order.conId, order.side * quantity);
    const execution = this.executionOf(order, quantity, price, ++this.latestExecution, 1);
    this.executions.push(execution);
    this.told.push({ kind: "execution", execution });
    this.tellOpen(order);
    this.tellStatus(order);
    this.told.push({ kind: "commission", execId: execution.execId, commission, currency: "USD" });
    return execution;
  }

  /** Tells an execution anew with other figures; 0 units take it back. */
  correct(execution: BrokerExecution, shares: number, price: number): BrokerExecution {
    const dot = execution.execId.lastIndexOf(".");
    const revision = Number(execution.execId.slice(dot + 1)) + 1;
    const execId = `${execution.execId.slice(0, dot)}.${String(revision).padStart(2, "0")}`;
    const corrected = { ...execution, execId, shares, price };
    this.executions = [...this.executions.filter((one) => one !== execution), corrected];
    const side = execution.side === "BOT" ? 1 : -1;
    this.hold(execution.conId, side * (shares - execution.shares));
    const order = this.orders.find((one) => one.permId === execution.permId);
    if (order !== undefined) {
      order.filled += shares - execution.shares;
      order.value += shares * price - execution.shares * execution.price;
    }
    this.told.push({ kind: "execution", execution: corrected });
    return corrected;
  }

  end(order: ModelOrder, status: "Cancelled" | "Inactive"): void {
    order.status = status;
    this.tellStatus(order);
    if (status === "Cancelled") this.refuse(order.orderId, 202, "Order Canceled - reason:", "order");
  }

  reject(order: ModelOrder, code: number, text: string): void {
    this.end(order, "Inactive");
    this.refuse(order.orderId, code, text, "order");
  }

  refuse(orderId: number, code: number, text: string, asker: Asker): void {
    const told = { ...classify(code, asker, text), code, text, orderId: orderId as OrderId, reject: undefined };
    this.told.push({ kind: "refused", told });
  }

  /** An order that somebody else has made, and an execution of it. */
  foreignFill(conId: number, symbol: string, side: number, quantity: number, price: number, ref = ""): BrokerExecution {
    const order: ModelOrder = {
      orderId: 0,
      clientId: 0,
      permId: ++this.latestPerm,
      ref,
      conId,
      symbol,
      side,
      quantity,
      limit: Number.NaN,
      stop: Number.NaN,
      filled: quantity,
      value: quantity * price,
      status: "Filled",
      whyHeld: "",
      parentId: 0,
    };
    this.orders.push(order);
    this.hold(conId, side * quantity);
    const execution = this.executionOf(order, quantity, price, ++this.latestExecution, 1);
    this.executions.push(execution);
    return execution;
  }

  foreignOrder(conId: number, symbol: string, side: number, quantity: number, limit: number, ref = ""): ModelOrder {
    const permId = ++this.latestPerm;
    const order: ModelOrder = {
      orderId: 0,
      clientId: 0,
      permId,
      ref,
      conId,
      symbol,
      side,
      quantity,
      limit,
      stop: Number.NaN,
      filled: 0,
      value: 0,
      status: "Submitted",
      whyHeld: "",
      parentId: 0,
    };
    this.orders.push(order);
    return order;
  }

  /** Midnight: what has ended and what was executed can no longer be told. */
  passMidnight(): void {
    this.executions = [];
    for (const order of this.orders) if (!isOpen(order)) this.forgotten.add(order);
  }

  private readonly forgotten = new Set<ModelOrder>();

  state(hasAllExecutions = true): BrokerState {
    return {
      openOrders: this.orders.filter(isOpen).map(brokerOrderOf),
      completedOrders: this.orders
        .filter((one) => !isOpen(one) && !this.forgotten.has(one))
        .map((one) => ({ ...brokerOrderOf(one), orderId: 0, clientId: 0, filled: one.filled })),
      executions: hasAllExecutions ? [...this.executions] : [],
      hasAllExecutions,
      hasAllOrders: true,
      hasAllPositions: true,
      positions: this.heldPositions(),
    };
  }

  tellOpen(order: ModelOrder): void {
    this.told.push({ kind: "open", order: brokerOrderOf(order) });
  }

  tellStatus(order: ModelOrder): void {
    this.told.push({
      kind: "status",
      orderId: order.orderId,
      clientId: order.clientId,
      permId: order.permId,
      status: order.status,
      filled: order.filled,
      remaining: order.quantity - order.filled,
      averagePrice: order.filled > 0 ? order.value / order.filled : 0,
      whyHeld: order.whyHeld,
    });
  }

  hold(conId: number, quantity: number): void {
    this.positions.set(conId, (this.positions.get(conId) ?? 0) + quantity);
  }

  private heldPositions(): BrokerPosition[] {
    const symbolOf = new Map([...this.conIds].map(([symbol, conId]) => [conId, symbol]));
    return [...this.positions]
      .filter(([, quantity]) => Math.abs(quantity) > 1e-9)
      .map(([conId, quantity]) => ({
        account: ACCOUNT,
        conId,
        symbol: symbolOf.get(conId) ?? `#${conId}`,
        quantity,
        averageCost: 50,
      }));
  }

  private take(intent: OrderIntent): void {
    const { symbol } = intent.instrument;
    this.orders.push({
      orderId: intent.orderId,
      clientId: this.clientId,
      permId: ++this.latestPerm,
      ref: intent.ref,
      conId: this.conIds.get(symbol) ?? 0,
      symbol,
      side: intent.side,
      quantity: intent.quantity,
      limit: intent.limit,
      stop: intent.stop,
      filled: 0,
      value: 0,
      status: "PendingSubmit",
      whyHeld: "",
      parentId: intent.parent,
    });
  }

  private byId(orderId: number): ModelOrder | undefined {
    return this.orders.find((one) => one.clientId === this.clientId && one.orderId === orderId);
  }

  private executionOf(order: ModelOrder, shares: number, price: number, n: number, revision: number): BrokerExecution {
    return {
      execId: `0000e0d5.5e2f1c3a.${n.toString(16).padStart(6, "0")}.${String(revision).padStart(2, "0")}`,
      orderId: order.orderId,
      clientId: order.clientId,
      permId: order.permId,
      orderRef: order.ref,
      account: ACCOUNT,
      conId: order.conId,
      symbol: order.symbol,
      side: order.side > 0 ? "BOT" : "SLD",
      shares,
      price,
      cumulative: order.filled,
      time: "20260105 10:00:00 US/Eastern",
      commission: undefined,
      commissionCurrency: undefined,
    };
  }
}

export function isOpen({ status }: ModelOrder): boolean {
  return ["PendingSubmit", "PreSubmitted", "Submitted", "PendingCancel"].includes(status);
}

function brokerOrderOf(order: ModelOrder): BrokerOrder {
  return {
    orderId: order.orderId,
    clientId: order.clientId,
    permId: order.permId,
    parentId: order.parentId,
    account: ACCOUNT,
    conId: order.conId,
    symbol: order.symbol,
    action: order.side > 0 ? "BUY" : "SELL",
    orderType: Number.isNaN(order.limit) ? (Number.isNaN(order.stop) ? "MKT" : "STP") : "LMT",
    quantity: order.quantity,
    filled: 0,
    limitPrice: Number.isNaN(order.limit) ? undefined : order.limit,
    auxPrice: Number.isNaN(order.stop) ? undefined : order.stop,
    trailStopPrice: undefined,
    trailingPercent: undefined,
    limitOffset: undefined,
    parentPermId: 0,
    tif: "DAY",
    goodTillDate: "",
    outsideRth: false,
    ocaGroup: "",
    orderRef: order.ref,
    status: order.status,
    completedStatus: order.status === "Inactive" ? "Rejected" : "",
    warning: "",
    ...order.terms,
  };
}
