import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseFaultPlan } from "../../brokers/gateway/faults/fault-plan.js";
import { TwsError } from "../../brokers/tws/errors.js";
import type { Bar } from "../../core/market/bar.js";
import { MINUTE } from "../../core/market/bar-size.js";
import { Strategy } from "../../core/strategy.js";
import { ALERTS, type AlertCode, alertText } from "../../live/alerts.js";
import { foreignInWords } from "../../live/broker/order-in-words.js";
import type { ForeignOrderEntry } from "../../live/ledger/entry.js";
import { ledgerView } from "../../live/ledger-view.js";
import { adoptPosition } from "../../live/reconcile/operator.js";
import { SessionNews } from "../../live/session/session-news.js";
import { SessionWatch } from "../../live/session/session-watch.js";
import { gatewayData, TWO_STOCKS } from "../gateway/gateway-data.js";
import type { Alter } from "./altering-relay.js";
import { CON_IDS, INSTRUMENTS, LiveRun } from "./live-run.js";
import { type SessionOfTest, type Started, sessionAt } from "./sessions.js";

const [SPY, QQQ] = INSTRUMENTS;
const [SPY_ID] = CON_IDS;
let run: LiveRun;

beforeEach(async () => {
  run = await LiveRun.start();
});

afterEach(() => run.close());

const buy = (quantity = 100) => run.act((orders) => orders.submit(SPY, "buy", quantity));
/** What somebody was called for, as the screen shows it. */
const told = (): string[] => run.alerts.map((alert) => `${alert.code}: ${alertText(alert)}`);

/** Holds the account against the journal three times: what was told is not told again. */
function look(): void {
  for (let i = 0; i < 3; i++) run.look();
}

