import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseFaultPlan } from "../../brokers/gateway/faults/fault-plan.js";
import type { Bar } from "../../core/market/bar.js";
import { Strategy } from "../../core/strategy.js";
import { ALERTS, alertText } from "../../live/alerts.js";
import { SessionNews } from "../../live/session/session-news.js";
import { SessionWatch } from "../../live/session/session-watch.js";
import { gatewayData, TWO_STOCKS } from "../gateway/gateway-data.js";
import { CON_IDS, INSTRUMENTS, LiveRun } from "./live-run.js";
import { sessionAt } from "./sessions.js";

const [SPY] = INSTRUMENTS;
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
      "FOREIGN_ORDER: The account has a working order that is not this session's: sell 50 SPY LMT.",
      "FOREIGN_POSITION: The account holds 50 SPY that no order of this session has made.",
    ]);
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
    for (const day of [1, 1, 2]) watch.denied(daily, day);
    for (const day of [1, 2]) watch.denied({ code: "DRAWDOWN", details: { loss: "9000.00" } }, day);
    watch.denied({ code: "ORDER_SIZE", details: {} }, 1);
    expect(news.alerts.map(({ details }) => details.limit)).toEqual(["DRAWDOWN", "DAILY_LOSS", "DAILY_LOSS"]);
    expect(alertText(news.alerts[1])).toBe("The limit of DAILY_LOSS is reached: loss=3100.00 limit=3000.00 lost.");
  });
});
