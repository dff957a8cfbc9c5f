import { describe, expect, it } from "vitest";
import { parseFaultPlan } from "../../brokers/gateway/faults/fault-plan.js";
import { DEFAULT_ACCOUNT } from "../../brokers/gateway/gateway-options.js";
import { BarTicks } from "../../core/market/bar-ticks.js";
import { gatewayData, TWO_STOCKS } from "./gateway-data.js";
import { placeOrder, type SaidOrder } from "./order-fields.js";
import { NOON, type Started, started as startWith } from "./started.js";

/** The ticks of SYN1 in the minute that begins at noon. */
const TICKS = new BarTicks({ every: 5_000, spread: 2 });
const [SERIES] = gatewayData(TWO_STOCKS).series;
TICKS.make(SERIES, SERIES.start.indexOf(NOON));
const LAST = TICKS.last[0];
/** More than the first quotes have, so that it fills in part. */
const LARGE = 5_000;

/** A gateway of which these faults have begun. */
async function started(...faults: readonly object[]): Promise<Started> {
  const one = await startWith({ faults: parseFaultPlan(faults.map((fault) => ({ at: "+1ms", ...fault }))) });
  await one.clock.pass(1, one.client);
  return one;
}

async function place(one: Started, ...orders: readonly (readonly [id: number, said: SaidOrder])[]): Promise<void> {
  for (const [id, said] of orders) one.client.send(...placeOrder(id, said));
  await one.clock.pass(0, one.client);
}

async function cancel(one: Started, id: number): Promise<void> {
  one.client.send(4, 1, id, "");
  await one.clock.pass(0, one.client);
}

/** What the client was told last of an order: its status, and what it has filled and has left. */
function standOf({ client }: Started, id: number): string {
  const fields = client.of(3).findLast((one) => one[1] === String(id)) ?? [];
  return `${fields[2]} ${fields[3]}/${fields[4]}`;
}

/** Units of an order as they were told last. */
function sizeOf({ client }: Started, id: number): number {
  return Number(client.of(5).findLast((fields) => fields[1] === String(id))?.[14]);
}

function codesOf({ client }: Started, id: number): number[] {
  return client.errors(id).map(({ code }) => code);
}

function held({ gateway }: Started): number {
  return gateway.services.desk(DEFAULT_ACCOUNT).portfolio.quantity[0];
}

/** A bracket whose exits both reach the market as soon as its entry has filled. */
const BOTH_AT_ONCE: readonly (readonly [number, SaidOrder])[] = [
  [1, { type: "MKT", transmit: 0 }],
  [2, { type: "LMT", action: "SELL", limit: LAST - 5, parent: 1, transmit: 0 }],
  [3, { type: "STP", action: "SELL", aux: LAST + 5, parent: 1 }],
];

