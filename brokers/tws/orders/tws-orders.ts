import { SECOND } from "../../../core/market/bar-size.js";
import type { Instrument } from "../../../core/market/instrument.js";
import { brokerPosition } from "../account/account-questions.js";
import { brokerOrder } from "../account/broker-order.js";
import { brokerExecution } from "../account/executions.js";
import type { TwsOrderState } from "../client/tws-api.js";
import type { OrderId } from "../connection/ids.js";
import type { Link, OrderTold } from "../connection/link.js";
import { type Outgoing, URGENCY, type Urgency } from "../connection/outbox.js";
import type { Answer } from "../connection/question.js";
import type { TwsConnection } from "../connection/tws-connection.js";
import { refused, TwsError } from "../errors.js";
import { fitOrder } from "./fit-order.js";
import { OrderBatch } from "./order-batch.js";
import type { OrderFact } from "./order-fact.js";
import { commissionFact, statusFact } from "./order-facts.js";
import { orderFields, transmits } from "./order-fields.js";
import type { OrderIntent } from "./order-intent.js";
import type { FittedIntent, OrderPort, WhatIf } from "./order-port.js";
import { orderContract, type TradedContract, type TradedContracts } from "./traded-contract.js";

export interface TwsOrdersOptions {
  readonly connection: TwsConnection;
  /** The account that every order names. */
  readonly account: string;
  /** The contracts of all instruments that orders may be of. */
  readonly contracts: TradedContracts;
  /** Milliseconds that a what-if may take. */
  readonly whatIfWait?: number;
}

/**
 * Orders over a connection to TWS. An order is written over a connection that is ready, at once or when the pace of
 * messages lets it; where that connection ends before, or loses IB, it is told as unsent and never sent over a later one.
 * All that TWS tells of orders, of whichever client, is handed on as it comes.
 */
export class TwsOrders implements OrderPort {
  readonly clientId: number;
  onFact: (fact: OrderFact) => void = () => undefined;
  private readonly connection: TwsConnection;
  private readonly account: string;
  private readonly contracts: TradedContracts;
  private readonly whatIfWait: number;
  /** Orders and changes that wait for their turn, by the order's id. */
  private readonly waiting = new Map<OrderId, OrderBatch>();
  /** Ids of orders that only ask, and who waits for their answers. */
  private readonly whatIfs = new Map<number, { readonly what: string; readonly answer: Answer<WhatIf> }>();
  private readonly ends: readonly (() => void)[];
  /** What ends the hearing of the link that there is. */
  private linkEnds: readonly (() => void)[] = [];

  constructor({ connection, account, contracts, whatIfWait = 10 * SECOND }: TwsOrdersOptions) {
    this.connection = connection;
    this.clientId = connection.clientId;
    this.account = account;
    this.contracts = contracts;
    this.whatIfWait = whatIfWait;
    this.ends = [
      connection.onLink((link) => this.listen(link)),
      connection.events.on("order", (told) => this.hear(told)),
    ];
  }

  nextOrderId(): OrderId {
    return this.connection.orderIds.next();
  }

  fit(intent: OrderIntent): FittedIntent {
    return fitOrder(intent, this.contractOf(intent.instrument));
  }

  place(intents: readonly OrderIntent[]): void {
    // In the order of their ids, for TWS takes no new id below one that it has seen: here no exit may overtake an entry.
    this.send(new OrderBatch("order", intents), URGENCY.order);
  }

  change(intent: OrderIntent): void {
    const batch = this.waiting.get(intent.orderId);
    if (batch !== undefined) batch.change(intent);
    else this.send(new OrderBatch("change", [intent]), intent.isExit ? URGENCY.exit : URGENCY.order);
  }

  cancel(orderId: OrderId): void {
    // What was never sent need not be cancelled.
    if (this.withdraw(orderId, "it was cancelled before its turn") === "order") return;
    const link = this.connection.cancelLink;
    if (link === undefined) {
      this.tell({ kind: "unsent", orderId, what: "cancel", reason: this.unready() });
      return;
    }
    link.outbox.put(URGENCY.cancel, {
      write: () => {
        this.connection.orderAsked(orderId, "order cancel");
        link.api.cancelOrder(orderId);
        this.tell({ kind: "written", orderId, what: "cancel" });
      },
      dropped: (error) => this.tell({ kind: "unsent", orderId, what: "cancel", reason: reasonOf(error) }),
    });
  }

