import { EventName } from "@stoqey/ib";
import { describe, expect, it } from "vitest";
import { FAULT_KINDS, parseFaultPlan, RANDOM_KINDS } from "../../brokers/gateway/faults/fault-plan.js";
import type { GatewayOptions } from "../../brokers/gateway/gateway-options.js";
import { placeOrder, SYN1 } from "./order-fields.js";
import { RawClient } from "./raw-client.js";
import { NOON, type Started, started as startWith } from "./started.js";
import { connectStoqey } from "./stoqey.js";

const started = (faults: unknown, options: Partial<GatewayOptions> = {}): Promise<Started> =>
  startWith({ faults: parseFaultPlan(faults), ...options });

/** A fault after a second. */
const soon = (fault: string, more: object = {}): object[] => [{ at: "+1s", fault, ...more }];

const subscribe = (client: RawClient, request: number): void => client.send(1, 11, request, ...SYN1, 0, "", 0, 0, "");
const prices = (client: RawClient, request: number): string[][] =>
  client.of(1).filter((fields) => fields[2] === String(request));
const history = (client: RawClient, request: number): void =>
  client.send(20, request, ...SYN1, 0, "", "1 min", "600 S", 1, "TRADES", 2, 0, "");
const systemCodes = (client: RawClient): number[] =>
  client
    .errors(-1)
    .map(({ code }) => code)
    .filter((code) => ![2104, 2106, 2158].includes(code));

describe("faults of the connection", () => {
  it.each(["cut", "reset"])(
    "%s ends every connection, and a client may come back with its id at once",
    async (fault) => {
      const one = await started(soon(fault));
      one.clock.now += 1_000;
      one.client.send(49, 1);
      await one.client.until(() => one.client.isClosed);
      const back = await RawClient.start(one.gateway.port, 1);
      expect(back.of(9)).toHaveLength(1);
    },
  );

  it("half-open neither reads nor answers, and ends with a reset", async () => {
    const one = await started(soon("half-open", { for: "10s" }));
    const other = await RawClient.start(one.gateway.port, 2);
    one.clock.now += 1_000;
    other.send(49, 1);
    await new Promise((resolve) => setTimeout(resolve, 60));
    one.client.send(49, 1);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect([one.client.of(49), other.of(49), one.client.isClosed]).toEqual([[], [], false]);
    one.clock.now += 10_000;
    await one.client.until(() => one.client.isClosed);
    const back = await RawClient.start(one.gateway.port, 1);
    expect(back.of(9)).toHaveLength(1);
  });

  it("silence deals with what it reads, and answers nothing", async () => {
    const one = await started(soon("silence", { for: "10s" }));
    await one.clock.pass(0, one.client);
    one.clock.now += 1_000;
    one.client.send(...placeOrder(1, { type: "LMT", limit: 50 }));
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(one.client.of(5)).toEqual([]);
    one.clock.now += 11_000;
    one.client.send(5, 1);
    await one.client.until(() => one.client.of(53).length === 1);
    expect(one.client.of(5)).toHaveLength(1);
  });

  it("split sends pieces of a few bytes, and nothing is lost", async () => {
    const one = await started(soon("split", { bytes: 2, for: "10s" }));
    await one.clock.pass(1_000, one.client);
    history(one.client, 5);
    await one.client.until(() => one.client.of(17).length === 1);
    expect(one.client.of(17)[0]).toHaveLength(5 + 8 * Number(one.client.of(17)[0][4]));
  });

  it("refuse hangs up on so many new connections", async () => {
    const one = await started(soon("refuse", { times: 2 }));
    await one.clock.pass(1_000, one.client);
    for (let i = 0; i < 2; i++) {
      const turned = await RawClient.dial(one.gateway.port);
      await turned.until(() => turned.isClosed);
    }
    expect((await RawClient.start(one.gateway.port, 5)).of(9)).toHaveLength(1);
  });

  it("client-id-in-use says 326 so often, no-next-valid-id says nothing, wrong-version says what nobody speaks", async () => {
    const one = await started([
      { at: "+1s", fault: "client-id-in-use", times: 1 },
      { at: "+1s", fault: "wrong-version" },
    ]);
    await one.clock.pass(1_000, one.client);
    const wrong = await RawClient.dial(one.gateway.port);
    wrong.greet("v100..193");
    await wrong.until(() => wrong.messages.length === 1);
    expect(wrong.messages[0][0]).toBe("7");
    const taken = await RawClient.start(one.gateway.port, 5);
    await taken.until(() => taken.isClosed);
    expect(taken.errors(-1)[0].code).toBe(326);
    expect((await RawClient.start(one.gateway.port, 5)).of(9)).toHaveLength(1);
    one.gateway.faults.withheldIds = 1;
    const mute = await RawClient.dial(one.gateway.port);
    mute.greet("v100..193");
    await mute.until(() => mute.messages.length === 1);
    mute.send(71, 2, 6, "");
    await mute.until(() => mute.of(4).length === 5);
    expect(mute.of(9)).toEqual([]);
  });

  it("the real client keeps its requests for ever when it hears no next valid id", async () => {
    const one = await started([{ at: "+1s", fault: "no-next-valid-id" }]);
    await one.clock.pass(1_000, one.client);
    await expect(connectStoqey(one.gateway.port, 6)).rejects.toThrow("no nextValidId came");
  }, 10_000);

  it("rate-limit disconnects with 100, daily-reset closes the door for a while", async () => {
    const one = await started([
      { at: "+1s", fault: "rate-limit" },
      { at: "+10s", fault: "daily-reset", for: "1min" },
    ]);
    one.clock.now += 1_000;
    one.client.send(49, 1);
    await one.client.until(() => one.client.isClosed);
    expect(systemCodes(one.client)).toEqual([100]);
    const second = await RawClient.start(one.gateway.port, 1);
    one.clock.now += 10_000;
    second.send(49, 1);
    await second.until(() => second.isClosed);
    expect(systemCodes(second)).toEqual([1100]);
    const turned = await RawClient.dial(one.gateway.port);
    await turned.until(() => turned.isClosed);
    one.clock.now += 60_000;
    // The door opens with the next beat of the clock.
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect((await RawClient.start(one.gateway.port, 1)).of(9)).toHaveLength(1);
  });
});

