import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { SeatrialConfig, SessionSettings } from "../../config/config.js";
import { ConfigError } from "../../config/errors.js";
import { loadConfig } from "../../config/load-config.js";
import { scratch } from "./scratch.js";

const TYPED = `import { defineConfig } from "seatrial";

export default defineConfig({
  data: ["data/spy.csv", "QQQ=data/q.csv"],
  from: "2020-01-01",
  to: "2020-12-31T21:00:00Z",
  cash: 50_000,
  account: { margin: "cash" },
  instruments: { ESZ6: { assetClass: "future", tickSize: 0.25, multiplier: 50, future: { expiry: "2026-12-18" } } },
  guards: { staleQuote: { stock: 60 }, priceBand: false, orderSize: 500 },
  params: { fast: 10, mode: "slow", hedge: true },
  runs: { quick: { strategy: "strategies/cross.ts", params: { fast: 5 } } },
});
`;

async function refusal(config: unknown): Promise<ConfigError> {
  const folder = scratch({ "seatrial.config.json": JSON.stringify(config) });
  return loadConfig(undefined, folder).then(
    () => expect.unreachable("the configuration was taken") as never,
    (reason: unknown) => {
      expect(reason).toBeInstanceOf(ConfigError);
      return reason as ConfigError;
    },
  );
}

describe("seatrial.config", () => {
  it("in TypeScript is read whole, wherever it lies", async () => {
    const folder = scratch({ "seatrial.config.ts": TYPED });
    const loaded = await loadConfig(undefined, folder);
    expect(loaded).toMatchObject({ path: join(folder, "seatrial.config.ts"), file: "seatrial.config.ts", folder });
    expect(loaded?.config.instruments?.ESZ6.future?.expiry).toBe("2026-12-18");
    expect(loaded?.config.guards).toEqual({ staleQuote: { stock: 60 }, priceBand: false, orderSize: 500 });
    expect(loaded?.config.runs?.quick.params).toEqual({ fast: 5 });
  });

  it.each([
    ["seatrial.config.mjs", "export default { cash: 1 };"],
    ["seatrial.config.js", "export default { cash: 1 };"],
    ["seatrial.config.json", '{ "cash": 1 }'],
  ])("may be %s", async (name, text) => {
    const loaded = await loadConfig(undefined, scratch({ [name]: text }));
    expect(loaded?.config).toEqual({ cash: 1 });
  });

  it("that is not there is no error where none was named", async () => {
    expect(await loadConfig(undefined, scratch({}))).toBeUndefined();
  });

  it("that was named and is not there brings up the one that is", async () => {
    const folder = scratch({ "seatrial.config.ts": TYPED });
    await expect(loadConfig("seatrial.confg.ts", folder)).rejects.toThrow(
      "There is no configuration seatrial.confg.ts. There is seatrial.config.ts.",
    );
  });

  it("that is promised is waited for", async () => {
    const folder = scratch({ "seatrial.config.ts": "export default Promise.resolve({ cash: 5 });\n" });
    expect((await loadConfig(undefined, folder))?.config).toEqual({ cash: 5 });
  });

  it("without a default export says how to write one", async () => {
    const folder = scratch({ "seatrial.config.ts": "export const cash = 1;\n" });
    await expect(loadConfig(undefined, folder)).rejects.toMatchObject({ code: "CONFIG_EXPORT" });
  });

  it("in JSON may begin with a byte order mark", async () => {
    const folder = scratch({ "seatrial.config.json": '\ufeff{ "cash": 5 }' });
    expect((await loadConfig(undefined, folder))?.config).toEqual({ cash: 5 });
  });

  it("that is not JSON says what is wrong", async () => {
    const folder = scratch({ "seatrial.config.json": "{ cash: 1 }" });
    await expect(loadConfig(undefined, folder)).rejects.toMatchObject({ code: "CONFIG_JSON" });
  });

  it("that cannot be parsed names the line", async () => {
    const folder = scratch({ "seatrial.config.ts": "export default {\n  cash: ,\n};\n" });
    await expect(loadConfig(undefined, folder)).rejects.toMatchObject({ code: "FILE_SYNTAX", details: { line: 2 } });
  });
});

