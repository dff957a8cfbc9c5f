import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ALERTS, type AlertCode, alertText } from "../../live/alerts.js";
import { ageCell, lineOf, priceCell, shortened, whenCell } from "../../live/screen/cells.js";
import { SessionNotes } from "../../live/screen/notes.js";
import { screenOf } from "../../live/screen/screen.js";
import { SessionDisplay, type Terminal } from "../../live/screen/session-display.js";
import type { FillView, SessionView } from "../../live/session-view.js";
import { coloured } from "../../report/paint.js";
import { aView } from "./a-session.js";

const NOON = aView().now;

/** Everything that can be wrong at once. */
function troubled(): SessionView {
  const order = aView().orders[0];
  return aView({
    mode: "live",
    account: "U0000001",
    state: "stopping",
    connection: {
      ...aView().connection,
      state: "upstream lost",
      since: NOON - 45_000,
      reason: "Connectivity between IBKR and Trader Workstation has been lost",
      nextAttemptAt: NOON + 5_000,
      farmsBroken: ["usfarm", "ushmds"],
      dataType: 3,
    },
    orders: [
      { ...order, status: "unknown", type: "stop-limit", limit: 504.5, age: 3_000 },
      {
        ...order,
        symbol: "EUR.USD",
        side: "buy",
        type: "limit",
        stop: null,
        limit: 1.09345,
        quantity: 25_000,
        filled: 12_500,
        status: "partially filled",
        isExit: false,
      },
      {
        ...order,
        symbol: "SPY 20261218 C 500.00 SMART",
        type: "market",
        stop: null,
        quantity: 0.5,
        status: "pending cancel",
      },
    ],
    foreignOrders: [{ ...order, ref: "1234567", symbol: "IBM", side: "sell", type: "limit", stop: null, limit: 200 }],
    blocks: [{ symbol: "SPY", since: NOON - 60_000, reason: "the journal has 100, the broker has 40" }],
    lostIntents: [{ ref: "cross-18", symbol: "SPY", side: "buy", quantity: 10, since: NOON - 60_000 }],
    killSwitch: { isOn: true, reason: "news", since: NOON - 30_000, flatten: true },
    reconciliation: { at: NOON - 40_000, agreed: false, differences: ["SPY: the journal has 100, the broker has 40."] },
    alerts: [
      {
        code: "ORDER_REJECTED",
        at: NOON - 10_000,
        text: "The broker has rejected buy 10 SPY: 市場は閉じています\u001b[31m\nred",
      },
      { code: "POSITION_DIFFERS", at: NOON - 40_000, text: "SPY: the journal has 100, the broker has 40." },
    ],
  });
}

