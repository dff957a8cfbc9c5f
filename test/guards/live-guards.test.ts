import { describe, expect, it } from "vitest";
import { NO_FRESH_QUOTE } from "../../core/evidence.js";
import { formatDenial, type GuardSettings, Instrument, type InstrumentSpec, type Order } from "../../index.js";
import { instrument, newYork, OPEN, quotes, SECOND, SESSION } from "../bars.js";
import { randomBars, randomClockPlan, randomPlan, randomSettings } from "../engine/random-run.js";
import type { Trader } from "../scripted.js";
import { spy } from "./guarded.js";
import { driven, engineOver, ScriptedEvidence } from "./scripted-evidence.js";

type Make = (trader: Trader) => Order;
const entry: Make = (trader) => trader.buy("SPY", 10);
const exit: Make = (trader) => trader.sell("SPY", 100);

/** Quotes every ten seconds for 40 minutes from the open on, the price moving by a cent. */
const moving = quotes(
  spy,
  Array.from({ length: 240 }, (_, i) => [10 * (i + 1), 100 + (i % 2) / 100, 100.02 + (i % 2) / 100] as const),
);
/** The quote on which the order is made: 2000 seconds after the open. */
const LATE = 199;

/** What becomes of an order when 100 are held and the session has something against it; and every code that was denied. */
function judged(against: (evidence: ScriptedEvidence) => void, make: Make, guards: GuardSettings | false = {}): string {
  const evidence = new ScriptedEvidence();
  let order!: Order;
  const engine = engineOver(
    evidence,
    {
      onQuote(trader, _quote, n) {
        if (n === 0) trader.buy("SPY", 100);
        if (n !== LATE) return;
        against(evidence);
        order = make(trader);
      },
    },
    { series: [], quotes: [moving], guards },
  );
  driven(engine);
  expect(engine.flow.denials.size).toBe(order.reason === undefined ? 0 : 1);
  return order.reason ?? "passed";
}

interface Case {
  readonly against: (evidence: ScriptedEvidence) => void;
  readonly reason: string;
  readonly reducing: "passes" | "is denied";
  /** What takes the guard out; undefined for one that always stands. */
  readonly off: GuardSettings | undefined;
}

const blocked = { code: "RECONCILE", details: { journal: 100, broker: 90 } };
const at = OPEN + 2000 * SECOND;

const CASES: Readonly<Record<string, Case>> = {
  connection: {
    against: (evidence) => void (evidence.reason = "upstream"),
    reason: "CONNECTION: reason=upstream",
    reducing: "is denied",
    off: undefined,
  },
  dataType: {
    against: (evidence) => void (evidence.type = 3),
    reason: "DATA_TYPE: type=delayed",
    reducing: "passes",
    off: { dataType: false },
  },
  frozenQuote: {
    against: (evidence) => void (evidence.since = at - 300 * SECOND),
    reason: "FROZEN_QUOTE: age=300s limit=300s",
    reducing: "is denied",
    off: { frozenQuote: false },
  },
  halted: {
    against: (evidence) => void (evidence.halted = true),
    reason: "HALTED: symbol=SPY",
    reducing: "is denied",
    off: { halted: false },
  },
  blocked: {
    against: (evidence) => void (evidence.block = blocked),
    reason: "RECONCILE: journal=100 broker=90",
    reducing: "passes",
    off: undefined,
  },
  clockSkew: {
    against: (evidence) => void (evidence.clockSkew = -10_000),
    reason: "CLOCK_SKEW: skew=-10s limit=10s",
    reducing: "is denied",
    off: { clockSkew: false },
  },
};

