import { describe, expect, it } from "vitest";
import { Gateway } from "../../brokers/gateway/gateway.js";
import { Random } from "../../core/random.js";
import { sessionBooks } from "../../live/drill/session-books.js";
import { Journal } from "../../live/journal/journal.js";
import { openSession } from "../../live/session/open-session.js";
import { hasSqlite } from "../store/store-folder.js";
import { BUSY_FROM, BUSY_MARKET, busy } from "./busy-strategy.js";
import type { Deeds, OneRun } from "./one-run.js";
import { FAMILY_FROM, FAMILY_MARKET, families } from "./order-families.js";
import { newFolder } from "./recorded-session.js";
import { setupFor } from "./sessions.js";
import { TimeHold } from "./time-hold.js";
import { FOUR_CORNERS } from "./wanted-market.js";

const MINUTE = 60_000;

interface Parts extends Deeds {
  /** How many sessions it took. */
  readonly parts: number;
}

/**
 * A run whose session ends again and again, each time after up to so many turns, and is started anew on its journal. Time
 * stands still meanwhile, so that nothing is missed. A bar that ends while a session starts would be: none ends then.
 */
async function inParts({ strategy, data, from }: OneRun, seed: number, most: number): Promise<Parts> {
  const random = new Random(seed);
  const gateway = await Gateway.listen({
    data,
    port: 0,
    speed: "max",
    ticks: FOUR_CORNERS,
    from,
    limits: { messageRate: false },
  });
  const hold = await TimeHold.begin(gateway.lockstepPort);
  const journal = `${newFolder()}.sqlite`;
  const last = Math.max(...data.series.map((series) => series.end[series.length - 1]));
  let parts = 0;
  try {
    for (let isOver = false; !isOver; parts++) {
      const session = await openSession(setupFor(gateway, data, strategy, { journal }), () => undefined);
      const turns = 1 + random.int(most);
      let done = 0;
      await new Promise<void>((resolve) => {
        session.onTurn = () => {
          done++;
          isOver = session.now > last;
          const intoBar = session.now % MINUTE;
          if (isOver || (done >= turns && intoBar > 0 && intoBar < 0.75 * MINUTE)) resolve();
          else hold.allow(session.now);
        };
        session.begin();
      });
      session.stop();
    }
  } finally {
    hold.end();
    await gateway.close();
  }
  return { parts, ...(await deedsIn(journal)) };
}

async function deedsIn(path: string): Promise<Deeds> {
  const journal = await Journal.openExisting(path);
  try {
    const { intents, fills } = sessionBooks(journal, journal.openLedger());
    const rowOf = new Map(intents.map(({ ref }, row) => [ref, row]));
    return {
      orders: intents.map(({ symbol, quantity }) => `${quantity} ${symbol}`),
      fills: fills.map(({ ref, symbol, quantity, price }) => [rowOf.get(ref), symbol, quantity, price].join(" ")),
    };
  } finally {
    journal.close();
  }
}

async function sameInParts(run: () => OneRun, seed: number, most: number): Promise<Parts> {
  const { parts: one, ...whole } = await inParts(run(), seed, Number.MAX_SAFE_INTEGER);
  expect(one).toBe(1);
  const parts = await inParts(run(), seed, most);
  expect({ orders: parts.orders, fills: parts.fills }, `seed ${seed}`).toEqual(whole);
  return parts;
}

describe.runIf(hasSqlite)(
  "a session that ends and is started anew, again and again, does the same as one that goes on",
  () => {
    it("with orders that belong together", async () => {
      const run = (): OneRun => ({ strategy: families(1), data: FAMILY_MARKET, from: FAMILY_FROM });
      const { parts, fills } = await sameInParts(run, 1, 12);
      expect(parts).toBeGreaterThan(50);
      expect(fills.length).toBeGreaterThan(30);
    });

    it("with every command and handler, over three sessions of the market", { timeout: 300_000 }, async () => {
      const run = (): OneRun => ({ strategy: busy(1), data: BUSY_MARKET, from: BUSY_FROM });
      const { parts, fills } = await sameInParts(run, 1, 600);
      expect(parts).toBeGreaterThan(15);
      expect(fills.length).toBeGreaterThan(300);
    });
  },
);
