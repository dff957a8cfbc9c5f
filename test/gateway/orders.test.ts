import { describe, expect, it } from "vitest";
import { BarTicks } from "../../core/market/bar-ticks.js";
import { gatewayData, TWO_STOCKS } from "./gateway-data.js";
import { placeOrder, type SaidOrder, SYN2 } from "./order-fields.js";
import { RawClient } from "./raw-client.js";
import { NOON, type Started, started } from "./started.js";

/** What a client was told of its orders, in short: "open 1 Submitted", "status 1 Filled 100/0", "exec 1 100", ... */
function story(client: RawClient): string[] {
  return client.messages.slice(1).flatMap((fields) => {
    const [id] = fields;
    if (id === "5") return [`open ${fields[1]} ${fields[93]}`];
    if (id === "3")
      return [`status ${fields[1]} ${fields[2]} ${fields[3]}/${fields[4]}${fields[10] && ` ${fields[10]}`}`];
    if (id === "11") return [`exec ${fields[2]} ${fields[19]} ${fields[20]}`];
    if (id === "59") return ["commission"];
    if (id === "4" && Number(fields[2]) >= 0) return [`error ${fields[2]} ${fields[3]}`];
    return [];
  });
}

/** The ticks of SYN1 in the minute that begins at noon. */
function ticksAtNoon(): BarTicks {
  const [series] = gatewayData(TWO_STOCKS).series;
  const ticks = new BarTicks({ every: 5_000, spread: 2 });
  ticks.make(series, series.start.indexOf(NOON));
  return ticks;
}

const LAST = ticksAtNoon().last[0];

async function place(one: Started, ...orders: readonly (readonly [id: number, said: SaidOrder])[]): Promise<void> {
  for (const [id, said] of orders) one.client.send(...placeOrder(id, said));
  await one.clock.pass(0, one.client);
}