describe("the guards that judge by what a session knows", () => {
  it("let pass where nothing stands against an order", () => {
    expect(judged(() => undefined, entry)).toBe("passed");
    expect(judged(() => undefined, exit)).toBe("passed");
  });

  describe.each(Object.entries(CASES))("%s", (_name, { against, reason, reducing, off }) => {
    it("and nothing else stops an order that increases a position", () => {
      expect(judged(against, entry)).toBe(reason);
    });

    it(`an order that only reduces ${reducing}`, () => {
      expect(judged(against, exit)).toBe(reducing === "passes" ? "passed" : reason);
    });

    if (off === undefined) {
      it("always stands, also where all guards are off", () => {
        expect(judged(against, entry, false)).toBe(reason);
      });
    } else {
      it("can be taken out", () => {
        expect(judged(against, entry, off)).toBe("passed");
        expect(judged(against, entry, false)).toBe("passed");
      });
    }
  });

  it("do not let an order pass for what is not known yet: neither type of data nor clock", () => {
    expect(judged((evidence) => void (evidence.type = Number.NaN), entry)).toBe("DATA_TYPE: type=unknown");
    expect(judged((evidence) => void (evidence.clockSkew = Number.NaN), entry)).toBe(
      "CLOCK_SKEW: skew=unknown limit=10s",
    );
  });

  it("call the types of data by their names", () => {
    const type = (number: number): string => judged((evidence) => void (evidence.type = number), entry);
    expect([type(1), type(2), type(4), type(7)]).toEqual([
      "passed",
      "DATA_TYPE: type=frozen",
      "DATA_TYPE: type=delayed-frozen",
      "DATA_TYPE: type=7",
    ]);
  });

  it("hold a reducing order to the type of its data where the configuration says so", () => {
    const { against, reason } = CASES.dataType;
    expect(judged(against, exit, { reducingPasses: false })).toBe(reason);
  });

  it("let clocks differ up to their limit, in both directions", () => {
    const skew = (ms: number): string => judged((evidence) => void (evidence.clockSkew = ms), entry);
    expect([skew(9_999), skew(-9_999), skew(10_000)]).toEqual(["passed", "passed", "CLOCK_SKEW: skew=10s limit=10s"]);
    expect(judged((evidence) => void (evidence.clockSkew = 3_000), entry, { clockSkew: { deny: 3 } })).toBe(
      "CLOCK_SKEW: skew=3s limit=3s",
    );
  });
});

describe("a frozen quote", () => {
  const since = (seconds: number, guards: GuardSettings = {}): string =>
    judged((evidence) => void (evidence.since = at - seconds * SECOND), entry, guards);

  it("is one in which nothing has moved for as long as its setting says", () => {
    expect([since(299), since(300)]).toEqual(["passed", "FROZEN_QUOTE: age=300s limit=300s"]);
    expect(since(60, { frozenQuote: { seconds: 60 } })).toBe("FROZEN_QUOTE: age=60s limit=60s");
  });

  it("ages only while its market is open: what has stood since the evening before is fresh at the open", () => {
    // The order comes 2000 seconds after the open: 1,999 of them and the night lie behind the quote.
    expect(since(2_000 + 8 * 3600, { frozenQuote: { seconds: 2_001 } })).toBe("passed");
    expect(since(2_000 + 8 * 3600, { frozenQuote: { seconds: 2_000 } })).toBe("FROZEN_QUOTE: age=2000s limit=2000s");
  });
});

describe("the connection", () => {
  it("lets an order for the opening leave before there is a fresh quote, and no other", () => {
    const evidence = new ScriptedEvidence();
    evidence.reason = NO_FRESH_QUOTE;
    const orders: Order[] = [];
    const early = quotes(spy, [
      [-3600, 100, 100.02],
      [10, 100, 100.02],
      [20, 100, 100.02],
    ]);
    const engine = engineOver(
      evidence,
      {
        onQuote(trader, _quote, n) {
          if (n === 0) orders.push(trader.buy("SPY", 1, { type: "market-on-open" }), trader.buy("SPY", 2));
          if (n === 1) orders.push(trader.buy("SPY", 3));
        },
      },
      { series: [], quotes: [early] },
    );
    driven(engine);
    expect(orders.map(({ status, reason }) => reason ?? status)).toEqual([
      "filled",
      "CONNECTION: reason=no fresh quote",
      "CONNECTION: reason=no fresh quote",
    ]);
  });
});