describe("a setting that does not exist", () => {
  it.each<[unknown, string]>([
    [{ cahs: 1 }, "seatrial.config.json: cahs is not a setting. Did you mean cash?"],
    [{ account: { margn: "cash" } }, "seatrial.config.json: account.margn is not a setting. Did you mean margin?"],
    [
      { guards: { staleQuotes: false } },
      "seatrial.config.json: guards.staleQuotes is not a setting. Did you mean staleQuote?",
    ],
    [
      { guards: { priceBand: { fractoin: 1 } } },
      "seatrial.config.json: guards.priceBand.fractoin is not a setting. Did you mean fraction?",
    ],
    [
      { instruments: { "EUR.USD": { tickSise: 1 } } },
      'seatrial.config.json: instruments["EUR.USD"].tickSise is not a setting. Did you mean tickSize?',
    ],
    [
      { runs: { quick: { strateggy: "a.ts" } } },
      "seatrial.config.json: runs.quick.strateggy is not a setting. Did you mean strategy?",
    ],
    [
      { runs: { quick: { account: { zzz: 1 } } } },
      "runs.quick.account.zzz is not a setting. Settings there are margin.",
    ],
    [{ paper: { paperDays: 3 } }, "paper.paperDays is not a setting."],
    [{ live: { clientid: 3 } }, "live.clientid is not a setting. Did you mean clientId?"],
    [
      { runs: { quick: { runs: {} } } },
      "runs.quick.runs is not a setting. Settings there are strategy, data, csv, store, build, from, to, cash",
    ],
  ])("is refused with the nearest one there is: %j", async (config, message) => {
    const error = await refusal(config);
    expect(error.code).toBe("CONFIG_KEY");
    expect(error.message).toContain(message);
  });
});

