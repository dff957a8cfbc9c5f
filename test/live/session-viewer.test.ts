import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { afterEach, expect, it, vi } from "vitest";
import { parseFaultPlan } from "../../brokers/gateway/faults/fault-plan.js";
import { Gateway } from "../../brokers/gateway/gateway.js";
import type { TwsConnection } from "../../brokers/tws/connection/tws-connection.js";
import { Strategy } from "../../core/strategy.js";
import { SessionNotes } from "../../live/screen/notes.js";
import { Lockstep } from "../../live/session/lockstep.js";
import { openSession } from "../../live/session/open-session.js";
import { SessionViewer } from "../../live/session/session-viewer.js";
import { closeAfterTest } from "../gateway/close-after-test.js";
import { gatewayData, TWO_STOCKS } from "../gateway/gateway-data.js";
import { sessionAt, setupFor, until } from "./sessions.js";

afterEach(() => void vi.restoreAllMocks());

/** Lets so many milliseconds pass on the machine's clocks though no timer runs and nothing comes. */
function pass(ms: number): void {
  const [monotonic, epoch] = [performance.now, Date.now];
  vi.spyOn(performance, "now").mockImplementation(() => monotonic.call(performance) + ms);
  vi.spyOn(Date, "now").mockImplementation(() => epoch() + ms);
}

/** Milliseconds, of which every wait is a little more or less. */
const WAIT = 150;

it("tells the next attempt to connect in the session's own time, however far that is from the clock on the wall", async () => {
  const data = gatewayData(TWO_STOCKS);
  const { session } = await sessionAt({
    data,
    ticks: { every: 60_000, spread: 2 },
    from: data.sessions[0].open[19],
    strategy: class extends Strategy {},
    gateway: { faults: parseFaultPlan([{ fault: "cut", at: "+5min" }]) },
    times: { waits: [WAIT] },
  });
  const viewer = new SessionViewer(session, 0);
  const waits: number[] = [];
  session.parts.connection.events.on("failed", () => {
    const { connection, now } = viewer.view();
    waits.push((connection.nextAttemptAt as number) - now);
  });
  await until(session, () => waits.length > 0);
  expect(waits[0]).toBeGreaterThan(0);
  expect(waits[0]).toBeLessThan(2 * WAIT);
});

it("shows how long it is disconnected and how old quotes are by the clock on the wall, while nothing comes", async () => {
  const data = gatewayData(TWO_STOCKS);
  const ticks = { every: 60_000, spread: 2 };
  const gateway = await Gateway.listen({ data, port: 0, speed: 1, ticks, from: data.sessions[0].open[19] + 60_000 });
  closeAfterTest(() => gateway.close());
  const { lockstep: _, connection, ...setup } = setupFor(gateway, data, class extends Strategy {});
  const notes: string[] = [];
  const session = await openSession({ ...setup, connection: { ...connection, times: { waits: [60_000] } } }, (note) =>
    notes.push(`${new Date(note.at).toISOString()} ${note.event}`),
  );
  closeAfterTest(() => session.stop());
  const viewer = new SessionViewer(session, 0);
  session.begin();
  await gateway.close();
  await vi.waitUntil(() => session.parts.connection.state === "disconnected");
  const [before, clock] = [viewer.view(), session.parts.engine.clock.now];
  pass(7_000);
  const { connection: shown, now, quotes, alerts } = viewer.view();
  expect(now - before.now).toBeGreaterThanOrEqual(7_000);
  expect(now - shown.since).toBeGreaterThanOrEqual(7_000);
  expect(shown.since).toBe(before.connection.since);
  const [age, ageBefore] = [quotes[0].age as number, before.quotes[0].age as number];
  expect(age - ageBefore).toBeGreaterThanOrEqual(7_000);
  // What is left to wait, of a minute that is a little more or less by chance.
  const wait = (view: typeof before): number => (view.connection.nextAttemptAt as number) - view.now;
  expect(wait(before) - wait(viewer.view())).toBeGreaterThanOrEqual(7_000);
  session.parts.news.note("connection", "a word in between");
  expect((notes.at(-1)?.slice(0, 24) as string) >= new Date(now).toISOString()).toBe(true);
  expect(alerts[0]?.at).toBeLessThanOrEqual(now);
  // What the strategy sees, and a recording repeats, moves with the turns of the session alone.
  expect(session.parts.engine.clock.now).toBe(clock);
});

it("tells the last price though its strategy asks for no trades, and no word for none as one", async () => {
  const data = gatewayData(TWO_STOCKS);
  const { session } = await sessionAt({
    data,
    ticks: { every: 60_000, spread: 2 },
    from: data.sessions[0].open[19],
    strategy: class extends Strategy {},
    gateway: { faults: parseFaultPlan([{ fault: "no-prices", at: "+5min", for: "5min" }]) },
  });
  const viewer = new SessionViewer(session, 0);
  const begin = session.now;
  await until(session, () => session.now > begin + 3 * 60_000);
  const { bid, ask, last } = viewer.view().quotes[0];
  expect(last).toBeGreaterThanOrEqual(bid as number);
  expect(last).toBeLessThanOrEqual(ask as number);
  await until(session, () => viewer.view().quotes[0].bid === null);
  // A broker says -1 for it.
  expect(viewer.view().quotes[0].last ?? 1).toBeGreaterThan(0);
});