describe("what a session should tell before a guard denies", () => {
  /** Every warning at a number of seconds after the open; the last quote came at 60 s. */
  const told = (
    seconds: number,
    spec: Partial<InstrumentSpec> = {},
    guards: GuardSettings | false = {},
    evidence: ScriptedEvidence | undefined = new ScriptedEvidence(),
  ): string[] => {
    const of = instrument({ symbol: "SPY", ...spec });
    const engine = engineOver(evidence, {}, { series: [], quotes: [quotes(of, [[60, 100, 100.02]])], guards });
    engine.drain(1);
    return engine.guards
      .warnings(OPEN + seconds * SECOND)
      .map((one) => `${one.guard} ${one.instrument} ${formatDenial(one.warning)}`);
  };

  it("is the age of a quote over 15 seconds for stocks and futures, 10 for forex, 60 for options and thin stocks", () => {
    const from = (age: number, spec: Partial<InstrumentSpec> = {}): string[] => [
      ...told(60 + age, spec),
      ...told(60 + age + 1, spec),
    ];
    expect(from(15)).toEqual(["staleQuote 0 STALE_QUOTE: age=16s limit=15s"]);
    expect(from(15, { assetClass: "future", tickSize: 0.25, multiplier: 50 })).toEqual([
      "staleQuote 0 STALE_QUOTE: age=16s limit=15s",
    ]);
    expect(from(10, { symbol: "EURUSD", assetClass: "forex" })).toEqual([
      "staleQuote 0 STALE_QUOTE: age=11s limit=10s",
    ]);
    expect(from(60, { thin: true })).toEqual(["staleQuote 0 STALE_QUOTE: age=61s limit=60s"]);
    expect(from(5, { thin: true })).toEqual([]);
  });

  it("follows its settings, and is never later than the denial", () => {
    expect(told(66, {}, { staleQuote: { stockWarn: 5 } })).toEqual(["staleQuote 0 STALE_QUOTE: age=6s limit=5s"]);
    expect(told(66, {}, { staleQuote: { stock: 5 } })).toEqual(["staleQuote 0 STALE_QUOTE: age=6s limit=5s"]);
    expect(told(99, {}, { staleQuote: false })).toEqual([]);
    expect(told(99, {}, false)).toEqual([]);
  });

  it("is nothing of a quote while its market is closed, for nothing is wrong then", () => {
    expect(told(SESSION / SECOND)).toHaveLength(1);
    expect(told(SESSION / SECOND + 1)).toEqual([]);
  });

  it("is a difference of the clocks from two seconds on", () => {
    const evidence = new ScriptedEvidence();
    evidence.clockSkew = 1_999;
    expect(told(61, {}, {}, evidence)).toEqual([]);
    evidence.clockSkew = -2_000;
    expect(told(61, {}, {}, evidence)).toEqual(["clockSkew -1 CLOCK_SKEW: skew=-2s limit=2s"]);
  });

  it("stops no order", () => {
    expect(judged((evidence) => void (evidence.clockSkew = 5_000), entry)).toBe("passed");
  });

  it("is nothing in a replay, which has no clock of a session", () => {
    const engine = engineOver(undefined, {}, { series: [], quotes: [quotes(spy, [[60, 100, 100.02]])] });
    engine.drain(1);
    expect(engine.guards.warnings(OPEN + 1000 * SECOND)).toEqual([]);
  });
});

describe("quotes of a session", () => {
  it("age by its clock, whether or not anything else moves: a silence of 61 seconds denies an entry, not an exit", () => {
    const other = new Instrument({ symbol: "QQQ" }, 1);
    const reasons: (string | undefined)[] = [];
    const engine = engineOver(
      new ScriptedEvidence(),
      {
        onQuote(trader, quote) {
          const seconds = (trader.clock.now - OPEN) / SECOND;
          if (seconds === 10) trader.buy("SPY", 100);
          if (seconds === 80 || seconds === 81) reasons.push(trader.buy("SPY", 1 + quote.bidSize).reason);
          if (seconds === 81) reasons.push(trader.sell("SPY", 100).reason);
        },
      },
      {
        series: [],
        guards: { orderRate: false },
        quotes: [
          quotes(spy, [
            [10, 100, 100.02],
            [20, 100, 100.02],
          ]),
          quotes(other, [
            [80, 50, 50.02, 1, 1],
            [81, 50, 50.02, 2, 2],
          ]),
        ],
      },
    );
    driven(engine);
    expect(reasons).toEqual([undefined, "STALE_QUOTE: age=61s limit=60s", undefined]);
  });
});

describe("a session that has nothing against any order", () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15, 20, 25, 30, 35, 40])(
    "makes the same of a random strategy as a backtest: seed %i",
    (seed) => {
      const made = (evidence: ScriptedEvidence | undefined): unknown => {
        const series = [
          randomBars(seed, 300, seed % 3 === 0 ? "1min" : "1hour", new Instrument({ symbol: "SPY" }, 0)),
          randomBars(seed, 200, "30min", new Instrument({ symbol: "QQQ" }, 1), 1),
        ];
        const plan = (seed % 5 === 0 ? randomClockPlan : randomPlan)(seed, ["SPY", "QQQ"], { modified: new Set() });
        const { guards = {}, ...settings } = randomSettings(seed);
        const evident = engineOver(evidence, plan, { series, guards, settings, sessions: newYork(60) });
        const { book, fills, equity, flow } = driven(evident);
        return {
          orders: Array.from({ length: book.length }, (_, id) => [
            book.side[id],
            book.type[id],
            book.quantity[id],
            book.filledValue[id],
            book.status[id],
            book.closedAt(id),
          ]),
          fills: fills.length,
          equity: [...equity.value.subarray(0, equity.length)],
          denials: [...flow.denials].map(([code, { count, time }]) => [code, count, time]),
        };
      };
      const inSession = made(new ScriptedEvidence());
      expect(inSession).toEqual(made(undefined));
      expect((inSession as { orders: unknown[] }).orders.length).toBeGreaterThan(10);
    },
  );
});
