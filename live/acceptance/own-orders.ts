import { canStillFill } from "../../brokers/ib/order-statuses.js";
import { openOrders } from "../../brokers/tws/account/account-questions.js";
import type { BrokerOrder } from "../../brokers/tws/account/broker-order.js";
import type { BrokerExecution } from "../../brokers/tws/account/executions.js";
import { withoutCorrected } from "../../brokers/tws/account/executions.js";
import type { TwsConnection } from "../../brokers/tws/connection/tws-connection.js";
import { TwsError } from "../../brokers/tws/errors.js";
import type { OrderFact } from "../../brokers/tws/orders/order-fact.js";
import type { OrderIntent } from "../../brokers/tws/orders/order-intent.js";
import type { WhatIf } from "../../brokers/tws/orders/order-port.js";
import type { TradedContracts } from "../../brokers/tws/orders/traded-contract.js";
import { TwsOrders } from "../../brokers/tws/orders/tws-orders.js";
import type { Ear } from "./ear.js";
import type { WalkTimes } from "./walk-times.js";

/** What all orders of all walks begin their orderRef with: none but these are ever cancelled. */
const REF = "seatrial-acceptance-";

/** An order that a walk has made. */
interface MadeOrder {
  readonly orderId: number;
  readonly symbol: string;
  hasEnded: boolean;
}

/** The orders of a walk: every one is known here before it is sent, so that none is left behind. */
export class OwnOrders {
  private readonly connection: TwsConnection;
  private readonly ear: Ear;
  private readonly orders: TwsOrders;
  private readonly times: WalkTimes;
  /** What the orders of this walk begin their orderRef with. */
  private readonly ref = `${REF}${Date.now().toString(36)}-`;
  private readonly made = new Map<number, MadeOrder>();
  private readonly executions: BrokerExecution[] = [];
  private isClosed = false;

  constructor(connection: TwsConnection, ear: Ear, account: string, contracts: TradedContracts, times: WalkTimes) {
    this.connection = connection;
    this.ear = ear;
    this.times = times;
    this.orders = new TwsOrders({ connection, account, contracts, whatIfWait: times.answer });
    this.orders.onFact = (fact) => this.hear(fact);
  }

  /** An intent with the next order id and an orderRef of its own, on the steps of the exchange. */
  intent(
    said: Omit<OrderIntent, "ref" | "orderId" | "trail" | "isTrailFraction" | "limitOffset" | "goodTill" | "group">,
  ): OrderIntent {
    const orderId = this.orders.nextOrderId();
    const nothing = {
      trail: Number.NaN,
      isTrailFraction: false,
      limitOffset: Number.NaN,
      goodTill: Number.NaN,
      group: "",
    };
    return this.orders.fit({ ...said, ...nothing, orderId, ref: `${this.ref}${orderId}` }).intent;
  }

  /** Sends orders that belong together. Sends nothing once the walk is being ended. */
  place(intents: readonly OrderIntent[]): void {
    if (this.isClosed) return;
    for (const { orderId, instrument } of intents) {
      this.made.set(orderId, { orderId, symbol: instrument.symbol, hasEnded: false });
    }
    this.orders.place(intents);
  }

  change(intent: OrderIntent): void {
    if (!this.isClosed) this.orders.change(intent);
  }

  cancel(orderId: OrderIntent["orderId"]): void {
    this.orders.cancel(orderId);
  }

  whatIf(intent: OrderIntent): Promise<WhatIf> {
    return this.orders.whatIf(intent);
  }

  hasMade(ref: string | undefined): boolean {
    return ref?.startsWith(this.ref) === true;
  }

  hasEnded(orderId: number): boolean {
    return this.made.get(orderId)?.hasEnded === true;
  }