describe("a value that cannot be", () => {
  it.each<[unknown, string]>([
    [{ cash: "1" }, 'cash is "1"; it must be a number above 0.'],
    [{ cash: 0 }, "cash is 0; it must be a number above 0."],
    [{ cash: null }, "cash is null; it must be a number above 0."],
    [{ fill: "next-opn" }, 'fill is "next-opn"; it must be one of next-open, same-close. Did you mean "next-open"?'],
    [
      { account: { margin: "regt" } },
      'it must be one of cash, reg-t, reg-t-intraday, unlimited. Did you mean "reg-t"?',
    ],
    [{ account: "cash" }, 'account is "cash"; it must be an object with margin.'],
    [{ latency: -1 }, "latency is -1; it must be a number of milliseconds, 0 or more."],
    [{ volumeLimit: 1.5 }, "volumeLimit is 1.5; it must be a share above 0 and up to 1."],
    [{ seed: 1.5 }, "seed is 1.5; it must be a whole number of 0 or more."],
    [{ data: [] }, "data is an empty list; it must be at least one file."],
    [{ data: [1] }, "data is a list; it must be the name of a file, a list of names"],
    [{ from: "2024-02-30" }, 'from is "2024-02-30"; it must be a date such as 2024-01-31'],
    [{ from: "31.1.2024" }, 'from is "31.1.2024"; it must be a date such as 2024-01-31'],
    [{ from: "2024-02-01", to: "2024-01-01" }, 'to is "2024-01-01"; it must be no earlier than from.'],
    [{ guards: { priceBand: true } }, "guards.priceBand is true; it must be an object with fraction."],
    [
      { guards: { priceBand: { fraction: [] } } },
      "guards.priceBand.fraction is an empty list; it must be a number above 0",
    ],
    [
      { guards: { dailyLoss: { flatten: true } } },
      "guards.dailyLoss.fraction is missing; it must be a fraction above 0 and up to 1, unless amount is given.",
    ],
    [{ guards: { drawdown: {} } }, "guards.drawdown.fraction is missing; it must be a fraction above 0 and up to 1"],
    [{ params: { fast: {} } }, "params.fast is an object; it must be a number, a text, true or false."],
    [{ runs: { quick: { cash: -1 } } }, "runs.quick.cash is -1; it must be a number above 0."],
    [{ instruments: { ES: { future: {} } } }, "instruments.ES.future.expiry is missing; it must be a date such as"],
    [{ guards: true }, "guards is true; it must be an object with session, staleQuote"],
    [{ csv: { sessionHours: { open: "9:30" } } }, "csv.sessionHours.close is missing; it must be a local time such as"],
    [{ live: { port: 70_000 } }, "live.port is 70000; it must be a port, a whole number from 1 to 65535."],
    [{ live: { paperDays: 0 } }, "live.paperDays is 0; it must be a whole number above 0."],
    [{ paper: { onStop: "flaten" } }, 'one of keep, flatten. Did you mean "flatten"?'],
    [{ paper: 7497 }, "paper is 7497; it must be an object with account, host, port, clientId"],
    [{ rates: { EUR: 0 } }, "rates.EUR is 0; it must be a number above 0."],
    [[], "the configuration is an empty list; it must be an object with strategy, data, csv"],
    [1, "the configuration is 1; it must be an object with strategy"],
  ])("is refused with its key and its rule: %j", async (config, message) => {
    const error = await refusal(config);
    expect(error.code).toBe("CONFIG_VALUE");
    expect(error.message).toContain(message);
    expect(error.message.startsWith("seatrial.config.json: ")).toBe(true);
  });

  it("is listed with the others where there are several", async () => {
    const error = await refusal({ cash: -1, runs: { quick: { fil: "x", seed: "a" } } });
    expect(error.code).toBe("CONFIG_INVALID");
    expect(error.message.split("\n")).toEqual([
      "seatrial.config.json has 3 mistakes:",
      "  cash is -1; it must be a number above 0.",
      '  runs.quick.seed is "a"; it must be a whole number of 0 or more.',
      "  runs.quick.fil is not a setting. Did you mean fill?",
    ]);
  });

  it("may be false where all guards, or the benchmark, are to be left out", async () => {
    const off = { guards: false, benchmark: false };
    const loaded = await loadConfig(undefined, scratch({ "seatrial.config.json": JSON.stringify(off) }));
    expect(loaded?.config).toEqual(off);
  });

  it("is everything that a configuration's type does not allow: each setting is taken when it is right", async () => {
    const SESSION: Required<SessionSettings> = {
      account: "DU1234567",
      host: "127.0.0.1",
      port: 7497,
      clientId: 7,
      symbols: ["SPY"],
      bar: "1min",
      hours: "regular",
      onStop: "flatten",
      barGrace: 0,
      lines: 100,
      tickByTickLines: 5,
    };
    const everything: Required<SeatrialConfig> = {
      strategy: "strategies/cross.ts",
      data: "sample",
      csv: {
        bar: "1day",
        timeZone: "UTC",
        stamp: "end",
        sessionHours: { open: "09:30", close: "16:00" },
        columns: "time,open,high,low,close",
        dateOrder: "dmy",
        priceScale: 10_000,
      },
      store: { file: "bars.db", symbols: ["SPY"], bar: "1min,1day", adjust: "raw", what: "quotes", hours: "all" },
      build: ["10000volume"],
      from: "2024-01-01",
      to: "2024-01-01",
      cash: 1,
      calendar: "auto",
      baseCurrency: "EUR",
      rates: { USD: 0.9 },
      account: { margin: "unlimited" },
      fill: "same-close",
      limitFill: "touch",
      intrabar: "ohlc",
      latency: 0,
      fees: "ib-fixed",
      slippage: "none",
      volumeLimit: 1,
      instruments: {
        X: {
          assetClass: "option",
          exchange: "SMART",
          currency: "USD",
          multiplier: 100,
          tickSize: 0,
          quantityStep: 1,
          negativePrices: false,
          thin: true,
          timeZone: "UTC",
          option: { underlying: "SPY", right: "put", strike: 500, expiry: "2026-12-18" },
          future: { expiry: "2026-12-18", initialMargin: 1, maintenanceMargin: 1 },
        },
      },
      guards: {
        staleQuote: { stock: 60, future: 60, forex: 30, thin: 300, bars: 2 },
        sentinelPrices: false,
        crossedQuote: { seconds: 0, fraction: 0.01, ticks: 20 },
        priceJump: { update: 0.1, day: 0.2, confirmations: 3 },
        priceBand: { fraction: 0.05 },
        orderSize: 100,
        orderValue: false,
        participation: 0.1,
        position: 1_000,
        exposure: 1_000_000,
        openOrders: 10,
        orderRate: { perSecond: 10, repeatSeconds: 0 },
        dailyLoss: { amount: 1_000, flatten: false },
        drawdown: { fraction: 0.2, flatten: true },
        reducingPasses: true,
      },
      params: {},
      benchmark: "SPY",
      seed: 0,
      out: "out",
      strict: true,
      sessions: "sessions",
      paper: SESSION,
      live: { ...SESSION, paperDays: 10 },
      runs: { quick: { strategy: "a.ts" } },
    };
    const loaded = await loadConfig(undefined, scratch({ "seatrial.config.json": JSON.stringify(everything) }));
    expect(loaded?.config).toEqual(everything);
  });
});
