import { describe, expect, it } from "vitest";
import type { Instrument, Order, OrderChanges, OrderOptions, QuoteSeries, Side, TradeSeries } from "../../index.js";
import { bars, flat, instrument, quoteBars, quotes, type Row, trades } from "../bars.js";
import { fillsOf, fillsOfRun, type Plan, run, type Settings } from "../scripted.js";

describe("quote bars", () => {
  // The ask lies one above the bid all along.
  const bid: Row[] = [
    [99, 100, 98, 99],
    [100, 102, 97, 101],
  ];
  const ask = bid.map((row): Row => [row[0] + 1, row[1] + 1, row[2] + 1, row[3] + 1]);
  const made = (side: Side, options: OrderOptions, settings?: Settings): Promise<string[]> =>
    fillsOfRun(quoteBars("SPY", "1day", bid, ask), { 0: (trader) => trader[side]("SPY", 1, options) }, settings);

  it("a buy takes the ask's open and a sell the bid's", async () => {
    expect(await made("buy", {})).toEqual(["bar 1 open: buy 1 at 101"]);
    expect(await made("sell", {})).toEqual(["bar 1 open: sell 1 at 100"]);
  });

  it("a limit buy needs the ask to come down to it", async () => {
    expect(await made("buy", { limit: 97.5 })).toEqual([]);
    expect(await made("buy", { limit: 98.5 })).toEqual(["bar 1: buy 1 at 98.5"]);
  });

  it("a limit sell needs the bid to come up to it", async () => {
    expect(await made("sell", { limit: 102.5 })).toEqual([]);
    expect(await made("sell", { limit: 101.5 })).toEqual(["bar 1: sell 1 at 101.5"]);
  });

  it("a stop buy triggers on the ask and a stop sell on the bid", async () => {
    expect(await made("buy", { stop: 102.5 })).toEqual(["bar 1: buy 1 at 102.5"]);
    expect(await made("buy", { stop: 103.5 })).toEqual([]);
    expect(await made("sell", { stop: 97.5 })).toEqual(["bar 1: sell 1 at 97.5"]);
    expect(await made("sell", { stop: 96.5 })).toEqual([]);
  });

  it("orders for the close take the ask's close or the bid's", async () => {
    expect(await made("buy", { type: "market-on-close" })).toEqual(["bar 1: buy 1 at 102"]);
    expect(await made("sell", { type: "market-on-close" })).toEqual(["bar 1: sell 1 at 101"]);
  });

  it("an order at this very close takes the ask or the bid", async () => {
    expect(await made("buy", {}, { fill: "same-close" })).toEqual(["bar 0: buy 1 at 100"]);
    expect(await made("sell", {}, { fill: "same-close" })).toEqual(["bar 0: sell 1 at 99"]);
  });

  it("a child that buys back what its parent has just sold at the bid pays no less than the ask", async () => {
    const bids: Row[] = [
      [100, 100, 100, 100],
      [100, 100, 98, 98.5],
    ];
    const asks: Row[] = [
      [101, 101, 101, 101],
      [101, 101, 100, 100.5],
    ];
    const fills = await fillsOfRun(quoteBars("SPY", "1day", bids, asks), {
      0: (trader) => {
        const parent = trader.sell("SPY", 1, { stop: 99, tif: "GTC" });
        trader.submit({ instrument: "SPY", side: "buy", quantity: 1, limit: 105, tif: "GTC", parent });
      },
    });
    // The bid was half way between 98 and 100, and so was the ask between 100 and 101.
    expect(fills).toEqual(["bar 1: sell 1 at 99", "bar 1: buy 1 at 100.5"]);
  });

  it("a stop closer to its entry than the spread is met as the entry fills, at what stands on its own side", async () => {
    const entered = (side: Side, limit: number, stopLoss: number): Promise<string[]> =>
      fillsOfRun(quoteBars("SPY", "1day", bid, ask), {
        0: (trader) => trader.bracket("SPY", side, 1, { limit, stopLoss, tif: "GTC" }),
      });
    expect(await entered("buy", 99.5, 98.75)).toEqual(["bar 1: buy 1 at 99.5", "bar 1: sell 1 at 98.5"]);
    expect(await entered("sell", 101.5, 102.25)).toEqual(["bar 1: sell 1 at 101.5", "bar 1: buy 1 at 102.5"]);
    // One that lies beyond the spread is met at its own price.
    expect(await entered("buy", 99.5, 98.25)).toEqual(["bar 1: buy 1 at 99.5", "bar 1: sell 1 at 98.25"]);
  });

  it("a trailing stop sell follows the bid", async () => {
    const bids: Row[] = [
      [100, 100, 100, 100],
      [100, 110, 99, 109],
      [109, 109, 104, 105],
    ];
    const asks = bids.map((row): Row => [row[0] + 1, row[1] + 1, row[2] + 1, row[3] + 1]);
    const fills = await fillsOfRun(quoteBars("SPY", "1day", bids, asks), {
      0: (trader) => trader.sell("SPY", 1, { trail: 5, tif: "GTC" }),
    });
    expect(fills).toEqual(["bar 2: sell 1 at 105"]);
  });
});