describe("an order", () => {
  it("has 114 fields, and is told with 135", async () => {
    expect(placeOrder(1)).toHaveLength(114);
    const one = await started();
    await place(one, [1, { type: "LMT", limit: LAST - 5 }]);
    expect(one.client.of(5).map((fields) => fields.length)).toEqual([135, 135]);
    expect(one.client.of(3).map((fields) => fields.length)).toEqual([12, 12]);
  });

  it("with a limit away from the market is told as held, then as working", async () => {
    const one = await started();
    await place(one, [1, { type: "LMT", limit: LAST - 5, ref: "mine" }]);
    expect(story(one.client)).toEqual([
      "open 1 PreSubmitted",
      "status 1 PreSubmitted 0/100",
      "open 1 Submitted",
      "status 1 Submitted 0/100",
    ]);
    const [open] = one.client.of(5);
    expect(open.slice(13, 25)).toEqual([
      "BUY",
      "100",
      "LMT",
      String(LAST - 5),
      "0",
      "DAY",
      "",
      "DU1234567",
      "",
      "0",
      "mine",
      "1",
    ]);
    expect(Number(open[25])).toBe(1_000_000_001);
  });

  it("at the market fills at the next quote: execution, order, status, commission", async () => {
    const one = await started();
    await place(one, [1, { type: "MKT" }]);
    await one.clock.pass(5_000, one.client);
    expect(story(one.client).slice(4)).toEqual([
      `exec 1 100 ${ticksAtNoon().ask[0]}`,
      "open 1 Filled",
      "status 1 Filled 100/0",
      "commission",
    ]);
    const [exec] = one.client.of(11);
    expect(exec).toHaveLength(32);
    expect(exec.slice(14, 19)).toEqual([
      "0000e0d5.5e2f1c3a.000001.01",
      "20200120 12:00:01 US/Eastern",
      "DU1234567",
      "NYSE",
      "BOT",
    ]);
    const [commission] = one.client.of(59);
    expect(commission).toHaveLength(8);
    expect(commission.slice(2, 6)).toEqual([exec[14], "1", "USD", "1.7976931348623157E308"]);
  });

  it("that closes tells what it realised, fees off", async () => {
    const one = await started();
    await place(one, [1, { type: "MKT" }]);
    await one.clock.pass(5_000, one.client);
    await place(one, [2, { type: "MKT", action: "SELL" }]);
    await one.clock.pass(60_000, one.client);
    const prices = one.client.of(11).map((fields) => Number(fields[20]));
    const [, closing] = one.client.of(59);
    expect(Number(closing[5])).toBeCloseTo(100 * (prices[1] - prices[0]) - Number(closing[3]), 6);
  });

  it("that closes at the price it was opened at tells its fees as a loss, and not that it has opened", async () => {
    const one = await started();
    await place(one, [1, { type: "MKT" }]);
    await one.clock.pass(5_000, one.client);
    const [bought] = one.client.of(11);
    await place(one, [2, { type: "LMT", action: "SELL", limit: Number(bought[20]) }]);
    await one.clock.pass(6 * 60 * 60_000, one.client);
    const [, sold] = one.client.of(11);
    expect(sold[20]).toBe(bought[20]);
    const [, closing] = one.client.of(59);
    expect(Number(closing[5])).toBeCloseTo(-Number(closing[3]), 9);
  });

  it("larger than the quote fills in parts", async () => {
    const one = await started();
    await place(one, [1, { type: "MKT", quantity: 3_000 }]);
    await one.clock.pass(60_000, one.client);
    const fills = one.client.of(11).map((fields) => Number(fields[19]));
    expect(fills.length).toBeGreaterThan(1);
    expect(fills.reduce((sum, size) => sum + size, 0)).toBe(3_000);
    expect(fills[0]).toBe(ticksAtNoon().askSize[0]);
    expect(story(one.client)).toContain(`status 1 Submitted ${fills[0]}/${3_000 - fills[0]}`);
    const last = one.client.of(11).at(-1) ?? [];
    expect(Number(last[24])).toBe(3_000);
    const value = one.client.of(11).reduce((sum, row) => sum + Number(row[19]) * Number(row[20]), 0);
    expect(Number(last[25])).toBeCloseTo(value / 3_000, 9);
  });

  it("is cancelled: on its way, gone, and 202", async () => {
    const one = await started();
    await place(one, [1, { type: "LMT", limit: LAST - 5 }]);
    one.client.send(4, 1, 1, "");
    await one.clock.pass(0, one.client);
    expect(story(one.client).slice(4)).toEqual([
      "status 1 PendingCancel 0/100",
      "status 1 Cancelled 0/100",
      "error 1 202",
    ]);
    expect(one.client.errors(1)).toEqual([{ code: 202, text: "Order Canceled - reason:" }]);
  });

  it("that is unknown, filled or cancelled cannot be cancelled", async () => {
    const one = await started();
    await place(one, [1, { type: "MKT" }], [2, { type: "LMT", limit: LAST - 5 }]);
    await one.clock.pass(5_000, one.client);
    for (const id of [1, 2, 2, 9]) one.client.send(4, 1, id, "");
    await one.clock.pass(0, one.client);
    expect(one.client.errors(1)[0]).toEqual({
      code: 10148,
      text: "OrderId 1 that needs to be cancelled cannot be cancelled, state: Filled.",
    });
    expect(one.client.errors(2).map(({ code }) => code)).toEqual([202, 10148]);
    expect(one.client.errors(9)).toEqual([{ code: 10147, text: "OrderId 9 that needs to be cancelled is not found." }]);
  });

  it("is changed by placing its id again", async () => {
    const one = await started();
    await place(one, [1, { type: "LMT", limit: LAST - 5 }]);
    await place(one, [1, { type: "LMT", limit: LAST - 4, quantity: 50 }]);
    expect(story(one.client).slice(4)).toEqual(["open 1 Submitted", "status 1 Submitted 0/50"]);
    expect(one.client.of(5).at(-1)?.slice(14, 17)).toEqual(["50", "LMT", String(LAST - 4)]);
    await place(one, [1, { type: "LMT", limit: LAST + 1, quantity: 50 }]);
    await one.clock.pass(5_000, one.client);
    expect(story(one.client)).toContain("status 1 Filled 50/0");
  });

  it("cannot be changed into another one, nor once it has ended", async () => {
    const one = await started();
    await place(one, [1, { type: "LMT", limit: LAST - 5 }], [2, { type: "MKT" }]);
    await one.clock.pass(5_000, one.client);
    await place(
      one,
      [1, { type: "LMT", limit: LAST - 5, action: "SELL" }],
      [1, { type: "LMT", limit: LAST - 5, of: SYN2 }],
      [1, { type: "STP", aux: LAST + 5 }],
      [1, { type: "LMT", limit: LAST - 5.001 }],
      [2, { type: "MKT", quantity: 200 }],
    );
    expect(one.client.errors(1).map(({ code }) => code)).toEqual([105, 105, 329, 110]);
    expect(one.client.errors(2)).toEqual([{ code: 104, text: "Cannot modify a filled order." }]);
    expect(one.client.of(3).at(-1)?.slice(1, 3)).not.toEqual(["1", "Cancelled"]);
  });

  it.each<[SaidOrder, number, string]>([
    [{ quantity: 0 }, 434, "The order size cannot be zero."],
    [{ quantity: "" }, 434, "The order size cannot be zero."],
    [{ quantity: 10.5 }, 10318, "fractional quantity"],
    [{ quantity: 0.5 }, 388, "smaller than the minimum"],
    [{ type: "LMT" }, 321, "Missing or invalid limit price"],
    [{ type: "LMT", limit: -3 }, 321, "Missing or invalid limit price"],
    [{ type: "LMT", limit: 99.123 }, 110, "minimum price variation"],
    [{ type: "STP" }, 403, "Invalid stop price."],
    [{ type: "TRAIL" }, 158, "offset amount or a percent offset"],
    [{ type: "REL" }, 387, "Unsupported order type"],
    [{ type: "LMT", limit: 50, tif: "GTX" }, 321, "Invalid time in force"],
    [{ type: "STP", aux: 50, tif: "OPG" }, 111, "incompatible"],
    [{ type: "MOC", tif: "GTC" }, 113, "DAY for MOC"],
    [{ tif: "GTD" }, 10330, "expiry date/time format"],
    [{ tif: "GTD", goodTill: "20190101-10:00:00" }, 334, "Invalid Good Till Date"],
    [{ action: "HOLD" }, 321, "Invalid action"],
    [{ account: "DU9999999" }, 321, "Invalid account code 'DU9999999'"],
    [{ parent: 99 }, 135, "Can't find order with id =99"],
    [{ algo: "Adaptive" }, 201, "IB algorithms are not simulated"],
    [{ model: "Growth" }, 201, "Models are not simulated"],
    [{ eTradeOnly: 1 }, 10268, "EtradeOnly"],
    [{ of: placeOrder(1).slice(2, 3) }, 320, "Error reading request"],
  ])("that says %j is refused with %i", async (said, code, text) => {
    const one = await started();
    if (code === 320) one.client.send(3, 1, ...(said.of ?? []));
    else one.client.send(...placeOrder(1, said));
    await one.clock.pass(0, one.client);
    const id = code === 320 ? -1 : 1;
    const errors = one.client.errors(id).filter((error) => error.code < 2000 || error.code > 3000);
    expect(errors).toEqual([{ code, text: expect.stringContaining(text) }]);
    expect(one.client.of(5)).toEqual([]);
  });

  it("of a contract that does not exist or of a combination is refused", async () => {
    const one = await started();
    const of = [...SYN2];
    of[1] = "NOTHING";
    await place(one, [1, { of }]);
    expect(one.client.errors(1)).toEqual([{ code: 200, text: expect.stringContaining("No security definition") }]);
  });

  it("needs an id above all that were used, and nextValidId tells which", async () => {
    const one = await started();
    await place(one, [5, { type: "LMT", limit: LAST - 5 }]);
    one.client.send(8, 1, 1);
    await place(one, [4, { type: "LMT", limit: LAST - 5 }]);
    expect(one.client.errors(4)).toEqual([{ code: 103, text: "Duplicate order id" }]);
    expect(one.client.of(9).at(-1)).toEqual(["9", "1", "6"]);
    const again = await RawClient.start(one.gateway.port, 2);
    expect(again.of(9)).toEqual([["9", "1", "1"]]);
  });

  it("that the account cannot carry is rejected with 201 and never works", async () => {
    const one = await started();
    await place(one, [1, { type: "LMT", limit: LAST, quantity: 100_000 }]);
    expect(story(one.client)).toEqual(["open 1 Inactive", "status 1 Inactive 0/100000", "error 1 201"]);
    expect(one.client.errors(1)[0].text).toMatch(/^Order rejected - reason:MARGIN: needed=/);
  });

  it("of a day ends at the close, one good till cancelled does not, one good till a date does then", async () => {
    const one = await started({ from: Date.UTC(2020, 0, 20, 20, 59) });
    const limit = LAST - 20;
    await place(
      one,
      [1, { type: "LMT", limit }],
      [2, { type: "LMT", limit, tif: "GTC" }],
      [3, { type: "LMT", limit, tif: "GTD", goodTill: "20200120-20:59:30" }],
    );
    await one.clock.pass(29_000, one.client);
    expect(story(one.client).filter((line) => line.includes("Cancelled"))).toEqual([]);
    await one.clock.pass(1_000, one.client);
    expect(story(one.client).filter((line) => line.includes("Cancelled"))).toEqual(["status 3 Cancelled 0/100"]);
    await one.clock.pass(30_000, one.client);
    expect(story(one.client).filter((line) => line.includes("Cancelled"))).toEqual([
      "status 3 Cancelled 0/100",
      "status 1 Cancelled 0/100",
    ]);
    expect(one.client.errors(1)[0].code).toBe(202);
  });

  it.each<SaidOrder>([
    { type: "MKT", tif: "OPG" },
    { type: "LMT", limit: LAST + 9, tif: "OPG" },
  ])("for the open, made in the night before or any other, fills in its auction: %o", async (said) => {
    const one = await started({ from: Date.UTC(2020, 0, 20, 22) });
    await place(one, [1, said]);
    expect(story(one.client)).toEqual(["open 1 PreSubmitted", "status 1 PreSubmitted 0/100", "error 1 399"]);
    await one.clock.pass(16.5 * 3_600_000, one.client);
    await one.clock.pass(5_000, one.client);
    expect(story(one.client)).toContain("status 1 Filled 100/0");
    const [exec] = one.client.of(11);
    expect(exec[15]).toBe("20200121 09:30:01 US/Eastern");
  });

  it("for a closed market waits for the open: 399, held, then working", async () => {
    const one = await started({ from: Date.UTC(2020, 0, 20, 22) });
    await place(one, [1, { type: "LMT", limit: LAST - 20 }]);
    expect(story(one.client)).toEqual(["open 1 PreSubmitted", "status 1 PreSubmitted 0/100", "error 1 399"]);
    expect(one.client.errors(1)[0].text).toContain(
      "will not be placed at the exchange until 20200121 09:30:00 US/Eastern",
    );
    await one.clock.pass(16.5 * 3_600_000 - 1, one.client);
    expect(story(one.client)).toHaveLength(3);
    await one.clock.pass(1, one.client);
    expect(story(one.client).slice(3)).toEqual(["open 1 Submitted", "status 1 Submitted 0/100"]);
  });
});

