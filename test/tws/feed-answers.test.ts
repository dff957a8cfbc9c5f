import { describe, expect, it } from "vitest";
import type { ContractDetails } from "../../brokers/tws/contracts/contract-details.js";
import type { TwsFeedOptions } from "../../brokers/tws/feed/feed-options.js";
import { TwsFeed } from "../../brokers/tws/feed/tws-feed.js";
import { Sessions } from "../../core/calendar/sessions.js";
import { HOUR, MINUTE, parseBarSize, SECOND } from "../../core/market/bar-size.js";
import { Instrument } from "../../core/market/instrument.js";
import { closeAfterTest } from "../gateway/close-after-test.js";
import { connected } from "./connected.js";
import { listen, type Shown, socketOf, type Told, take } from "./feed-session.js";
import { type Caller, ScriptedTws, until } from "./scripted-tws.js";

/** An open of a market that closes six and a half hours later. */
const OPEN = Date.UTC(2024, 0, 8, 14, 30);
const CLOSE = OPEN + 6.5 * HOUR;
const MINUTES = parseBarSize("1min");
const SESSIONS = new Sessions(Float64Array.of(OPEN), Float64Array.of(CLOSE));

interface Scripted {
  readonly tws: ScriptedTws;
  readonly feed: TwsFeed;
  readonly clock: { now: number };
  readonly shown: Shown[];
  readonly told: Told[];
  /** Requests by the number of their message: the ids, in order. */
  readonly asked: (message: number) => number[];
  /** Has TWS send that in one batch, and takes what the feed makes of it. */
  readonly tell: (...messages: readonly (readonly (string | number)[])[]) => Promise<void>;
  /** Moves the clock, and does what falls due. */
  readonly pass: (ms: number) => Promise<void>;
}

/** A feed of one instrument or more over a TWS that says only what the test has it say; the market is open for an hour. */
async function scripted(
  options: Partial<TwsFeedOptions> & {
    readonly count?: number;
    readonly answer?: (caller: Caller, fields: readonly string[]) => void;
    readonly isUnstarted?: boolean;
  } = {},
): Promise<Scripted> {
  const { count = 1, answer, isUnstarted, ...rest } = options;
  const answered =
    answer ??
    ((caller: Caller, fields: readonly string[]): void => {
      if (fields[0] === "1" && fields[17] === "0") caller.send(58, 1, fields[2], 1);
    });
  const tws = await ScriptedTws.start({
    message: (caller, fields) => {
      if (fields[0] === "49") caller.tellTime();
      else answered(caller, fields);
    },
  });
  const connection = await connected(tws.port);
  const clock = { now: OPEN + HOUR };
  const instruments = Array.from({ length: count }, (_, i) => new Instrument({ symbol: `S${i + 1}` }, i));
  const feed = new TwsFeed({
    connection,
    instruments,
    contracts: instruments.map((_, i) => ({ conId: i + 1, secType: "STK", exchange: "SMART" }) as ContractDetails),
    series: [],
    trades: instruments.map(() => false),
    sessions: instruments.map(() => SESSIONS),
    tradeDates: instruments.map(() => Int32Array.of(20240108)),
    zones: instruments.map(() => ({ offsetAt: () => -5 * HOUR })),
    clock,
    ...rest,
  });
  closeAfterTest(() => feed.close());
  const shown: Shown[] = [];
  const told = listen(feed, clock);
  const settle = async (): Promise<void> => {
    const socket = socketOf(connection);
    const hasHeard = () => tws.caller.bytes.length >= (socket?.bytesWritten ?? 0);
    const isHeard = () => (socket?.bytesRead ?? 0) >= tws.caller.socket.bytesWritten;
    // What is heard may be answered, and the answer heard.
    for (let turn = 0; turn < 3; turn++) {
      await until(hasHeard);
      await until(isHeard);
    }
    feed.flush();
    take(feed, shown);
  };
  const session: Scripted = {
    tws,
    feed,
    clock,
    shown,
    told,
    asked: (message) => tws.heard(message).map((fields) => Number(fields[message === 97 || message === 20 ? 1 : 2])),
    tell: async (...messages) => {
      tws.caller.socket.cork();
      for (const fields of messages) tws.caller.send(...fields);
      tws.caller.socket.uncork();
      await settle();
    },
    pass: async (ms) => {
      clock.now += ms;
      while (feed.due <= clock.now) feed.onDue();
      await settle();
    },
  };
  if (isUnstarted !== true) {
    await feed.start();
    await settle();
  }
  return session;
}

