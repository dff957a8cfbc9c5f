import { describe, expect, it } from "vitest";
import type { BarSeries } from "../../core/market/bar-series.js";
import { MINUTE, parseBarSize, SECOND } from "../../core/market/bar-size.js";
import { ticksFromBars } from "../../core/market/bar-ticks.js";
import type { QuoteSeries } from "../../core/market/quote.js";
import { gatewayData, TWO_STOCKS } from "../gateway/gateway-data.js";
import { type FeedSession, lockstepFeed, type SessionOptions, type Shown } from "./feed-session.js";

const TICKS = { every: 5_000, spread: 2 };
/** An hour before the data ends. */
const FROM = Date.UTC(2020, 0, 31, 20);
const MINUTES = parseBarSize("1min");
const SERIES: readonly BarSeries[] = gatewayData(TWO_STOCKS).series;
const TRUTH: readonly QuoteSeries[] = SERIES.map((bars) => ticksFromBars(bars, TICKS).quotes);

/** Has market time wait for a connection that is not back after a minute or two: an hour of it may pass in an instant. */
async function backWithinMinutes({ connection }: FeedSession, time: number): Promise<void> {
  const second = (time - FROM) / SECOND;
  const isAwaited = [660, 1_260].some((from) => second >= from && second < from + 120);
  if (isAwaited) await connection.ready();
}

/** What a session knows of the first instrument at an instant; seconds in these tests count from FROM. */
interface Evidence {
  readonly time: number;
  readonly problem: string;
  readonly isFresh: boolean;
  readonly dataType: number;
  readonly isHalted: boolean;
  readonly quoteAge: number;
}

/** Runs the last hour with faults; minute bars of both stocks from a quarter of an hour before. */
async function hourWith(
  faults: readonly Record<string, unknown>[],
  options: SessionOptions = {},
): Promise<{ session: FeedSession; at: (seconds: number) => Evidence }> {
  const evidence: Evidence[] = [];
  const session = await lockstepFeed({
    gateway: { ticks: TICKS, from: FROM },
    series: [0, 1].map((symbol) => ({
      symbol,
      size: MINUTES,
      what: "trades",
      hours: "regular",
      from: FROM - 15 * MINUTE,
    })),
    faults,
    ...options,
    onStep: async (session, time) => {
      const { feed } = session;
      evidence.push({
        time,
        problem: feed.problem(0),
        isFresh: feed.hasFreshQuote(0),
        dataType: feed.dataType(0),
        isHalted: feed.isHalted(0),
        quoteAge: feed.quoteAge(0),
      });
      await options.onStep?.(session, time);
    },
  });
  await session.over;
  const at = (seconds: number): Evidence =>
    evidence.findLast(({ time }) => time <= FROM + seconds * SECOND) as Evidence;
  return { session, at };
}

/** What the market was at an instant: bid, ask and their sizes. */
function quoteAt(instrument: number, instant: number): number[] {
  const { bid, ask, bidSize, askSize, time } = TRUTH[instrument];
  const at = time.findLastIndex((one) => one <= instant);
  return [bid, ask, bidSize, askSize].map((column) => column[at]);
}

/** Quotes that were shown and are not what the market was at that instant. */
function invented({ shown }: FeedSession): Shown[] {
  return shown.filter(({ kind, subject, time, values }) => {
    if (kind !== "quote") return false;
    const truth = quoteAt(subject, time);
    // A side that was not told is missing, and no invention.
    return !values.every((value, i) => value === truth[i] || Number.isNaN(value));
  });
}

/** The completed bars are the source's, each once. */
function expectSourceBars({ shown }: FeedSession, last = Infinity): void {
  for (const { instrument, start, end, open, high, low, close, volume } of SERIES) {
    const rows = [...start.keys()].filter((row) => start[row] >= FROM - 15 * MINUTE && end[row] <= last);
    const bars = shown.filter(({ kind, subject }) => kind === "bar" && subject === instrument.index);
    expect(bars.map(({ values }) => values)).toEqual(
      rows.map((row) => [start, end, open, high, low, close, volume].map((column) => column[row])),
    );
  }
}

/** What was told of the first instrument in an event: the second, and the detail. */
function words({ told }: FeedSession, event: string): string[] {
  return told
    .filter((one) => one.subject.startsWith("SYN1") && one.event === event)
    .map(({ time, detail }) => `${Math.floor((time - FROM) / (5 * SECOND)) * 5} ${detail}`.trim());
}

