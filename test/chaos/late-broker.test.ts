import { describe, expect, it } from "vitest";
import { LATE_FAULTS } from "../../brokers/gateway/faults/late-faults.js";
import { Outgoing } from "../../live/broker/outgoing.js";
import type { BrokerTruth, HeldOrder } from "../../live/drill/broker-truth.js";
import { checkKilled } from "./check-killed.js";
import { CLIENT, heldOrder } from "./held-order.js";
import { LIVE_SESSION } from "./live-session.js";
import { playStory, type Subject } from "./play-story.js";
import { DAY, drawStory, STORY_SYMBOLS, type Story } from "./story.js";

const isLate = ({ misfortunes }: Story): boolean =>
  misfortunes.some((one) => one.kind === "fault" && String(one.fault.fault) in LATE_FAULTS);

/** Stories of the first seeds in which the broker is late. */
const LATE_STORIES = Array.from({ length: 300 }, (_, i) => drawStory(i + 1)).filter(isLate);

/** Plays them until something is found wrong that is of this kind. */
async function found<Disk>(subject: Subject<Disk>, what: RegExp): Promise<boolean> {
  for (const story of LATE_STORIES) {
    const { violations } = await playStory(story, subject);
    if (violations.some((one) => what.test(one))) return true;
  }
  return false;
}

describe("stories of a broker that is late", () => {
  it("are one in three, and the kill switch is turned on in some of them", () => {
    expect(LATE_STORIES.length).toBeGreaterThan(80);
    expect(LATE_STORIES.length).toBeLessThan(120);
    const killed = LATE_STORIES.filter(({ misfortunes }) => misfortunes.some(({ kind }) => kind === "kill switch"));
    expect(killed.length).toBeGreaterThan(15);
  });

  it("have every kind of lateness among them", () => {
    const drawn = new Set(
      LATE_STORIES.flatMap(({ misfortunes }) =>
        misfortunes.flatMap((one) => (one.kind === "fault" ? [String(one.fault.fault)] : [])),
      ),
    );
    expect(Object.keys(LATE_FAULTS).filter((name) => !drawn.has(name))).toEqual([]);
  });

  it("catch a session that does not tell that two orders have filled of which one should have", {
    timeout: 120_000,
  }, async () => {
    const silent: typeof LIVE_SESSION = {
      ...LIVE_SESSION,
      start: (disk, life) =>
        LIVE_SESSION.start(disk, {
          ...life,
          note: (line) => {
            if (!line.includes("GROUP_OVERFILLED")) life.note(line);
          },
        }),
    };
    expect(await found(silent, /, and nobody was told$/)).toBe(true);
  });

  /** An entry that has filled in part when it is cancelled, in front of exits that the market does not reach. */
  const cutEntry: Story = {
    ...drawStory(1),
    seed: 1,
    scene: DAY,
    decisions: [
      {
        at: 10_000,
        symbol: STORY_SYMBOLS[0],
        does: "bracket",
        side: "buy",
        quantity: 5_000,
        entry: "limit",
        away: -0.001,
        loss: 0.02,
        profit: 0.02,
        trails: false,
      },
      { at: 50_000, symbol: STORY_SYMBOLS[0], does: "cancel", which: 0 },
    ],
    misfortunes: [{ kind: "fault", fault: { fault: "no-shrink", at: "+1ms", for: "20min" } }],
  };

  it("catch a session that leaves orders too large which the broker does not make smaller", async () => {
    const kept = await playStory(cutEntry, LIVE_SESSION);
    expect([kept.violations, kept.counts.executions > 0]).toEqual([[], true]);
    const { change } = Outgoing.prototype;
    Outgoing.prototype.change = () => undefined;
    try {
      const { violations } = await playStory(cutEntry, LIVE_SESSION);
      expect(violations.filter((one) => / are left to it for 60 s$/.test(one))).toHaveLength(2);
    } finally {
      Outgoing.prototype.change = change;
    }
  });
});

describe("what works while a kill switch is on", () => {
  const truth = (...orders: HeldOrder[]): BrokerTruth => ({
    orders: [heldOrder("bought", 100, { isOpen: false, filled: 100 }), ...orders],
    executions: [
      { execId: "1", ref: "bought", permId: 1, symbol: "SYN1", quantity: 100, price: 100, commission: 1, time: 0 },
    ],
    positions: new Map(),
    asked: [],
    tellsSince: 0,
  });

  it("may be exits that close what is held, of which the largest of a group counts", () => {
    const exits = [heldOrder("stop", -100, { group: "g" }), heldOrder("target", -100, { group: "g" })];
    expect(checkKilled(truth(...exits), CLIENT)).toEqual([]);
    expect(checkKilled(truth(heldOrder("one", -60), heldOrder("other", -40)), CLIENT)).toEqual([]);
  });

  it("is caught where it adds to what is held, or closes more than that", () => {
    expect(checkKilled(truth(heldOrder("more", 1)), CLIENT)).toEqual([
      "the kill switch is on, 100 SYN1 are held, and more (1) works",
    ]);
    expect(checkKilled(truth(heldOrder("one", -60), heldOrder("other", -50)), CLIENT)).toEqual([
      "the kill switch is on, 100 SYN1 are held, and one and other may close 110",
    ]);
  });

  it("is nobody else's business where another client has made it", () => {
    expect(checkKilled(truth(heldOrder("theirs", 50, { clientId: 3 })), CLIENT)).toEqual([]);
  });
});
