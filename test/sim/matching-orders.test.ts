import { describe, expect, it } from "vitest";
import type { Order, OrderOptions, Side } from "../../index.js";
import { bars, instrument, type Row } from "../bars.js";
import { fillsOf, fillsOfRun, run, type Settings } from "../scripted.js";

type Case = readonly [
  name: string,
  side: Side,
  options: OrderOptions,
  rows: readonly Row[],
  fills: readonly string[],
  settings?: Settings,
];

const DAY_BEFORE: Row = [100, 101, 99, 100];

/** An order for 100 made on the close of day 0 at 100, good till cancelled, and what becomes of it. */
function after(side: Side, options: OrderOptions, rows: readonly Row[], settings?: Settings): Promise<string[]> {
  const whole =
    options.tif === undefined && !options.type?.includes("-on-") ? { tif: "GTC" as const, ...options } : options;
  return fillsOfRun(
    bars("SPY", "1day", [DAY_BEFORE, ...rows]),
    { 0: (trader) => trader[side]("SPY", 100, whole) },
    settings,
  );
}

const CASES: readonly Case[] = [
  ["a market buy fills at the next open", "buy", {}, [[102, 105, 98, 103]], ["bar 1 open: buy 100 at 102"]],
  ["a market sell fills at the next open", "sell", {}, [[102, 105, 98, 103]], ["bar 1 open: sell 100 at 102"]],

  ["a limit buy takes a better open", "buy", { limit: 99 }, [[98, 101, 97, 100]], ["bar 1 open: buy 100 at 98"]],
  ["a limit buy takes an open at its limit", "buy", { limit: 99 }, [[99, 101, 99, 100]], ["bar 1 open: buy 100 at 99"]],
  [
    "a limit buy fills at its limit when the low goes through it",
    "buy",
    { limit: 99 },
    [[100, 101, 98.99, 100]],
    ["bar 1: buy 100 at 99"],
  ],
  ["a limit buy does not fill when the low only touches it", "buy", { limit: 99 }, [[100, 101, 99, 100]], []],
  [
    "a limit buy fills on a touch where a touch is enough",
    "buy",
    { limit: 99 },
    [[100, 101, 99, 100]],
    ["bar 1: buy 100 at 99"],
    { limitFill: "touch" },
  ],
  ["a limit buy below the low stays", "buy", { limit: 99 }, [[100, 101, 99.5, 100]], [], { limitFill: "touch" }],
  [
    "a limit buy waits for the bar that reaches it",
    "buy",
    { limit: 99 },
    [
      [100, 101, 99.5, 100],
      [100, 101, 98, 99],
    ],
    ["bar 2: buy 100 at 99"],
  ],
  ["a limit sell takes a better open", "sell", { limit: 101 }, [[102, 103, 100, 101]], ["bar 1 open: sell 100 at 102"]],
  [
    "a limit sell takes an open at its limit",
    "sell",
    { limit: 101 },
    [[101, 101, 99, 100]],
    ["bar 1 open: sell 100 at 101"],
  ],
  [
    "a limit sell fills at its limit when the high goes through it",
    "sell",
    { limit: 101 },
    [[100, 101.01, 99, 100]],
    ["bar 1: sell 100 at 101"],
  ],
  ["a limit sell does not fill when the high only touches it", "sell", { limit: 101 }, [[100, 101, 99, 100]], []],
  [
    "a limit sell fills on a touch where a touch is enough",
    "sell",
    { limit: 101 },
    [[100, 101, 99, 100]],
    ["bar 1: sell 100 at 101"],
    { limitFill: "touch" },
  ],

  [
    "a stop buy that the open gaps over fills at the open",
    "buy",
    { stop: 101 },
    [[103, 104, 102, 103]],
    ["bar 1 open: buy 100 at 103"],
  ],
  ["a stop buy at the open fills there", "buy", { stop: 101 }, [[101, 104, 100, 103]], ["bar 1 open: buy 100 at 101"]],
  [
    "a stop buy fills at its stop when the high touches it",
    "buy",
    { stop: 101 },
    [[100, 101, 99, 100]],
    ["bar 1: buy 100 at 101"],
  ],
  ["a stop buy above the high stays", "buy", { stop: 101 }, [[100, 100.99, 99, 100]], []],
  [
    "a stop sell that the open gaps under fills at the open",
    "sell",
    { stop: 99 },
    [[97, 98, 96, 97]],
    ["bar 1 open: sell 100 at 97"],
  ],
  [
    "a stop sell fills at its stop when the low touches it",
    "sell",
    { stop: 99 },
    [[100, 101, 99, 100]],
    ["bar 1: sell 100 at 99"],
  ],
  ["a stop sell below the low stays", "sell", { stop: 99 }, [[100, 101, 99.01, 100]], []],

  [
    "a stop-limit buy triggered inside fills at its stop",
    "buy",
    { stop: 101, limit: 102 },
    [[100, 103, 99, 100]],
    ["bar 1: buy 100 at 101"],
  ],
  [
    "a stop-limit buy triggered by the open within its limit fills at the open",
    "buy",
    { stop: 101, limit: 102 },
    [[101.5, 103, 99, 100]],
    ["bar 1 open: buy 100 at 101.5"],
  ],
  [
    "a stop-limit buy gapped over its limit rests, and does not fill in the bar that triggered it",
    "buy",
    { stop: 101, limit: 102 },
    [[103, 104, 99, 103]],
    [],
  ],
  [
    "a triggered stop-limit buy fills at its limit from the next bar",
    "buy",
    { stop: 101, limit: 102 },
    [
      [103, 104, 99, 103],
      [103, 104, 101, 103],
    ],
    ["bar 2: buy 100 at 102"],
  ],
  [
    "a triggered stop-limit buy takes a better open of the next bar",
    "buy",
    { stop: 101, limit: 102 },
    [
      [103, 104, 99, 103],
      [101.5, 104, 101, 103],
    ],
    ["bar 2 open: buy 100 at 101.5"],
  ],
  [
    "a stop-limit buy whose limit lies under its stop rests once triggered",
    "buy",
    { stop: 101, limit: 100 },
    [
      [100.5, 102, 99, 101],
      [101, 102, 99.5, 101],
    ],
    ["bar 2: buy 100 at 100"],
  ],
  [
    "a stop-limit sell triggered inside fills at its stop",
    "sell",
    { stop: 99, limit: 98 },
    [[100, 101, 97, 100]],
    ["bar 1: sell 100 at 99"],
  ],
  [
    "a stop-limit sell gapped under its limit rests until the next bar",
    "sell",
    { stop: 99, limit: 98 },
    [
      [97, 101, 96, 97],
      [97, 98.5, 96, 97],
    ],
    ["bar 2: sell 100 at 98"],
  ],

  [
    "a market-if-touched buy fills at the touched price",
    "buy",
    { type: "market-if-touched", stop: 99 },
    [[100, 101, 99, 100]],
    ["bar 1: buy 100 at 99"],
  ],
  [
    "a market-if-touched buy fills at an open below",
    "buy",
    { type: "market-if-touched", stop: 99 },
    [[98, 101, 97, 100]],
    ["bar 1 open: buy 100 at 98"],
  ],
  [
    "a market-if-touched buy that is not touched stays",
    "buy",
    { type: "market-if-touched", stop: 99 },
    [[100, 101, 99.01, 100]],
    [],
  ],
  [
    "a market-if-touched sell fills at the touched price",
    "sell",
    { type: "market-if-touched", stop: 101 },
    [[100, 101, 99, 100]],
    ["bar 1: sell 100 at 101"],
  ],
  [
    "a limit-if-touched buy fills at the touched price where its limit allows",
    "buy",
    { type: "limit-if-touched", stop: 99, limit: 99.5 },
    [[100, 101, 98, 100]],
    ["bar 1: buy 100 at 99"],
  ],
  [
    "a limit-if-touched buy whose limit lies deeper rests from the next bar",
    "buy",
    { type: "limit-if-touched", stop: 99, limit: 98 },
    [
      [100, 101, 97, 100],
      [100, 101, 97, 100],
    ],
    ["bar 2: buy 100 at 98"],
  ],
  [
    "a limit-if-touched sell whose limit lies higher rests from the next bar",
    "sell",
    { type: "limit-if-touched", stop: 101, limit: 102 },
    [
      [100, 103, 99, 100],
      [102.5, 103, 99, 100],
    ],
    ["bar 2 open: sell 100 at 102.5"],
  ],

  ["a trailing stop sell is tried with the stop it had", "sell", { trail: 5 }, [[100, 120, 96, 118]], []],
  [
    "a trailing stop sell follows the high by its amount",
    "sell",
    { trail: 5 },
    [
      [100, 110, 99, 108],
      [108, 109, 104, 106],
    ],
    ["bar 2: sell 100 at 105"],
  ],
  [
    "a trailing stop sell never moves down",
    "sell",
    { trail: 5 },
    [
      [107, 110, 106, 108],
      [106, 107, 105.5, 106],
      [106, 107, 104, 105],
    ],
    ["bar 3: sell 100 at 105"],
  ],
  [
    "a trailing stop sell that the open gaps under fills at the open",
    "sell",
    { trail: 5 },
    [[94, 95, 90, 92]],
    ["bar 1 open: sell 100 at 94"],
  ],
  [
    "a trailing stop sell follows by a fraction of the price",
    "sell",
    { trailPercent: 0.1 },
    [
      [100, 120, 95, 118],
      [118, 119, 107, 110],
    ],
    ["bar 2: sell 100 at 108"],
  ],
  [
    "a trailing stop that trails by less than a tick stands a tick behind",
    "sell",
    { trail: 0.004 },
    [
      [100, 100, 100, 100],
      [100, 100, 99.98, 99.99],
    ],
    ["bar 2: sell 100 at 99.99"],
  ],
  [
    "a trailing stop starts where it is told to",
    "sell",
    { trail: 5, stop: 98 },
    [[100, 101, 97, 100]],
    ["bar 1: sell 100 at 98"],
  ],
  [
    "a trailing stop buy follows the low",
    "buy",
    { trail: 5 },
    [
      [100, 101, 90, 92],
      [92, 96, 91, 94],
    ],
    ["bar 2: buy 100 at 95"],
  ],
  [
    "a trailing stop-limit within its limit fills at the stop",
    "sell",
    { trail: 5, limitOffset: 1 },
    [[100, 101, 94.5, 96]],
    ["bar 1: sell 100 at 95"],
  ],
  [
    "a trailing stop-limit gapped beyond its limit rests until the next bar",
    "sell",
    { trail: 5, limitOffset: 1 },
    [
      [90, 96, 89, 92],
      [92, 95, 91, 93],
    ],
    ["bar 2: sell 100 at 94"],
  ],

  [
    "a market-on-close order on daily bars fills at the next close",
    "buy",
    { type: "market-on-close" },
    [
      [102, 105, 98, 103],
      [1, 1, 1, 1],
    ],
    ["bar 1: buy 100 at 103"],
  ],
  [
    "a limit-on-close order fills at a close within its limit",
    "buy",
    { type: "limit-on-close", limit: 103 },
    [[102, 105, 98, 102.5]],
    ["bar 1: buy 100 at 102.5"],
  ],
  [
    "a limit-on-close order beyond its limit does not fill, not even on a better price inside",
    "buy",
    { type: "limit-on-close", limit: 102 },
    [
      [102, 105, 98, 103],
      [99, 100, 98, 99],
    ],
    [],
  ],
  [
    "a market-on-open order on daily bars fills at the next open",
    "sell",
    { type: "market-on-open" },
    [[102, 105, 98, 103]],
    ["bar 1 open: sell 100 at 102"],
  ],
  [
    "a limit-on-open order fills at an open within its limit",
    "sell",
    { type: "limit-on-open", limit: 101 },
    [[102, 105, 98, 103]],
    ["bar 1 open: sell 100 at 102"],
  ],
  [
    "a limit-on-open order beyond its limit is gone after the open",
    "sell",
    { type: "limit-on-open", limit: 103 },
    [
      [102, 105, 98, 103],
      [104, 105, 98, 103],
    ],
    [],
  ],
  [
    "an opening limit order is gone after the open too",
    "buy",
    { limit: 99, tif: "OPG" },
    [
      [100, 105, 98, 103],
      [98, 105, 98, 103],
    ],
    [],
  ],
  [
    "an opening market order fills at the open",
    "buy",
    { tif: "OPG" },
    [[100, 105, 98, 103]],
    ["bar 1 open: buy 100 at 100"],
  ],

  [
    "an immediate-or-cancel limit that the open meets fills",
    "buy",
    { limit: 99, tif: "IOC" },
    [[98, 101, 97, 100]],
    ["bar 1 open: buy 100 at 98"],
  ],
  [
    "an immediate-or-cancel limit that the open does not meet is gone",
    "buy",
    { limit: 99, tif: "IOC" },
    [
      [100, 101, 97, 100],
      [98, 98, 98, 98],
    ],
    [],
  ],
  [
    "an immediate-or-cancel order keeps what the open gives and drops the rest",
    "buy",
    { tif: "IOC" },
    [
      [100, 101, 97, 100, 500],
      [100, 101, 97, 100],
    ],
    ["bar 1 open: buy 50 at 100"],
    { volumeLimit: 0.1 },
  ],
  [
    "an immediate-or-cancel stop drops what its trigger does not fill",
    "buy",
    { stop: 100, tif: "IOC" },
    [
      [101, 101, 97, 100, 500],
      [100, 101, 97, 100],
    ],
    ["bar 1 open: buy 50 at 101"],
    { volumeLimit: 0.1 },
  ],
  [
    "a fill-or-kill order without enough volume fills nothing",
    "buy",
    { tif: "FOK" },
    [
      [100, 101, 97, 100, 500],
      [100, 101, 97, 100],
    ],
    [],
    { volumeLimit: 0.1 },
  ],
  [
    "a fill-or-kill order with enough volume fills whole",
    "buy",
    { tif: "FOK" },
    [[100, 101, 97, 100, 1000]],
    ["bar 1 open: buy 100 at 100"],
    { volumeLimit: 0.1 },
  ],
];