describe("orders that belong together", () => {
  it("a bracket is silent until its last order is transmitted, and then comes as a whole", async () => {
    const one = await started();
    await place(
      one,
      [1, { type: "LMT", limit: LAST + 1, transmit: 0 }],
      [2, { type: "LMT", action: "SELL", limit: LAST + 5, parent: 1, transmit: 0, tif: "GTC" }],
    );
    expect(story(one.client)).toEqual([]);
    await place(one, [3, { type: "STP", action: "SELL", aux: LAST - 5, parent: 1, tif: "GTC" }]);
    expect(story(one.client)).toEqual([
      "open 1 PreSubmitted",
      "status 1 PreSubmitted 0/100",
      "open 1 Submitted",
      "status 1 Submitted 0/100",
      "open 2 PreSubmitted",
      "status 2 PreSubmitted 0/100 child",
      "open 3 PreSubmitted",
      "status 3 PreSubmitted 0/100 child,trigger",
    ]);
    await one.clock.pass(5_000, one.client);
    expect(story(one.client).slice(8)).toEqual([
      expect.stringMatching(/^exec 1 100/),
      "open 1 Filled",
      "status 1 Filled 100/0",
      "commission",
      "open 2 Submitted",
      "status 2 Submitted 0/100",
      "open 3 PreSubmitted",
      "status 3 PreSubmitted 0/100 trigger",
    ]);
  });

  it("the exit that fills cancels the other", async () => {
    const one = await started();
    await place(
      one,
      [1, { type: "MKT", transmit: 0 }],
      [2, { type: "LMT", action: "SELL", limit: LAST - 1, parent: 1, transmit: 0 }],
      [3, { type: "STP", action: "SELL", aux: LAST - 9, parent: 1 }],
    );
    await one.clock.pass(60_000, one.client);
    const told = story(one.client);
    expect(told).toContain("status 2 Filled 100/0");
    expect(told).toContain("status 3 Cancelled 0/100");
    expect(told).toContain("error 3 202");
  });

  it("cancelling the parent cancels its children", async () => {
    const one = await started();
    await place(
      one,
      [1, { type: "LMT", limit: LAST - 9, transmit: 0 }],
      [2, { type: "LMT", action: "SELL", limit: LAST + 9, parent: 1 }],
    );
    one.client.send(4, 1, 1, "");
    await one.clock.pass(0, one.client);
    expect(story(one.client).slice(-5)).toEqual([
      "status 1 PendingCancel 0/100",
      "status 1 Cancelled 0/100",
      "error 1 202",
      "status 2 Cancelled 0/100",
      "error 2 202",
    ]);
  });

  it("an order that does not say that it is to be transmitted is not", async () => {
    const one = await started();
    await place(one, [1, { type: "MKT", transmit: "" }]);
    await one.clock.pass(60_000, one.client);
    expect(story(one.client)).toEqual([]);
    await place(one, [1, { type: "MKT" }]);
    await one.clock.pass(20_000, one.client);
    expect(story(one.client)).toContain("status 1 Filled 100/0");
  });

  it("orders of a group cancel each other", async () => {
    const one = await started();
    await place(
      one,
      [1, { type: "LMT", limit: LAST - 9, oca: "either" }],
      [2, { type: "LMT", limit: LAST + 1, oca: "either", of: SYN2 }],
      [3, { type: "LMT", limit: LAST - 9, oca: "another" }],
    );
    one.client.send(...placeOrder(4, { type: "MKT", oca: "either" }));
    await one.clock.pass(5_000, one.client);
    const told = story(one.client);
    expect(told).toContain("status 4 Filled 100/0");
    expect(told).toContain("status 1 Cancelled 0/100");
    expect(told.some((line) => line.startsWith("status 3 Cancelled"))).toBe(false);
  });

  it("an order of a group that fills the rest of what another has filled at the same instant is filled", async () => {
    const one = await started();
    const size = ticksAtNoon().askSize[0];
    await place(
      one,
      [1, { type: "MKT", quantity: size + 7, oca: "either", ocaType: 3 }],
      [2, { type: "LMT", limit: LAST + 5, quantity: size + 7, oca: "either", ocaType: 3 }],
    );
    await one.clock.pass(5_000, one.client);
    const fills = one.client.of(11).map((fields) => [fields[2], Number(fields[19])]);
    expect(fills).toEqual([
      ["1", size],
      ["2", 7],
    ]);
    expect(story(one.client)).toContain("status 2 Filled 7/0");
    expect(story(one.client)).toContain(`status 1 Cancelled ${size}/7`);
  });

  it.each([
    [1, "status 2 Cancelled 0/5000"],
    [2, "status 2 Submitted 0/4"],
    [3, "status 2 Submitted 0/4"],
  ])("a fill of a part of an order ends or reduces the others of its group, of kind %i", async (ocaType, said) => {
    const one = await started();
    await place(
      one,
      [1, { type: "LMT", limit: LAST + 5, quantity: 5_000, oca: "either", ocaType }],
      [2, { type: "LMT", limit: LAST - 9, quantity: 5_000, oca: "either", ocaType }],
    );
    await one.clock.pass(5_000, one.client);
    expect(one.client.of(11).length).toBeGreaterThan(0);
    expect(
      story(one.client)
        .filter((line) => line.startsWith("status 2"))
        .at(-1),
    ).toContain(said);
  });

  it("a stop is told when it triggers, a trailing stop follows", async () => {
    const one = await started();
    const ticks = ticksAtNoon();
    const high = Math.max(...ticks.last.subarray(0, ticks.length));
    await place(
      one,
      [1, { type: "STP", aux: high }],
      [2, { type: "TRAIL", action: "SELL", aux: 0.01 }],
      [3, { type: "TRAIL", action: "SELL", trailPercent: 50 }],
    );
    expect(story(one.client).slice(0, 2)).toEqual(["open 1 PreSubmitted", "status 1 PreSubmitted 0/100 trigger"]);
    await one.clock.pass(120_000, one.client);
    const told = story(one.client);
    expect(told).toContain("open 1 Submitted");
    expect(told).toContain("status 1 Filled 100/0");
    expect(told).toContain("status 2 Filled 100/0");
    expect(told.some((line) => line.startsWith("exec 3"))).toBe(false);
  });
});