describe("the screen of a session", () => {
  it("of 80 and of 120 columns shows what is going on", async () => {
    for (const width of [80, 120]) {
      await expect(`${screenOf(aView(), width, 60).join("\n")}\n`).toMatchFileSnapshot(`screens/quiet-${width}.txt`);
      await expect(`${screenOf(troubled(), width, 60).join("\n")}\n`).toMatchFileSnapshot(
        `screens/troubled-${width}.txt`,
      );
    }
  });

  it("of 24 lines gives up rows of the longest tables, says how many, and keeps what is wrong", async () => {
    const quotes = Array.from({ length: 40 }, (_, i) => ({ ...aView().quotes[0], symbol: `SYM${i}` }));
    const lines = screenOf({ ...troubled(), quotes }, 80, 24);
    await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("screens/low-80.txt");
    expect(lines).toHaveLength(24);
  });

  it("of a session without anything to show is short", async () => {
    const empty = aView({
      quotes: [],
      positions: [],
      foreign: [],
      orders: [],
      fills: [],
      trips: [],
      reconciliation: null,
      state: "starting",
      money: { equity: null, day: null, session: null, fees: 0 },
    });
    await expect(`${screenOf(empty, 80, 24).join("\n")}\n`).toMatchFileSnapshot("screens/empty-80.txt");
  });

  const text = fc.string({ unit: "grapheme", maxLength: 200 });
  const price = fc.option(fc.double({ min: -1e9, max: 1e9, noNaN: true }));
  const anyView = fc.record({
    alerts: fc.array(
      fc.record({ code: fc.constantFrom(...(Object.keys(ALERTS) as AlertCode[])), at: fc.constant(NOON), text }),
      { maxLength: 30 },
    ),
    quotes: fc.array(
      fc.record({
        symbol: text,
        bid: price,
        ask: price,
        last: price,
        age: fc.option(fc.nat()),
        isStale: fc.boolean(),
        isHalted: fc.boolean(),
      }),
      { maxLength: 100 },
    ),
    trips: fc.array(
      fc.record({
        code: fc.constant("STALE_QUOTE"),
        count: fc.nat(),
        last: fc.record({ at: fc.constant(NOON), symbol: text, reason: text }),
      }),
      { maxLength: 10 },
    ),
    foreign: fc.array(fc.record({ symbol: text, quantity: fc.double({ noNaN: true }), averagePrice: price }), {
      maxLength: 30,
    }),
  });

  /** Places on a terminal, as its own tables count them. */
  const placesOf = (line: string): number =>
    Array.from(line).reduce((sum, one) => sum + (lineOf(`${one}${one}`, 3) === `${one}${one}` ? 1 : 2), 0);

  it("is never wider nor higher than the terminal, and moves no cursor, whatever the broker has written", () => {
    fc.assert(
      fc.property(
        anyView,
        fc.integer({ min: 20, max: 200 }),
        fc.integer({ min: 1, max: 60 }),
        (changes, width, height) => {
          const lines = screenOf(aView(changes), width, height);
          expect(lines.length).toBeLessThanOrEqual(height);
          for (const line of lines) {
            expect(line).not.toMatch(/\p{Cc}/u);
            expect(placesOf(line)).toBeLessThanOrEqual(width);
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it("is the same in colours, but for these", () => {
    const lines = screenOf(troubled(), 80, 30, coloured);
    expect(lines.join("\n")).toContain("\u001b[31m");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are made of them.
    expect(lines.map((line) => line.replace(/\u001b\[\d+m/g, ""))).toEqual(screenOf(troubled(), 80, 30));
  });
});

describe("a cell", () => {
  it("has as many decimals as its price, from two to five", () => {
    const cells = [512, 512.3, 512.345, 1.09345, 0.1 + 0.2, 33.333333, -1234.5, null].map(priceCell);
    expect(cells).toEqual(["512.00", "512.30", "512.345", "1.09345", "0.30", "33.33333", "-1,234.50", "-"]);
  });

  it("tells how long something lasts in its largest unit", () => {
    const cells = [0, -5, 9_949, 75_000, 119_999, 120_000, 7_199_999, 7_200_000, 172_800_000].map(ageCell);
    expect(cells).toEqual(["0.0 s", "0.0 s", "9.9 s", "75 s", "119 s", "2 min", "119 min", "2 h", "2 d"]);
  });

  it("tells when something was by the time of day, and its day where that is another", () => {
    const cells = [NOON, NOON - 61_200_000, NOON - 61_200_001, Number.NaN].map((at) => whenCell(at, NOON));
    expect(cells).toEqual(["17:00:00", "00:00:00", "2026-01-04 23:59:59", "-"]);
  });

  it("is cut with an ellipsis", () => {
    expect([shortened("abcdef", 6), shortened("abcdef", 5), shortened("ab def", 4), lineOf("市場は", 4)]).toEqual([
      "abcdef",
      "abcd…",
      "ab…",
      "市…",
    ]);
  });
});

describe("where nothing can be redrawn", () => {
  const fill: FillView = { ...aView().fills[0], at: NOON + 1_000, ref: "cross-18" };

  it("each event of note is a line, once, the oldest first", () => {
    const before = aView();
    const notes = new SessionNotes();
    expect(notes.look(before)).toEqual([
      "Mon 2026-01-05 UTC",
      "14:31:00 127.0.0.1:7497 is ready",
      "14:31:00 journal and broker agree",
      "16:48:00 fill: buy 100 SPY at 511.20, fee 1.00",
      "16:59:40 denied: BRK B STALE_QUOTE: age=75s limit=60s (3 times)",
      "17:00:00 SmaCross is running, paper, as cross",
    ]);
    expect(notes.look(before)).toEqual([]);
    const quoted = aView({ quotes: [], now: NOON + 1_000, money: { ...before.money, equity: 5 } });
    expect(notes.look(quoted)).toEqual([]);
    const after = aView({
      fills: [{ ...fill, at: NOON + 2_000, isRecovered: true, fee: null }, fill, ...before.fills],
      trips: [{ ...before.trips[0], count: 4 }],
      connection: { ...before.connection, state: "disconnected", reason: "the socket is closed", since: NOON },
      killSwitch: { isOn: true, reason: "news", since: NOON, flatten: false },
      alerts: [{ code: "KILL_SWITCH_ON", at: NOON, text: "The kill switch is on: news." }],
      reconciliation: { at: NOON, agreed: false, differences: ["SPY: the journal has 100, the broker has 40."] },
    });
    expect(notes.look(after)).toEqual([
      "16:59:40 denied: BRK B STALE_QUOTE: age=75s limit=60s",
      "17:00:00 127.0.0.1:7497 is disconnected: the socket is closed",
      "17:00:00 KILL_SWITCH_ON: The kill switch is on: news.",
      "17:00:00 journal and broker differ: SPY: the journal has 100, the broker has 40.",
      "17:00:01 fill: buy 100 SPY at 511.20, fee 1.00",
      "17:00:02 fill: buy 100 SPY at 511.20 (recovered, price estimated)",
    ]);
  });

  it("a kill switch that is released is told once, by its alert", () => {
    const notes = new SessionNotes();
    notes.look(aView({ killSwitch: { isOn: true, reason: "news", since: NOON, flatten: false } }));
    const alerts = [{ code: "KILL_SWITCH_RELEASED", at: NOON + 1_000, text: "The kill switch is off." }] as const;
    expect(notes.look(aView({ alerts }))).toEqual(["17:00:01 KILL_SWITCH_RELEASED: The kill switch is off."]);
  });

  it("a day stands above the first line of it, and once", () => {
    const day = 86_400_000;
    const notes = new SessionNotes();
    notes.look(aView({ fills: [] }));
    const fills = [NOON + day + 60_000, NOON + day, NOON + 1_000].map((at, i) => ({ ...fill, at, ref: `cross-${i}` }));
    expect(notes.look(aView({ fills, state: "stopped", now: NOON + 2 * day }))).toEqual([
      "17:00:01 fill: buy 100 SPY at 511.20, fee 1.00",
      "Tue 2026-01-06 UTC",
      "17:00:00 fill: buy 100 SPY at 511.20, fee 1.00",
      "17:01:00 fill: buy 100 SPY at 511.20, fee 1.00",
      "Wed 2026-01-07 UTC",
      "17:00:00 SmaCross is stopped, paper, as cross",
    ]);
  });
});

describe("the display", () => {
  const on = (isTTY: boolean): Terminal & { text: string } => ({
    isTTY,
    columns: 80,
    rows: 24,
    text: "",
    write(text: string) {
      this.text += text;
    },
  });

  it("redraws a terminal from its first place, shows a question below, and gives the cursor back", () => {
    const terminal = on(true);
    const display = new SessionDisplay(aView, terminal);
    expect(terminal.text).toContain("\u001b[?25l\u001b[H\u001b[J\u001b[Hcross  PAPER");
    // No scroll: one line fewer than the terminal has, and none that ends with a newline.
    expect(terminal.text.split("\r\n").length).toBeLessThan(24);
    display.say("Keep the positions (k), flatten (f), go on (g)?");
    expect(terminal.text.endsWith("Keep the positions (k), flatten (f), go on (g)?\u001b[K\u001b[J")).toBe(true);
    display.end();
    expect(terminal.text.endsWith("\u001b[J\n\u001b[?25h")).toBe(true);
  });

  it("takes a terminal that tells no size for one of 80 columns and 24 rows", () => {
    const terminal = { ...on(true), columns: 0, rows: 0 };
    new SessionDisplay(aView, terminal).end();
    expect(terminal.text).toContain("127.0.0.1:7497 ready for 2 h  data real-time");
  });

  it("writes lines and no codes where there is no terminal", () => {
    const terminal = on(false);
    const display = new SessionDisplay(aView, terminal);
    display.say("It stops.");
    display.end();
    expect(terminal.text).not.toContain("\u001b");
    expect(terminal.text.split("\n")[0]).toBe("Mon 2026-01-05 UTC");
    expect(terminal.text).toContain("\n17:00:00 SmaCross is running, paper, as cross\n");
    expect(terminal.text).toContain("It stops.\n");
  });
});

describe("an alert", () => {
  it("is a sentence with the details of its case", () => {
    const text = alertText({ code: "POSITION_DIFFERS", details: { symbol: "SPY", journal: 100, broker: 40 } });
    expect(text).toBe("SPY: the journal has 100, the broker has 40.");
  });

  it("says what has happened, what the session does and what the operator does", () => {
    for (const [code, { sentence, session, remedy }] of Object.entries(ALERTS)) {
      expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
      expect(sentence).toMatch(/\.$/);
      expect(session).toMatch(/^[A-Z].*\.$/);
      expect(remedy).toMatch(/^[A-Z`].*\.$/);
    }
  });
});
