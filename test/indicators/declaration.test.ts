import { describe, expect, it } from "vitest";
import { INDICATOR_ERRORS } from "../../core/indicators/errors.js";
import {
  adx,
  atr,
  bollinger,
  cci,
  donchian,
  ema,
  highest,
  IndicatorError,
  type IndicatorSpec,
  keltner,
  macd,
  obv,
  output,
  psar,
  roc,
  rsi,
  type Source,
  sma,
  stdev,
  stochastic,
  supertrend,
  vwap,
  zscore,
} from "../../core/indicators/index.js";
import { createKernel } from "../../core/indicators/indicator.js";
import { SharedKernels } from "../../core/indicators/shared-kernels.js";
import { EVERY_INDICATOR } from "./every-indicator.js";

function refused(declare: () => unknown): IndicatorError {
  try {
    declare();
  } catch (error) {
    if (error instanceof IndicatorError) return error;
    throw error;
  }
  throw new Error("it was accepted");
}

describe("an indicator is called in charts", () => {
  const names: [IndicatorSpec<string>, string][] = [
    [sma(10), "SMA(10)"],
    [sma(10, { source: "close" }), "SMA(10)"],
    [sma(10, { source: "high" }), "SMA(10, high)"],
    [highest(20), "Highest(20)"],
    [highest(20, { source: "close" }), "Highest(20, close)"],
    [sma(5, { source: rsi(14) }), "SMA(5, RSI(14))"],
    [sma(5, { source: output(macd(), "signal") }), "SMA(5, MACD(12, 26, 9).signal)"],
    [stdev(20, { sample: true }), "StDev(20, sample)"],
    [psar(), "PSAR(0.02, 0.2)"],
    [obv(), "OBV"],
    [vwap(), "VWAP"],
    [vwap({ anchor: "session" }), "VWAP(session)"],
    [vwap(20), "VWAP(20)"],
    [stochastic(14, 3, 3, { source: rsi() }), "Stochastic(14, 3, 3, RSI(14))"],
  ];
  for (const [spec, name] of names) {
    it(name, () => {
      expect(spec.name).toBe(name);
    });
  }
});

describe("an indicator is drawn", () => {
  it("over the prices where its values are prices, else in a pane of its own", () => {
    expect([sma(3), bollinger(), donchian(), keltner(), supertrend(), psar(), vwap()].map(({ pane }) => pane)).toEqual(
      new Array(7).fill("price"),
    );
    expect([rsi(), macd(), atr(), adx(), stdev(3), obv(), cci(), roc(), zscore(3)].map(({ pane }) => pane)).toEqual(
      new Array(9).fill("own"),
    );
  });

  it("with outputs of another size than its main one in panes of their own", () => {
    expect([bollinger().apart, supertrend().apart, psar().apart]).toEqual([
      ["percentB", "bandwidth"],
      ["direction"],
      ["direction"],
    ]);
    expect([keltner(), donchian(), macd(), adx(), stochastic()].flatMap(({ apart }) => apart)).toEqual([]);
    expect([output(bollinger(), "percentB").pane, output(supertrend(), "direction").pane]).toEqual(["own", "own"]);
  });

  it("where its source is drawn, if it has the size of it", () => {
    expect(sma(5, { source: rsi() }).pane).toBe("own");
    expect(sma(5, { source: "volume" }).pane).toBe("own");
    expect(sma(5, { source: output(bollinger(), "upper") }).pane).toBe("price");
    expect(rsi(5, { source: sma(5) }).pane).toBe("own");
  });
});

describe("every indicator", () => {
  it("calls its first output value, has a line for each, and cannot be changed", () => {
    for (const make of Object.values(EVERY_INDICATOR)) {
      const spec = make();
      expect(spec.outputs[0]).toBe("value");
      const kernel = createKernel(spec, new SharedKernels());
      expect(new Set(spec.outputs.map((_, o) => kernel.line(o))).size).toBe(spec.outputs.length);
      expect(Object.isFrozen(spec) && Object.isFrozen(spec.outputs)).toBe(true);
    }
  });
});

