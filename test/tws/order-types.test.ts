import { describe, expect, it } from "vitest";
import { readBrokerState } from "../../brokers/tws/account/broker-state.js";
import type { OrderIntent } from "../../brokers/tws/orders/order-intent.js";
import { LAST, type OrdersAt, ordersAt, SYN2, story } from "./order-parts.js";

const UNSET = "1.7976931348623157E308";
/** Where the fields of an open order stand that tell what it is. */
const PLACES = {
  action: 13,
  quantity: 14,
  type: 15,
  limit: 16,
  aux: 17,
  tif: 18,
  group: 19,
  account: 20,
  ref: 23,
  outside: 26,
  goodTill: 35,
  groupKind: 53,
  parent: 57,
  trailStop: 73,
  trailPercent: 74,
  offset: 114,
} as const;
type Told = Readonly<Record<keyof typeof PLACES, string>>;

/** The open orders as another client reads them, field by field. */
async function told(at: OrdersAt): Promise<Told[]> {
  await at.pass();
  at.other.messages.length = 1;
  at.other.send(16, 1);
  await at.other.until(() => at.other.of(53).length === 1);
  return at.other.of(5).map((fields) => {
    const entries = Object.entries(PLACES).map(([name, place]) => [name, fields[place]]);
    return Object.fromEntries(entries) as Told;
  });
}

const FAR = LAST - 9;
const sell = { side: -1 };

const TYPES: readonly (readonly [said: Partial<OrderIntent>, told: Partial<Told>])[] = [
  [
    { type: "limit", limit: FAR },
    { type: "LMT", limit: String(FAR), aux: "0", tif: "DAY" },
  ],
  [
    { type: "stop", stop: LAST + 9 },
    { type: "STP", limit: "0", aux: String(LAST + 9) },
  ],
  [
    { type: "stop-limit", stop: LAST + 9, limit: LAST + 10 },
    { type: "STP LMT", aux: String(LAST + 9), limit: String(LAST + 10) },
  ],
  [
    { ...sell, type: "trailing-stop", trail: 5 },
    { type: "TRAIL", action: "SELL", aux: "5", trailPercent: UNSET },
  ],
  [
    { ...sell, type: "trailing-stop", trail: 5, stop: LAST - 7 },
    { type: "TRAIL", aux: "5", trailStop: String(LAST - 7) },
  ],
  [
    { ...sell, type: "trailing-stop", trail: 0.07, isTrailFraction: true },
    { type: "TRAIL", aux: "0", trailPercent: "7", trailStop: UNSET },
  ],
  [
    { ...sell, type: "trailing-stop-limit", trail: 5, stop: LAST - 7, limitOffset: 0.1 },
    { type: "TRAIL LIMIT", aux: "5", trailStop: String(LAST - 7), offset: "0.1", limit: "0" },
  ],
  [
    { ...sell, type: "trailing-stop-limit", trail: 0.125, isTrailFraction: true, stop: FAR, limitOffset: 0 },
    { type: "TRAIL LIMIT", aux: "0", trailPercent: "12.5", offset: "0" },
  ],
  [
    { type: "market-if-touched", stop: FAR },
    { type: "MIT", aux: String(FAR), limit: "0" },
  ],
  [
    { type: "limit-if-touched", stop: FAR, limit: FAR + 1 },
    { type: "LIT", aux: String(FAR), limit: String(FAR + 1) },
  ],
  [{ type: "market-on-close" }, { type: "MOC", tif: "DAY" }],
  [
    { type: "market-on-close", tif: "GTC" },
    { type: "MOC", tif: "DAY" },
  ],
  [
    { type: "limit-on-close", limit: FAR },
    { type: "LOC", tif: "DAY", limit: String(FAR) },
  ],
];