describe("orders that belong together, at a broker that is late", () => {
  it("both exits of a bracket fill where the second is cut late, and one where it is cut at once", async () => {
    const kind = await started();
    await place(kind, ...BOTH_AT_ONCE);
    await kind.clock.pass(60_000, kind.client);
    expect(held(kind)).toBe(0);
    const late = await started({ fault: "late-cut", after: "30s" });
    await place(late, ...BOTH_AT_ONCE);
    await late.clock.pass(60_000, late.client);
    expect([standOf(late, 2), standOf(late, 3)]).toEqual(["Filled 100/0", "Filled 100/0"]);
    expect(held(late)).toBe(-100);
  });

  it("an exit that is cut late and does not fill meanwhile is cancelled in the end", async () => {
    const one = await started({ fault: "late-cut", after: "30s" });
    await place(
      one,
      [1, { type: "MKT", transmit: 0 }],
      [2, { type: "LMT", action: "SELL", limit: LAST - 5, parent: 1, transmit: 0 }],
      [3, { type: "STP", action: "SELL", aux: LAST - 9, parent: 1 }],
    );
    await one.clock.pass(20_000, one.client);
    expect([standOf(one, 2), standOf(one, 3)]).toEqual(["Filled 100/0", "PreSubmitted 0/100"]);
    await one.clock.pass(30_000, one.client);
    expect(standOf(one, 3)).toBe("Cancelled 0/100");
  });

  it("a group of which any fill cancels the others is cut late as well", async () => {
    const one = await started({ fault: "late-cut", after: "30s" });
    await place(
      one,
      [1, { type: "LMT", limit: LAST + 5, oca: "either", ocaType: 1 }],
      [2, { type: "LMT", limit: LAST - 9, oca: "either", ocaType: 1 }],
    );
    await one.clock.pass(20_000, one.client);
    expect([standOf(one, 1), standOf(one, 2)]).toEqual(["Filled 100/0", "Submitted 0/100"]);
    await one.clock.pass(30_000, one.client);
    expect(standOf(one, 2)).toBe("Cancelled 0/100");
  });

  const PARTLY: readonly (readonly [number, SaidOrder])[] = [
    [1, { type: "LMT", limit: LAST + 5, quantity: LARGE, oca: "either", ocaType: 3 }],
    [2, { type: "LMT", limit: LAST - 9, quantity: LARGE, oca: "either", ocaType: 3 }],
  ];

  it("what one of a group fills in part is taken from the others late, or never", async () => {
    const late = await started({ fault: "late-shrink", after: "10s" });
    await place(late, ...PARTLY);
    await late.clock.pass(5_000, late.client);
    const filled = held(late);
    expect(filled).toBeGreaterThan(0);
    expect(sizeOf(late, 2)).toBe(LARGE);
    await late.clock.pass(9_999, late.client);
    expect(sizeOf(late, 2)).toBe(LARGE - filled);
    const never = await started({ fault: "no-shrink" });
    await place(never, ...PARTLY);
    await never.clock.pass(15_000, never.client);
    expect(held(never)).toBeGreaterThan(filled);
    expect(sizeOf(never, 2)).toBe(LARGE);
  });

  it("an order that its client has changed meanwhile is what the client has said", async () => {
    const one = await started({ fault: "late-shrink", after: "10s" });
    await place(one, ...PARTLY);
    await one.clock.pass(4_999, one.client);
    await place(one, [2, { type: "LMT", limit: LAST - 9, quantity: 4_500, oca: "either", ocaType: 3 }]);
    const first = held(one);
    await one.clock.pass(10_001, one.client);
    expect(held(one)).toBeGreaterThan(first);
    expect(sizeOf(one, 2)).toBe(4_500);
  });

  it("exits keep their size though their entry has ended with less, until the broker cuts them late", async () => {
    const bracket: readonly (readonly [number, SaidOrder])[] = [
      [1, { type: "LMT", limit: LAST + 5, quantity: LARGE, transmit: 0 }],
      [2, { type: "STP", action: "SELL", aux: LAST - 9, quantity: LARGE, parent: 1 }],
    ];
    const run = async (one: Started): Promise<[number, number, number]> => {
      await place(one, ...bracket);
      await one.clock.pass(4_999, one.client);
      await cancel(one, 1);
      await one.clock.pass(5_000, one.client);
      const soon = sizeOf(one, 2);
      await one.clock.pass(10_000, one.client);
      return [held(one), soon, sizeOf(one, 2)];
    };
    const [filled, ...kind] = await run(await started());
    expect(kind).toEqual([filled, filled]);
    expect(await run(await started({ fault: "late-shrink", after: "10s" }))).toEqual([filled, LARGE, filled]);
    expect(await run(await started({ fault: "no-shrink" }))).toEqual([filled, LARGE, LARGE]);
  });
});

describe("an exit that is changed when others have closed all that its entry opened", () => {
  it("ends with that, and is not told to work again", async () => {
    const one = await started();
    await place(
      one,
      [1, { type: "MKT", transmit: 0 }],
      [2, { type: "STP", action: "SELL", aux: LAST - 9, parent: 1, oca: "exits", transmit: 0 }],
      // Of another group: nothing cancels the stop when this has filled, and nothing is left to it.
      [3, { type: "LMT", action: "SELL", limit: LAST - 5, parent: 1, oca: "others" }],
    );
    await one.clock.pass(20_000, one.client);
    expect(held(one)).toBe(0);
    await place(one, [2, { type: "STP", action: "SELL", aux: LAST - 8, parent: 1, oca: "exits" }]);
    expect([standOf(one, 2), codesOf(one, 2)]).toEqual(["Cancelled 0/100", [202]]);
  });
});