type Quoted = readonly (readonly [number, number, number, number?, number?])[];
type Traded = readonly (readonly [number, number, number?])[];

interface Ticks {
  readonly quotes?: Quoted;
  readonly trades?: Traded;
  readonly of?: Instrument;
}

/** Runs a plan on quotes and trades of one stock, with minute bars beside them that only inform. */
function onTicks(ticks: Ticks, plan: Plan, settings: Settings = {}): Promise<string[]> {
  const of = ticks.of ?? instrument("SPY");
  const given: { quotes?: QuoteSeries[]; trades?: TradeSeries[] } = {};
  if (ticks.quotes !== undefined) given.quotes = [quotes(of, ticks.quotes)];
  if (ticks.trades !== undefined) given.trades = [trades(of, ticks.trades)];
  return fillsOfRun(flat(of, "1min", 100, 10), plan, { ...given, ...settings });
}

/** Makes an order on the first quote. */
function onFirstQuote(side: Side, quantity: number, options: OrderOptions = {}): Plan {
  return { onQuote: (trader, quote, n) => void (n === 0 && trader[side](quote.instrument, quantity, options)) };
}

describe("quotes as events", () => {
  it("a market buy takes the ask of the first quote after it, never of one it was made on", async () => {
    const fills = await onTicks(
      {
        quotes: [
          [60, 99, 100],
          [61, 99, 101],
          [62, 99, 102],
        ],
      },
      onFirstQuote("buy", 10),
    );
    expect(fills).toEqual(["61s: buy 10 at 101"]);
  });

  it("a market sell takes the bid", async () => {
    expect(
      await onTicks(
        {
          quotes: [
            [60, 99, 100],
            [61, 98, 101],
          ],
        },
        onFirstQuote("sell", 10),
      ),
    ).toEqual(["61s: sell 10 at 98"]);
  });

  it("an order made at the instant of a quote is not filled by another quote of that instant", async () => {
    const fills = await onTicks(
      {
        quotes: [
          [60, 99, 100],
          [60, 99, 101],
          [61, 99, 102],
        ],
      },
      onFirstQuote("buy", 10),
    );
    expect(fills).toEqual(["61s: buy 10 at 102"]);
  });

  it("a market order takes what the quote offers, and the rest at the next quote", async () => {
    const fills = await onTicks(
      {
        quotes: [
          [60, 99, 100, 5, 5],
          [61, 99, 101, 5, 30],
          [62, 99, 102, 5, 500],
        ],
      },
      onFirstQuote("buy", 100),
    );
    expect(fills).toEqual(["61s: buy 30 at 101", "62s: buy 70 at 102"]);
  });

  it("two orders share what a quote offers", async () => {
    const fills = await onTicks(
      {
        quotes: [
          [60, 99, 100],
          [61, 99, 101, 5, 30],
          [62, 99, 102, 5, 500],
        ],
      },
      {
        onQuote(trader, quote, n) {
          if (n === 0) for (const quantity of [20, 20]) trader.buy(quote.instrument, quantity);
        },
      },
    );
    expect(fills).toEqual(["61s: buy 20 at 101", "61s: buy 10 at 101", "62s: buy 10 at 102"]);
  });

  it("latency keeps an order from quotes that come before it has arrived", async () => {
    const fills = await onTicks(
      {
        quotes: [
          [60, 99, 100],
          [61, 99, 101],
          [62, 99, 102],
          [63, 99, 103],
        ],
      },
      onFirstQuote("buy", 10),
      { latency: 1500 },
    );
    expect(fills).toEqual(["62s: buy 10 at 102"]);
  });

  it("a limit buy that comes to a lower ask takes it; one that has rested fills at its limit", async () => {
    expect(
      await onTicks(
        {
          quotes: [
            [60, 99, 100],
            [61, 97, 98],
          ],
        },
        onFirstQuote("buy", 10, { limit: 99 }),
      ),
    ).toEqual(["61s: buy 10 at 98"]);
    expect(
      await onTicks(
        {
          quotes: [
            [60, 99, 100],
            [61, 99, 100],
            [62, 97, 98],
          ],
        },
        onFirstQuote("buy", 10, { limit: 99 }),
      ),
    ).toEqual(["62s: buy 10 at 99"]);
  });

  it("one that is made smaller rests on; one that is given another limit comes anew", async () => {
    const changed = (changes: OrderChanges): Promise<string[]> =>
      onTicks(
        {
          quotes: [
            [60, 99, 100],
            [61, 99, 100],
            [62, 99, 100],
            [63, 97, 98],
          ],
        },
        {
          onQuote: (trader, _quote, n) => {
            if (n === 0) trader.buy("SPY", 10, { limit: 99 });
            if (n === 2) trader.modify(trader.workingOrders("SPY")[0], changes);
          },
        },
      );
    expect(await changed({ quantity: 6 })).toEqual(["63s: buy 6 at 99"]);
    expect(await changed({ limit: 98.5 })).toEqual(["63s: buy 10 at 98"]);
  });

  it("a limit buy fills when the ask reaches it", async () => {
    expect(
      await onTicks(
        {
          quotes: [
            [60, 99, 100],
            [61, 99, 99.01],
            [62, 98, 99],
          ],
        },
        onFirstQuote("buy", 10, { limit: 99 }),
      ),
    ).toEqual(["62s: buy 10 at 99"]);
  });

  it("a quote without an ask fills no buy", async () => {
    const fills = await onTicks(
      {
        quotes: [
          [60, 99, 100],
          [61, 99, -1],
          [62, 99, Number.NaN],
          [63, 99, 101],
        ],
      },
      onFirstQuote("buy", 10),
    );
    expect(fills).toEqual(["63s: buy 10 at 101"]);
  });

  it("without trades a stop triggers on the quote that fills it: a buy on the ask, a sell on the bid", async () => {
    const quoted: Quoted = [
      [60, 99, 100],
      [61, 99.5, 102],
      [62, 101, 103],
    ];
    expect(await onTicks({ quotes: quoted }, onFirstQuote("buy", 10, { stop: 101 }))).toEqual(["61s: buy 10 at 102"]);
    expect(
      await onTicks(
        {
          quotes: [
            [60, 99, 100],
            [61, 97, 99],
            [62, 96, 98],
          ],
        },
        onFirstQuote("sell", 10, { stop: 98 }),
      ),
    ).toEqual(["61s: sell 10 at 97"]);
  });

  it("an immediate-or-cancel order keeps what the next quote offers and drops the rest", async () => {
    const fills = await onTicks(
      {
        quotes: [
          [60, 99, 100],
          [61, 99, 101, 5, 30],
          [62, 99, 102],
        ],
      },
      onFirstQuote("buy", 100, { tif: "IOC" }),
    );
    expect(fills).toEqual(["61s: buy 30 at 101"]);
  });

  it("a fill-or-kill order that the next quote cannot fill whole is gone", async () => {
    const fills = await onTicks(
      {
        quotes: [
          [60, 99, 100],
          [61, 99, 101, 5, 30],
          [62, 99, 102, 5, 500],
        ],
      },
      onFirstQuote("buy", 100, { tif: "FOK" }),
    );
    expect(fills).toEqual([]);
  });

  it("a trailing stop follows the bid and triggers on it", async () => {
    const quoted: Quoted = [
      [60, 99, 100],
      [61, 109, 110],
      [62, 105, 106],
      [63, 103, 104],
      [64, 102, 103],
    ];
    expect(await onTicks({ quotes: quoted }, onFirstQuote("sell", 10, { trail: 5 }))).toEqual(["63s: sell 10 at 103"]);
  });

  it("where a run has quotes, bars only inform: no bar fills an order", async () => {
    const spy = instrument("SPY");
    const wild = bars(
      spy,
      "1min",
      Array.from({ length: 5 }, (): Row => [100, 200, 50, 100]),
    );
    const result = await run(wild, onFirstQuote("buy", 10, { limit: 60 }), {
      quotes: [
        quotes(spy, [
          [60, 99, 100],
          [61, 99, 100],
          [200, 99, 100],
        ]),
      ],
    });
    expect(fillsOf(result)).toEqual([]);
  });

  it("an order for the close fills at the session's last price", async () => {
    const spy = instrument("SPY");
    // Twenty minutes, and the order made nineteen before their end: ten would be too late.
    const result = await run(flat(spy, "1min", 100, 20), onFirstQuote("buy", 10, { type: "market-on-close" }), {
      quotes: [
        quotes(spy, [
          [60, 99, 100],
          [90, 101, 103],
        ]),
      ],
    });
    expect(fillsOf(result)).toEqual(["1200s: buy 10 at 102"]);
  });

  it("a child lives from its parent's fill on: the quote that filled the parent, even in part, is not for it", async () => {
    const bracket: Plan = {
      onQuote(trader, quote, n) {
        if (n === 0) trader.bracket(quote.instrument, "buy", 100, { limit: 101, takeProfit: 102, stopLoss: 90 });
      },
    };
    // Crossed for a moment: the ask at 100 fills the entry, and the bid at 103 would fill the target at once.
    const fills = (askSize: number): Promise<string[]> =>
      onTicks(
        {
          quotes: [
            [60, 99, 102],
            [61, 103, 100, 500, askSize],
            [62, 99, 110, 500, 500],
          ],
        },
        bracket,
      );
    expect(await fills(500)).toEqual(["61s: buy 100 at 100"]);
    expect(await fills(30)).toEqual(["61s: buy 30 at 100"]);
  });
});