describe("on bars", () => {
  for (const [name, side, options, rows, fills, settings] of CASES) {
    it(name, async () => expect(await after(side, options, rows, settings)).toEqual(fills));
  }

  it("a gapped stop-limit says that it has triggered while it rests", async () => {
    let order!: Order;
    await run(bars("SPY", "1day", [DAY_BEFORE, [103, 104, 99, 103]]), {
      0: (trader) => {
        order = trader.buy("SPY", 100, { stop: 101, limit: 102, tif: "GTC" });
      },
    });
    expect(order.status).toBe("triggered");
    expect(order.history.map(({ status }) => status)).toEqual([
      "created",
      "held",
      "submitted",
      "accepted",
      "triggered",
    ]);
  });

  it("no order takes part in the bar it was made on, whatever that bar did", async () => {
    const fills = await fillsOfRun(
      bars("SPY", "1day", [
        [100, 120, 80, 100],
        [100, 100, 100, 100],
      ]),
      {
        0: (trader) => {
          for (const side of ["buy", "sell"] as const) {
            trader[side]("SPY", 1, { limit: side === "buy" ? 90 : 110 });
            trader[side]("SPY", 1, { stop: side === "buy" ? 110 : 90 });
          }
        },
      },
    );
    expect(fills).toEqual([]);
  });

  it("prices off the grid of ticks are rounded away from danger: a limit never worse, a stop never later", async () => {
    let orders: Order[] = [];
    await run(bars("SPY", "1day", [DAY_BEFORE]), {
      0: (trader) => {
        orders = [
          trader.buy("SPY", 1, { limit: 99.019 }),
          trader.sell("SPY", 1, { limit: 101.011 }),
          trader.buy("SPY", 1, { stop: 101.019 }),
          trader.sell("SPY", 1, { stop: 98.991 }),
        ];
      },
    });
    expect(orders.map((order) => (order.type === "limit" ? order.limit : order.stop))).toEqual([
      99.01, 101.02, 101.01, 99,
    ]);
  });
});