describe("faults upstream", () => {
  it("upstream-lost holds quotes and orders, and tells what happened when it is over, with streams kept", async () => {
    const one = await started(soon("upstream-lost", { for: "1min" }));
    subscribe(one.client, 5);
    one.client.send(...placeOrder(1, { type: "MKT" }));
    await one.clock.pass(1_000, one.client);
    const quotes = prices(one.client, 5).length;
    one.client.send(...placeOrder(2, { type: "LMT", limit: 50 }));
    await one.clock.pass(30_000, one.client);
    expect(systemCodes(one.client)).toEqual([1100]);
    expect(prices(one.client, 5)).toHaveLength(quotes);
    expect(one.client.of(5).filter((fields) => fields[1] === "2")).toEqual([]);
    await one.clock.pass(31_000, one.client);
    expect(systemCodes(one.client)).toEqual([1100, 1102]);
    expect(one.client.of(11)).toHaveLength(1);
    expect(one.client.of(5).filter((fields) => fields[1] === "2").length).toBeGreaterThan(0);
    await one.clock.pass(10_000, one.client);
    expect(prices(one.client, 5).length).toBeGreaterThan(quotes);
  });

  it("upstream-lost refuses a change of an order that has filled by the time IB hears of it", async () => {
    const one = await started(soon("upstream-lost", { for: "1min" }));
    // More than one quote has, so that it is filled bit by bit.
    one.client.send(...placeOrder(1, { type: "MKT", quantity: 3_000 }));
    await one.clock.pass(1_000, one.client);
    one.client.send(...placeOrder(1, { type: "MKT", quantity: 4_000 }));
    await one.clock.pass(70_000, one.client);
    expect(one.client.errors(1)).toEqual([{ code: 104, text: "Cannot modify a filled order." }]);
    expect(one.client.of(3).at(-1)?.slice(2, 5)).toEqual(["Filled", "3000", "0"]);
  });

  it("upstream-lost without its data says 1101, and every stream is gone", async () => {
    const one = await started(soon("upstream-lost", { for: "1min", "keeps-data": false }));
    subscribe(one.client, 5);
    one.client.send(20, 6, ...SYN1, 0, "", "1 min", "600 S", 1, "TRADES", 2, 1, "");
    await one.clock.pass(70_000, one.client);
    expect(systemCodes(one.client)).toEqual([1100, 1101]);
    expect(one.client.errors(6).map(({ code }) => code)).toEqual([10182]);
    const quotes = prices(one.client, 5).length;
    await one.clock.pass(60_000, one.client);
    expect(prices(one.client, 5)).toHaveLength(quotes);
    subscribe(one.client, 5);
    await one.clock.pass(10_000, one.client);
    expect(prices(one.client, 5).length).toBeGreaterThan(quotes);
  });

  it("upstream-broken says 2110 and 1102, farm-broken its farm by name", async () => {
    const one = await started([
      { at: "+1s", fault: "upstream-broken", for: "5s" },
      { at: "+10s", fault: "farm-broken", farm: "usfarm", for: "20s" },
      { at: "+40s", fault: "farm-broken", farm: "ushmds", for: "20s" },
    ]);
    subscribe(one.client, 5);
    await one.clock.pass(10_500, one.client);
    expect(systemCodes(one.client)).toEqual([2110, 1102, 2103]);
    const quotes = prices(one.client, 5).length;
    await one.clock.pass(19_000, one.client);
    expect(prices(one.client, 5)).toHaveLength(quotes);
    await one.clock.pass(11_500, one.client);
    expect(prices(one.client, 5).length).toBeGreaterThan(quotes);
    history(one.client, 6);
    one.client.send(87, 7, ...SYN1, 0, 1, "TRADES", 2);
    one.client.send(88, 8, ...SYN1, 0, 1, "1 day");
    one.client.send(96, 9, ...SYN1, 0, "", "20200120-17:00:00", 10, "TRADES", 1, 0, "");
    await one.clock.pass(0, one.client);
    for (const id of [17, 88, 89, 98]) expect(one.client.of(id)).toEqual([]);
    for (const id of [6, 7, 8, 9]) expect(one.client.errors(id)).toEqual([]);
    expect(one.client.errors(-1).at(-1)).toEqual({ code: 2105, text: "HMDS data farm connection is broken:ushmds" });
    await one.clock.pass(20_000, one.client);
    expect(one.client.errors(-1).at(-1)).toEqual({ code: 2106, text: "HMDS data farm connection is OK:ushmds" });
  });
});