describe("what a session calls somebody for", () => {
  it("is an order that the broker has rejected", () => {
    buy();
    run.settle();
    run.model.reject(run.model.order(0), 201, "Order rejected - reason: no margin");
    run.settle();
    look();
    expect(told()).toEqual([
      expect.stringMatching(/^ORDER_REJECTED: The broker has rejected buy 100 SPY: IB_201: .*margin/),
    ]);
  });

  it("is an order without an answer, then that it is lost; that it never was is a word in the log", () => {
    run.model.fateOf = () => "lost";
    buy();
    run.settle();
    run.pass(11_000);
    run.look();
    expect(told()).toEqual([
      "ORDER_UNKNOWN: buy 100 SPY was sent 10 s ago, and what became of it is not known.",
      expect.stringMatching(/^INTENT_LOST: Of the intent \w+:1 \(buy 100 SPY\) the broker has no trace\.$/),
    ]);
    run.pass(6_000);
    look();
    expect(told()).toHaveLength(2);
    expect(run.notices.filter(({ code }) => code === "LOST")).toHaveLength(1);
  });

  it("is an execution that was corrected, and one that was taken back", () => {
    buy();
    run.settle();
    const execution = run.model.fill(run.model.order(0), 100, 100);
    run.settle();
    const corrected = run.model.correct(execution, 90, 101);
    run.settle();
    look();
    const { execId } = execution;
    const base = execId.slice(0, execId.lastIndexOf("."));
    expect(told()).toEqual([
      `EXECUTION_CORRECTED: The exchange has corrected the execution ${base}: it is 90 SPY at 101.00 now.`,
    ]);
    run.model.correct(corrected, 0, 101);
    run.settle();
    look();
    expect(told().slice(1)).toEqual([
      `EXECUTION_BUSTED: The exchange has taken the execution ${base} back: it was of SPY.`,
    ]);
  });

  it("is a difference, once as long as it is the same", () => {
    run.model.hold(SPY_ID, 7);
    look();
    expect(told()).toEqual(["POSITION_DIFFERS: SPY: the journal has 0, the broker has 7."]);
    run.model.hold(SPY_ID, 8);
    look();
    run.model.hold(SPY_ID, 0);
    look();
    run.model.hold(SPY_ID, 8);
    look();
    expect(told()).toHaveLength(3);
  });

  it("is what somebody else does on the account", () => {
    run.model.foreignFill(SPY_ID, "SPY", 1, 50, 100, "by hand");
    run.model.foreignOrder(SPY_ID, "SPY", -1, 50, 120, "by hand");
    run.settle();
    look();
    expect(told().sort()).toEqual([
      "FOREIGN_ORDER: The account has a working order that is not this session's: sell 50 SPY limit 120.00.",
      "FOREIGN_POSITION: The account holds 50 SPY that no order of this session has made.",
    ]);
  });

  it("is an order of others in words, with the prices that it has", () => {
    const numbers = { at: 0, permId: 1, orderId: 0, clientId: 0, conId: SPY_ID, filled: 0, limit: 0, aux: 0 };
    const trail = { trailStop: Number.NaN, trailingPercent: Number.NaN, limitOffset: Number.NaN, outsideRth: false };
    const texts = { symbol: "SPY", action: "SELL", tif: "DAY", orderRef: "", status: "Submitted" };
    const order = { kind: "foreign-order", quantity: 50, ...numbers, ...trail, ...texts } as const;
    const words = (given: Partial<ForeignOrderEntry>): string =>
      foreignInWords({ ...order, orderType: "MKT", ...given });
    expect(words({})).toBe("sell 50 SPY");
    expect(words({ orderType: "LMT", limit: 120 })).toBe("sell 50 SPY limit 120.00");
    expect(words({ orderType: "STP", aux: 95.5 })).toBe("sell 50 SPY stop 95.50");
    expect(words({ orderType: "STP LMT", aux: 95.5, limit: 95, action: "BUY" })).toBe(
      "buy 50 SPY stop-limit 95.50/95.00",
    );
    // What it trails by is no price that it would trade at.
    expect(words({ orderType: "TRAIL", aux: 2, limit: Number.NaN })).toBe("sell 50 SPY trailing-stop");
    expect(words({ orderType: "PEG MID", limit: 101 })).toBe("sell 50 SPY PEG MID 101.00");
    expect(words({ orderType: "REL", limit: Number.NaN, aux: Number.NaN })).toBe("sell 50 SPY REL");
  });

  it("is a position of the session's that somebody has closed by hand, once, until it is adopted", () => {
    buy(10);
    run.settle();
    run.model.fill(run.model.order(0), 10, 100);
    run.settle();
    look();
    expect(told()).toEqual([]);
    run.model.foreignFill(SPY_ID, "SPY", -1, 10, 100, "by hand");
    look();
    const text = "and the account -10 that are not its own: closing the session's would leave those.";
    expect(told()).toEqual([`FOREIGN_OPPOSITE: The session holds 10 SPY, ${text}`]);
    run.books = true;
    run.engine.hear(run.now, () => {
      run.broker.tellNoted(run.now, () => void adoptPosition(run.ledger, "SPY", SPY_ID, 98, run.now));
    });
    look();
    expect([run.position(), run.enginePosition(), run.ledger.foreign.get(SPY_ID)]).toEqual([0, 0, 0]);
    expect(run.look().differences).toEqual([]);
    expect(told()).toHaveLength(1);
  });

  it("is a position of the session's that is closed by hand once more, behind one that was undone or adopted", () => {
    const opposites = (): number => told().filter((line) => line.startsWith("FOREIGN_OPPOSITE")).length;
    const byHand = (side: number): void => {
      run.model.foreignFill(SPY_ID, "SPY", side, 10, 100, "by hand");
      look();
    };
    const bought = (n: number): void => {
      buy(10);
      run.settle();
      run.model.fill(run.model.order(n), 10, 100);
      run.settle();
    };
    run.books = true;
    bought(0);
    byHand(-1);
    expect(opposites()).toBe(1);
    byHand(1);
    byHand(-1);
    expect(opposites()).toBe(2);
    run.engine.hear(run.now, () => {
      run.broker.tellNoted(run.now, () => void adoptPosition(run.ledger, "SPY", SPY_ID, 98, run.now));
    });
    // Nobody looks at the account in between.
    bought(4);
    byHand(-1);
    expect(opposites()).toBe(3);
  });

  it("is what somebody else holds of another contract, by its symbol, or by its id where two are called so", () => {
    run.model.foreignFill(195035969, "EBAY", 1, 5, 50);
    look();
    expect(told()).toEqual(["FOREIGN_POSITION: The account holds 5 EBAY that no order of this session has made."]);
    expect(ledgerView(run.ledger, run.now).foreign).toMatchObject([{ symbol: "EBAY", quantity: 5 }]);
    run.model.foreignFill(1, "SPY", 1, 2, 50);
    look();
    expect(told()[1]).toContain("The account holds 2 contract 1 that");
  });

  it("is no position of somebody else's on the same side", () => {
    buy(10);
    run.settle();
    run.model.fill(run.model.order(0), 10, 100);
    run.model.foreignFill(SPY_ID, "SPY", 1, 10, 100, "by hand");
    run.settle();
    look();
    expect(told()).toEqual(["FOREIGN_POSITION: The account holds 10 SPY that no order of this session has made."]);
  });

  it("is an order that works although it was told dead", () => {
    buy();
    run.settle();
    const order = run.model.order(0);
    run.model.refuse(order.orderId, 201, "Order rejected - reason: no margin", "order");
    run.settle();
    order.status = "Submitted";
    run.model.tellOpen(order);
    run.settle();
    run.pass(6_000);
    look();
    expect(told().slice(1)).toEqual(["ORDER_UNDEAD: buy 100 SPY works although it was told rejected."]);
  });

  it("is a fill that nobody tells, and that only the change of position shows", async () => {
    buy();
    run.settle();
    run.kill();
    run.model.fill(run.model.order(0), 100, 101);
    run.model.passMidnight();
    await run.open();
    run.pass(6_000);
    look();
    expect(told().filter((line) => line.startsWith("FILL_RECOVERED"))).toEqual([
      "FILL_RECOVERED: A fill of buy 100 SPY was booked without its execution; its price 50.00 is an estimate.",
    ]);
  });

  it("is a position or an order of an instrument that it trades no more", async () => {
    run.act((orders) => orders.submit(QQQ, "buy", 10));
    run.act((orders) => orders.submit(QQQ, "buy", 5, { limit: 90, tif: "GTC" }));
    run.settle();
    run.model.fill(run.model.order(0), 10, 100);
    run.model.accept(run.model.order(1));
    run.settle();
    run.kill();
    run.tradesOnly(1);
    await run.open();
    look();
    expect(told()).toEqual([
      "UNTRADED: The session has a position of 10 in QQQ, which this run does not trade.",
      "UNTRADED: The session has the order buy 5 QQQ limit 90.00 in QQQ, which this run does not trade.",
    ]);
  });

  it("is a position that has changed behind the strategy's back", () => {
    run.model.foreignFill(SPY_ID, "SPY", 1, 30, 100);
    run.look();
    run.engine.hear(run.now, () => {
      run.broker.tellNoted(run.now, () => void adoptPosition(run.ledger, "SPY", SPY_ID, 98, run.now));
    });
    look();
    expect(told().slice(1)).toEqual([
      "POSITION_UNBOOKED: SPY has changed behind the strategy's back: the run does not know of 30 units at 98: an adjustment of the position.",
    ]);
  });

  it("is a change that the exchange's steps leave nothing of", () => {
    const order = run.act((orders) => orders.submit(SPY, "buy", 100, { limit: 90 }));
    run.settle();
    run.model.accept(run.model.order(0));
    run.settle();
    run.model.fit = () => {
      throw new TwsError("PRICE_TOO_SMALL", { symbol: "SPY", step: 0.01, field: "limit", price: 0.001 });
    };
    run.act((orders) => orders.modify(order, { limit: 0.001 }));
    run.settle();
    look();
    expect(told()).toEqual([
      "CHANGE_REFUSED: buy 100 SPY limit 90.00 could not be changed: SPY is priced in steps of 0.01: nothing is left of a limit of 0.001. Use a price of at least one step.",
    ]);
    expect(order.limit).toBe(90);
  });

  it("is a commission in a currency without a rate", () => {
    buy();
    run.settle();
    const { execId } = run.model.fill(run.model.order(0), 100, 100);
    run.model.told = run.model.told.filter(({ kind }) => kind !== "commission");
    run.model.told.push({ kind: "commission", execId, commission: 250, currency: "JPY" });
    run.settle();
    look();
    expect(told()).toEqual([
      "COMMISSION_UNCONVERTED: A commission of 250 JPY of buy 100 SPY is booked as USD: no rate is known.",
    ]);
    expect(run.engine.portfolio.fees(0)).toBe(250);
  });
});