describe("several clients", () => {
  it("each hear of their own orders and may not touch those of others", async () => {
    const one = await started();
    const second = await RawClient.start(one.gateway.port, 2);
    await place(one, [1, { type: "LMT", limit: LAST - 5 }]);
    second.send(4, 1, 1, "");
    second.send(...placeOrder(1, { type: "LMT", limit: LAST - 6 }));
    await one.clock.pass(0, second);
    expect(second.errors(1)).toEqual([{ code: 10147, text: "OrderId 1 that needs to be cancelled is not found." }]);
    expect(story(second)).toContain("status 1 Submitted 0/100");
    expect(story(one.client)).toHaveLength(4);
    one.client.send(5, 1);
    second.send(16, 1);
    await one.clock.pass(0, one.client);
    await one.clock.pass(0, second);
    expect(one.client.of(5).slice(2)).toHaveLength(1);
    expect(
      second
        .of(5)
        .slice(2)
        .map((fields) => fields[24]),
    ).toEqual(["1", "2"]);
    expect([one.client.of(53), second.of(53)]).toEqual([[["53", "1"]], [["53", "1"]]]);
  });

  it("a global cancel ends the orders of all", async () => {
    const one = await started();
    const second = await RawClient.start(one.gateway.port, 2);
    await place(one, [1, { type: "LMT", limit: LAST - 5 }], [2, { type: "LMT", limit: LAST - 5, transmit: 0 }]);
    second.send(58, 1);
    await one.clock.pass(0, second);
    await one.clock.pass(0, one.client);
    expect(story(one.client).filter((line) => line.includes("Cancelled"))).toEqual([
      "status 1 Cancelled 0/100",
      "status 2 Cancelled 0/100",
    ]);
  });

  it("only client 0 may bind the orders made by hand", async () => {
    const one = await started();
    const zero = await RawClient.start(one.gateway.port, 0);
    one.client.send(15, 1, 1);
    zero.send(15, 1, 1);
    await one.clock.pass(0, one.client);
    await one.clock.pass(0, zero);
    expect(one.client.errors(-1).at(-1)?.code).toBe(327);
    expect(zero.of(53)).toHaveLength(1);
  });

  it("who was away asks, and is told of open orders, executions and completed orders", async () => {
    const one = await started();
    await place(
      one,
      [1, { type: "LMT", limit: LAST - 5, ref: "a" }],
      [2, { type: "MKT", ref: "b" }],
      [3, { type: "LMT", limit: LAST - 5, ref: "c" }],
    );
    one.client.send(4, 1, 3, "");
    await one.clock.pass(0, one.client);
    one.client.hangUp();
    const other = await RawClient.start(one.gateway.port, 9);
    await one.clock.pass(10_000, other);
    const back = await RawClient.start(one.gateway.port, 1);
    expect(back.of(9)).toEqual([["9", "1", "4"]]);
    back.send(5, 1);
    back.send(7, 3, 77, 0, "", "", "", "", "", "");
    back.send(99, 0);
    await back.until(() => back.of(102).length === 1);
    expect(back.of(5).map((fields) => [fields[1], fields[23], fields[93]])).toEqual([["1", "a", "Submitted"]]);
    expect(back.of(11).map((fields) => [fields[1], fields[2], fields[26]])).toEqual([["77", "2", "b"]]);
    expect(back.of(59)).toHaveLength(1);
    expect(back.of(55)).toEqual([["55", "1", "77"]]);
    expect(back.of(101).map((fields) => fields[22])).toEqual(["b", "c"]);
    expect(back.of(101)[0]).toContain("Filled Size: 100");
    expect(back.of(101)[1]).toContain("Cancelled by Trader");
  });

  it("executions are told by what they are asked by, and back to midnight", async () => {
    const one = await started();
    await place(one, [1, { type: "MKT" }], [2, { type: "MKT", of: SYN2 }]);
    await one.clock.pass(10_000, one.client);
    const ask = async (client: RawClient, id: number, ...filter: (string | number)[]): Promise<number> => {
      client.send(7, 3, id, ...filter);
      await client.until(() => client.of(55).some((fields) => fields[2] === String(id)));
      return client.of(11).filter((fields) => fields[1] === String(id)).length;
    };
    expect(await ask(one.client, 11, 0, "", "", "", "", "", "")).toBe(2);
    expect(await ask(one.client, 12, 0, "", "", "SYN2", "STK", "", "BUY")).toBe(1);
    expect(await ask(one.client, 13, 0, "", "", "", "", "", "SELL")).toBe(0);
    expect(await ask(one.client, 14, 7, "", "", "", "", "", "")).toBe(0);
    expect(await ask(one.client, 15, 0, "", "20200120-17:30:00", "", "", "", "")).toBe(0);
    one.client.send(7, 3, 16, 0, "", "soon", "", "", "", "");
    await one.clock.pass(0, one.client);
    expect(one.client.errors(16)[0].code).toBe(337);
    await one.clock.pass(13 * 3_600_000, one.client);
    expect(await ask(one.client, 17, 0, "", "", "", "", "", "")).toBe(0);
  });
});