describe("quotes with trades", () => {
  const calm: Quoted = [
    [60, 99, 101],
    [61, 99, 101],
    [65, 99, 101],
    [70, 98, 100],
  ];

  it("a trade through a resting limit fills it, a trade at it does not", async () => {
    const plan = onFirstQuote("buy", 10, { limit: 99 });
    expect(
      await onTicks(
        {
          quotes: calm,
          trades: [
            [62, 99, 50],
            [63, 98.99, 50],
          ],
        },
        plan,
      ),
    ).toEqual(["63s: buy 10 at 99"]);
    expect(await onTicks({ quotes: calm, trades: [[62, 99, 50]] }, plan)).toEqual([]);
    expect(await onTicks({ quotes: calm, trades: [[62, 99, 50]] }, plan, { limitFill: "touch" })).toEqual([
      "62s: buy 10 at 99",
    ]);
  });

  it("a trade fills a resting limit only up to its size", async () => {
    const fills = await onTicks(
      {
        quotes: calm,
        trades: [
          [62, 98, 4],
          [63, 98, 50],
        ],
      },
      onFirstQuote("buy", 10, { limit: 99 }),
    );
    expect(fills).toEqual(["62s: buy 4 at 99", "63s: buy 6 at 99"]);
  });

  it("a trade does not fill a market order: the next quote does", async () => {
    const fills = await onTicks(
      {
        quotes: [
          [60, 99, 101],
          [65, 99, 102],
        ],
        trades: [[62, 100, 50]],
      },
      onFirstQuote("buy", 10),
    );
    expect(fills).toEqual(["65s: buy 10 at 102"]);
  });

  it("a stock's stop triggers on the last price and not on the bid, and fills on the next quote", async () => {
    const plan = onFirstQuote("sell", 10, { stop: 98 });
    const quoted: Quoted = [
      [60, 99, 101],
      [61, 97, 101],
      [65, 96, 101],
      [70, 95, 101],
    ];
    expect(
      await onTicks(
        {
          quotes: quoted,
          trades: [
            [62, 99, 5],
            [66, 98, 5],
          ],
        },
        plan,
      ),
    ).toEqual(["70s: sell 10 at 95"]);
    expect(await onTicks({ quotes: quoted, trades: [[62, 99, 5]] }, plan)).toEqual([]);
  });

  it("a currency pair's stop triggers on the bid and not on the last price", async () => {
    const of = instrument({ symbol: "EUR.USD", assetClass: "forex" });
    const plan = onFirstQuote("sell", 1000, { stop: 1.08 });
    expect(
      await onTicks(
        {
          of,
          quotes: [
            [60, 1.0899, 1.09],
            [61, 1.0799, 1.081],
            [62, 1.07, 1.0701],
          ],
          trades: [[60.5, 1.09, 5]],
        },
        plan,
      ),
    ).toEqual(["61s: sell 1000 at 1.0799"]);
    expect(
      await onTicks(
        {
          of,
          quotes: [
            [60, 1.0899, 1.09],
            [62, 1.0899, 1.09],
          ],
          trades: [[61, 1.05, 5]],
        },
        plan,
      ),
    ).toEqual([]);
  });

  it("a trade from before the order triggers nothing", async () => {
    const late: Plan = {
      onQuote: (trader, quote, n) => void (n === 1 && trader.sell(quote.instrument, 10, { stop: 98 })),
    };
    const fills = await onTicks(
      {
        quotes: [
          [60, 99, 101],
          [61, 99, 101],
          [65, 99, 101],
        ],
        trades: [
          [60.5, 90, 5],
          [61, 90, 5],
        ],
      },
      late,
    );
    expect(fills).toEqual([]);
  });
});

