import { describe, expect, it } from "vitest";
import { gatewayData } from "./gateway-data.js";
import { placeOrder } from "./order-fields.js";
import { RawClient } from "./raw-client.js";
import { type Started, started } from "./started.js";

async function withPosition(): Promise<Started & { price: number; fee: number }> {
  const one = await started();
  one.client.send(...placeOrder(1, { type: "MKT" }));
  await one.clock.pass(5_000, one.client);
  const price = Number(one.client.of(11)[0][20]);
  return { ...one, price, fee: Number(one.client.of(59)[0][3]) };
}

describe("account updates", () => {
  it("tell every value, the positions, the time and the end, and again what a fill has changed", async () => {
    const one = await withPosition();
    one.client.send(6, 2, 1, "DU1234567");
    await one.client.until(() => one.client.of(54).length === 1);
    const values = new Map(one.client.of(6).map(([, , key, value, currency]) => [`${key} ${currency}`, value]));
    expect(Number(values.get("TotalCashValue USD"))).toBeCloseTo(1_000_000 - 100 * one.price - one.fee, 2);
    expect(Number(values.get("NetLiquidation USD"))).toBeCloseTo(1_000_000 - 1 - one.fee, 0);
    expect(Number(values.get("InitMarginReq USD"))).toBeCloseTo(50 * one.price, -1);
    expect(values.get("AccountCode ")).toBe("DU1234567");
    expect(values.has("CashBalance BASE")).toBe(true);
    const [position] = one.client.of(7);
    expect(position).toHaveLength(20);
    expect(position.slice(2, 4)).toEqual([expect.any(String), "SYN1"]);
    expect(position[13]).toBe("100");
    expect(Number(position[16])).toBeCloseTo(one.price, 6);
    expect(one.client.of(8)).toEqual([["8", "1", "12:00"]]);
    expect(one.client.of(54)).toEqual([["54", "1", "DU1234567"]]);
    const told = one.client.of(6).length;
    one.client.send(...placeOrder(2, { type: "MKT", action: "SELL" }));
    await one.clock.pass(5_000, one.client);
    expect(one.client.of(6).length).toBeGreaterThan(told);
    expect(one.client.of(7).at(-1)?.[13]).toBe("0");
    expect(Number(one.client.of(7).at(-1)?.[18])).not.toBe(0);
    one.client.send(6, 2, 0, "");
    await one.clock.pass(400_000, one.client);
    const after = one.client.of(6).length;
    await one.clock.pass(400_000, one.client);
    expect(one.client.of(6)).toHaveLength(after);
  });

  it("come every three minutes with what has changed", async () => {
    const one = await withPosition();
    one.client.send(6, 2, 1, "");
    await one.client.until(() => one.client.of(54).length === 1);
    const told = one.client.of(6).length;
    await one.clock.pass(180_000, one.client);
    expect(one.client.of(8).map((fields) => fields[2])).toEqual(["12:00", "12:03"]);
    const keys = one.client
      .of(6)
      .slice(told)
      .map((fields) => fields[2]);
    expect(keys).toContain("NetLiquidation");
    expect(keys).not.toContain("AccountCode");
  });

  it("of an account that does not exist are refused", async () => {
    const one = await started();
    one.client.send(6, 2, 1, "DU0000000");
    one.client.send(76, 1, 5, "DU0000000", "", 0);
    one.client.send(92, 6, "DU0000000", "");
    await one.clock.pass(0, one.client);
    expect(one.client.errors(-1).at(-1)).toMatchObject({ code: 321 });
    expect([one.client.errors(5)[0].code, one.client.errors(6)[0].code]).toEqual([321, 321]);
  });
});

describe("an account summary", () => {
  it("tells the tags that were asked for, for every account, and the ledger", async () => {
    const one = await started({ accounts: ["DU1111111", "DU2222222"] });
    one.client.send(62, 1, 3, "All", "NetLiquidation,BuyingPower,$LEDGER:USD");
    await one.client.until(() => one.client.of(64).length === 1);
    const rows = one.client.of(63).map((fields) => fields.slice(3));
    expect(rows).toContainEqual(["DU1111111", "NetLiquidation", "1000000.00", "USD"]);
    expect(rows).toContainEqual(["DU2222222", "BuyingPower", "4000000.00", "USD"]);
    expect(rows).toContainEqual(["DU1111111", "CashBalance", "1000000.00", "USD"]);
    expect(one.client.of(64)).toEqual([["64", "1", "3"]]);
  });

  it("can be had twice at once, and cancelled", async () => {
    const one = await started();
    for (const id of [1, 2, 3]) one.client.send(62, 1, id, "All", "NetLiquidation");
    one.client.send(63, 1, 1);
    one.client.send(62, 1, 4, "All", "NetLiquidation");
    one.client.send(63, 1, 2);
    one.client.send(62, 1, 5, "Nobody", "NetLiquidation");
    await one.clock.pass(0, one.client);
    expect(one.client.errors(3)[0]).toMatchObject({ code: 322, text: expect.stringContaining("Maximum number") });
    expect(one.client.errors(4)).toEqual([]);
    expect(one.client.errors(5)[0].code).toBe(321);
  });
});