describe("cancels and changes, at a broker that is late or refuses them", () => {
  it("a cancel that is refused leaves the order working, and a later one is taken", async () => {
    const one = await started({ fault: "refuse-cancel" });
    await place(one, [1, { type: "LMT", limit: LAST - 9 }]);
    await cancel(one, 1);
    expect([standOf(one, 1), codesOf(one, 1)]).toEqual(["Submitted 0/100", [161]]);
    await cancel(one, 1);
    expect([standOf(one, 1), codesOf(one, 1)]).toEqual(["Cancelled 0/100", [161, 202]]);
  });

  it("a cancel of everything is refused order by order", async () => {
    const one = await started({ fault: "refuse-cancel", code: 10148 });
    await place(one, [1, { type: "LMT", limit: LAST - 9 }], [2, { type: "LMT", limit: LAST - 9 }]);
    one.client.send(58, 1);
    await one.clock.pass(0, one.client);
    expect([standOf(one, 1), codesOf(one, 1)]).toEqual(["Submitted 0/100", [10148]]);
    expect(standOf(one, 2)).toBe("Cancelled 0/100");
  });

  it("an order whose cancel takes effect late is cancelled then", async () => {
    const one = await started({ fault: "late-cancel", after: "10s" });
    await place(one, [1, { type: "LMT", limit: LAST - 9 }]);
    await cancel(one, 1);
    await one.clock.pass(9_999, one.client);
    expect(standOf(one, 1)).toBe("PendingCancel 0/100");
    await one.clock.pass(1, one.client);
    expect([standOf(one, 1), codesOf(one, 1)]).toEqual(["Cancelled 0/100", [202]]);
  });

  it("an order may fill until its cancel takes effect, which then comes too late", async () => {
    const one = await started({ fault: "late-cancel", after: "10s" });
    await place(one, [1, { type: "MKT" }]);
    await cancel(one, 1);
    await one.clock.pass(5_000, one.client);
    expect(standOf(one, 1)).toBe("Filled 100/0");
    await one.clock.pass(10_000, one.client);
    expect([held(one), codesOf(one, 1)]).toEqual([100, [10148]]);
  });

  it("a change that is refused leaves the order as it was, and a later one is taken", async () => {
    const one = await started({ fault: "refuse-change" });
    await place(one, [1, { type: "LMT", limit: LAST - 9 }]);
    await place(one, [1, { type: "LMT", limit: LAST - 9, quantity: 60 }]);
    expect([standOf(one, 1), codesOf(one, 1)]).toEqual(["Submitted 0/100", [201]]);
    await place(one, [1, { type: "LMT", limit: LAST - 9, quantity: 70 }]);
    expect(standOf(one, 1)).toBe("Submitted 0/70");
  });

  it("a change takes effect late, and what is asked behind it does not overtake it", async () => {
    const one = await started({ fault: "late-change", after: "10s" });
    await place(one, [1, { type: "LMT", limit: LAST - 9 }]);
    await place(one, [1, { type: "LMT", limit: LAST - 9, quantity: 60 }]);
    await place(one, [1, { type: "LMT", limit: LAST - 9, quantity: 70 }]);
    await one.clock.pass(9_999, one.client);
    expect(sizeOf(one, 1)).toBe(100);
    await one.clock.pass(1, one.client);
    expect(sizeOf(one, 1)).toBe(70);
  });

  it("an order may fill as it was until its change takes effect, which then comes too late", async () => {
    const one = await started({ fault: "late-change", after: "10s" });
    await place(one, [1, { type: "MKT" }]);
    await place(one, [1, { type: "MKT", quantity: 60 }]);
    await one.clock.pass(15_000, one.client);
    expect([held(one), standOf(one, 1), codesOf(one, 1)]).toEqual([100, "Filled 100/0", [104]]);
  });
});