describe("trades alone", () => {
  const onFirstTrade = (side: Side, quantity: number, options: OrderOptions = {}): Plan => ({
    onTrade: (trader, trade, n) => void (n === 0 && trader[side](trade.instrument, quantity, options)),
  });

  it("a market order fills at the next trade, up to its size", async () => {
    const fills = await onTicks(
      {
        trades: [
          [60, 100, 50],
          [61, 101, 4],
          [62, 102, 50],
        ],
      },
      onFirstTrade("buy", 10),
    );
    expect(fills).toEqual(["61s: buy 4 at 101", "62s: buy 6 at 102"]);
  });

  it("a stop triggers on a trade and fills on the next", async () => {
    const fills = await onTicks(
      {
        trades: [
          [60, 100, 50],
          [61, 97, 50],
          [62, 95, 50],
        ],
      },
      onFirstTrade("sell", 10, { stop: 98 }),
    );
    expect(fills).toEqual(["62s: sell 10 at 95"]);
  });

  it("a stop of a currency pair that has no quotes triggers on a trade too", async () => {
    const fills = await onTicks(
      {
        of: instrument({ symbol: "EUR.USD", assetClass: "forex" }),
        trades: [
          [60, 1.1, 5000],
          [61, 1.07, 5000],
          [62, 1.05, 5000],
        ],
      },
      onFirstTrade("sell", 1000, { stop: 1.08 }),
    );
    expect(fills).toEqual(["62s: sell 1000 at 1.05"]);
  });

  it("a stop-limit triggers on a trade and rests at its limit", async () => {
    const fills = await onTicks(
      {
        trades: [
          [60, 100, 50],
          [61, 97, 50],
          [62, 95, 50],
          [63, 97.5, 50],
        ],
      },
      onFirstTrade("sell", 10, { stop: 98, limit: 97 }),
    );
    expect(fills).toHaveLength(1);
    expect(fills[0]).toMatch(/^63s: sell 10 at 97/);
  });

  it("a sentinel is no trade", async () => {
    const fills = await onTicks(
      {
        trades: [
          [60, 100, 50],
          [61, -1, 0],
          [62, 0, 0],
          [63, 101, 50],
        ],
      },
      onFirstTrade("buy", 10),
    );
    expect(fills).toEqual(["63s: buy 10 at 101"]);
  });
});