describe("positions", () => {
  it("are told with 16 fields, their end, and each change of them", async () => {
    const one = await withPosition();
    one.client.send(61, 1);
    one.client.send(74, 1, 9, "DU1234567", "");
    await one.client.until(() => one.client.of(72).length === 1);
    expect(one.client.of(61)).toHaveLength(1);
    expect(one.client.of(61)[0]).toHaveLength(16);
    expect(one.client.of(61)[0].slice(2, 6)).toEqual(["DU1234567", expect.any(String), "SYN1", "STK"]);
    expect(one.client.of(62)).toEqual([["62", "1"]]);
    expect(one.client.of(71)[0].slice(0, 4)).toEqual(["71", "1", "9", "DU1234567"]);
    one.client.send(...placeOrder(2, { type: "MKT", action: "SELL", quantity: 40 }));
    await one.clock.pass(5_000, one.client);
    expect(one.client.of(61).at(-1)?.[14]).toBe("60");
    expect(one.client.of(71).at(-1)?.[15]).toBe("60");
    one.client.send(64, 1);
    one.client.send(75, 1, 9);
    one.client.send(...placeOrder(3, { type: "MKT", action: "SELL", quantity: 60 }));
    await one.clock.pass(5_000, one.client);
    expect(one.client.of(61)).toHaveLength(2);
    expect(one.client.of(71)).toHaveLength(2);
  });
});

describe("profit and loss", () => {
  it("of the account and of a position follow the price about once a second, and add up", async () => {
    const one = await withPosition();
    const conId = one.client.of(11)[0][3];
    one.client.send(92, 1, "DU1234567", "");
    one.client.send(94, 2, "DU1234567", "", conId);
    one.client.send(94, 3, "DU1234567", "", 5);
    await one.clock.pass(60_000, one.client);
    expect(one.client.errors(3)[0].code).toBe(321);
    const account = one.client.of(94).map((fields) => fields.slice(2).map(Number));
    const position = one.client.of(95).map((fields) => fields.slice(2).map(Number));
    expect(account.length).toBeGreaterThan(5);
    expect(position.at(-1)?.slice(0, 4)).toEqual([100, account.at(-1)?.[0], account.at(-1)?.[1], 0]);
    expect(account.at(-1)?.[0]).toBeCloseTo((account.at(-1)?.[1] ?? 0) - one.fee, 2);
    one.client.send(93, 1);
    one.client.send(95, 2);
    one.client.send(93, 1);
    one.client.send(95, 2);
    await one.clock.pass(0, one.client);
    expect(one.client.errors(1)).toEqual([{ code: 10185, text: "Failed to cancel PnL (not subscribed)" }]);
    expect(one.client.errors(2)).toEqual([{ code: 10186, text: "Failed to cancel PnL single (not subscribed)" }]);
  });

  it("of a day begins anew at midnight", async () => {
    const one = await withPosition();
    one.client.send(92, 1, "DU1234567", "");
    await one.clock.pass(13 * 3_600_000, one.client);
    one.client.send(92, 2, "DU1234567", "");
    await one.clock.pass(0, one.client);
    const [, , daily, unrealised] = one.client.of(94).filter((fields) => fields[1] === "2")[0];
    expect(Number(daily)).toBe(0);
    expect(Number(unrealised)).not.toBe(0);
  });
});

describe("a margin call", () => {
  it("closes what is too much at once, as an order that is nobody's", async () => {
    // A price that rises by two per cent a day ruins whoever is short of it.
    const data = gatewayData("synthetic:bars=20000,drift=5,volatility=0.01,overnight=0,start=2020-01-06");
    const one = await started({ data, from: data.series[0].end[400], funds: { cash: 10_000 } });
    const zero = await RawClient.start(one.gateway.port, 0);
    one.client.send(...placeOrder(1, { type: "MKT", action: "SELL", quantity: 90 }));
    await one.clock.pass(60_000, one.client);
    expect(one.client.of(11)).toHaveLength(1);
    await one.clock.pass(60 * 24 * 3_600_000, one.client);
    await one.clock.pass(0, zero);
    expect(zero.of(11).length).toBeGreaterThan(0);
    for (const fields of zero.of(11)) {
      expect(fields[2]).toBe("0");
      expect(fields.slice(22, 24)).toEqual(["0", "1"]);
    }
    expect(zero.of(5)[0][23]).toBe("Margin call");
  });
});
