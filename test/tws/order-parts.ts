import type { Gateway } from "../../brokers/gateway/gateway.js";
import type { GatewayOptions } from "../../brokers/gateway/gateway-options.js";
import type { OrderId } from "../../brokers/tws/connection/ids.js";
import { URGENCY } from "../../brokers/tws/connection/outbox.js";
import type { ConnectionOptions, TwsConnection } from "../../brokers/tws/connection/tws-connection.js";
import { Contracts } from "../../brokers/tws/contracts/contracts.js";
import type { OrderFact } from "../../brokers/tws/orders/order-fact.js";
import type { OrderIntent } from "../../brokers/tws/orders/order-intent.js";
import { type TradedContracts, tradedContracts } from "../../brokers/tws/orders/traded-contract.js";
import { TwsOrders } from "../../brokers/tws/orders/tws-orders.js";
import { BarTicks } from "../../core/market/bar-ticks.js";
import { Instrument } from "../../core/market/instrument.js";
import { gatewayData, TWO_STOCKS } from "../gateway/gateway-data.js";
import { RawClient } from "../gateway/raw-client.js";
import { NOON, startGateway, TestClock } from "../gateway/started.js";
import { connected } from "./connected.js";
import { Relay } from "./relay.js";

export const SYN1 = new Instrument({ symbol: "SYN1" }, 0);
export const SYN2 = new Instrument({ symbol: "SYN2" }, 1);
export const ACCOUNT = "DU1234567";

/** The price at which SYN1 trades at noon. */
export const LAST = priceAtNoon();

function priceAtNoon(): number {
  const [series] = gatewayData(TWO_STOCKS).series;
  const ticks = new BarTicks({ every: 5_000, spread: 2 });
  ticks.make(series, series.start.indexOf(NOON));
  return ticks.last[0];
}

/** A market order to buy 100 SYN1, but for what a test says. */
export function intent(said: Partial<OrderIntent> & { readonly orderId: OrderId }): OrderIntent {
  return {
    ref: `ref-${said.orderId}`,
    instrument: SYN1,
    side: 1,
    type: "market",
    tif: "DAY",
    quantity: 100,
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
    ...said,
  };
}

/** What a test holds: a simulated gateway, our orders over a connection to it, and another client that moves its time. */
export interface OrdersAt {
  readonly gateway: Gateway;
  readonly clock: TestClock;
  readonly other: RawClient;
  readonly connection: TwsConnection;
  readonly orders: TwsOrders;
  readonly facts: OrderFact[];
  /** Waits until the gateway has dealt with what it was sent, then lets time pass there. */
  pass(ms?: number): Promise<void>;
  readonly contracts: TradedContracts;
  /** Cuts our connection, and nobody else's. */
  cut(): void;
  /** Holds what the gateway sends us back, or lets it go. */
  hold(isHeld: boolean): void;
  /** An intent with the next order id. */
  next(said?: Partial<OrderIntent>): OrderIntent;
  /** Places one order by itself. */
  place(said?: Partial<OrderIntent>): OrderIntent;
}

export async function ordersAt(
  options: Partial<GatewayOptions> = {},
  connects: Partial<ConnectionOptions> = {},
): Promise<OrdersAt> {
  const clock = new TestClock();
  const gateway = await startGateway({ wallClock: clock.wallClock, ...options });
  const other = await RawClient.start(gateway.port, 1);
  const relay = await Relay.to(gateway.port);
  const connection = await connected(relay.port, connects);
  const contracts = await tradedContracts(new Contracts(connection), [SYN1, SYN2]);
  const orders = new TwsOrders({ connection, account: ACCOUNT, contracts });
  const facts: OrderFact[] = [];
  orders.onFact = (fact) => void facts.push(fact);
  const next = (said: Partial<OrderIntent> = {}): OrderIntent => intent({ orderId: orders.nextOrderId(), ...said });
  return {
    gateway,
    clock,
    other,
    connection,
    orders,
    facts,
    next,
    contracts,
    cut: () => relay.cut(),
    hold: (isHeld) => relay.hold(isHeld),
    pass: async (ms = 0) => {
      // Our own question comes behind our own orders, and its answer behind theirs.
      await roundTrip(connection);
      await clock.pass(ms, other);
      await roundTrip(connection);
    },
    place: (said) => {
      const one = next(said);
      orders.place([one]);
      return one;
    },
  };
}

async function roundTrip(connection: TwsConnection): Promise<void> {
  const link = await connection.linkNow("a round trip");
  await link.ask({
    what: "a round trip",
    asker: "request",
    urgency: URGENCY.history,
    timeOut: 5_000,
    send: (api, id) =>
      api.reqContractDetails(id, { symbol: "SYN1", secType: "STK", exchange: "SMART", currency: "USD" }),
    answers: (answer) => ({ contractDetailsEnd: () => answer.give(undefined) }),
  });
}

/** Facts in short: "written order 1", "open 1 Submitted", "status 1 Filled 100/0", "exec 1 100", "commission", "202 1". */
export function story(facts: readonly OrderFact[]): string[] {
  return facts.map((fact) => {
    switch (fact.kind) {
      case "open":
      case "completed":
        return `${fact.kind} ${fact.order.orderId} ${fact.order.status}`;
      case "status":
        return `status ${fact.orderId} ${fact.status} ${fact.filled}/${fact.remaining}`;
      case "execution":
        return `exec ${fact.execution.orderId} ${fact.execution.shares}`;
      case "commission":
        return "commission";
      case "position":
        return `position ${fact.position.quantity}`;
      case "refused":
        return `${fact.told.code} ${fact.told.orderId} ${fact.told.class}`;
      default:
        return `${fact.kind} ${fact.what} ${fact.orderId}`;
    }
  });
}