const bid = (id: number, price: number, size: number | string) => [1, 6, id, 1, price, size, 0];
const ask = (id: number, price: number, size: number | string) => [1, 6, id, 2, price, size, 0];
const last = (id: number, price: number, size: number) => [1, 6, id, 4, price, size, 0];
const size = (id: number, type: number, units: number) => [2, 6, id, type, units];

const values = (shown: readonly Shown[]): (readonly number[])[] => shown.map((one) => one.values);

describe("the start of a feed", () => {
  it("fails in one sentence where the account may not have the data, and ends the other streams", async () => {
    const { feed, tws } = await scripted({
      count: 2,
      isUnstarted: true,
      answer: (caller, fields) => {
        if (fields[0] !== "1") return;
        if (fields[3] === "2") caller.error(Number(fields[2]), 354, "Requested market data is not subscribed.");
        else caller.send(58, 1, fields[2], 1);
      },
    });
    await expect(feed.start()).rejects.toThrow(
      "TWS answered the quotes of S2 with code 354: Requested market data is not subscribed.",
    );
    await until(() => tws.heard(2).length === 1);
    expect(feed.ended).toBe(true);
  });

  it("says so where there are fewer lines than instruments, and which bars TWS does not keep up to date", async () => {
    await expect(scripted({ count: 3, lines: { total: 2 } })).rejects.toThrow(
      "The session needs 3 market data lines; the account has 2.",
    );
    const series = (label: string): TwsFeedOptions["series"] => [
      {
        instrument: new Instrument({ symbol: "S1" }),
        size: parseBarSize(label),
        what: "trades",
        hours: "all",
        from: 0,
      },
    ];
    for (const label of ["1sec", "7min", "1week"]) {
      await expect(scripted({ series: series(label) })).rejects.toThrow(
        `TWS does not keep bars of ${label} up to date.`,
      );
    }
  });

  it("goes on without quotes that nobody answers, and fails for a history that never comes", async () => {
    const { feed } = await scripted({ answer: () => undefined, patience: { quotes: 20 } });
    expect(feed.hasFreshQuote(0)).toBe(false);
    const other = await scripted({
      isUnstarted: true,
      patience: { history: 20 },
      series: [
        { instrument: new Instrument({ symbol: "S1" }), size: MINUTES, what: "trades", hours: "regular", from: OPEN },
      ],
    });
    await expect(other.feed.start()).rejects.toThrow("TWS has not answered the 1min bars of S1 within 0.02 s.");
  });
});