  /**
   * Cancels what an earlier walk of this client id has left behind, as when its process was killed.
   * @returns what was found, in sentences
   * @throws TwsError where open orders are not told
   */
  async takeUp(): Promise<string[]> {
    const listed = await this.listed();
    return listed.flatMap(({ orderRef, orderId, clientId, symbol }) => {
      if (!orderRef.startsWith(REF)) return [];
      const found = `Order ${orderId} of ${symbol} was left open by an earlier run`;
      if (clientId !== this.connection.clientId) return [`${found} as client ${clientId}, which alone can cancel it.`];
      this.made.set(orderId, { orderId, symbol, hasEnded: false });
      this.orders.cancel(orderId as OrderIntent["orderId"]);
      return [`${found}; it is cancelled.`];
    });
  }

  /**
   * Ends the walk: cancels every order of it that may still be open, and asks whether one is.
   * @returns what is left behind, in sentences
   */
  async withdraw(): Promise<string[]> {
    this.isClosed = true;
    if (this.made.size === 0) return [];
    const never = new AbortController().signal;
    const isBack = (): boolean => this.connection.isUsable;
    // A connection that was just lost is made again by itself.
    await this.ear.until(isBack, this.times.reconnect, never);
    for (const { orderId } of this.open) this.orders.cancel(orderId as OrderIntent["orderId"]);
    await this.ear.until(() => this.open.length === 0, this.times.answer, never);
    const left = await this.stillOpen();
    this.orders.close();
    return [...left, ...this.held()];
  }

  private get open(): MadeOrder[] {
    return [...this.made.values()].filter(({ hasEnded }) => !hasEnded);
  }

  private async stillOpen(): Promise<string[]> {
    try {
      const listed = await this.listed();
      return listed
        .filter(({ orderRef, clientId }) => orderRef.startsWith(REF) && clientId === this.connection.clientId)
        .filter(({ status }) => canStillFill(status) !== false)
        .map(
          ({ orderId, symbol, status }) => `Order ${orderId} of ${symbol} is still open (${status}): cancel it in TWS.`,
        );
    } catch (error) {
      if (!(error instanceof TwsError)) throw error;
      return this.open.map(
        ({ orderId, symbol }) => `Order ${orderId} of ${symbol} may still be open (${error.code}): look at it in TWS.`,
      );
    }
  }

  /** What was bought and not sold again. */
  private held(): string[] {
    const bySymbol = new Map<string, number>();
    for (const { symbol, side, shares } of withoutCorrected(this.executions)) {
      bySymbol.set(symbol, (bySymbol.get(symbol) ?? 0) + (side === "BOT" ? shares : -shares));
    }
    return [...bySymbol]
      .filter(([, quantity]) => quantity !== 0)
      .map(([symbol, quantity]) => {
        const done = quantity > 0 ? "bought and not sold" : "sold and not bought";
        return `${Math.abs(quantity)} ${symbol} was ${done} again: close the position in TWS.`;
      });
  }

  private async listed(): Promise<readonly BrokerOrder[]> {
    return this.connection.askUnnumbered(openOrders(this.times.answer));
  }

  private hear(fact: OrderFact): void {
    const end = (orderId: number, isOwn: boolean): void => {
      const made = isOwn ? this.made.get(orderId) : undefined;
      if (made !== undefined) made.hasEnded = true;
    };
    const { clientId } = this.connection;
    if (fact.kind === "status") {
      if (canStillFill(fact.status) === false) end(fact.orderId, fact.clientId === clientId);
    } else if (fact.kind === "open") {
      const { order } = fact;
      if (canStillFill(order.status) === false) end(order.orderId, order.clientId === clientId);
    } else if (fact.kind === "refused") {
      if (fact.told.class === "order-rejected") end(fact.told.orderId, true);
    } else if (fact.kind === "unsent") {
      if (fact.what === "order") end(fact.orderId, true);
    } else if (fact.kind === "execution") {
      if (this.hasMade(fact.execution.orderRef)) this.executions.push(fact.execution);
    }
  }
}