it("keeps showing when it ended once it has ended", async () => {
  const data = gatewayData(TWO_STOCKS);
  const gateway = await Gateway.listen({ data, port: 0, speed: 1, from: data.sessions[0].open[19] });
  closeAfterTest(() => gateway.close());
  const { lockstep: _, ...setup } = setupFor(gateway, data, class extends Strategy {});
  const session = await openSession(setup, () => undefined);
  const viewer = new SessionViewer(session, 0);
  session.begin();
  session.stop();
  const { now } = viewer.view();
  pass(60_000);
  expect(viewer.view().now).toBe(now);
});

/** The channel of a simulated gateway that tells its steps when it is asked to. */
async function channel(): Promise<{ port: number; tell: (line: object) => void; answered: () => Promise<void> }> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closeAfterTest(() => void server.close());
  let socket: Socket | undefined;
  const told: object[] = [];
  let heard = 0;
  server.on("connection", (one) => {
    socket = one;
    closeAfterTest(() => void one.destroy());
    one.on("data", (text: Buffer) => {
      heard += String(text).split("\n").length - 1;
    });
    for (const line of told) one.write(`${JSON.stringify(line)}\n`);
  });
  const tell = (line: object): void => {
    told.push(line);
    socket?.write(`${JSON.stringify(line)}\n`);
  };
  // Behind its greeting it has answered as many steps as it was told.
  const answered = (): Promise<void> => vi.waitUntil(() => heard > told.length).then(() => undefined);
  return { port: (server.address() as { port: number }).port, tell, answered };
}

it.each([
  ["goes on at its own speed where the gateway says no more", 60, 60_000],
  ["stands still where it has no speed of its own", Infinity, 0],
])("of a simulated gateway the time %s", async (_name, speed, passed) => {
  const { port, tell, answered } = await channel();
  const connection = { events: { on: () => () => undefined }, state: "ready" } as unknown as TwsConnection;
  let wall = 5_000;
  const time = new Lockstep({ port, connection, clientId: 7, speed, wallClock: () => wall });
  closeAfterTest(() => time.end());
  tell({ step: 1, time: 1_000_000, bytes: 0 });
  await time.join();
  wall += 1_000;
  // Until it has begun no time passes.
  expect(time.now).toBe(1_000_000);
  const turns: number[] = [];
  time.begin(
    (now) => turns.push(now),
    () => Infinity,
  );
  await answered();
  wall += 1_000;
  expect(time.now).toBe(1_000_000 + passed);
  expect(turns).toEqual([1_000_000]);
});

it("of a simulated gateway the time goes no further than to the next thing that happens there", async () => {
  const { port, tell, answered } = await channel();
  const connection = { events: { on: () => () => undefined }, state: "ready" } as unknown as TwsConnection;
  let wall = 5_000;
  const time = new Lockstep({ port, connection, clientId: 7, speed: 60, wallClock: () => wall });
  closeAfterTest(() => time.end());
  tell({ step: 1, time: 1_000_000, bytes: 0 });
  await time.join();
  time.begin(
    () => undefined,
    () => Infinity,
  );
  await answered();
  // A minute on, which is a second of the wall: it is not dealt with before.
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  closeAfterTest(() => void vi.useRealTimers());
  tell({ step: 2, time: 1_060_000, bytes: 0 });
  const after = (ms: number): number => {
    wall += ms;
    const { now } = time;
    wall -= ms;
    return now;
  };
  while (after(5_000) !== 1_060_000) await new Promise(setImmediate);
  expect(after(500)).toBe(1_030_000);
  expect(after(1_000)).toBe(1_060_000);
  expect(after(5_000)).toBe(1_060_000);
});

class BuysOnce extends Strategy {
  override onStart(): void {
    this.buy("SYN1", 100);
  }
}

it.each([
  ["with what it has cost", (fields: readonly string[]) => fields, expect.any(Number), /, fee [\d.]*[1-9]/],
  // The commission of another, which nobody knows.
  [
    "without a fee while none is told",
    (fields: readonly string[]) => fields.with(2, "x".repeat(fields[2].length)),
    null,
    /\d$/,
  ],
  [
    "as free where the broker says so",
    (fields: readonly string[]) => fields.with(3, "0".repeat(fields[3].length)),
    0,
    /, fee 0\.00$/,
  ],
])("shows a fill %s", async (_how, alter, fee, words) => {
  const data = gatewayData(TWO_STOCKS);
  const { session } = await sessionAt({
    data,
    ticks: { every: 60_000, spread: 2 },
    from: data.sessions[0].open[19],
    strategy: BuysOnce,
    alter: (fields) => [fields[0] === "59" ? alter(fields) : fields],
  });
  const viewer = new SessionViewer(session, 0);
  await until(session, () => session.parts.engine.portfolio.quantity[0] === 100);
  const { now } = session;
  await until(session, () => session.now > now + 60_000);
  const fills = new SessionNotes().look(viewer.view()).filter((note) => note.includes("fill: buy 100 SYN1"));
  expect(fills).toEqual([expect.stringMatching(words)]);
  expect(viewer.view().fills.map((one) => one.fee)).toEqual([fee]);
  // What no order has filled has no fee that could be told.
  const { news } = session.parts;
  session.act(() => news.unbooked({ instrument: 0, quantity: 7, price: 100, fee: 0, reason: "it was adopted" }));
  expect(viewer.view().fills.map((one) => [one.quantity, one.fee])).toEqual([
    [7, null],
    [100, fee],
  ]);
});