describe("a period that cannot be is refused with the nearest that can", () => {
  const cases: [() => unknown, string][] = [
    [() => sma(0), "sma: period is 0, which is not a whole number of bars from 1 to 10000000. Write 1."],
    [() => ema(-5), "ema: period is -5, which is not a whole number of bars from 1 to 10000000. Write 1."],
    [() => rsi(13.6), "rsi: period is 13.6, which is not a whole number of bars from 1 to 10000000. Write 14."],
    [() => atr(Number.NaN), "atr: period is NaN, which is not a whole number of bars from 1 to 10000000. Write 1."],
    [
      () => cci(Infinity),
      "cci: period is Infinity, which is not a whole number of bars from 1 to 10000000. Write 10000000.",
    ],
    [
      () => stdev(1, { sample: true }),
      "stdev: period is 1, which is not a whole number of bars from 2 to 10000000. Write 2.",
    ],
    [
      () => stochastic(14, 0.4),
      "stochastic: slowing is 0.4, which is not a whole number of bars from 1 to 10000000. Write 1.",
    ],
    [() => vwap(2.5), "vwap: period is 2.5, which is not a whole number of bars from 1 to 10000000. Write 3."],
  ];
  for (const [declare, message] of cases) {
    it(message, () => {
      const error = refused(declare);
      expect(error.code).toBe("PERIOD_INVALID");
      expect(error.message).toBe(message);
    });
  }

  it("whichever of an indicator's periods it is", () => {
    for (const declare of [
      () => macd(0),
      () => macd(12, 26.5),
      () => macd(12, 26, 0),
      () => bollinger(0),
      () => adx(0),
      () => stochastic(0),
      () => stochastic(14, 1, 0),
      () => donchian(0),
      () => highest(0),
      () => zscore(0),
      () => roc(0),
      () => keltner(0),
      () => keltner(20, 0),
      () => supertrend(0),
    ]) {
      expect(refused(declare).code).toBe("PERIOD_INVALID");
    }
  });
});

describe("other parameters that cannot be", () => {
  it("a multiplier of 0, below 0 or no number", () => {
    expect(refused(() => bollinger(20, 0)).message).toBe(
      "bollinger: deviations is 0, which is not a number above 0. Write 2.",
    );
    expect(refused(() => keltner(20, 10, -1.5)).message).toBe(
      "keltner: multiplier is -1.5, which is not a number above 0. Write 1.5.",
    );
    for (const declare of [
      () => supertrend(10, Number.NaN),
      () => psar(0),
      () => psar(0.02, Infinity),
      () => vwap({ anchor: "session", pause: 0 }),
    ]) {
      expect(refused(declare).code).toBe("FACTOR_INVALID");
    }
  });

  it("MACD with its averages the wrong way round", () => {
    const error = refused(() => macd(26, 12));
    expect(error.code).toBe("PARAMETERS_CROSSED");
    expect(error.message).toBe("macd: fast=26 is not below slow=12. Swap them: fast 12, slow 26.");
    expect(refused(() => macd(12, 12)).message).toBe(
      "macd: fast=12 is not below slow=12. Make slow larger than fast, such as 13.",
    );
  });

  it("PSAR with a step above its maximum, while equal ones are a constant fraction", () => {
    expect(refused(() => psar(0.3, 0.2)).message).toBe(
      "psar: step=0.3 is not below maximum=0.2. Swap them: step 0.2, maximum 0.3.",
    );
    expect(psar(0.2, 0.2).name).toBe("PSAR(0.2, 0.2)");
  });

  it("a source, an output or an anchor that does not exist", () => {
    const source = refused(() => sma(5, { source: "clsoe" as Source }));
    expect(source.code).toBe("OPTION_UNKNOWN");
    expect(source.message).toBe(
      'SMA: there is no source "clsoe". Did you mean "close"? There is close, open, high, low, volume, hl2, hlc3, ohlc4.',
    );
    expect(refused(() => sma(5, { source: null as unknown as Source })).code).toBe("OPTION_UNKNOWN");
    const missing = refused(() => output(macd(), "singal" as "signal"));
    expect(missing.code).toBe("OUTPUT_UNKNOWN");
    expect(missing.message).toBe(
      'MACD(12, 26, 9) has no output "singal". Did you mean "signal"? There is value, signal, histogram.',
    );
    expect(refused(() => vwap({ anchor: "sesion" as "session" })).message).toBe(
      'vwap: there is no anchor "sesion". Did you mean "session"? There is run, session, utcDay.',
    );
  });

  it("every entry of the table has a sentence and a remedy", () => {
    for (const { sentence, remedy } of Object.values(INDICATOR_ERRORS)) {
      expect(sentence).toMatch(/\.$/);
      expect(remedy).not.toBe("");
    }
  });
});
