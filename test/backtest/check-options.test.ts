import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { BacktestError } from "../../backtest/errors.js";
import { ConfigError } from "../../config/errors.js";
import { loadConfig } from "../../config/load-config.js";
import { type BacktestOptions, backtest, barSize, Instrument, openData, Sessions, Strategy } from "../../index.js";
import { flat, instrument, sessionOpen } from "../bars.js";
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

describe("the rates of backtest()", () => {
  it.each([
    ["EUR in small letters", { eur: 1.1 }, "rates.eur is 1.1. It must be of a currency in three capital letters"],
    ["a pair", { "EUR.USD": 1.1 }, "rates.EUR.USD is 1.1. It must be of a currency in three capital letters"],
    ["the account's own currency", { USD: 2 }, "rates.USD is 2. It must be left out, or 1: USD is the account's own."],
  ])("are refused where one is of %s, which would be left out in silence", async (_, rates, sentence) => {
    expect((await refusal({ rates })).message).toContain(sentence);
  });

  it("may say of the account's own currency that it is worth 1", async () => {
    const { baseCurrency } = await backtest({ ...PLAIN, strategy: Idle, data: DATA, rates: { USD: 1, EUR: 1.1 } });
    expect(baseCurrency).toBe("USD");
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
      "a symbol twice",
      [{ symbol: "ABC" }, { symbol: "ABC", multiplier: 50 }],
      'instruments[1].symbol is "ABC"; it must be a symbol that the list has only once.',
    ],
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

describe("the splits and dividends of backtest() are refused", () => {
  const time = sessionOpen(1);
  const split = { time, numerator: 2, denominator: 1 };
  const dividend = { time, amount: 0.5, reference: Number.NaN };
  const whole = "it must be a whole number above 0: 3 and 2 are a split of 1.5.";
  const instant = "it must be an instant in epoch ms UTC such as Date.UTC(2020, 7, 31, 4).";

  it.each<[string, object, string]>([
    ["with a ratio below 0", { splits: [{ ...split, numerator: -3 }] }, `splits[0].numerator is -3; ${whole}`],
    ["with a ratio of 0", { splits: [{ ...split, numerator: 0 }] }, `splits[0].numerator is 0; ${whole}`],
    [
      "with a ratio that is not whole",
      { splits: [{ ...split, numerator: 1.5 }] },
      `splits[0].numerator is 1.5; ${whole}`,
    ],
    ["with half a ratio", { splits: [{ time, numerator: 2 }] }, `splits[0].denominator is missing; ${whole}`],
    [
      "with a split that is listed twice",
      { splits: [split, split] },
      `splits[1].time is ${time}; it must be later than the split in front of it: list each split once, in order of time.`,
    ],
    [
      "out of order, which buying and holding the benchmark would go through wrongly",
      { splits: [split, { ...split, time: time - 1 }] },
      `splits[1].time is ${time - 1}; it must be later than the split in front of it`,
    ],
    [
      "with dividends out of order",
      { dividends: [dividend, { ...dividend, time: time - 1 }] },
      `dividends[1].time is ${time - 1}; it must be no earlier than the dividend in front of it`,
    ],
    [
      "with a dividend below 0",
      { dividends: [{ ...dividend, amount: -1 }] },
      "dividends[0].amount is -1; it must be a number",
    ],
    [
      "with a dividend that is no number",
      { dividends: [{ ...dividend, amount: Number.NaN }] },
      "dividends[0].amount is NaN",
    ],
    [
      "with a date for a time",
      { splits: [{ ...split, time: "2020-08-31" }] },
      `splits[0].time is "2020-08-31"; ${instant}`,
    ],
    [
      "with a Date for a time",
      { splits: [{ ...split, time: new Date(time) }] },
      `splits[0].time is an object; ${instant}`,
    ],
    ["as one list", [{ ex_date: "2020-08-31", split: 4 }], " is a list; it must be an object with splits, dividends."],
    [
      "with one split in place of a list",
      { splits: split },
      "splits is an object; it must be a list of splits, [] for none.",
    ],
  ])("%s", async (_, given, sentence) => {
    const actions = Array.isArray(given) ? given : { splits: [], dividends: [], ...given };
    const { message } = await refusal({ actions: { ABC: actions } });
    const dot = sentence.startsWith(" ") ? "" : ".";
    expect(message).toContain(`backtest(): actions.ABC${dot}${sentence}`);
  });

  it("with keys of their own, each with what is missing in its place", async () => {
    const splits = [{ ex_date: "2020-08-31", split: 4 }];
    const { code, message } = await refusal({ actions: { ABC: { splits } } });
    expect(code).toBe("OPTIONS_INVALID");
    expect(message).toContain(`\n  actions.ABC.splits[0].time is missing; ${instant}`);
    expect(message).toContain(
      "\n  actions.ABC.splits[0].ex_date is not a setting. Settings there are time, numerator, denominator.",
    );
    expect(message).toContain("\n  actions.ABC.dividends is missing; it must be a list of dividends, [] for none.");
  });

  it("of a symbol that the data has not", async () => {
    const { message } = await refusal({ actions: { ABD: { splits: [split], dividends: [] } } });
    expect(message).toContain('Settings are given for the instrument "ABD"');
    expect(message).toContain('Did you mean "ABC"?');
  });
});

it("the bar size of files may be a text, or what barSize() gives, and nothing else", async () => {
  const options = { ...PLAIN, strategy: Idle, data: DATA };
  await expect(backtest({ ...options, csv: { bar: barSize(5, "min") } })).resolves.toBeDefined();
  await expect(backtest({ ...options, csv: { bar: "5min" } })).resolves.toBeDefined();
  expect((await refusal({ csv: { bar: 5 } })).message).toBe(
    "backtest(): csv.bar is 5; it must be a size of bars such as 5min.",
  );
});

it("two dividends of one day are both taken", async () => {
  const dividends = [1, 2].map((amount) => ({ time: sessionOpen(1), amount, reference: 100 }));
  const options = { ...PLAIN, strategy: Idle, data: DATA, actions: { ABC: { splits: [], dividends } } };
  await expect(backtest(options)).resolves.toBeDefined();
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

  it.each<[string, object, string]>([
    ["quotes that are none", { quotes: [{}] }, "quotes[0] is an object; it must be a series of quotes."],
    ["trades that are none", { trades: 5 }, "trades is 5; it must be a list of series of trades."],
    ["a size of bars to build", { build: [5] }, "build is a list; it must be a size of bars"],
    ["parameters", { params: 5 }, "params is 5; it must be an object with the name of a parameter for each key."],
    ["a parameter", { params: { fast: [] } }, "params.fast is an empty list; it must be a number, a text"],
    ["a day", { from: {} }, "from is an object; it must be a date such as 2020-01-31"],
    ["cash in quotes", { cash: "100" }, 'cash is "100"; it must be an amount above 0 in the base currency.'],
    ["cash that is null", { cash: null }, "cash is null; it must be an amount above 0 in the base currency."],
    ["a margin model", { margin: {} }, "margin is an object; it must be the name of a margin model, or an object with"],
    ["a fill rule", { fill: 5 }, "fill is 5; it must be next-open or same-close."],
    ["a latency in quotes", { latency: "5" }, 'latency is "5"; it must be milliseconds, 0 or more.'],
    ["a fee model", { fees: 5 }, "fees is 5; it must be the name of a fee model, or an object with charge"],
    ["a slippage model", { slippage: 5 }, "slippage is 5; it must be the name of a slippage model, or an object with"],
    ["a volume limit in quotes", { volumeLimit: "0.1" }, 'volumeLimit is "0.1"; it must be a share from 0 to 1.'],
    ["a calendar", { calendar: 5 }, 'calendar is 5; it must be "auto", "bars" or the name of a calendar'],
    ["sessions", { sessions: { ABC: 5 } }, "sessions.ABC is 5; it must be made by new Sessions(open, close)."],
    ["a benchmark", { benchmark: true }, "benchmark is true; it must be a symbol, or false."],
    ["a flag that is a word", { strict: "no" }, 'strict is "no"; it must be true or false.'],
    ["a log", { log: {} }, "log is an object; it must be a function."],
    ["a signal", { signal: {} }, "signal is an object; it must be an AbortSignal."],
  ])("of %s of the wrong kind", async (_, options, sentence) => {
    expect((await refusal(options)).message).toContain(`backtest(): ${sentence}`);
  });

  it("of sessions of an instrument that the data has not", async () => {
    const sessions = { ABD: new Sessions(Float64Array.of(0), Float64Array.of(1)) };
    expect((await refusal({ sessions })).message).toBe(
      'Settings are given for the instrument "ABD", and the data has none of that name. Did you mean "ABC"?',
    );
  });
});