describe("a session through the gateway", () => {
  it("tells a rejected order once, whoever looks at it", async () => {
    const data = gatewayData(TWO_STOCKS);
    class Buys extends Strategy {
      override onBar(bar: Bar): void {
        if (this.state.made === true) return;
        this.state.made = true;
        this.buy(bar.instrument, 100);
      }
    }
    const { over, notes } = await sessionAt({
      data,
      ticks: { every: 60_000, spread: 2 },
      from: data.sessions[0].open[19],
      strategy: Buys,
      gateway: { faults: parseFaultPlan([{ fault: "reject-order", at: "+10s" }]) },
    });
    await over;
    expect(notes.filter(({ event }) => event === "ORDER_REJECTED").map(({ level }) => level)).toEqual(["warn"]);
    // A note that wants somebody is one of the table.
    const loud = notes.filter(({ level, event }) => level !== "info" && event === event.toUpperCase());
    for (const { event } of loud) expect(Object.keys(ALERTS)).toContain(event);
  });
});

/** A session that is told all quotes and does nothing. */
function watching(more: Pick<SessionOfTest, "gateway" | "alter">): Promise<Started> {
  class Watches extends Strategy {
    override onQuote(): void {}
  }
  const data = gatewayData(TWO_STOCKS);
  const from = data.sessions[0].open[19];
  return sessionAt({
    data,
    ticks: { every: 5_000, spread: 2 },
    from,
    strategy: Watches,
    setup: { mode: "paper" },
    ...more,
  });
}

