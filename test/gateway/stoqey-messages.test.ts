import { EventName, IBApi, SecType } from "@stoqey/ib";
import { describe, expect, it } from "vitest";
import { ANSWER } from "../../brokers/gateway/wire/message-ids.js";
import { closeAfterTest } from "./close-after-test.js";
import { gatewayData } from "./gateway-data.js";
import { started } from "./started.js";

const STOCK = { symbol: "SYN1", secType: SecType.STK, exchange: "SMART", currency: "USD" };
const NOON = Date.UTC(2020, 0, 7, 17);

/** A stock and an option on it. */
const data = gatewayData("synthetic:symbols=2,bars=780,start=2020-01-06", [
  {
    symbol: "SYN2",
    assetClass: "option",
    option: { underlying: "SYN1", right: "call", strike: 100, expiry: "2020-03-20" },
    multiplier: 100,
  },
]);

type Asked = (...args: unknown[]) => void;

/** Asks for whatever can be asked for, one request for each kind of answer. */
function askForAll(api: IBApi, conId: number): void {
  const { reqHistoricalData, reqHistoricalTicks, reqTickByTickData, placeOrder, reqPnLSingle, reqHistogramData } =
    api as unknown as Record<string, Asked>;
  const bars = (id: number, what: string, size: string, keep: boolean): void =>
    reqHistoricalData.call(api, id, STOCK, "", "600 S", size, what, 1, 2, keep);
  const ticks = (id: number, what: string): void =>
    reqHistoricalTicks.call(api, id, STOCK, "", "20200107-16:59:00", 5, what, 1, false);
  api.reqCurrentTime();
  api.reqUserInfo(1);
  api.reqContractDetails(2, STOCK);
  api.reqMatchingSymbols(3, "SYN");
  api.reqSecDefOptParams(4, "SYN1", "", SecType.STK, conId);
  api.reqMarketRule(26);
  api.reqMktDepthExchanges();
  api.reqMktData(5, STOCK, "233", false, false);
  api.reqMktData(6, STOCK, "", true, false);
  api.reqMktDepth(7, STOCK, 2, true);
  api.reqMktDepth(8, STOCK, 2, false);
  reqTickByTickData.call(api, 9, STOCK, "BidAsk", 0, false);
  api.reqRealTimeBars(10, STOCK, 5, "TRADES" as never, true);
  bars(11, "TRADES", "1 min", true);
  reqHistoricalData.call(api, 12, STOCK, "", "2 D", "1 day", "SCHEDULE", 1, 2, false);
  api.reqHeadTimestamp(13, STOCK, "TRADES", true, 2);
  reqHistogramData.call(api, 14, STOCK, true, 1, "day");
  ticks(15, "TRADES");
  ticks(16, "BID_ASK");
  ticks(17, "MIDPOINT");
  api.reqAccountUpdates(true, "");
  api.reqAccountSummary(18, "All", "NetLiquidation");
  api.reqAccountUpdatesMulti(19, "DU1234567", "", false);
  api.reqPositions();
  api.reqPositionsMulti(20, "DU1234567", "");
  api.reqPnL(21, "DU1234567", "");
  reqPnLSingle.call(api, 22, "DU1234567", "", conId);
  const order = { action: "BUY", totalQuantity: 100, tif: "DAY", transmit: true };
  placeOrder.call(api, 1, STOCK, { ...order, orderType: "MKT" });
  placeOrder.call(api, 2, STOCK, { ...order, orderType: "LMT", lmtPrice: 1 });
  api.cancelOrder(2);
}

/** Asks for what there is only once an order has been filled, and another cancelled. */
function askForOrders(api: IBApi): void {
  api.reqAutoOpenOrders(true);
  api.reqOpenOrders();
  api.reqCompletedOrders(false);
  api.reqExecutions(23, {});
}

describe("every kind of message that the gateway has", () => {
  it.each([
    ["whole frames", 0],
    ["pieces of three bytes", 3],
  ])("is read by the unmodified client to its last field, in %s", async (_how, pieceBytes) => {
    const { gateway, clock, client } = await started({ data, from: NOON });
    gateway.setPieces(pieceBytes);
    const api = new IBApi({ host: "127.0.0.1", port: gateway.port, clientId: 0, maxReqPerSec: 1_000 });
    closeAfterTest(() => api.disconnect());
    const came = new Set<number>();
    const errors: string[] = [];
    const emitter = api as unknown as { on(event: string, listener: (...args: unknown[]) => void): void };
    emitter.on(EventName.received, (fields) => void came.add(Number((fields as string[])[0])));
    emitter.on(EventName.error, (error, code, id) => errors.push(`${String(id)} ${String(code)} ${String(error)}`));
    const has = (...kinds: number[]): boolean => kinds.every((kind) => came.has(kind));
    api.connect();
    await client.until(() => has(ANSWER.nextValidId));
    gateway.services.placeByHand({ symbol: "SYN1", action: "SELL", quantity: 10, limit: 1_000 });
    askForAll(api, gateway.services.listings[0].conId);
    for (let i = 0; i < 20 && !has(ANSWER.execution, ANSWER.historicalDataUpdate, ANSWER.realTimeBar); i++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      await clock.pass(5_000, client);
    }
    askForOrders(api);
    const awaited = Object.entries(ANSWER).filter(([, kind]) => !came.has(kind));
    await client.until(() => awaited.every(([, kind]) => came.has(kind)), 20_000).catch(() => undefined);
    expect(awaited.filter(([, kind]) => !came.has(kind))).toEqual([]);
    // The order that was cancelled says so with an error of its own.
    expect(errors.filter((error) => !error.startsWith("2 202 "))).toEqual([]);
  });
});
