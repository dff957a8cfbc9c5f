import { canStillFill } from "../../brokers/ib/order-statuses.js";
import { executions, openOrders } from "../../brokers/tws/account/account-questions.js";
import type { BrokerOrder } from "../../brokers/tws/account/broker-order.js";
import type { OrderId } from "../../brokers/tws/connection/ids.js";
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
  readonly orderId: OrderId;
  /** Its instrument's; of another contract than the walk's, IB's. */
  readonly symbol: string;
  /** Undefined of one that an earlier walk has made. */
  readonly intent: OrderIntent | undefined;
  hasEnded: boolean;
}

/** The orders of a walk: every one is known here before it is sent, so that none is left behind. */
export class OwnOrders {
  private readonly connection: TwsConnection;
  private readonly ear: Ear;
  private readonly contracts: TradedContracts;
  private readonly orders: TwsOrders;
  private readonly times: WalkTimes;
  /** What the orders of this walk begin their orderRef with. */
  private readonly ref = `${REF}${Date.now().toString(36)}-`;
  private readonly made = new Map<number, MadeOrder>();
  private isClosed = false;

  constructor(connection: TwsConnection, ear: Ear, account: string, contracts: TradedContracts, times: WalkTimes) {
    this.connection = connection;
    this.ear = ear;
    this.contracts = contracts;
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
    if (!this.isClosed) this.send(intents);
  }

  change(intent: OrderIntent): void {
    if (!this.isClosed) this.orders.change(intent);
  }

  cancel(orderId: OrderId): void {
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
    return listed.flatMap(({ orderRef, orderId, clientId, conId, symbol: ibSymbol }) => {
      if (!orderRef.startsWith(REF)) return [];
      const symbol = this.symbolOf(conId) ?? ibSymbol;
      const found = `Order ${orderId} of ${symbol} was left open by an earlier run`;
      if (clientId !== this.connection.clientId) return [`${found} as client ${clientId}, which alone can cancel it.`];
      this.made.set(orderId, { orderId: orderId as OrderId, symbol, intent: undefined, hasEnded: false });
      this.orders.cancel(orderId as OrderId);
      return [`${found}; it is cancelled.`];
    });
  }

  /** The highest id that an order was sent with. */
  get highestId(): number {
    return Math.max(0, ...this.made.keys());
  }

  /** What its orders have bought and not sold again, by symbol; below 0 what they have sold. */
  get held(): ReadonlyMap<string, number> {
    // As far as each order is filled: an execution that is told twice, under whatever id, counts once.
    const filled = new Map<number, number>();
    for (const [, , { orderRef, orderId = 0, cumQty = 0 }] of this.ear.told("execDetails", 0)) {
      if (this.hasMade(orderRef)) filled.set(orderId, Math.max(filled.get(orderId) ?? 0, cumQty));
    }
    const held = new Map<string, number>();
    for (const [orderId, quantity] of filled) {
      const intent = this.made.get(orderId as OrderId)?.intent;
      if (intent === undefined) continue;
      const { symbol } = intent.instrument;
      held.set(symbol, (held.get(symbol) ?? 0) + intent.side * quantity);
    }
    return new Map([...held].filter(([, quantity]) => quantity !== 0));
  }

  /**
   * Ends the walk: cancels every order of it that may still be open, sells what it has bought where none is, and asks
   * whether anything is left.
   * @returns what is left behind, in sentences
   */
  async withdraw(): Promise<string[]> {
    this.isClosed = true;
    if (this.made.size === 0) return [];
    // A connection that was just lost is made again by itself.
    await this.until(() => this.connection.isUsable, this.times.reconnect);
    for (const { orderId } of this.open) this.orders.cancel(orderId);
    await this.until(() => this.open.length === 0, this.times.answer);
    await this.closePositions();
    const left = await this.stillOpen();
    this.orders.close();
    return [...left, ...this.stillHeld()];
  }

  private send(intents: readonly OrderIntent[]): void {
    for (const intent of intents) {
      const { orderId, instrument } = intent;
      this.made.set(orderId, { orderId, symbol: instrument.symbol, intent, hasEnded: false });
    }
    this.orders.place(intents);
  }

  /** Waits, whatever has ended the walk. */
  private until(holds: () => boolean, ms: number): Promise<boolean> {
    return this.ear.until(holds, ms, new AbortController().signal);
  }

  private async closePositions(): Promise<void> {
    const markets = [...this.made.values()].flatMap(({ intent }) => (intent?.type === "market" ? intent : []));
    if (markets.length === 0 || !this.connection.isUsable) return;
    try {
      // One may have filled while nobody was there.
      await this.connection.ask(executions(this.times.answer));
    } catch (error) {
      // Then what was told as it happened has to do.
      if (!(error instanceof TwsError)) throw error;
    }
    const closing: string[] = [];
    for (const [symbol, quantity] of this.held) {
      // One that still works may fill as well: together they would sell more than is held.
      if (this.hasOpen(symbol)) continue;
      const like = markets.find(({ instrument }) => instrument.symbol === symbol);
      if (like === undefined) continue;
      this.send([this.intent({ ...like, side: -Math.sign(quantity), quantity: Math.abs(quantity) })]);
      closing.push(symbol);
    }
    await this.until(() => closing.every((symbol) => !this.held.has(symbol)), this.times.fill);
  }

  private get open(): MadeOrder[] {
    return [...this.made.values()].filter(({ hasEnded }) => !hasEnded);
  }

  private hasOpen(symbol: string): boolean {
    return this.open.some((order) => order.symbol === symbol);
  }

  private symbolOf(conId: number): string | undefined {
    return [...this.contracts].find(([, { details }]) => details.conId === conId)?.[0];
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

  private stillHeld(): string[] {
    return [...this.held].map(([symbol, quantity]) => {
      const done = quantity > 0 ? "bought and not sold" : "sold and not bought";
      const held = `${Math.abs(quantity)} ${symbol} was ${done} again`;
      // A closing order that was sent and has not ended counts, too.
      return this.hasOpen(symbol)
        ? `${held}, and an order of it may still be open: look at both in TWS.`
        : `${held}: close the position in TWS.`;
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
    }
  }
}