describe("what goes wrong at a gateway", () => {
  const AT = "+60s";
  it.each<[string, readonly object[], AlertCode, RegExp]>([
    ["prices that stop", [{ fault: "no-prices", at: AT, for: "20min" }], "QUOTES_SILENT", /SYN1/],
    ["frozen data", [{ fault: "frozen-data", at: AT, for: "5min" }], "DATA_NOT_REAL_TIME", /SYN1.* frozen/],
    ["delayed data", [{ fault: "delayed-data", at: AT, for: "5min" }], "DATA_NOT_REAL_TIME", /SYN1.* delayed/],
    ["a halt", [{ fault: "halt", at: AT, for: "5min" }], "TRADING_HALTED", /SYN1/],
    ["a data farm that breaks", [{ fault: "farm-broken", at: AT, for: "5min" }], "FARM_BROKEN", /farm/],
    ["IB out of reach", [{ fault: "upstream-lost", at: AT, for: "5min" }], "UPSTREAM_LOST", /IB/],
    ["a cut", [{ fault: "cut", at: AT }], "CONNECTION_LOST", /127\.0\.0\.1/],
  ])("of %s somebody is called once", async (_, faults, code, text) => {
    const { session, notes, close } = await watching({ gateway: { faults: parseFaultPlan(faults) } });
    const called = (): string[] => notes.filter(({ event }) => event === code).map((note) => note.text);
    const end = session.now + 45 * MINUTE;
    await new Promise<void>((resolve) => {
      session.onTurn = () => {
        if (session.now >= end || (called().length > 0 && session.now > end - 20 * MINUTE)) resolve();
      };
    });
    await close();
    expect(called().filter((one) => text.test(one))).toHaveLength(1);
  });

  /** Runs until somebody is called for something, with messages that are altered from the second minute on. */
  async function callFor(code: AlertCode, alter: Alter): Promise<string> {
    let isAltered = false;
    const { session, notes, close } = await watching({ alter: (fields) => (isAltered ? alter(fields) : [fields]) });
    const begin = session.now + MINUTE;
    await new Promise<void>((resolve) => {
      session.onTurn = () => {
        isAltered = session.now > begin;
        if (notes.some(({ event }) => event === code)) resolve();
      };
    });
    await close();
    return notes.find(({ event }) => event === code)?.text ?? "";
  }

  it("of quotes that come and are always the same somebody is called", async () => {
    const same = (text: string, value: string): string => value.padStart(text.length, "0");
    const text = await callFor("QUOTES_FROZEN", (fields) => {
      if (fields[0] === "1")
        return [fields.with(4, same(fields[4], fields[3] === "2" ? "101" : "100")).with(5, same(fields[5], "5"))];
      return [fields[0] === "2" ? fields.with(4, same(fields[4], "5")) : fields];
    });
    expect(text).toMatch(/^Bid, ask, last and sizes of SYN\d have not changed for 3\d\d s\.$/);
  });

  it("of a silence behind a break somebody is called anew, and told how long it lasts", async () => {
    const faults = [
      { fault: "no-prices", at: "+60s", for: "3min" },
      { fault: "upstream-lost", at: "+20min", for: "30s", "keeps-data": true },
      { fault: "no-prices", at: "+20min", for: "10min" },
    ];
    const { session, notes, close } = await watching({ gateway: { faults: parseFaultPlan(faults) } });
    const end = session.now + 40 * MINUTE;
    await new Promise<void>((resolve) => {
      session.onTurn = () => {
        if (session.now >= end) resolve();
      };
    });
    await close();
    const called = notes.filter(({ event, text }) => event === "QUOTES_SILENT" && text.startsWith("SYN1"));
    const ages = called.map(({ text }) => Number(/for (\d+) s/.exec(text)?.[1]));
    expect(ages).toHaveLength(2);
    for (const age of ages) expect(age).toBeLessThan(4 * 60);
  });

  it("of a message that nobody can read somebody is called", async () => {
    const text = await callFor("MESSAGE_UNREAD", (fields) => [fields[0] === "1" ? fields.with(0, "0") : fields]);
    expect(text).toBe("A message of TWS could not be read: No parser implementation found for token: undefined (0).");
  });
});

