import { describe, expect, it } from "vitest";
import { ClosedByHand, type ClosedByHandParts } from "../../live/broker/closed-by-hand.js";
import type { BrokerTruth, HeldOrder } from "../../live/drill/broker-truth.js";
import { checkCuts, checkOperated, type Operated } from "./check-operated.js";
import { CLIENT, heldOrder } from "./held-order.js";
import { holdStories } from "./hold-stories.js";
import { LIVE_SESSION } from "./live-session.js";
import { playStory } from "./play-story.js";
import { DAY, drawStory, STORY_SYMBOLS, type Story } from "./story.js";

holdStories(1, 40, "operated");

const [symbol] = STORY_SYMBOLS;

/** A position under its exits that somebody closes by hand, all of it or a part, and an operator adopts. */
function closedByHand(share: number): Story {
  const exits = { entry: "market", away: 0.001, loss: 0.03, profit: 0.03, trails: false } as const;
  return {
    ...drawStory(2),
    scene: DAY,
    decisions: [{ at: 10_000, symbol, does: "bracket", side: "buy", quantity: 100, ...exits }],
    misfortunes: [
      { kind: "by hand", at: 100_000, symbol, share, units: 0, isTransfer: false },
      { kind: "operator", at: 150_000, symbol, as: "adopted", looks: true },
    ],
  };
}

describe("a story of a position that was closed by hand", () => {
  it.each([1, 0.4])("goes well with a session that leaves exits what is left of it, as of %d of it", async (share) => {
    const { violations, notes } = await playStory(closedByHand(share), LIVE_SESSION);
    expect([violations, notes.filter((note) => note.includes(" operator adopted ")).length]).toEqual([[], 1]);
  });

  it("goes well with one that has started again since the position was opened", async () => {
    const story = closedByHand(0.4);
    const misfortunes = [{ kind: "kill", at: 50_000, down: 500 } as const, ...story.misfortunes];
    const { violations, notes } = await playStory({ ...story, misfortunes }, LIVE_SESSION);
    expect(violations).toEqual([]);
    expect(notes.filter((note) => note.includes(" operator adopted "))).toEqual([expect.stringContaining("cut to 60")]);
  });

  it("is broken by one whose stops all go for a part of it", async () => {
    const { during } = ClosedByHand.prototype;
    ClosedByHand.prototype.during = function (this: ClosedByHand, note): string[] {
      note();
      const { account, cancel } = (this as unknown as { readonly parts: ClosedByHandParts }).parts;
      for (const row of account.working.of(0)) cancel(row);
      return [];
    };
    try {
      const { violations } = await playStory(closedByHand(0.4), LIVE_SESSION);
      expect(violations).toEqual(["of 100 SYN1 an operator has left 60, of which stops close 0, and have closed 100"]);
    } finally {
      ClosedByHand.prototype.during = during;
    }
  });
});

describe("exits of what was closed by hand", () => {
  const truth = (...orders: HeldOrder[]): BrokerTruth => ({
    orders,
    executions: [],
    positions: new Map(),
    asked: [],
    tellsSince: 0,
  });
  const entry = { ref: "entry", side: 1, filled: 100, held: 40, exits: ["stop", "target"] };
  const word: Operated = { symbol, name: "adopted", own: -60, left: new Map([[1, 40]]), entries: [entry] };
  const bought = heldOrder("entry", 100, { isOpen: false, filled: 100 });

  it("may close together what was left, of which the largest of an entry counts", () => {
    const exits = [heldOrder("stop", -40), heldOrder("target", -40)];
    expect(checkOperated(truth(bought, ...exits), CLIENT, [word], [])).toEqual([]);
  });

  it("are caught where they may close more, unless units were given back or the broker refuses to make them smaller", () => {
    const found = (words: readonly Operated[], notes: readonly string[] = []): string[] =>
      checkOperated(truth(bought, heldOrder("stop", -100)), CLIENT, words, notes);
    expect(found([word])).toEqual([
      `${symbol} was named adopted, 40 were left to close beside 0, and exits may close 100`,
    ]);
    expect(found([word, { ...word, own: 60, left: new Map() }])).toEqual([]);
    expect(found([word], [`1.000 warn CHANGE_REFUSED order 2 (sell 100 ${symbol}) could not be changed`])).toEqual([]);
  });

  it("and other orders stay as small as they were made, unless more is asked for or the broker refuses it", () => {
    const cuts = new Map([["stop", { most: 30, at: 1_000 }]]);
    const stop = heldOrder("stop", -100);
    const found = (broker: BrokerTruth, notes: readonly string[] = []): string[] =>
      checkCuts(broker, CLIENT, cuts, notes);
    expect(found(truth(heldOrder("stop", -30), heldOrder("target", -100)))).toEqual([]);
    expect(found(truth(stop))).toEqual(["an operator's word has left 30 to stop, which may fill 100"]);
    const more = { orderId: 1, ref: "stop", clientId: CLIENT, quantity: 100, terms: "", at: 2_000 };
    expect(found({ ...truth(stop), asked: [more] })).toEqual([]);
    expect(found({ ...truth(stop), asked: [{ ...more, at: 500 }] })).toHaveLength(1);
    expect(found(truth(stop), [`1.000 warn CHANGE_REFUSED sell 100 ${symbol} stop could not be changed`])).toEqual([]);
  });
});