describe("the hours of ticks", () => {
  it("a quote outside of the session fills only orders marked for it", async () => {
    const spy = instrument("SPY");
    // The bars end at 16:00 of the first day; a quote comes an hour later and one inside the next session.
    const minutes = flat(spy, "1hour", 100, 12);
    const late: Quoted = [
      [5.5 * 3600, 99, 100],
      [7.5 * 3600, 99, 105],
      [24 * 3600 + 60, 99, 110],
    ];
    const made = async (options: OrderOptions): Promise<string[]> =>
      fillsOf(
        await run(minutes, onFirstQuote("buy", 10, { limit: 200, tif: "GTC", ...options }), {
          quotes: [quotes(spy, late)],
        }),
      );
    expect(await made({})).toEqual(["86460s: buy 10 at 110"]);
    expect(await made({ outsideRth: true })).toEqual(["27000s: buy 10 at 105"]);
  });

  it("a day order ends at the close between two quotes", async () => {
    const spy = instrument("SPY");
    let order!: Order;
    await run(
      flat(spy, "1hour", 100, 12),
      {
        onQuote(trader, quote, n) {
          if (n === 0) order = trader.buy(quote.instrument, 10, { limit: 50 });
        },
      },
      {
        quotes: [
          quotes(spy, [
            [5.5 * 3600, 99, 100],
            [24 * 3600 + 60, 40, 41],
          ]),
        ],
      },
    );
    expect(order.history.at(-1)).toEqual({ status: "expired", time: minutesClose() });
  });
});

