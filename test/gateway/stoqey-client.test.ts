import { EventName, IBApi, IBApiNext, OrderAction, OrderType, SecType, TimeInForce } from "@stoqey/ib";
import { describe, expect, it } from "vitest";
import { closeAfterTest } from "./close-after-test.js";
import { RawClient } from "./raw-client.js";
import { startGateway, TestClock } from "./started.js";

const STOCK = { symbol: "SYN1", secType: SecType.STK, exchange: "SMART", currency: "USD" };

/** An order of the client library; every field that its layout depends on may be set. */
function limit(price: number, more: object = {}): object {
  return {
    action: OrderAction.BUY,
    orderType: OrderType.LMT,
    totalQuantity: 100,
    lmtPrice: price,
    tif: TimeInForce.DAY,
    transmit: true,
    ...more,
  };
}

interface Day {
  /** Every event with its arguments, as text, in order. */
  readonly events: readonly string[];
  readonly errors: readonly string[];
}

/** A trading day with the real client: everything the adapter of a live session would ask for. */
async function tradingDay(pieceBytes: number): Promise<Day> {
  const clock = new TestClock();
  const gateway = await startGateway({ wallClock: clock.wallClock });
  gateway.setPieces(pieceBytes);
  const watcher = await RawClient.start(gateway.port, 99);
  const api = new IBApi({ host: "127.0.0.1", port: gateway.port, clientId: 3, maxReqPerSec: 1000 });
  closeAfterTest(() => api.disconnect());
  const events: string[] = [];
  const errors: string[] = [];
  const emitter = api as unknown as { on(event: string, listener: (...args: unknown[]) => void): void };
  emitter.on(EventName.error, (error, code, id) => errors.push(`${String(id)} ${String(code)} ${String(error)}`));
  emitter.on(EventName.result, (event, args) => {
    if (event !== EventName.error) events.push(`${String(event)} ${JSON.stringify(args)}`);
  });
  const quiet = async (): Promise<void> => {
    for (let seen = -1; seen !== events.length + errors.length; ) {
      seen = events.length + errors.length;
      await new Promise((resolve) => setTimeout(resolve, pieceBytes > 0 ? 400 : 60));
    }
  };
  api.connect();
  await quiet();
  api.reqMarketDataType(3);
  api.reqMktData(10_001, STOCK, "233", false, false);
  api.reqPositions();
  api.reqAccountUpdates(true, "");
  api.reqAccountSummary(10_002, "All", "NetLiquidation,$LEDGER:ALL");
  api.reqPnL(10_003, "DU1234567", "");
  api.reqContractDetails(10_004, STOCK);
  api.reqHistoricalData(10_005, STOCK, "", "600 S", "1 min" as never, "TRADES" as never, 1, 2, true);
  await quiet();
  api.placeOrder(1, STOCK, limit(50) as never);
  api.placeOrder(2, STOCK, limit(0, { orderType: OrderType.MKT, lmtPrice: undefined, orderRef: "intent-2" }) as never);
  api.placeOrder(3, STOCK, limit(51, { transmit: false }) as never);
  api.placeOrder(4, STOCK, limit(150, { action: OrderAction.SELL, parentId: 3, transmit: false }) as never);
  api.placeOrder(
    5,
    STOCK,
    limit(0, { action: OrderAction.SELL, orderType: OrderType.STP, auxPrice: 40, parentId: 3 }) as never,
  );
  api.placeOrder(6, STOCK, limit(50, { whatIf: true }) as never);
  api.placeOrder(7, STOCK, limit(99.123) as never);
  await quiet();
  await clock.pass(60_000, watcher);
  await quiet();
  api.placeOrder(1, STOCK, limit(52, { totalQuantity: 50 }) as never);
  api.cancelOrder(3);
  await quiet();
  api.reqOpenOrders();
  api.reqAllOpenOrders();
  api.reqCompletedOrders(false);
  api.reqExecutions(10_006, {});
  api.reqPositionsMulti(10_007, "DU1234567", "");
  api.reqAccountUpdatesMulti(10_008, "DU1234567", "", false);
  await quiet();
  api.reqGlobalCancel();
  api.cancelMktData(10_001);
  api.cancelPnL(10_003);
  api.cancelPositions();
  api.cancelAccountSummary(10_002);
  await quiet();
  return { events, errors };
}

describe("the client @stoqey/ib through a trading day", () => {
  it("reads every message to its last field, and what the gateway refuses is what it should", async () => {
    const { events, errors } = await tradingDay(0);
    const names = new Set(events.map((event) => event.split(" ")[0]));
    for (const name of [
      EventName.openOrder,
      EventName.orderStatus,
      EventName.execDetails,
      EventName.commissionReport,
      EventName.openOrderEnd,
      EventName.completedOrder,
      EventName.completedOrdersEnd,
      EventName.execDetailsEnd,
      EventName.position,
      EventName.positionEnd,
      EventName.positionMulti,
      EventName.positionMultiEnd,
      EventName.updateAccountValue,
      EventName.updatePortfolio,
      EventName.updateAccountTime,
      EventName.accountDownloadEnd,
      EventName.accountSummary,
      EventName.accountSummaryEnd,
      EventName.accountUpdateMulti,
      EventName.accountUpdateMultiEnd,
      EventName.pnl,
      EventName.contractDetails,
      EventName.historicalData,
      EventName.historicalDataUpdate,
      EventName.tickPrice,
    ]) {
      expect(names, name).toContain(name);
    }
    expect(errors.filter((error) => !/ 202 /.test(error))).toEqual([
      expect.stringMatching(/^7 110 .*minimum price variation/),
    ]);
    const filled = events.find((event) => event.startsWith("execDetails") && event.includes("intent-2"));
    expect(filled).toContain('"side":"BOT"');
    expect(filled).toContain('"orderRef":"intent-2"');
    const whatIf = events.find((event) => event.startsWith("openOrder") && event.includes('"whatIf":true'));
    expect(whatIf).toMatch(/"initMarginChange":\d/);
  });

  it("sees the same when its stream comes in pieces of three bytes", async () => {
    const whole = await tradingDay(0);
    const pieces = await tradingDay(3);
    expect(pieces.errors).toEqual(whole.errors);
    expect(pieces.events).toEqual(whole.events);
  }, 120_000);
});

describe("IBApiNext through orders", () => {
  it("places, changes, lists and cancels them", async () => {
    const clock = new TestClock();
    const gateway = await startGateway({ wallClock: clock.wallClock });
    const watcher = await RawClient.start(gateway.port, 99);
    const api = new IBApiNext({ host: "127.0.0.1", port: gateway.port });
    closeAfterTest(() => api.disconnect());
    api.connect(4);
    const id = await api.placeNewOrder(STOCK, limit(50) as never);
    expect(id).toBe(1);
    api.modifyOrder(id, STOCK, limit(51) as never);
    await clock.pass(0, watcher);
    const [open] = await api.getAllOpenOrders();
    expect(open).toMatchObject({ orderId: 1, order: { lmtPrice: 51, totalQuantity: 100, clientId: 4 } });
    api.cancelOrder(id);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await api.getAllOpenOrders()).toEqual([]);
    await api.placeNewOrder(STOCK, limit(0, { orderType: OrderType.MKT, lmtPrice: undefined }) as never);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await clock.pass(10_000, watcher);
    const executions = await api.getExecutionDetails({});
    expect(executions).toHaveLength(1);
    const reports = await api.getCommissionReport({});
    expect(reports[0].commission).toBe(1);
  });
});
