import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { BacktestError } from "../../backtest/errors.js";
import { ConfigError } from "../../config/errors.js";
import { loadConfig } from "../../config/load-config.js";
import { type BacktestOptions, backtest, Instrument, openData, Strategy } from "../../index.js";
import { flat, instrument } from "../bars.js";
import { scratch } from "../config/scratch.js";
import { PLAIN } from "../scripted.js";

class Idle extends Strategy {}

const DATA = [flat("ABC", "1day", 100, 3)];

/** What backtest() says of options that a type checker would not have let pass. */
async function refusal(options: object): Promise<BacktestError> {
  const given = { ...PLAIN, strategy: Idle, data: DATA, ...options } as unknown as BacktestOptions;
  return backtest(given).then(
    () => expect.unreachable("the options were taken") as never,
    (reason: unknown) => {
      expect(reason).toBeInstanceOf(BacktestError);
      return reason as BacktestError;
    },
  );
}

/** What a configuration says of the same. */
async function configurationOn(settings: object): Promise<string> {
  const folder = scratch({ "seatrial.config.json": JSON.stringify(settings) });
  const error = await loadConfig(join(folder, "seatrial.config.json"), folder).then(
    () => expect.unreachable("the configuration was taken") as never,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ConfigError);
  return (error as ConfigError).message.replace(/^seatrial\.config\.json: /, "");
}

describe("backtest() refuses, in the words of the configuration,", () => {
  it.each<[string, object, string]>([
    ["a misspelt guard", { guards: { postion: 150 } }, "guards.postion is not a setting. Did you mean position?"],
    [
      "a cap in quotes",
      { guards: { position: "150" } },
      'guards.position is "150"; it must be a number above 0, or false.',
    ],
    [
      "a cap that is an object",
      { guards: { position: { units: 150 } } },
      "guards.position is an object; it must be a number above 0, or false.",
    ],
    [
      "a limit of losses that is a number",
      { guards: { dailyLoss: 0.03 } },
      "guards.dailyLoss is 0.03; it must be an object with fraction, amount, flatten.",
    ],
    [
      "a misspelt limit",
      { guards: { dailyLoss: { fracton: 0.03, amount: 1 } } },
      "guards.dailyLoss.fracton is not a setting. Did you mean fraction?",
    ],
    [
      "a misspelt word beside a limit",
      { guards: { drawdown: { fraction: 0.0001, flaten: true } } },
      "guards.drawdown.flaten is not a setting. Did you mean flatten?",
    ],
    [
      "a limit in quotes",
      { guards: { drawdown: { fraction: "0.1" } } },
      'guards.drawdown.fraction is "0.1"; it must be a fraction above 0 and up to 1.',
    ],
    [
      "a misspelt choice",
      { guards: { session: { closed: "hodl" } } },
      'guards.session.closed is "hodl"; it must be one of hold, deny. Did you mean "hold"?',
    ],
    [
      "a limit of losses without a limit",
      { guards: { drawdown: {} } },
      "guards.drawdown.fraction is missing; it must be",
    ],
    ["the size of an order in quotes", { guards: { orderSize: "10" } }, 'guards.orderSize is "10"; it must be'],
    ["guards that are only true", { guards: true }, "guards is true; it must be an object with session, staleQuote"],
    ["a misspelt key of csv", { csv: { tz: "UTC" } }, "csv.tz is not a setting."],
    ["a rate below 0", { rates: { EUR: -1 } }, "rates.EUR is -1; it must be a number above 0."],
    ["a seed below 0", { seed: -1 }, "seed is -1; it must be a whole number of 0 or more."],
    ["a seed that is not whole", { seed: 1.5 }, "seed is 1.5; it must be a whole number of 0 or more."],
    [
      "a misspelt key of store",
      { store: { symbols: "SPL", adjst: "raw" } },
      "store.adjst is not a setting. Did you mean adjust?",
    ],
    [
      "a misspelt field of an instrument",
      { instruments: { ABC: { tickSze: 0.5 } } },
      "instruments.ABC.tickSze is not a setting. Did you mean tickSize?",
    ],
  ])("%s", async (_, options, sentence) => {
    const { message } = await refusal(options);
    expect(message).toContain(`backtest(): ${sentence}`);
    expect(message).toBe(`backtest(): ${await configurationOn(options)}`);
  });

  it("several mistakes at once", async () => {
    const { code, message } = await refusal({ guards: { postion: 150 }, seed: -1 });
    expect(code).toBe("OPTIONS_INVALID");
    expect(message.split("\n")).toEqual([
      "backtest() is given 2 mistakes:",
      "  guards.postion is not a setting. Did you mean position?",
      "  seed is -1; it must be a whole number of 0 or more.",
    ]);
  });
});