describe("a what-if order", () => {
  it("is answered with margin and commission, and is gone", async () => {
    const one = await started();
    await place(one, [1, { type: "LMT", limit: LAST, whatIf: 1 }]);
    expect(story(one.client)).toEqual(["open 1 PreSubmitted"]);
    const [open] = one.client.of(5);
    expect(open).toHaveLength(135);
    expect(open[92]).toBe("1");
    const change = Number(open[97]);
    expect(change).toBeGreaterThan(0.49 * 100 * LAST);
    expect(change).toBeLessThan(0.51 * 100 * LAST);
    expect(Number(open[103])).toBe(1);
    one.client.send(5, 1);
    await one.clock.pass(60_000, one.client);
    expect(story(one.client)).toEqual(["open 1 PreSubmitted"]);
  });
});

describe("several accounts", () => {
  it("are traded apart, and an order must say which", async () => {
    const one = await started({ accounts: ["DU1111111", "DU2222222"] });
    await place(
      one,
      [1, { type: "MKT" }],
      [2, { type: "MKT", account: "DU2222222" }],
      [3, { type: "MKT", account: "DU1111111", action: "SELL" }],
    );
    await one.clock.pass(5_000, one.client);
    expect(one.client.errors(1)).toEqual([{ code: 435, text: "You must specify an account." }]);
    one.client.send(61, 1);
    await one.client.until(() => one.client.of(62).length === 1);
    expect(one.client.of(61).map((fields) => [fields[2], fields[14]])).toEqual([
      ["DU1111111", "-100"],
      ["DU2222222", "100"],
    ]);
  });
});