describe("a history that is refused for its pace when a feed starts", () => {
  const PACE = "Historical Market Data Service error message:API historical data query pacing violation";
  const series = [
    { instrument: new Instrument({ symbol: "S1" }), size: MINUTES, what: "trades", hours: "regular", from: OPEN },
  ] as const;
  /** Refuses so many of them, and answers the next with one bar. */
  const refusing = (most: number, patience: number) => {
    let refused = 0;
    return scripted({
      isUnstarted: true,
      patience: { history: patience },
      series,
      answer: (caller, fields) => {
        if (fields[0] === "1") caller.send(58, 1, fields[2], 1);
        if (fields[0] !== "20") return;
        if (refused++ < most) caller.send(4, 2, fields[1], 162, PACE, "");
        else caller.send(17, fields[1], "", "", 1, OPEN / SECOND, 8, 9, 7, 8, 10, 8, 1);
      },
    });
  };

  it("is asked for again once IB takes the same request again, and the feed starts", async () => {
    const { feed, clock, asked, shown } = await refusing(1, 20_000);
    const started = feed.start();
    await until(() => asked(20).length === 1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    // The machine's clock goes on by itself; this one is moved by nobody but the test.
    clock.now += 15 * SECOND;
    await started;
    expect(asked(20)).toHaveLength(2);
    take(feed, shown);
    expect(shown.map(({ kind }) => kind)).toEqual(["bar"]);
  });

  it("fails with what TWS has said where that does not help in time", async () => {
    const { feed } = await refusing(9, 100);
    await expect(feed.start()).rejects.toThrow(/^TWS answered 1min bars of S1 .*with code 162: .*pacing violation/);
  });
});

describe("a batch of messages", () => {
  it("makes one quote of its prices and sizes, and keeps the order of what is between them", async () => {
    const { asked, tell, shown, feed } = await scripted({
      count: 2,
      trades: [true, false],
      lines: { tickByTick: 1 },
    });
    const [one, two] = asked(1);
    const [trades] = asked(97);
    await tell(bid(one, 10, 5), size(one, 0, 5), ask(one, 10.02, "1,200"), size(one, 3, 1200));
    await tell(bid(one, 10.01, 1), bid(two, 20, 1), ask(two, 21, 2), [99, trades, 1, 0, 10.02, 7, 0, "Q", ""]);
    await tell(size(two, 0, 9), [99, trades, 1, 0, 0, 0, 1, "Q", ""]);
    expect(shown.map(({ kind, subject, values }) => [kind, subject, ...values])).toEqual([
      ["quote", 0, 10, 10.02, 5, 1200],
      ["quote", 0, 10.01, 10.02, 1, 1200],
      ["quote", 1, 20, 21, 1, 2],
      ["trade", 0, 10.02, 7],
      ["quote", 1, 20, 21, 9, 2],
    ]);
    expect(feed.next()).toBe(0);
  });

  it("has the instant at which it is handed out, and time never falls", async () => {
    const { asked, tell, shown, clock } = await scripted();
    const [one] = asked(1);
    await tell(bid(one, 10, 5));
    clock.now -= 500;
    await tell(ask(one, 11, 5));
    clock.now += 700;
    await tell(ask(one, 12, 5));
    const start = OPEN + HOUR;
    expect(shown.map(({ time }) => time)).toEqual([start, start, start + 200]);
  });

  it("leaves a side that is not told missing, and one that is said to be missing as it is said", async () => {
    const { asked, tell, shown, feed } = await scripted();
    const [one] = asked(1);
    await tell(bid(one, 10, 5));
    expect(feed.hasFreshQuote(0)).toBe(false);
    await tell(ask(one, -1, 0));
    expect(feed.hasFreshQuote(0)).toBe(false);
    await tell(ask(one, 11, 5));
    expect(feed.hasFreshQuote(0)).toBe(true);
    expect(values(shown)).toEqual([
      [10, Number.NaN, 5, Number.NaN],
      [10, -1, 5, 0],
      [10, 11, 5, 5],
    ]);
  });

  it("calls for whoever takes what it brings", async () => {
    const { asked, tell, feed } = await scripted();
    let calls = 0;
    feed.onReady = () => calls++;
    await tell([45, 6, asked(1)[0], 49, 0]);
    expect(calls).toBe(0);
    await tell(bid(asked(1)[0], 10, 5));
    expect(calls).toBe(1);
  });
});

describe("trades", () => {
  const sale = (id: number, price: number, units: number, time: number) => [
    46,
    6,
    id,
    48,
    `${price};${units};${time};1000;10;true`,
  ];

  it("come by time and sales where there is no line for each of them, and none from before", async () => {
    const { asked, tell, shown, told, tws, clock } = await scripted({
      trades: [true],
      answer: (caller, fields) => {
        if (fields[0] === "1") caller.send(58, 1, fields[2], 1);
        if (fields[0] === "97")
          caller.error(Number(fields[1]), 10190, "Max number of tick-by-tick requests has been reached.");
      },
    });
    await until(() => asked(1).length === 2);
    expect(tws.heard(1).map((fields) => fields[16])).toEqual(["", "233"]);
    expect(told.filter(({ event }) => event === "trades").map(({ detail }) => detail)).toEqual(["time-and-sales"]);
    const id = asked(1)[1];
    await tell(last(id, 10, 3), sale(id, 10, 3, clock.now - SECOND));
    clock.now += SECOND;
    await tell(last(id, 10.5, 4), sale(id, 10.5, 4, clock.now), [46, 6, id, 48, `;0;${clock.now};1000;10;true`]);
    expect(values(shown)).toEqual([[10.5, 4]]);
  });

  it("come with the last price where time and sales are not subscribed, each once", async () => {
    const { asked, tell, shown } = await scripted({ trades: [true], lines: { tickByTick: 0 } });
    const [id] = asked(1);
    await tell([4, 2, id, 10090, "Part of requested market data is not subscribed.", ""]);
    await tell(last(id, 10, 3), size(id, 5, 3));
    await tell(last(id, 10.5, 4), size(id, 5, 4));
    await tell(size(id, 5, 6));
    expect(values(shown)).toEqual([
      [10.5, 4],
      [10.5, 6],
    ]);
  });

  it("are asked for again where their stream dies while the quotes tell of trades, not within 15 seconds", async () => {
    const { asked, tell, pass } = await scripted({ trades: [true] });
    const [id] = asked(1);
    for (let second = 0; second < 120; second += 10) {
      await tell(last(id, 10, 3), size(id, 5, 3 + second));
      await pass(10 * SECOND);
    }
    expect(asked(97)).toHaveLength(2);
  });
});

describe("a stream that stands still", () => {
  const still = async (session: Scripted, id: number, ms: number): Promise<void> => {
    for (let at = 0; at < ms; at += 30 * SECOND) {
      await session.pass(30 * SECOND);
      // Volume goes on; prices and sizes do not.
      await session.tell(size(id, 8, 1_000 + at));
    }
  };

  it("is believed where a snapshot tells the same", async () => {
    const session = await scripted();
    const { asked, tell, told, feed, clock } = session;
    const [id] = asked(1);
    await tell(bid(id, 10, 1), ask(id, 11, 1), last(id, 10, 1));
    await still(session, id, 5 * MINUTE);
    expect(asked(1)).toHaveLength(2);
    expect(feed.unchangedSince(0)).toBe(clock.now - 5 * MINUTE);
    const probe = asked(1)[1];
    await tell(bid(probe, 10, 1), ask(probe, 11, 1), last(probe, 10, 1), [57, 1, probe]);
    expect(feed.unchangedSince(0)).toBe(clock.now);
    expect(feed.hasFreshQuote(0)).toBe(true);
    await still(session, id, 4 * MINUTE);
    expect(told.map(({ event }) => event)).toEqual(["subscribed", "dataType", "frozen"]);
    expect(asked(2)).toEqual([]);
  });

  it("is asked for again where a snapshot tells something else, or nothing", async () => {
    const session = await scripted();
    const { asked, tell, told, feed, pass } = session;
    const [id] = asked(1);
    await tell(bid(id, 10, 1), ask(id, 11, 1));
    await still(session, id, 5 * MINUTE);
    const probe = asked(1)[1];
    await tell(bid(probe, 10.5, 1), ask(probe, 11, 1), [57, 1, probe]);
    expect(feed.hasFreshQuote(0)).toBe(false);
    expect(told.map(({ event, detail }) => `${event} ${detail}`.trim())).toContain("subscribed frozen");
    const again = asked(1)[2];
    await tell(bid(again, 10, 1), ask(again, 11, 1));
    await still(session, again, 5 * MINUTE);
    expect(asked(1)).toHaveLength(4);
    await pass(15 * SECOND);
    expect(asked(1)).toHaveLength(5);
    expect(asked(2)).toEqual([id, asked(1)[3], again]);
  });

  it("is nothing to worry about while the market is closed", async () => {
    const session = await scripted();
    const { asked, tell, told, feed, clock, pass } = session;
    clock.now = CLOSE - 20 * SECOND;
    await tell(bid(asked(1)[0], 10, 1), ask(asked(1)[0], 11, 1));
    await pass(10 * HOUR);
    expect(feed.unchangedSince(0)).toBe(clock.now);
    expect(told.map(({ event }) => event)).toEqual(["subscribed", "dataType"]);
    expect(feed.due).toBe(Infinity);
  });
});

describe("what a stream says of its data", () => {
  it("is delayed by the numbers of its ticks alone", async () => {
    const { asked, tell, feed } = await scripted();
    const [id] = asked(1);
    await tell([1, 6, id, 66, 10, 1, 0], [1, 6, id, 67, 11, 1, 0]);
    expect(feed.dataType(0)).toBe(3);
  });

  it("is a halt by tick 49, and frozen data's -1 is none", async () => {
    const { asked, tell, feed } = await scripted();
    const [id] = asked(1);
    await tell([45, 6, id, 49, -1]);
    expect(feed.isHalted(0)).toBe(false);
    await tell([45, 6, id, 49, 2]);
    expect(feed.isHalted(0)).toBe(true);
  });

  it("ends it for good where asking again would not help, with the reason as evidence", async () => {
    const { asked, tell, feed, told, pass } = await scripted();
    await tell([4, 2, asked(1)[0], 101, "Max number of tickers has been reached.", ""]);
    expect(feed.problem(0)).toBe("no market data line");
    await pass(HOUR);
    expect(asked(1)).toHaveLength(1);
    expect(told.at(-1)).toMatchObject({ event: "givenUp", detail: "no market data line" });
  });

  it("ends it for a while where asking again may help, a few times", async () => {
    const { asked, tell, feed, pass } = await scripted();
    for (let time = 1; time <= 3; time++) {
      await tell([4, 2, asked(1)[time - 1], 102, "Duplicate ticker ID.", ""]);
      expect(feed.problem(0)).toBe("code 102");
      await pass(15 * SECOND);
      expect(asked(1)).toHaveLength(time + 1);
      expect(feed.problem(0)).toBe("");
    }
    await tell([4, 2, asked(1)[3], 102, "Duplicate ticker ID.", ""]);
    await pass(MINUTE);
    expect(asked(1)).toHaveLength(4);
    await pass(10 * MINUTE);
    expect(asked(1)).toHaveLength(5);
  });
});

describe("bars of a feed", () => {
  const START = OPEN + HOUR;
  const history = (id: number, ...bars: readonly (readonly number[])[]) => [
    17,
    id,
    "",
    "",
    bars.length,
    ...bars.flatMap(([start, price, volume]) => [start / SECOND, price, price + 1, price - 1, price, volume, price, 1]),
  ];
  const update = (id: number, start: number, price: number, volume: number) => [
    90,
    id,
    1,
    start / SECOND,
    price,
    price,
    price + 1,
    price - 1,
    price,
    volume,
  ];
  const withBars = (grace: number): Promise<Scripted> =>
    scripted({
      barGrace: grace,
      series: [
        {
          instrument: new Instrument({ symbol: "S1" }),
          size: MINUTES,
          what: "trades",
          hours: "regular",
          from: START - 2 * MINUTE,
        },
      ],
      answer: (caller, fields) => {
        if (fields[0] === "1") caller.send(58, 1, fields[2], 1);
        // What is asked for later the test answers.
        if (fields[0] !== "20" || caller.messages.filter(([number]) => number === "20").length > 1) return;
        caller.send(
          ...history(Number(fields[1]), [START - 2 * MINUTE, 8, 10], [START - MINUTE, 9, 10], [START, 10, 1]),
        );
      },
    });
  const closes = (shown: readonly Shown[]): number[][] => shown.map(({ time, values }) => [time - START, values[5]]);

  it("complete at their end and a moment for stragglers; what comes later is told and not handed out again", async () => {
    const { asked, tell, pass, shown, told } = await withBars(1_500);
    const [id] = asked(20);
    await pass(59 * SECOND);
    await tell(update(id, START, 11, 20));
    await pass(2 * SECOND);
    await tell(update(id, START, 12, 30));
    await pass(400);
    expect(shown).toHaveLength(2);
    await pass(100);
    expect(closes(shown)).toEqual([
      [-MINUTE, 8],
      [0, 9],
      [61_500, 12],
    ]);
    expect(shown.at(-1)?.values[1]).toBe(START + MINUTE);
    await tell(update(id, START, 13, 31), update(id, START + MINUTE, 13, 1));
    expect(shown).toHaveLength(3);
    expect(told.filter(({ event }) => event === "revised")).toHaveLength(1);
    expect(told.filter(({ event }) => event === "lateBar")).toHaveLength(0);
  });

  it("are not known before their end, whatever the clocks say", async () => {
    const { asked, tell, pass, shown } = await withBars(1_500);
    const [id] = asked(20);
    await pass(59_600);
    await tell(update(id, START, 12, 30), update(id, START + MINUTE, 13, 1));
    expect(closes(shown).at(-1)).toEqual([MINUTE, 12]);
  });

  it("wait for their last values while the market has moved and they have not, and are asked for", async () => {
    const { asked, tell, pass, shown, told } = await withBars(0);
    await pass(59 * SECOND);
    await tell(last(asked(1)[0], 10, 1));
    await pass(SECOND);
    expect(shown).toHaveLength(2);
    await pass(15 * SECOND);
    expect(asked(20)).toHaveLength(2);
    await tell(history(asked(20)[1], [START, 14, 99], [START + MINUTE, 15, 1]));
    expect(closes(shown).at(-1)).toEqual([75 * SECOND, 14]);
    expect(told.map(({ event }) => event)).toContain("barsInterrupted");
  });

  it("are passed over where they are none", async () => {
    const { asked, tell, shown, told } = await withBars(0);
    const [id] = asked(20);
    await tell([90, id, 1, START / SECOND, 5, 5, 4, 6, 5, 1], update(id, START + MINUTE, 13, 1));
    expect(shown).toHaveLength(2);
    expect(told.map(({ event }) => event)).toContain("unsound");
  });
});