describe("the instruments of backtest()", () => {
  it.each<[string, unknown, string]>([
    [
      "a misspelt field",
      [{ symbol: "ABC", tickSze: 0.5 }],
      "instruments[0].tickSze is not a setting. Did you mean tickSize?",
    ],
    [
      "a number in quotes",
      [{ symbol: "ABC", multiplier: "10" }],
      'instruments[0].multiplier is "10"; it must be a number above 0.',
    ],
    ["no symbol", [{ multiplier: 10 }], "instruments[0].symbol is missing; it must be a symbol."],
    [
      "a symbol alone",
      "ABC",
      'instruments is "ABC"; it must be an object with a symbol for each key, or a list such as',
    ],
  ])("are refused with %s", async (_, instruments, sentence) => {
    const { message } = await refusal({ instruments });
    expect(message).toContain(`backtest(): ${sentence}`);
  });

  it.each<[string, NonNullable<BacktestOptions["instruments"]>]>([
    ["an object by symbol, as in the configuration", { SP500: { multiplier: 10 } }],
    ["a list", [{ symbol: "SP500", multiplier: 10 }]],
    ["instruments that are made already", [new Instrument({ symbol: "SP500", multiplier: 10 })]],
  ])("may be %s", async (_, instruments) => {
    const result = await backtest({ ...PLAIN, strategy: Idle, data: "sample", instruments, to: "2000-12-31" });
    expect(result.instruments[0].multiplier).toBe(10);
  });

  it("may not be of a symbol that the data has not, in either form", async () => {
    expect((await refusal({ instruments: { ABD: {} } })).message).toContain('"ABD"');
    expect((await refusal({ instruments: [{ symbol: "ABD" }] })).message).toContain('Did you mean "ABC"?');
  });
});

describe("backtest() in plain JavaScript says what to do", () => {
  it("without data", async () => {
    const { message } = await refusal({ data: undefined });
    expect(message).toBe('There is no data to run on. Name some, such as data: "sample", or pass series of bars.');
  });

  it("of data that is none", async () => {
    const rule = 'the name of some data such as "sample" or "SPY=spy.csv", or a BarSeries';
    expect((await refusal({ data: [{ x: 1 }] })).message).toBe(`backtest(): data[0] is an object; it must be ${rule}.`);
    expect((await refusal({ data: 7 })).message).toContain("backtest(): data is 7; it must be the name of some");
    expect((await refusal({ data: DATA[0] })).message).toContain("or a list of BarSeries");
    expect((await refusal({ data: [...DATA, "sample"] })).message).toContain(
      "openData() makes series of what has a name",
    );
  });

  it.each<[string, unknown, string]>([
    ["without a strategy", undefined, "missing"],
    ["of a strategy that is the path of its file", "trader.ts", '"trader.ts"'],
    ["of a strategy that was constructed", new Idle(), "an object"],
  ])("%s", async (_, strategy, shown) => {
    const { message } = await refusal({ strategy });
    expect(message).toBe(
      `The strategy of the backtest is ${shown}; it must be a class that extends Strategy. Import the class, such as ` +
        '`import MyStrategy from "./my-strategy.js"`, and pass it: strategy: MyStrategy.',
    );
  });

  it("and takes quotes alone, or series, as it did", async () => {
    const plain = { ...PLAIN, strategy: Idle };
    await expect(backtest({ ...plain, data: openData("sample"), to: "2000-12-31" })).resolves.toBeDefined();
    const time = Float64Array.from([0, 1, 2], (n) => DATA[0].start[0] + n * 60_000);
    const [bid, ask, size] = [100, 100.1, 5].map((value) => new Float64Array(3).fill(value));
    const quotes = [
      { kind: "quotes", instrument: instrument("ABC"), time, bid, ask, bidSize: size, askSize: size, length: 3 },
    ];
    await expect(backtest({ ...plain, quotes } as unknown as BacktestOptions)).resolves.toBeDefined();
  });
});