describe("an order arrives as what it is", () => {
  it.each(TYPES)("%o", async (said, fields) => {
    const at = await ordersAt();
    at.place({ ...said, ref: "session-1:7" });
    expect(await told(at)).toEqual([
      expect.objectContaining({
        action: said.side === -1 ? "SELL" : "BUY",
        quantity: "100",
        account: "DU1234567",
        ref: "session-1:7",
        parent: "0",
        group: "",
        ...fields,
      }),
    ]);
    expect(at.facts.filter(({ kind }) => kind === "refused")).toEqual([]);
  });

  it.each<[Partial<OrderIntent>, string]>([
    [{ type: "market-on-open" }, "MKT"],
    [{ type: "limit-on-open", limit: LAST + 5, tif: "DAY" }, "LMT"],
  ])("%o before the open, with the time in force OPG", async (said, type) => {
    // Before the cut-off, which is two minutes before the open.
    const at = await ordersAt({ from: Date.UTC(2020, 0, 21, 14, 27, 30) });
    const { orderId } = at.place(said);
    expect(await told(at)).toMatchObject([{ type, tif: "OPG" }]);
    await at.pass(5 * 60_000);
    expect(story(at.facts)).toContain(`status ${orderId} Filled 100/0`);
  });

  it("at the market, and fills", async () => {
    const at = await ordersAt();
    at.place({ instrument: SYN2, side: -1, quantity: 30 });
    expect(await told(at)).toMatchObject([{ type: "MKT", action: "SELL", quantity: "30", limit: "0", aux: "0" }]);
    await at.pass(5_000);
    const executions = at.facts.filter((fact) => fact.kind === "execution").map(({ execution }) => execution);
    expect(executions).toMatchObject([{ symbol: "SYN2", side: "SLD", shares: 30 }]);
  });

  it.each<[Partial<OrderIntent>, Partial<Told>]>([
    [{ tif: "DAY" }, { tif: "DAY", goodTill: "" }],
    [{ tif: "GTC" }, { tif: "GTC", goodTill: "" }],
    [
      { tif: "GTD", goodTill: Date.UTC(2020, 0, 22, 15, 4, 5, 999) },
      { tif: "GTD", goodTill: "20200122-15:04:05" },
    ],
    [{ tif: "DAY", outsideRth: true }, { outside: "1" }],
    [{ tif: "DAY", outsideRth: false }, { outside: "0" }],
  ])("with its time in force: %o", async (said, fields) => {
    const at = await ordersAt();
    at.place({ type: "limit", limit: FAR, ...said });
    expect(await told(at)).toMatchObject([fields]);
  });

  it("good till a date, and ends then", async () => {
    const at = await ordersAt();
    const { orderId } = at.place({ type: "limit", limit: FAR, tif: "GTD", goodTill: Date.UTC(2020, 0, 20, 17, 5) });
    await at.pass(5 * 60_000 - 1);
    expect(at.facts.some((fact) => fact.kind === "refused")).toBe(false);
    await at.pass(1);
    expect(at.facts.at(-1)).toMatchObject({ kind: "refused", told: { orderId, class: "order-cancelled" } });
  });

  it.each(["IOC", "FOK"] as const)("%s, and does not wait", async (tif) => {
    const at = await ordersAt();
    const far = at.place({ type: "limit", limit: FAR, tif });
    const near = at.place({ type: "limit", limit: LAST + 5, tif, quantity: 10 });
    await at.pass(10_000);
    const ends = at.facts.flatMap((fact) => (fact.kind === "status" ? [`${fact.orderId} ${fact.status}`] : []));
    expect(ends).toContain(`${far.orderId} Cancelled`);
    expect(ends).toContain(`${near.orderId} Filled`);
  });

  it("and the state of the broker says the same in its own words", async () => {
    const at = await ordersAt();
    at.place({ type: "limit", limit: FAR, tif: "GTC", outsideRth: true, group: "a", ref: "one" });
    at.place({ ...sell, type: "trailing-stop-limit", trail: 5, stop: LAST - 7, limitOffset: 0.5, ref: "two" });
    at.place({ ...sell, type: "trailing-stop", trail: 0.25, isTrailFraction: true, ref: "three" });
    at.place({ type: "market-on-close", ref: "four" });
    await at.pass();
    const { openOrders } = await readBrokerState(await at.connection.ready());
    const none = { trailStopPrice: undefined, trailingPercent: undefined, limitOffset: undefined };
    expect(openOrders).toMatchObject([
      { orderRef: "one", limitPrice: FAR, auxPrice: undefined, outsideRth: true, ocaGroup: "a", tif: "GTC", ...none },
      { orderRef: "two", auxPrice: 5, trailStopPrice: LAST - 7, trailingPercent: undefined, limitOffset: 0.5 },
      { orderRef: "three", auxPrice: 0, trailingPercent: 25, limitOffset: undefined, limitPrice: undefined },
      { orderRef: "four", limitPrice: undefined, auxPrice: undefined, outsideRth: false, ocaGroup: "", ...none },
    ]);
  });
});