describe("the time", () => {
  it("is told wrong by wrong-time, until that is over", async () => {
    const { gateway, clock, client } = await started(soon("wrong-time", { by: "30s", for: "10s" }));
    const from = gateway.simulation.now / 1_000;
    const told: number[] = [];
    for (const ms of [0, 5_000, 10_000]) {
      clock.now += ms;
      const before = client.of(49).length;
      client.send(49, 1);
      await client.until(() => client.of(49).length > before);
      told.push(Number(client.of(49).at(-1)?.[2]) - from);
    }
    expect(told).toEqual([0, 35, 15]);
  });
});

describe("faults of data", () => {
  it("no-prices says -1 with size 0, and goes back to prices", async () => {
    const one = await started(soon("no-prices", { for: "20s" }));
    subscribe(one.client, 5);
    await one.clock.pass(2_000, one.client);
    expect(prices(one.client, 5).at(-1)?.slice(4, 6)).toEqual(["-1", "0"]);
    await one.clock.pass(30_000, one.client);
    expect(Number(prices(one.client, 5).at(-1)?.[4])).toBeGreaterThan(1);
  });

  it.each([
    ["frozen-quotes", {}],
    ["competing-session", {}],
    ["upstream-lost", {}],
    ["farm-broken", { farm: "usfarm" }],
  ])(
    "%s stops quotes, ticks, depth, five-second bars and bars that keep up to date, until it is over",
    async (name, more) => {
      const one = await started([{ at: "+30s", fault: name, for: "1min", ...more }]);
      subscribe(one.client, 5);
      one.client.send(97, 6, ...SYN1, "BidAsk", 0, 0);
      one.client.send(10, 5, 7, ...SYN1, 2, 0, "");
      one.client.send(50, 3, 8, ...SYN1, 5, "TRADES", 0, "");
      one.client.send(20, 9, ...SYN1, 0, "", "1 min", "600 S", 0, "TRADES", 2, 1, "");
      const counts = (): number[] => [1, 99, 12, 50, 90].map((id) => one.client.of(id).length);
      await one.clock.pass(31_000, one.client);
      const before = counts();
      await one.clock.pass(50_000, one.client);
      expect(counts()).toEqual(before);
      await one.clock.pass(40_000, one.client);
      for (const [i, count] of counts().entries()) expect(count).toBeGreaterThan(before[i]);
      expect(before.every((count) => count > 0)).toBe(true);
    },
  );

  it("frozen-quotes, competing-session and halt stop or mark what is streamed", async () => {
    const one = await started([
      { at: "+1s", fault: "frozen-quotes", for: "60s" },
      { at: "+2min", fault: "competing-session", for: "60s" },
      { at: "+4min", fault: "halt", value: 2, for: "60s" },
    ]);
    subscribe(one.client, 5);
    await one.clock.pass(2_000, one.client);
    const frozen = prices(one.client, 5).length;
    await one.clock.pass(58_000, one.client);
    expect(prices(one.client, 5)).toHaveLength(frozen);
    await one.clock.pass(61_000, one.client);
    expect(one.client.errors(5).map(({ code }) => code)).toEqual([10197]);
    subscribe(one.client, 6);
    await one.clock.pass(0, one.client);
    expect(one.client.errors(6)[0].code).toBe(10197);
    await one.clock.pass(180_000, one.client);
    const halts = one.client.of(45).filter((fields) => fields[2] === "5" && fields[3] === "49");
    expect(halts.map((fields) => fields[4])).toEqual(["0", "2", "0"]);
  });

  it("crossed-quotes and wide-quotes move the bid away from the ask, until they are over", async () => {
    const one = await started([
      { at: "+10s", fault: "crossed-quotes", for: "10s" },
      { at: "+40s", fault: "wide-quotes", by: 0.1, for: "10s" },
    ]);
    subscribe(one.client, 5);
    /** The bid as a share of the ask. */
    const ratio = (): number => {
      const [bid, ask] = ["1", "2"].map((tick) => prices(one.client, 5).findLast((fields) => fields[3] === tick)?.[4]);
      return Number(bid) / Number(ask);
    };
    const ratios: number[] = [];
    for (const ms of [5_000, 10_000, 15_000, 15_000, 10_000]) {
      await one.clock.pass(ms, one.client);
      ratios.push(Math.round(ratio() * 1_000) / 1_000);
    }
    expect(ratios).toEqual([1, 1.001, 1, 0.9, 1]);
  });

  it("old-quotes tell whoever asks anew what was known before", async () => {
    const one = await started([{ at: "+30s", fault: "old-quotes", for: "5min" }]);
    subscribe(one.client, 5);
    await one.clock.pass(31_000, one.client);
    const latest = (id: number): unknown =>
      ["1", "2", "4"].map((tick) => prices(one.client, id).findLast((fields) => fields[3] === tick)?.[4]);
    const before = latest(5);
    await one.clock.pass(120_000, one.client);
    subscribe(one.client, 6);
    await one.clock.pass(0, one.client);
    expect(latest(5)).toEqual(before);
    expect(latest(6)).toEqual(before);
    await one.clock.pass(200_000, one.client);
    expect(latest(5)).not.toEqual(before);
    expect(latest(6)).toEqual(latest(5));
  });

  it("delayed-data and frozen-data change the kind of what is streamed", async () => {
    const one = await started([
      { at: "+1s", fault: "delayed-data", for: "10s" },
      { at: "+20s", fault: "frozen-data", for: "10s" },
    ]);
    subscribe(one.client, 5);
    await one.clock.pass(40_000, one.client);
    expect(one.client.of(58).map((fields) => fields[3])).toEqual(["1", "3", "1", "2", "1"]);
    expect(one.client.errors(5).map(({ code }) => code)).toEqual([10167]);
  });

  it("history answers late, wrong, twice, with holes or never", async () => {
    const one = await started([
      { at: "+1s", fault: "history-silence" },
      { at: "+1s", fault: "history-error", code: 162, text: "Historical Market Data Service error message:no" },
      { at: "+1s", fault: "history-late", after: "30s" },
      { at: "+1s", fault: "history-duplicates" },
      { at: "+1s", fault: "history-hole" },
      { at: "+2min", fault: "live-bars-die" },
    ]);
    await one.clock.pass(1_000, one.client);
    for (const id of [1, 2, 3, 4, 5, 6]) history(one.client, id);
    await one.clock.pass(0, one.client);
    expect(one.client.errors(2)).toEqual([{ code: 162, text: "Historical Market Data Service error message:no" }]);
    one.client.send(25, 1, 3);
    await one.clock.pass(30_000, one.client);
    const counts = one.client.of(17).map((fields) => [fields[1], fields[4]]);
    expect(counts).toEqual([
      ["4", "12"],
      ["5", "9"],
      ["6", "10"],
      ["3", "10"],
    ]);
    one.client.send(20, 9, ...SYN1, 0, "", "1 min", "600 S", 1, "TRADES", 2, 1, "");
    await one.clock.pass(100_000, one.client);
    expect(one.client.errors(9).map(({ code }) => code)).toEqual([10182]);
  });
});

