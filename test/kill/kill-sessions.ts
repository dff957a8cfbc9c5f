import { DAY } from "../../core/market/bar-size.js";
import { Random } from "../../core/random.js";
import { STORY_SYMBOLS } from "../chaos/story.js";
import { drawDecisions } from "../random-strategy.js";
import { KilledSession, type Killing } from "./killed-session.js";
import type { Deed } from "./life.js";

const KILL_STREAM = 9_102;
const MINUTE = 60_000;
/** Of each of the two days, from the beginning on. */
const TRADED = 300 * MINUTE;
/** Kills of one session, at most. */
const LIVES = 5;
/** Milliseconds on the wall in which a process comes up, roughly. */
const COMING_UP = 1_200;
/** The most often that something is done before a session is killed over it. */
const MOST: Readonly<Record<Deed, number>> = { turn: 250, commit: 60, place: 40, message: 50 };

/** What a number of kills came to. */
export interface KillCount {
  readonly sessions: number;
  readonly kills: number;
  /** Of these, before the session had begun to trade. */
  readonly early: number;
  readonly orders: number;
  readonly executions: number;
  /** Each with its seed, how the session was killed, and what does not hold. */
  readonly violations: readonly string[];
}

/**
 * Kills sessions of random strategies so many times in all, each several times, and holds each journal against the
 * gateway's books once the session has come to rest. What is done and where it is killed comes out of the seeds; how far
 * a session has come at a moment on the wall does not.
 * @param program path of the session's program
 * @param each hears of every session
 */
export async function killSessions(
  program: string,
  kills: number,
  seed: number,
  each: (line: string) => void = () => undefined,
): Promise<KillCount> {
  const total = { sessions: 0, kills: 0, early: 0, orders: 0, executions: 0 };
  const violations: string[] = [];
  for (let one = seed; total.kills < kills; one++) {
    const random = new Random(one, KILL_STREAM);
    const decisions = drawDecisions(random, {
      symbols: STORY_SYMBOLS,
      windows: [0, DAY].map((at) => ({ at, lasts: TRADED })),
      count: 5_000,
      mostUnits: 100,
      away: 0.002,
    });
    const session = await KilledSession.open({ program, seed: one, decisions, isGuarded: one % 2 === 0 });
    const story: Killing[] = [];
    // The kill behind which nobody is there for a night, in one session of four.
    const night = random.int(4) === 0 ? 1 + random.int(LIVES - 1) : 0;
    try {
      while (story.length < LIVES && total.kills + session.kills < kills) {
        const killing = drawKilling(random);
        story.push(killing);
        await session.liveUntilKilled(killing);
        if (story.length === night) await session.passNight();
        else if (random.int(2) === 0) await session.pass(random.int(8 * MINUTE));
      }
      const { violations: found, broker } = await session.settle();
      total.orders += broker.orders.length;
      total.executions += broker.executions.length;
      if (found.length > 0) violations.push([`seed ${one}`, JSON.stringify(story), ...found].join("\n"));
      each(
        `seed ${one}: ${session.kills} kills, ${session.early} of them before it traded${night > 0 ? ", a night" : ""}, ${broker.orders.length} orders, ${broker.executions.length} executions, ${found.length} violations`,
      );
    } finally {
      await session.close();
    }
    total.sessions++;
    total.kills += session.kills;
    total.early += session.early;
  }
  return { ...total, violations };
}

function drawKilling(random: Random): Killing {
  const kind = random.int(10);
  if (kind <= 1) return { since: "start", ms: random.int(COMING_UP) };
  if (kind <= 3) return { since: "begun", ms: random.int(600) };
  const deed = (["commit", "place", "message", "turn"] as const)[random.int(4)];
  // Small numbers more often: a start does a few of these things before it trades.
  const count = 1 + Math.floor(MOST[deed] * random.next() ** 2);
  return { deed, side: random.int(2) === 0 ? "before" : "after", count };
}