describe("a share of a bar's volume", () => {
  const thin: Row = [100, 101, 99, 100, 300];

  it("fills an order in parts, the rest at the next open", async () => {
    let order!: Order;
    const states: string[] = [];
    const result = await run(
      bars("SPY", "1day", [DAY_BEFORE, thin, [101, 102, 100, 101, 500], [102, 103, 101, 102]]),
      {
        onBar(trader, _bar, n) {
          if (n === 0) order = trader.buy("SPY", 100, { tif: "GTC" });
          states.push(`${order.status} ${order.filled}`);
        },
      },
      { volumeLimit: 0.1 },
    );
    expect(fillsOf(result)).toEqual([
      "bar 1 open: buy 30 at 100",
      "bar 2 open: buy 50 at 101",
      "bar 3 open: buy 20 at 102",
    ]);
    expect(states).toEqual(["held 0", "partially filled 30", "partially filled 80", "filled 100"]);
    expect(order.averagePrice).toBeCloseTo((30 * 100 + 50 * 101 + 20 * 102) / 100, 12);
  });

  it("is shared by all orders of the bar, the first made first", async () => {
    const fills = await fillsOfRun(
      bars("SPY", "1day", [DAY_BEFORE, thin, thin]),
      {
        0: (trader) => {
          trader.buy("SPY", 20, { tif: "GTC" });
          trader.sell("SPY", 20, { tif: "GTC" });
        },
      },
      { volumeLimit: 0.1 },
    );
    expect(fills).toEqual(["bar 1 open: buy 20 at 100", "bar 1 open: sell 10 at 100", "bar 2 open: sell 10 at 100"]);
  });

  it("is not taken twice by orders at its open and orders at its close", async () => {
    const fills = await fillsOfRun(
      bars("SPY", "1day", [DAY_BEFORE, thin, thin]),
      {
        0: (trader) => trader.buy("SPY", 25, { limit: 100, tif: "GTC" }),
        1: (trader) => {
          trader.buy("SPY", 25);
          trader.buy("SPY", 25);
        },
      },
      { volumeLimit: 0.1, fill: "same-close" },
    );
    const inBar = (bar: number): number =>
      fills
        .filter((fill) => fill.startsWith(`bar ${bar}`))
        .reduce((sum, fill) => sum + Number(fill.split(" ").at(-3)), 0);
    expect(inBar(1)).toBe(30);
    expect(inBar(2)).toBeLessThanOrEqual(30);
  });

  it("leaves a stop that triggers on a thin bar to fill its rest as a market order", async () => {
    const fills = await fillsOfRun(
      bars("SPY", "1day", [DAY_BEFORE, [100, 102, 99, 101, 300], [97, 98, 96, 97]]),
      {
        0: (trader) => trader.buy("SPY", 50, { stop: 101, tif: "GTC" }),
      },
      { volumeLimit: 0.1 },
    );
    expect(fills).toEqual(["bar 1: buy 30 at 101", "bar 2 open: buy 20 at 97"]);
  });

  it("does not bind where volume is not known", async () => {
    const fills = await fillsOfRun(
      bars("SPY", "1day", [DAY_BEFORE, [100, 101, 99, 100, 0]]),
      {
        0: (trader) => trader.buy("SPY", 100),
      },
      { volumeLimit: 0.1 },
    );
    expect(fills).toEqual(["bar 1 open: buy 100 at 100"]);
  });
});

it("a trail that is a fraction of a negative price lies on its own side of it", async () => {
  const oil = instrument({ symbol: "CL", assetClass: "future", tickSize: 0.01, negativePrices: true });
  const rows: Row[] = [
    [-6, -6, -6, -6],
    [-6, -6, -6, -6],
    [-6, -4, -6, -4],
    [-4, -4, -5, -5],
  ];
  let stop: Order;
  const stops: number[] = [];
  const result = await run(
    bars(oil, "1day", rows),
    {
      onBar: (trader, _, n) => {
        if (n === 0) stop = trader.sell("CL", 1, { trailPercent: 0.1, tif: "GTC" });
        stops.push(stop.stop);
      },
    },
    { margin: "unlimited" },
  );
  // A tenth below -6, then below -4, which the next bar meets.
  expect(stops).toEqual([-6.6, -6.6, -4.4, -4.4]);
  expect(fillsOf(result)).toEqual(["bar 3: sell 1 at -4.4"]);
});