describe("faults of orders", () => {
  const place = (client: RawClient, id: number, more: object = {}): void => client.send(...placeOrder(id, more));
  const ids = (rows: string[][]): string[] => rows.map((fields) => fields[1]);

  it("reject-order, lose-order, lose-answer and double-answer hit the next orders in turn", async () => {
    const one = await started([
      { at: "+1s", fault: "reject-order", code: 201, text: "Order rejected - reason:No." },
      { at: "+1s", fault: "lose-order" },
      { at: "+1s", fault: "lose-answer" },
      { at: "+1s", fault: "double-answer" },
    ]);
    await one.clock.pass(1_000, one.client);
    for (const id of [1, 2, 3, 4, 5]) place(one.client, id, { type: "LMT", limit: 50 });
    await one.clock.pass(0, one.client);
    expect(one.client.errors(1)).toEqual([{ code: 201, text: "Order rejected - reason:No." }]);
    expect(ids(one.client.of(3))).toEqual(["1", "4", "4", "4", "4", "5", "5"]);
    one.client.send(5, 1);
    await one.clock.pass(0, one.client);
    expect(ids(one.client.of(5)).slice(-3)).toEqual(["3", "4", "5"]);
  });

  it("lose-answer tells nothing of what an order has filled, and what is held when it is asked for", async () => {
    const one = await started([{ at: "+1s", fault: "lose-answer" }]);
    one.client.send(61, 1);
    await one.clock.pass(1_000, one.client);
    place(one.client, 1, { type: "MKT" });
    await one.clock.pass(60_000, one.client);
    const held = (): string[][] => one.client.of(61);
    expect(held()).toEqual([]);
    one.client.send(61, 1);
    await one.clock.pass(0, one.client);
    expect(held()).toHaveLength(1);
  });

  it("bad-reject is no JSON, preset-tif flashes as cancelled and lives", async () => {
    const one = await started([
      { at: "+1s", fault: "bad-reject" },
      { at: "+1s", fault: "preset-tif" },
    ]);
    await one.clock.pass(1_000, one.client);
    place(one.client, 1, { type: "LMT", limit: 50 });
    place(one.client, 2, { type: "LMT", limit: 50 });
    await one.clock.pass(0, one.client);
    expect(one.client.of(4).find((fields) => fields[2] === "1")?.[5]).toBe("{not json");
    const states = one.client.of(3).filter((fields) => fields[1] === "2");
    expect(states.map((fields) => fields[2])).toEqual(["Cancelled", "PreSubmitted", "Submitted"]);
    expect(one.client.errors(2)[0].code).toBe(10349);
  });

  it.each([
    ["duplicate-statuses", ["5", "5", "3", "3", "5", "5", "3", "3", "11", "11", "5", "5", "3", "3", "59", "59"]],
    ["reorder-statuses", ["5", "3", "5", "3", "5", "3", "11", "59"]],
    ["fill-first", ["5", "3", "5", "3", "3", "11", "59"]],
    ["fill-without-status", ["5", "3", "5", "3", "11", "59"]],
  ])("%s changes the order of messages", async (fault, expected) => {
    const one = await started(soon(fault));
    await one.clock.pass(1_000, one.client);
    const before = one.client.messages.length;
    place(one.client, 1);
    await one.clock.pass(5_000, one.client);
    const told = one.client.messages.slice(before).map(([id]) => id);
    expect(told.filter((id) => ["3", "5", "11", "59"].includes(id))).toEqual(expected);
    if (fault !== "reorder-statuses") return;
    expect(one.client.of(3).map((fields) => fields[2])).toEqual(["Submitted", "PreSubmitted", "Filled"]);
  });

  it("fill-while-disconnected closes the sockets right behind an order, which fills", async () => {
    const one = await started(soon("fill-while-disconnected"));
    await one.clock.pass(1_000, one.client);
    place(one.client, 1);
    await one.client.until(() => one.client.isClosed);
    const other = await RawClient.start(one.gateway.port, 9);
    await one.clock.pass(5_000, other);
    const back = await RawClient.start(one.gateway.port, 1);
    back.send(7, 3, 5, 0, "", "", "", "", "", "");
    await back.until(() => back.of(55).length === 1);
    expect(back.of(11)).toHaveLength(1);
  });

  it("no-perm-ids, missing-ends, read-only and deaf-to-time do what they say", async () => {
    const one = await started([
      { at: "+1s", fault: "no-perm-ids", for: "10s" },
      { at: "+1s", fault: "missing-ends", for: "10s" },
      { at: "+20s", fault: "read-only", for: "10s" },
      { at: "+40s", fault: "deaf-to-time" },
    ]);
    await one.clock.pass(1_000, one.client);
    place(one.client, 1, { type: "LMT", limit: 50 });
    one.client.send(5, 1);
    await one.clock.pass(1_000, one.client);
    expect(one.client.of(3)[0][6]).toBe("0");
    expect(one.client.of(53)).toEqual([]);
    await one.clock.pass(19_000, one.client);
    place(one.client, 2, { type: "LMT", limit: 50 });
    one.client.send(4, 1, 1, "");
    await one.clock.pass(0, one.client);
    expect(one.client.errors(2)[0]).toMatchObject({ code: 321, text: expect.stringContaining("Read-Only") });
    expect(one.client.errors(1)[0].code).toBe(321);
    // Open orders, those of all clients, those that client 0 binds, and completed ones.
    for (const asked of [
      [5, 1],
      [16, 1],
      [15, 1, 1],
      [99, 0],
    ])
      one.client.send(...asked);
    await one.clock.pass(0, one.client);
    expect(one.client.errors(-1).filter(({ code }) => code === 321)).toHaveLength(4);
    expect([...one.client.of(53), ...one.client.of(102)]).toEqual([]);
    one.clock.now += 30_000;
    for (let i = 0; i < 3; i++) one.client.send(49, 1);
    one.client.send(17, 1);
    const before = one.client.of(49).length;
    await one.client.until(() => one.client.of(15).length === 2);
    expect(one.client.of(49)).toHaveLength(before + 1);
  });

  it("manual-order comes from TWS: client 0 sees it, and gets an id for it where it binds", async () => {
    const one = await started([
      { at: "+1s", fault: "manual-order", symbol: "SYN1", quantity: 10, limit: 50 },
      { at: "+2s", fault: "manual-order", symbol: "SYN2", action: "SELL", quantity: 20 },
    ]);
    const zero = await RawClient.start(one.gateway.port, 0);
    zero.send(15, 1, 1);
    await one.clock.pass(1_500, zero);
    expect(zero.of(100)).toEqual([["100", "1000000001", "0", "1"]]);
    expect(zero.of(5).at(-1)?.slice(1, 4)).toEqual(["1", expect.any(String), "SYN1"]);
    await one.clock.pass(10_000, zero);
    expect(zero.of(11).map((fields) => fields[4])).toEqual(["SYN2"]);
    zero.send(4, 1, 1, "");
    await one.clock.pass(0, zero);
    expect(zero.errors(1)[0].code).toBe(202);
    one.client.send(16, 1);
    await one.clock.pass(0, one.client);
    expect(one.client.of(5)).toEqual([]);
  });
});