describe("what comes slowly", () => {
  const watched = (): { watch: SessionWatch; news: SessionNews; skew: (ms: number) => void } => {
    let now = 0;
    let skew = 0;
    const news = new SessionNews(
      () => now,
      () => undefined,
    );
    const watch = new SessionWatch(news, () => skew);
    return {
      news,
      watch,
      skew: (ms) => {
        skew = ms;
        now += 1_000;
        watch.look(now);
      },
    };
  };

  it("are clocks that part: told when they do, and not while they are apart", () => {
    const { news, skew } = watched();
    for (const ms of [0, 1_900, -2_500, -3_000, 100, 2_100]) skew(ms);
    expect(new Set(news.alerts.map(({ code }) => code))).toEqual(new Set(["CLOCK_SKEWED"]));
    expect(news.alerts.map(({ details }) => details.seconds)).toEqual(["2.1", "-2.5"]);
  });

  it.each([-1_500, 2_500])(
    "are clocks that part by %i ms: told once, however the whole seconds of TWS fall",
    (ahead) => {
      const { news, skew } = watched();
      for (let i = 0; i < 120; i++) skew(ahead - ((i * 370) % 1_000));
      expect(news.alerts).toHaveLength(1);
      // Set right they are behind by less than a second: apart again is worth another word.
      for (let i = 0; i < 10; i++) skew(-((i * 370) % 1_000));
      skew(Math.sign(ahead) * 2_100);
      expect(news.alerts).toHaveLength(2);
    },
  );

  it("are limits of losses: that of a day once a day", () => {
    const { news, watch } = watched();
    const daily = { code: "DAILY_LOSS", details: { loss: "3100.00", limit: "3000.00" } };
    for (const day of [1, 1, 2]) watch.lossLimit(daily, day);
    for (const day of [1, 2]) watch.lossLimit({ code: "DRAWDOWN", details: { stopped: "run" } }, day);
    watch.lossLimit({ code: "ORDER_SIZE", details: {} }, 1);
    expect(new Set(news.alerts.map(({ code }) => code))).toEqual(new Set(["LOSS_LIMIT"]));
    expect(news.alerts.map(({ details }) => details.limit)).toEqual(["DRAWDOWN", "DAILY_LOSS", "DAILY_LOSS"]);
    expect(alertText(news.alerts[1])).toBe("The limit of DAILY_LOSS is reached: 3100.00 lost, 3000.00 allowed.");
    expect(alertText(news.alerts[0])).toBe(
      "The limit of DRAWDOWN is reached: an earlier start has closed all positions and stopped the run.",
    );
  });
});
