import { describe, expect, it } from "vitest";
import type { CachedAnswer, ContractCache } from "../../brokers/tws/contracts/contract-cache.js";
import { contractHours } from "../../brokers/tws/contracts/contract-hours.js";
import { queryOf } from "../../brokers/tws/contracts/contract-query.js";
import { Contracts } from "../../brokers/tws/contracts/contracts.js";
import { DAY } from "../../core/market/bar-size.js";
import { Instrument, type InstrumentSpec } from "../../core/market/instrument.js";
import { gatewayData, TWO_STOCKS } from "../gateway/gateway-data.js";
import { startGateway } from "../gateway/started.js";
import { connected } from "./connected.js";
import { findZone } from "./history-parts.js";
import { contractDetailsFields, type SaidContract } from "./message-fields.js";
import { ScriptedTws } from "./scripted-tws.js";

const APPLE = { conId: 265598, symbol: "AAPL", name: "APPLE INC" };

/** A TWS that answers contract details with these, and market rules with those. */
function knows(contracts: readonly SaidContract[], rules: Readonly<Record<string, readonly number[]>> = {}) {
  return ScriptedTws.start({
    message: (caller, [id, first, request]) => {
      if (id === "49") caller.tellTime();
      if (id === "9") {
        for (const said of contracts) caller.send(...contractDetailsFields(request, { ...APPLE, ...said }));
        if (contracts.length === 0) caller.error(Number(request), 200, "No security definition has been found");
        else caller.send(52, 1, request);
      }
      if (id === "81") caller.send(79, first, 1, 4815, "AAPL", "STK", "NASDAQ", "USD", 0, "APPLE INC", "");
      if (id === "91" && rules[first] !== undefined) {
        caller.send(93, first, rules[first].length / 2, ...rules[first]);
      }
    },
  });
}

async function contractsOf(tws: ScriptedTws, options: ConstructorParameters<typeof Contracts>[1] = {}) {
  return new Contracts(await connected(tws.port), options);
}

const AAPL = new Instrument({ symbol: "AAPL" });

describe("the contract of an instrument", () => {
  it("is found at the gateway, with details, price steps and hours", async () => {
    const { port } = await startGateway();
    const contracts = new Contracts(await connected(port));
    const details = await contracts.one(new Instrument({ symbol: "SYN1" }));
    expect(details).toMatchObject({ symbol: "SYN1", secType: "STK", currency: "USD", timeZoneId: "US/Eastern" });
    expect((await contracts.steps(details)).at(100)).toBe(0.01);
    const hours = contractHours(details, findZone);
    const [first] = hours.liquid.stretches;
    const sessions = gatewayData(TWO_STOCKS).sessions[0];
    expect(hours.timeZone).toBe("America/New_York");
    expect(hours.clock.instantAtOrAfter(first.start)).toBe(sessions.open[10]);
    expect(hours.clock.instantAtOrAfter(first.end)).toBe(sessions.close[10]);
  });

  it("is one where its details come once for each exchange", async () => {
    const contracts = await contractsOf(await knows([{}, { exchange: "NASDAQ" }]));
    expect((await contracts.one(AAPL)).conId).toBe(265598);
  });

  it("is for the user to choose where several fit: each is named with what tells it from the others", async () => {
    const tws = await knows([
      { conId: 1, primary: "NASDAQ" },
      { conId: 2, primary: "LSEETF", currency: "GBP", name: "APPLE CDR" },
    ]);
    const contracts = await contractsOf(tws);
    await expect(contracts.one(AAPL)).rejects.toThrow(
      "AAPL may be 2 contracts: 1 AAPL STK NASDAQ USD, APPLE INC; 2 AAPL STK LSEETF GBP, APPLE CDR.",
    );
    expect((await contracts.resolve(AAPL)).kind).toBe("several");
    await contracts.resolve(AAPL, { conId: 2 });
    await contracts.resolve(AAPL, { primaryExchange: "NASDAQ" });
    const asked = tws.heard(9).map((fields) => fields.slice(3, 15));
    expect(asked[1]).toEqual(["2", "", "", "", "", "", "", "SMART", "", "", "", ""]);
    expect(asked[2]).toEqual(["", "AAPL", "STK", "", "", "", "", "SMART", "NASDAQ", "USD", "", ""]);
  });

  it("that does not exist is an error which names what is similar", async () => {
    const contracts = await contractsOf(await knows([]));
    await expect(contracts.one(new Instrument({ symbol: "APPL" }))).rejects.toThrow(
      "IB has no contract for APPL as a stock at SMART in USD. Similar: AAPL (STK NASDAQ USD).",
    );
  });

  it("has its last trade date and the time apart, in whichever form they come", async () => {
    for (const [text, date, time] of [
      ["20260320 08:30 US/Central", "20260320", "08:30 US/Central"],
      ["20260320-08:30:00", "20260320", "08:30:00"],
      ["20260320", "20260320", ""],
      ["", "", ""],
    ]) {
      const contracts = await contractsOf(await knows([{ lastTradeDate: text }]));
      expect(await contracts.one(AAPL)).toMatchObject({ lastTradeDate: date, lastTradeTime: time });
    }
  });
});

