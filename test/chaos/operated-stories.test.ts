import { describe, expect, it } from "vitest";
import { AdoptedOrders } from "../../live/broker/adopted-orders.js";
import { ClosedByHand, type ClosedByHandParts } from "../../live/broker/closed-by-hand.js";
import type { BrokerTruth, Executed, HeldOrder } from "../../live/drill/broker-truth.js";
import { type BookedFill, type BookedIntent, checkPromise } from "../../live/drill/check-promise.js";
import { ElsewhereWatch } from "../../live/session/elsewhere-watch.js";
import { checkCuts, checkOperated, type Operated } from "./check-operated.js";
import { CLIENT, heldOrder } from "./held-order.js";
import { holdStories } from "./hold-stories.js";
import { LIVE_SESSION } from "./live-session.js";
import type { Misfortune } from "./misfortune.js";
import { playStory } from "./play-story.js";
import { runStories } from "./run-stories.js";
import { DAY, drawStory, STORY_SYMBOLS, type Story } from "./story.js";
import type { TheirOrder } from "./their-orders.js";

holdStories(1, 40, "operated");

it("the operated story 3488, which broke the promise once, does not", async () => {
  const { violations } = await runStories("virtual", 3_488, 1, () => undefined, "operated");
  expect(violations.map(({ told }) => told.join("\n"))).toEqual([]);
});

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

/** An order of another client that the session takes over; nothing else is traded, and nothing goes wrong. */
function theirOrder(said: Partial<TheirOrder>, ...then: readonly Misfortune[]): Story {
  const order: TheirOrder = {
    kind: "their order",
    at: 10_000,
    which: 1,
    symbol,
    side: 1,
    quantity: 100,
    away: -0.05,
    tif: "GTC",
    isByHand: false,
    ...said,
  };
  const adoption = { kind: "adopt order", at: 20_000, which: 1, looks: true } as const;
  return { ...drawStory(2), scene: DAY, decisions: [], misfortunes: [order, adoption, ...then] };
}

const THEIR_CANCEL = { kind: "their cancel", at: 60_000, which: 1 } as const;
const THEIR_FILL = { kind: "their change", at: 60_000, which: 1, quantity: 0, away: 0.001 } as const;

describe("a story of an order that others have made and the session has taken over", () => {
  it.each([
    ["is cancelled by its maker", theirOrder({}, THEIR_CANCEL), 0],
    ["is cancelled by hand", theirOrder({ isByHand: true }, THEIR_CANCEL), 0],
    ["fills", theirOrder({}, THEIR_FILL), 1],
    [
      "fills in parts, and is cancelled then",
      theirOrder({ quantity: 5_000 }, THEIR_FILL, { ...THEIR_CANCEL, at: 110_000 }),
      2,
    ],
    ["fills while the session is away", theirOrder({}, { kind: "kill", at: 50_000, down: 40_000 }, THEIR_FILL), 1],
    ["works to the end", theirOrder({}), 0],
  ])("goes well where it %s", async (_, story, least) => {
    const { violations, notes, counts } = await playStory(story, LIVE_SESSION);
    expect(violations).toEqual([]);
    expect(counts.executions).toBeGreaterThanOrEqual(least);
    expect(
      notes.filter((note) => note.includes("operator adopts theirs-1: Order") || note.includes(" adopts 1")).length,
    ).toBe(1);
  });

  it("is broken by one that asks for nothing while such an order works", async () => {
    const due = Object.getOwnPropertyDescriptor(ElsewhereWatch.prototype, "due") as PropertyDescriptor;
    Object.defineProperty(ElsewhereWatch.prototype, "due", { ...due, get: () => Infinity });
    try {
      const { violations } = await playStory(theirOrder({}, THEIR_CANCEL), LIVE_SESSION);
      expect(violations).toEqual(["an order of others is Cancelled at the broker, and works in the session 180 s on"]);
    } finally {
      Object.defineProperty(ElsewhereWatch.prototype, "due", due);
    }
  });

  it("is broken by one whose run such an order does not join", async () => {
    const { join } = AdoptedOrders.prototype;
    AdoptedOrders.prototype.join = () => undefined;
    try {
      const { violations } = await playStory(theirOrder({}), LIVE_SESSION);
      expect(violations).toEqual([
        expect.stringMatching(/^the order \w+:1 works in the ledger, and the engine has none$/),
      ]);
    } finally {
      AdoptedOrders.prototype.join = join;
    }
  });
});

describe("the books of an adopted order", () => {
  const order = heldOrder("theirs", 100, { clientId: 8, permId: 77, filled: 50 });
  const execution = (execId: string, quantity: number): Executed => {
    return { execId, ref: "theirs", permId: 77, symbol, quantity, price: 10, commission: 1, time: 5 };
  };
  const executions = [execution("1", 20), execution("2", 30)];
  const broker = { orders: [order], executions, positions: new Map([[symbol, 50]]), asked: [], tellsSince: 0 };
  const adopted = { permId: 77, before: 20 };
  const intent: BookedIntent = {
    ref: "own:1",
    orderId: 1,
    symbol,
    quantity: 80,
    filled: 30,
    fate: "working",
    changes: 0,
    adopted,
  };
  const fill = (execId: string, ref: string, quantity: number) => ({ execId, ref, symbol, quantity, price: 10 });
  const found = (more: Partial<BookedIntent>, ...fills: readonly BookedFill[]): string[] => {
    const intents = [{ ...intent, ...more }];
    return checkPromise(broker, { clientId: CLIENT, intents, fills, positions: broker.positions, blocked: new Set() });
  };

  it("have what it had filled before with others, and what it has filled since as the session's", () => {
    expect(found({}, fill("1", "", 20), fill("2", "own:1", 30))).toEqual([]);
    expect(found({}, fill("1", "own:1", 20), fill("2", "own:1", 30))).toEqual([
      'the execution 1 was of others, and is booked under "own:1"',
    ]);
    expect(found({}, fill("1", "", 20), fill("2", "", 30))).toEqual([
      'the execution 2 was of own:1, and is booked under ""',
    ]);
  });

  it("are caught where they lack a fill of it, count one twice, or have it otherwise than the broker", () => {
    const what = `the intent own:1 (order 1, 80 ${symbol})`;
    expect(found({ filled: 0 }, fill("1", "", 20))).toEqual([
      `${what} has filled 30 at the broker and 0 in the books`,
      `the execution 2 of theirs (30 ${symbol}) is not booked`,
    ]);
    expect(found({ filled: 50 }, fill("1", "", 20), fill("2", "own:1", 30))).toEqual([
      `${what} has filled 30 at the broker and 50 in the books`,
    ]);
    expect(found({ fate: "over" }, fill("1", "", 20), fill("2", "own:1", 30))).toEqual([
      `${what} works at the broker, and is over in the books`,
    ]);
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