  /**
   * Cancels every order of the login: those of all clients, and those made by hand. What waits here is never sent.
   * @throws TwsError NOT_CONNECTED where it could not be sent
   */
  cancelEverything(): Promise<void> {
    for (const orderId of [...this.waiting.keys()]) this.withdraw(orderId, "every order was cancelled before its turn");
    return new Promise((resolve, reject) => {
      const fail = (cause?: unknown): void =>
        reject(new TwsError("NOT_CONNECTED", { what: "the cancel of all orders" }, { cause }));
      const link = this.connection.cancelLink;
      if (link === undefined) fail();
      link?.outbox.put(URGENCY.cancel, {
        write: () => {
          link.api.reqGlobalCancel();
          resolve();
        },
        dropped: fail,
      });
    });
  }

  /**
   * What the account would look like with the order, which is never sent on. It takes an order id of its own.
   * @throws TwsError what TWS refuses the order with, REQUEST_TIMED_OUT, and of the connection
   */
  whatIf(intent: OrderIntent): Promise<WhatIf> {
    const { instrument } = intent;
    const contract = orderContract(this.contractOf(instrument).details);
    // Without its family it would be refused.
    const order = orderFields({ ...intent, parent: 0, group: "" }, this.account, true);
    const link = this.connection.orderLink;
    const what = `what an order of ${instrument.symbol} would do`;
    if (link === undefined) return Promise.reject(new TwsError("NOT_CONNECTED", { what }));
    const orderId = this.nextOrderId();
    this.connection.orderAsked(orderId, "order");
    return link.askUnnumbered({
      what,
      // Its id comes in its turn, among those of the orders.
      urgency: URGENCY.order,
      timeOut: this.whatIfWait,
      send: (api) => api.placeOrder(orderId, contract, { ...order, whatIf: true }),
      answers: (answer) => {
        // Refusals come with the order's id.
        this.whatIfs.set(orderId, { what, answer });
        return {
          openOrder: (id, _contract, _order, state) => {
            if (id === orderId) answer.give(whatIfOf(instrument, state));
          },
        };
      },
    });
  }

  /** Hears no more. */
  close(): void {
    for (const end of [...this.ends, ...this.linkEnds]) end();
  }

  private send(batch: OrderBatch, urgency: Urgency): void {
    const { intents } = batch;
    for (const { instrument } of intents) this.contractOf(instrument);
    const link = this.connection.orderLink;
    if (link === undefined) {
      this.unsent(batch, intents, this.unready());
      return;
    }
    for (const { orderId } of intents) this.waiting.set(orderId, batch);
    link.outbox.put(
      urgency,
      new Leaving(
        batch,
        () => this.write(link, batch),
        (error) => this.unsent(batch, batch.intents, reasonOf(error)),
      ),
    );
  }

  /** Keeps what waits under an order's id from ever being sent, and what waits for its fill. @returns what it was */
  private withdraw(orderId: OrderId, reason: string): OrderBatch["what"] | undefined {
    const batch = this.waiting.get(orderId);
    if (batch === undefined) return undefined;
    this.unsent(batch, batch.withdraw(orderId), reason);
    if (batch.what === "change") return "change";
    const children = [...new Set(this.waiting.values())].flatMap(({ what, intents }) =>
      what === "order" ? intents.filter(({ parent }) => parent === orderId) : [],
    );
    for (const child of children) this.withdraw(child.orderId, reason);
    return "order";
  }