describe("a plan of faults", () => {
  it("knows moments of the session, instants, and the n-th request", async () => {
    const one = await started([
      { at: "close-1h", fault: "halt", for: "1s" },
      { at: "open+5min", fault: "halt", for: "1s" },
      { at: "2020-01-20T18:00:00Z", fault: "halt", for: "1s" },
      { on: "placeOrder", count: 2, fault: "no-perm-ids", for: "1s" },
    ]);
    one.client.send(...placeOrder(1, { type: "LMT", limit: 50 }));
    one.client.send(...placeOrder(2, { type: "LMT", limit: 50 }));
    await one.clock.pass(24 * 3_600_000, one.client);
    const begun = one.gateway.faultEvents.filter(({ what }) => what === "begins");
    expect(begun.map(({ at, name }) => [new Date(at).toISOString(), name])).toEqual([
      [new Date(NOON).toISOString(), "no-perm-ids"],
      ["2020-01-20T18:00:00.000Z", "halt"],
      ["2020-01-20T20:00:00.000Z", "halt"],
      ["2020-01-21T14:35:00.000Z", "halt"],
    ]);
  });

  it.each<[unknown, string]>([
    [[{ at: "+1s", fault: "cutt" }], 'There is no fault "cutt". Did you mean "cut"?'],
    [[{ at: "+1s" }], "There is no fault nothing."],
    [[{ at: "+1s", fault: "halt", vlaue: 2 }], 'The fault halt has no "vlaue". Did you mean "value"?'],
    [[{ at: "+1s", fault: "halt", value: "two" }], 'The fault halt has value="two". It must be a whole number.'],
    [[{ at: "+1s", fault: "halt", for: "long" }], 'has for="long". It must be a time such as "30s"'],
    [[{ at: "+1s", fault: "cut", for: "1s" }], "for this fault is over at once"],
    [[{ at: "+1s", fault: "farm-broken", farm: "eufarm" }], "It must be one of usfarm, usfuture"],
    [[{ at: "+1s", fault: "manual-order" }], "The fault manual-order has symbol=nothing. It must be a text."],
    [[{ fault: "cut" }], "The fault cut does not say when."],
    [[{ at: "+1s", on: "placeOrder", fault: "cut" }], 'The fault cut says both "at" and "on".'],
    [[{ at: "tomorrow", fault: "cut" }], 'says "at": "tomorrow", which is no moment'],
    [[{ on: "buy", fault: "cut" }], 'says "on": "buy", which is no request'],
    [[{ on: "reqHistoricalData", fault: "cut" }], 'which is no request (did you mean "historicalData"?).'],
    [[{ on: "placeOrdr", fault: "cut" }], 'which is no request (did you mean "placeOrder"?).'],
    [[{ on: "placeOrder", count: 0, fault: "cut" }], "no whole number from 1 on"],
    [["cut"], '"cut" is no fault'],
    ["cut", "it is neither a list nor an object"],
    [{ fault: [] }, 'it has "fault" beside "faults" and "random"'],
    [{ faults: {} }, '"faults" is no list'],
    [{ random: { every: "often" } }, "The fault random has every"],
    [{ random: { faults: [] } }, "a list of names of faults"],
    [{ random: { faults: ["kut"] } }, 'There is no fault "kut". Did you mean "cut"?'],
    [{ random: { faults: ["manual-order"] } }, "manual-order cannot be left to chance"],
  ])("that says %j is refused in a sentence", (plan, says) => {
    expect(() => parseFaultPlan(plan)).toThrow(says);
  });

  it("that orders a symbol by hand which is not listed is refused", async () => {
    await expect(started(soon("manual-order", { symbol: "AAPL" }))).rejects.toThrow(
      "The fault manual-order has symbol=AAPL. It must be one of SYN1, SYN2.",
    );
  });

  it("leaves to chance only kinds that there are", () => {
    expect(RANDOM_KINDS.filter((name) => !(name in FAULT_KINDS))).toEqual([]);
  });
});

describe("a bad advanced reject", () => {
  it("is what breaks the real client: it throws inside its socket", async () => {
    const one = await started([{ at: "+1s", fault: "bad-reject" }]);
    await one.clock.pass(1_000, one.client);
    const { api } = await connectStoqey(one.gateway.port, 4);
    const thrown = new Promise<unknown>((resolve) => {
      const socket = (api as unknown as { controller: { socket: { onData(bytes: Buffer): void } } }).controller.socket;
      const read = socket.onData.bind(socket);
      socket.onData = (bytes) => {
        try {
          read(bytes);
        } catch (error) {
          resolve(error);
        }
      };
    });
    api.on(EventName.error, () => undefined);
    api.placeOrder(
      1,
      { symbol: "SYN1", secType: "STK" as never, exchange: "SMART", currency: "USD" },
      {
        action: "BUY" as never,
        orderType: "LMT" as never,
        totalQuantity: 1,
        lmtPrice: 50,
        transmit: true,
      },
    );
    expect(await thrown).toBeInstanceOf(SyntaxError);
  });
});