function minutesClose(): number {
  return flat("SPY", "1hour", 100, 6).end[5];
}

it("orders take turns on a quote as they were made, whichever side they are on", async () => {
  const spy = instrument("SPY");
  // Of the entry a part fills at second 2. At second 3 both meet the market: it fills the rest first, and its stop all.
  const fills = async (side: "buy" | "sell"): Promise<string[]> => {
    const sign = side === "buy" ? 1 : -1;
    const at = (seconds: number, entry: number, exit: number, size: number) =>
      (side === "buy" ? [seconds, exit, entry, 100, size] : [seconds, entry, exit, size, 100]) as readonly [
        number,
        number,
        number,
        number,
        number,
      ];
    const result = await run(
      flat(spy, "1min", 1000, 3),
      {
        onQuote: (trader, _, n) => {
          if (n === 0) trader.bracket("SPY", side, 30, { limit: 1000, stopLoss: 1000 - 3 * sign });
        },
      },
      {
        quotes: [
          quotes(spy, [
            at(61, 1000 + 2 * sign, 1000 - 2 * sign, 100),
            at(62, 1000, 1000 - 2 * sign, 20),
            at(63, 1000, 1000 - 4 * sign, 100),
          ]),
        ],
      },
    );
    return fillsOf(result);
  };
  expect(await fills("buy")).toEqual(["62s: buy 20 at 1000", "63s: buy 10 at 1000", "63s: sell 30 at 996"]);
  expect(await fills("sell")).toEqual(["62s: sell 20 at 1000", "63s: sell 10 at 1000", "63s: buy 30 at 1004"]);
});