  /** Writes all of it without a pause, and tells afterwards. */
  private write(link: Link, batch: OrderBatch): void {
    const { intents, what } = batch;
    if (this.connection.orderLink !== link) {
      this.unsent(batch, intents, this.unready());
      return;
    }
    const isLast = transmits(intents);
    let count = 0;
    let failure: unknown;
    try {
      for (const intent of intents) {
        const contract = orderContract(this.contractOf(intent.instrument).details);
        const fields = orderFields(intent, this.account, isLast[count] || what === "change");
        this.connection.orderAsked(intent.orderId, what === "change" ? "order change" : "order");
        link.api.placeOrder(intent.orderId, contract, fields);
        count++;
      }
    } catch (error) {
      failure = error;
    }
    const written = intents.slice(0, count);
    for (const { orderId } of written) this.waiting.delete(orderId);
    for (const { orderId, what: asked } of batch.askedOf(written)) this.tell({ kind: "written", orderId, what: asked });
    if (count === intents.length) return;
    this.unsent(batch, intents.slice(count), reasonOf(failure));
    // TWS keeps it for the rest of its family, which will not come.
    for (const [i, { orderId }] of written.entries()) if (!isLast[i]) this.cancel(orderId);
  }

  private unsent(batch: OrderBatch, intents: readonly OrderIntent[], reason: string): void {
    for (const { orderId } of intents) this.waiting.delete(orderId);
    for (const { orderId, what } of batch.askedOf(intents)) this.tell({ kind: "unsent", orderId, what, reason });
  }

  private listen({ unnumbered }: Link): void {
    this.linkEnds = [
      unnumbered.on("openOrder", (told) => {
        const [orderId, , { whatIf, clientId }] = told;
        if (whatIf === true || this.isQuestion(orderId, clientId)) return;
        this.tell({ kind: "open", order: brokerOrder(...told) });
      }),
      unnumbered.on("orderStatus", (told) => {
        const fact = statusFact(told);
        if (!this.isQuestion(fact.orderId, fact.clientId)) this.tell(fact);
      }),
      unnumbered.on("execution", ([contract, execution]) => {
        this.tell({ kind: "execution", execution: brokerExecution(contract, execution, undefined) });
      }),
      unnumbered.on("commissionReport", ([report]) => {
        const fact = commissionFact(report);
        if (fact !== undefined) this.tell(fact);
      }),
      unnumbered.on("position", (told) => this.tell({ kind: "position", position: brokerPosition(...told) })),
    ];
  }

  private hear(told: OrderTold): void {
    const question = this.whatIfs.get(told.orderId);
    if (question === undefined) this.tell({ kind: "refused", told });
    else if (told.class !== "order-notice") question.answer.fail(refused(question.what, told));
  }

  private isQuestion(orderId: number, clientId: number | undefined): boolean {
    return clientId === this.clientId && this.whatIfs.has(orderId);
  }

  private contractOf({ symbol }: Instrument): TradedContract {
    const contract = this.contracts.get(symbol);
    if (contract === undefined) throw new TwsError("CONTRACT_UNREAD", { symbol });
    return contract;
  }

  /** Never throws: what has been done is done, whatever becomes of the news. */
  private tell(fact: OrderFact): void {
    try {
      this.onFact(fact);
    } catch (error) {
      this.connection.listenerFailed("fact", error);
    }
  }

  private unready(): string {
    return `the connection is ${this.connection.state}`;
  }
}

/** A batch on its way out; a class, for a getter of an object of its own is made anew for every order. */
class Leaving implements Outgoing {
  readonly write: () => void;
  readonly dropped: (error: unknown) => void;
  private readonly batch: OrderBatch;

  constructor(batch: OrderBatch, write: () => void, dropped: (error: unknown) => void) {
    this.batch = batch;
    this.write = write;
    this.dropped = dropped;
  }

  get count(): number {
    return this.batch.intents.length;
  }
}

function whatIfOf(instrument: Instrument, state: TwsOrderState): WhatIf {
  return {
    instrument,
    before: {
      initialMargin: said(state.initMarginBefore),
      maintenanceMargin: said(state.maintMarginBefore),
      equityWithLoan: said(state.equityWithLoanBefore),
    },
    initialMargin: said(state.initMarginAfter),
    maintenanceMargin: said(state.maintMarginAfter),
    equityWithLoan: said(state.equityWithLoanAfter),
    commission: said(state.commission),
    commissionCurrency: state.commissionCurrency ?? "",
    warning: state.warningText ?? "",
  };
}

/** TWS says the largest double where it knows nothing. */
function said(value: number | undefined): number {
  return value !== undefined && Math.abs(value) < Number.MAX_VALUE ? value : Number.NaN;
}

function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, "");
}
