import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundleProgram } from "../bundle-program.js";
import { STORY_SYMBOLS } from "../chaos/story.js";
import { closeAfterTest } from "../gateway/close-after-test.js";
import type { Decision } from "../random-strategy.js";
import { hasSqlite } from "../store/store-folder.js";

import { killSessions } from "./kill-sessions.js";
import { KilledSession } from "./killed-session.js";

/** How often sessions are killed; the long form takes many minutes. */
const KILLS = process.env.SEATRIAL_LONG ? 200 : 20;

let program = "";
beforeAll(async () => {
  program = await bundleProgram("test/kill/session-process.ts");
});
afterAll(() => rmSync(dirname(program), { recursive: true, force: true }));

/** A session that wants a thing or two, of one symbol, a minute after its beginning. */
async function sessionThat(...decisions: readonly Decision[]): Promise<KilledSession> {
  const session = await KilledSession.open({ program, seed: 1, decisions, isGuarded: true });
  closeAfterTest(() => session.close());
  return session;
}

const BASE = { at: 60_000, symbol: STORY_SYMBOLS[0], side: "buy", quantity: 10 } as const;
const BUYS: Decision = { ...BASE, does: "order", type: "market", away: 0, tif: "DAY", lasts: 0 };
const BRACKETS: Decision = {
  ...BASE,
  does: "bracket",
  entry: "market",
  away: 0,
  loss: 0.05,
  profit: 0.05,
  trails: false,
};

describe.runIf(hasSqlite)("a session whose process is killed", () => {
  it("between what it wants is committed and what it wants is sent never sends it", async () => {
    const session = await sessionThat(BUYS);
    await session.liveUntilKilled({ deed: "place", side: "before", count: 1 });
    expect(session.asked).toEqual([]);
    const { violations, broker, books } = await session.settle();
    expect(violations).toEqual([]);
    expect(books.intents).toMatchObject([{ symbol: BASE.symbol, quantity: 10, filled: 0, fate: "lost" }]);
    expect(session.asked).toEqual([]);
    expect(broker.orders).toEqual([]);
    expect(broker.positions.get(BASE.symbol)).toBe(0);
  });

  it("between what it wants is sent and the first answer finds the order and books its fill once", async () => {
    const session = await sessionThat(BUYS);
    await session.liveUntilKilled({ deed: "place", side: "after", count: 1 });
    expect(session.asked).toHaveLength(1);
    // It fills while nobody is there.
    await session.pass(60_000);
    const { violations, broker, books } = await session.settle();
    expect(violations).toEqual([]);
    expect(session.asked).toHaveLength(1);
    expect(broker.executions).toHaveLength(1);
    expect(books.intents).toMatchObject([{ filled: 10, fate: "over" }]);
    expect(books.fills).toMatchObject([{ execId: broker.executions[0].execId, quantity: 10 }]);
    expect(books.positions.get(BASE.symbol)).toBe(10);
  });

  it("between the orders of a bracket has none of them work, and sends none again", async () => {
    const session = await sessionThat(BRACKETS);
    await session.liveUntilKilled({ deed: "message", side: "after", count: 1 });
    // The parent was written; it waits for the rest of its family, which never comes.
    expect(session.asked).toHaveLength(1);
    await session.pass(60_000);
    const { violations, broker, books } = await session.settle();
    expect(violations).toEqual([]);
    expect(session.asked).toHaveLength(1);
    expect(broker.executions).toEqual([]);
    expect(books.intents.map(({ fate }) => fate)).toEqual(["lost", "lost", "lost"]);
    expect(books.positions.get(BASE.symbol) ?? 0).toBe(0);
  });

  it(`keeps the promise through ${KILLS} kills at random moments`, { timeout: KILLS * 30_000 }, async () => {
    const { violations, kills, early, orders, executions } = await killSessions(program, KILLS, 1);
    expect(violations).toEqual([]);
    expect(kills).toBe(KILLS);
    // How many processes have come up when they are killed is the machine's affair; those that have, trade.
    const late = kills - early;
    expect(late).toBeGreaterThan(0);
    expect(orders).toBeGreaterThan(3 * late);
    expect(executions).toBeGreaterThan(late);
  });
});