describe("what is asked for", () => {
  const future = { assetClass: "future", tickSize: 0.25 } as const;
  it.each<[InstrumentSpec, object]>([
    [
      { symbol: "SPY", assetClass: "etf" },
      { symbol: "SPY", secType: "STK", exchange: "SMART", currency: "USD" },
    ],
    [{ symbol: "BRK.B" }, { symbol: "BRK B", secType: "STK", exchange: "SMART", currency: "USD" }],
    [
      { symbol: "SPX", assetClass: "index" },
      { symbol: "SPX", secType: "IND", currency: "USD" },
    ],
    [
      { symbol: "EUR.USD", assetClass: "forex" },
      { symbol: "EUR", secType: "CASH", exchange: "IDEALPRO", currency: "USD" },
    ],
    [
      { symbol: "GBPJPY", assetClass: "forex" },
      { symbol: "GBP", secType: "CASH", exchange: "IDEALPRO", currency: "JPY" },
    ],
    [
      { symbol: "ESZ6", ...future },
      { localSymbol: "ESZ6", secType: "FUT", exchange: "CME", currency: "USD", includeExpired: true },
    ],
    [
      { symbol: "ES", ...future, future: { expiry: "2026-12-18" } },
      {
        symbol: "ES",
        secType: "FUT",
        exchange: "CME",
        currency: "USD",
        includeExpired: true,
        lastTradeDateOrContractMonth: "20261218",
      },
    ],
    [
      {
        symbol: "SPY-C",
        assetClass: "option",
        option: { underlying: "SPY", right: "call", strike: 500, expiry: "2026-12-18" },
      },
      {
        symbol: "SPY",
        secType: "OPT",
        exchange: "SMART",
        currency: "USD",
        lastTradeDateOrContractMonth: "20261218",
        strike: 500,
        right: "C",
      },
    ],
  ])("for %o is %o", (spec, query) => {
    expect(queryOf(new Instrument(spec))).toEqual(query);
  });

  it("is its number where one was chosen, at its exchange; an index is at none that is called SMART", () => {
    const choice = { conId: 416904 };
    expect(queryOf(AAPL, choice)).toEqual({ conId: 416904, exchange: "SMART" });
    expect(queryOf(new Instrument({ symbol: "SPX", assetClass: "index" }), choice)).toEqual(choice);
    const named = new Instrument({ symbol: "SPX", assetClass: "index", exchange: "CBOE" });
    expect(queryOf(named, choice)).toEqual({ conId: 416904, exchange: "CBOE" });
  });
});

describe("the steps of prices", () => {
  it("are those of the market rule of the exchange", async () => {
    const tws = await knows([{ exchange: "NASDAQ", minTick: 0.0001 }], { 26: [0, 0.01], 32: [1, 0.01, 0, 0.0001] });
    const contracts = await contractsOf(tws);
    const steps = await contracts.steps(await contracts.one(AAPL));
    expect(tws.heard(91).map(([, rule]) => rule)).toEqual(["32"]);
    expect([steps.at(0.5), steps.at(1), steps.at(-20), steps.isExact]).toEqual([0.0001, 0.01, 0.01, true]);
    expect([steps.round(0.50003, 1), steps.round(20.006, -1), steps.round(20.006, 0)]).toEqual([0.5001, 20, 20.01]);
  });

  it("are the smallest of all where the rule is not answered", async () => {
    const contracts = await contractsOf(await knows([{ minTick: 0.005 }]));
    const steps = await contracts.steps(await contracts.one(AAPL));
    expect([steps.at(100), steps.isExact]).toEqual([0.005, false]);
  });
});

describe("what is known of contracts", () => {
  /** A cache in which everything becomes JSON, as in a file. */
  class JsonCache implements ContractCache {
    readonly texts = new Map<string, string>();
    get(key: string): CachedAnswer | undefined {
      const text = this.texts.get(key);
      return text === undefined ? undefined : (JSON.parse(text) as CachedAnswer);
    }
    set(key: string, answer: CachedAnswer): void {
      this.texts.set(key, JSON.stringify(answer));
    }
  }

  it("is asked for once, and again when it is a day old", async () => {
    const tws = await knows([{}], { 26: [0, 0.01] });
    const cache = new JsonCache();
    let now = 1_000;
    const options = { cache, now: () => now };
    const contracts = await contractsOf(tws, options);
    const [details, same] = await Promise.all([contracts.one(AAPL), contracts.one(AAPL)]);
    expect(same).toEqual(details);
    await contracts.steps(details);
    const later = await contractsOf(tws, options);
    now += DAY - 1;
    expect(await later.one(AAPL)).toEqual(details);
    expect((await later.steps(details)).at(5)).toBe(0.01);
    expect([tws.heard(9).length, tws.heard(91).length]).toEqual([1, 1]);
    now += 1;
    await later.one(AAPL);
    await later.steps(details);
    expect([tws.heard(9).length, tws.heard(91).length]).toEqual([2, 2]);
  });

  it("does not hold what was not found: it may be listed tomorrow", async () => {
    const tws = await knows([]);
    const contracts = await contractsOf(tws);
    for (let i = 0; i < 2; i++) await expect(contracts.one(AAPL)).rejects.toThrow("no contract");
    expect(tws.heard(9)).toHaveLength(2);
  });
});
