import { EventName, IBApiNext, SecType } from "@stoqey/ib";
import { firstValueFrom } from "rxjs";
import { describe, expect, it } from "vitest";
import { contract } from "./asked-contract.js";
import { closeAfterTest } from "./close-after-test.js";
import { gatewayData } from "./gateway-data.js";
import { RawClient } from "./raw-client.js";
import { NOON, startGateway } from "./started.js";
import { collect, connectStoqey, once } from "./stoqey.js";

async function details(said: Partial<Record<string, string | number>>): Promise<RawClient> {
  const { port } = await startGateway();
  const client = await RawClient.start(port, 1);
  client.send(9, 8, 77, ...contract(said), 0, "", "", "");
  await client.until(() => client.of(52).length === 1 || client.errors(77).length === 1);
  return client;
}

describe("contract details", () => {
  it("have 40 fields at this version, with the hours of six days in the exchange's zone", async () => {
    const client = await details({ symbol: "SYN1", secType: "STK", exchange: "SMART", currency: "USD" });
    const [row] = client.of(10);
    expect(row).toHaveLength(40);
    const [, , symbol, secType, , , , exchange, currency, local] = row;
    expect([symbol, secType, exchange, currency, local]).toEqual(["SYN1", "STK", "SMART", "USD", "SYN1"]);
    expect(row[13]).toBe("0.01");
    const zone = row.indexOf("US/Eastern");
    expect(row[zone + 2]).toBe(
      "20200120:0930-20200120:1600;20200121:0930-20200121:1600;20200122:0930-20200122:1600;" +
        "20200123:0930-20200123:1600;20200124:0930-20200124:1600;20200125:CLOSED",
    );
    expect(row.slice(-4)).toEqual(["COMMON", "1", "1", "100"]);
    const exchanges = row[16].split(",");
    expect(row[row.length - 6].split(",")).toEqual(exchanges.map(() => "26"));
  });

  it("are found by the id alone", async () => {
    const first = await details({ symbol: "SYN2", secType: "STK" });
    const conId = first.of(10)[0][12];
    const client = await details({ conId });
    expect(client.of(10)[0].slice(2, 4)).toEqual(["SYN2", "STK"]);
  });

  it.each([
    [{ symbol: "NONE", secType: "STK" }, 200, "No security definition has been found for the request"],
    [{ symbol: "SYN1", secType: "STK", currency: "EUR" }, 200, "No security definition has been found for the request"],
    [{ symbol: "SYN1", secType: "STK", exchange: "LSE" }, 200, "No security definition has been found for the request"],
    [{ conId: 5 }, 200, "No security definition has been found for the request"],
    [{ symbol: "SYN1", secType: "STOCK" }, 321, "Please enter a valid security type"],
    [{ symbol: "SYN1" }, 321, "Please enter a valid security type"],
    [{ secType: "STK" }, 321, "Please enter a local symbol or a symbol"],
    [{ symbol: "SYN1", secType: "BAG" }, 321, "Combinations are not simulated"],
  ])("of %j are refused with %i", async (said, code, text) => {
    const client = await details(said);
    expect(client.errors(77)).toEqual([{ code, text: expect.stringContaining(text) }]);
    expect(client.of(10)).toEqual([]);
  });

  it("of several kinds are read by the real client without an error", async () => {
    const data = gatewayData("synthetic:symbols=5,bars=780,start=2020-01-06", [
      { symbol: "SYN1", assetClass: "forex", currency: "USD" },
      { symbol: "SYN2", assetClass: "future", tickSize: 0.25, multiplier: 50, future: { expiry: "2020-03-20" } },
      {
        symbol: "SYN3",
        assetClass: "option",
        option: { underlying: "SYN5", right: "call", strike: 110, expiry: "2020-06-19" },
      },
      { symbol: "SYN4", assetClass: "etf" },
    ]);
    const { port } = await startGateway({ data, from: data.series[0].end[400] });
    const { api, errors } = await connectStoqey(port);
    const found: Record<string, unknown>[] = [];
    for (const asked of [
      { symbol: "SYN", secType: SecType.CASH, currency: "USD", exchange: "IDEALPRO" },
      // "N2" reads as a month and a year: the product of this future is SY.
      { symbol: "SY", secType: SecType.FUT, lastTradeDateOrContractMonth: "202003" },
      { symbol: "SYN5", secType: SecType.OPT, strike: 110, right: "C" as never },
      { symbol: "SYN4", secType: SecType.STK },
    ]) {
      const rows = collect(api, EventName.contractDetails, EventName.contractDetailsEnd);
      api.reqContractDetails(5, asked);
      for (const [, row] of await rows) found.push(row as Record<string, unknown>);
    }
    expect(errors).toEqual([]);
    expect(found.map((row) => (row.contract as { localSymbol: string }).localSymbol)).toEqual([
      "SYN.USD",
      "SYN2",
      "SYN3",
      "SYN4",
    ]);
    expect(found[1]).toMatchObject({ minTick: 0.25, contractMonth: "202003", marketRuleIds: "67" });
    expect(found[1].contract).toMatchObject({ multiplier: 50, lastTradeDateOrContractMonth: "20200320" });
    expect(found[2].contract).toMatchObject({ strike: 110, right: "C", multiplier: 100 });
    expect(found[3]).toMatchObject({ stockType: "ETF" });
    const chain = collect(
      api,
      EventName.securityDefinitionOptionParameter,
      EventName.securityDefinitionOptionParameterEnd,
    );
    api.reqSecDefOptParams(6, "SYN5", "", SecType.STK, 1);
    expect((await chain)[0].slice(5)).toEqual([["20200619"], [110]]);
    const samples = once(api, EventName.symbolSamples);
    api.reqMatchingSymbols(7, "SYN5");
    expect((await samples)[1]).toMatchObject([{ contract: { symbol: "SYN5" }, derivativeSecTypes: ["OPT"] }]);
    const rule = once(api, EventName.marketRule);
    api.reqMarketRule(67);
    expect(await rule).toEqual([67, [{ lowEdge: 0, increment: 0.25 }]]);
    expect(errors).toEqual([]);
  });

  it("come as promised by IBApiNext", async () => {
    const { port } = await startGateway();
    const api = new IBApiNext({ host: "127.0.0.1", port });
    closeAfterTest(() => api.disconnect());
    api.connect(9);
    const [found] = await api.getContractDetails({ symbol: "SYN1", secType: SecType.STK });
    expect(found.contract.symbol).toBe("SYN1");
    expect(found.timeZoneId).toBe("US/Eastern");
    await expect(api.getContractDetails({ symbol: "NO", secType: SecType.STK })).rejects.toMatchObject({ code: 200 });
    expect(await api.getCurrentTime()).toBeGreaterThanOrEqual(NOON / 1000);
    expect(await firstValueFrom(api.connectionState)).toBe(2);
  });
});