describe("a feed whose data goes wrong", () => {
  it("finds quotes that stand still, asks for them three times and then rests, and counts none until they move", async () => {
    const { session, at } = await hourWith([{ fault: "frozen-quotes", at: "+601s", for: "5min" }]);
    expect(words(session, "silent")).toHaveLength(4);
    expect(words(session, "subscribed").slice(1)).toEqual(["660 silent", "720 silent", "780 silent"]);
    expect(words(session, "givenUp")).toEqual(["840 silent"]);
    expect(at(659)).toMatchObject({ isFresh: true, problem: "" });
    expect(at(661)).toMatchObject({ isFresh: false, quoteAge: 60 * SECOND });
    expect(at(880)).toMatchObject({ isFresh: false, problem: "silent" });
    expect(at(907)).toMatchObject({ isFresh: true, problem: "" });
    expect(invented(session)).toEqual([]);
  });

  it("knows a broken farm by its name, and takes its quotes for fresh once both sides have come again", async () => {
    const { session, at } = await hourWith([
      { fault: "farm-broken", at: "+601s", for: "38s" },
      { fault: "farm-broken", farm: "cashfarm", at: "+20min", for: "1min" },
    ]);
    expect(words(session, "problem")).toEqual(["600 usfarm", "635"]);
    expect(words(session, "subscribed")).toHaveLength(1);
    expect(at(620)).toMatchObject({ problem: "usfarm", isFresh: false });
    expect(at(660)).toMatchObject({ problem: "", isFresh: true });
    expect(at(1_230)).toMatchObject({ problem: "", isFresh: true });
    expect(invented(session)).toEqual([]);
    expectSourceBars(session);
  });

  it("asks for bars again until the historical farm answers, and misses none", async () => {
    const { session, at } = await hourWith([{ fault: "farm-broken", farm: "ushmds", at: "+601s", for: "150s" }]);
    expect(words(session, "barsInterrupted").map((line) => line.slice(0, 20))).toEqual([
      "600 TWS answered 1mi",
      "660 not answered",
      "720 not answered",
    ]);
    expect(words(session, "gapFilled")).toEqual(["750 2"]);
    expect(words(session, "lateBar")).toHaveLength(1);
    expect(at(640)).toMatchObject({ problem: "", isFresh: true });
    expectSourceBars(session);
  });

  it("asks for everything again when data was lost, and verifies what is said to be kept", async () => {
    const { session, at } = await hourWith([
      { fault: "upstream-lost", at: "+601s", for: "2min", "keeps-data": false },
      { fault: "upstream-lost", at: "+1201s", for: "2min" },
    ]);
    expect(words(session, "subscribed").slice(1)).toEqual(["720 data lost", "1325 not verified"]);
    expect(words(session, "gapFilled")).toHaveLength(1);
    expect(at(1_327).isFresh).toBe(true);
    expect(invented(session)).toEqual([]);
    expectSourceBars(session);
  });

  it("renews bars that die, no sooner than IB takes the same request again", async () => {
    const { session } = await hourWith([
      { fault: "live-bars-die", at: "+601s" },
      { fault: "live-bars-die", at: "+605s" },
    ]);
    expect(words(session, "barsInterrupted")).toHaveLength(2);
    expect(words(session, "givenUp")).toEqual([]);
    expectSourceBars(session);
  });

  it("shows prices that are missing as TWS says them", async () => {
    const { session, at } = await hourWith([{ fault: "no-prices", at: "+601s", for: "1min" }]);
    const missing = session.shown.filter(({ kind, values }) => kind === "quote" && values[0] === -1);
    expect(missing.map(({ values }) => values)).toEqual([
      [-1, -1, 0, 0],
      [-1, -1, 0, 0],
    ]);
    expect(at(660).quoteAge).toBeGreaterThan(50 * SECOND);
    expect(invented(session).filter(({ values }) => values[0] !== -1)).toEqual([]);
    expectSourceBars(session);
  });

  it("tells delayed data from live data, and never puts the two beside each other", async () => {
    const { session, at } = await hourWith([{ fault: "delayed-data", at: "+601s", for: "5min" }]);
    expect(words(session, "dataType")).toEqual(["0 1", "600 3", "900 1"]);
    expect(words(session, "told")).toEqual(["600 10167"]);
    expect(at(620).dataType).toBe(3);
    expect(at(901)).toMatchObject({ dataType: 1, isFresh: true });
    // One each of what the market was a quarter of an hour before.
    const old = invented(session);
    expect(old.map(({ time }) => (time - FROM) / SECOND)).toEqual([601, 601]);
    for (const { values, subject } of old) expect(values).toEqual(quoteAt(subject, FROM + 601 * SECOND - 15 * MINUTE));
    expectSourceBars(session);
  });

  it("knows a halt, and wants a whole new quote when trading goes on", async () => {
    const { session, at } = await hourWith([{ fault: "halt", at: "+601s", for: "5min" }]);
    expect(words(session, "halted")).toEqual(["600 1", "900 0"]);
    expect(at(620).isHalted).toBe(true);
    expect(at(910)).toMatchObject({ isHalted: false, isFresh: true });
    expect(invented(session)).toEqual([]);
    expectSourceBars(session);
  });

  it("asks every minute whether another session has let go of the data", async () => {
    const { session, at } = await hourWith([{ fault: "competing-session", at: "+601s", for: "5min" }]);
    expect(words(session, "problem")).toEqual(["600 competing session", "960"]);
    expect(words(session, "subscribed").slice(1)).toEqual(
      [660, 720, 780, 840, 900, 960].map((at) => `${at} competing session`),
    );
    expect(at(800)).toMatchObject({ problem: "competing session", isFresh: false });
    expect(at(961)).toMatchObject({ problem: "", isFresh: true });
    expect(invented(session)).toEqual([]);
  });

  it("fills the hole that messages have left which never came", async () => {
    const { session } = await hourWith([{ fault: "silence", at: "+601s", for: "90s" }]);
    expect(words(session, "barsInterrupted")).toEqual(["690 hole"]);
    expect(words(session, "gapFilled")).toHaveLength(1);
    expect(invented(session)).toEqual([]);
    expectSourceBars(session);
  });

  it("comes back over a new connection without a missing or doubled bar", async () => {
    const { session, at } = await hourWith(
      [
        { fault: "reset", at: "+601s" },
        { fault: "cut", at: "+20min" },
      ],
      { onStep: backWithinMinutes },
    );
    expect(words(session, "subscribed").map((line) => line.replace(/^\d+ /, ""))).toEqual([
      "start",
      "connected again",
      "connected again",
    ]);
    expect(at(602)).toMatchObject({ problem: "not subscribed", isFresh: false });
    expect(invented(session)).toEqual([]);
    // How many steps it takes to connect again is a matter of the machine.
    const last = session.shown.findLast(({ kind }) => kind === "bar") as Shown;
    expect(last.time).toBeGreaterThan(FROM + 21 * MINUTE);
    expectSourceBars(session, last.time);
  });

  it.each([1, 2, 3, 4])("invents no quote and loses no bar whatever goes wrong by chance (%i)", async (seed) => {
    const { session } = await hourWith([], {
      gateway: { ticks: TICKS, from: FROM, seed },
      feed: { trades: [true, true], lines: { tickByTick: 1 } },
      faults: { random: { every: "4min", faults: CHANCE } },
    });
    const { shown, gateway } = session;
    // Without a price a side is -1 with size 0; the sides that are told are those of the market.
    const missing = ({ values }: Shown): boolean => values[0] === -1 && values[1] === -1;
    expect(invented(session).filter((quote) => !missing(quote))).toEqual([]);
    const times = shown.map(({ time }) => time);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    const still = gateway.faultEvents.filter(({ name }) => name === "frozen-quotes").map(({ at }) => at);
    for (const { instrument, start, end, volume } of SERIES) {
      const bars = shown.filter(({ kind, subject }) => kind === "bar" && subject === instrument.index);
      const rows = [...start.keys()].filter((row) => start[row] >= FROM - 15 * MINUTE).slice(0, bars.length);
      expect(bars.map(({ values }) => values[0])).toEqual(rows.map((row) => start[row]));
      // Only what stands still without a word can be taken for all there was.
      for (const [i, row] of rows.entries()) {
        const isStill = still.some((at) => at >= start[row] && at < end[row]);
        if (!isStill) expect(bars[i].values[6]).toBe(volume[row]);
      }
    }
  });
});

/** What goes wrong by chance: nothing that TCP would not let happen, and nothing that the machine's time decides. */
const CHANCE = [
  "split",
  "upstream-lost",
  "farm-broken",
  "no-prices",
  "frozen-quotes",
  "halt",
  "competing-session",
  "live-bars-die",
  "history-silence",
  "history-error",
  "history-late",
  "history-duplicates",
];
