import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Gateway } from "../../brokers/gateway/gateway.js";
import type { GatewayData } from "../../brokers/gateway/gateway-data.js";
import type { GuardSettings } from "../../core/guards/index.js";
import { BarSeries } from "../../core/market/bar-series.js";
import { MINUTE, SECOND } from "../../core/market/bar-size.js";
import { RecordingWriter } from "../../live/recording/recording-file.js";
import { replaySession } from "../../live/recording/replay-session.js";
import { openSession } from "../../live/session/open-session.js";
import type { Session } from "../../live/session/session.js";
import type { SessionNote } from "../../live/session/session-news.js";
import { SessionViewer } from "../../live/session/session-viewer.js";
import { closeAfterTest } from "../gateway/close-after-test.js";
import { gatewayData } from "../gateway/gateway-data.js";
import { scripted } from "../scripted.js";
import { newFolder } from "./recorded-session.js";
import { setupFor, until } from "./sessions.js";

const folder = mkdtempSync(join(tmpdir(), "seatrial-losses-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const MARKET = gatewayData("synthetic:symbols=1,bars=1170,bar=1min,start=2020-01-06,seed=3");
const SYMBOL = "SYN1";
const [{ open: OPENS }] = MARKET.sessions;
/** Half an hour into the second session. */
const FROM = OPENS[1] + 30 * MINUTE;

/** The market, but from five minutes behind FROM on it loses a tenth within ten minutes, and stays there. */
const FALLING: GatewayData = {
  ...MARKET,
  series: MARKET.series.map(({ instrument, size, start, end, volume, ...prices }) => {
    const lower = (column: Float64Array): Float64Array =>
      column.map((price, row) => {
        const fallen = Math.min(1, Math.max(0, (start[row] - FROM - 5 * MINUTE) / (10 * MINUTE)));
        return Math.round(price * (1 - fallen / 10) * 100) / 100;
      });
    const [open, high, low, close] = [prices.open, prices.high, prices.low, prices.close].map(lower);
    return new BarSeries(instrument, size, { start, end, open, high, low, close, volume });
  }),
};

/** Puts nearly all of its money into the stock once, and tries to have one more at every bar. */
const HOLDS = scripted({
  onBar(trader) {
    if (trader.state.made !== true) trader.targetPercent(SYMBOL, 0.9);
    else trader.buy(SYMBOL, 1);
    trader.state = { ...trader.state, made: true };
  },
});

const CASH = 100_000;
const DAILY: GuardSettings = { dailyLoss: { fraction: 0.05, flatten: true } };

async function gatewayOf(): Promise<Gateway> {
  const ticks = { every: 5 * SECOND, spread: 2 };
  const gateway = await Gateway.listen({
    ...{ data: FALLING, port: 0, speed: "max", ticks, from: FROM },
    limits: { messageRate: false },
  });
  closeAfterTest(() => gateway.close());
  return gateway;
}

async function begun(
  gateway: Gateway,
  journal: string,
  guards: GuardSettings,
  recording?: () => RecordingWriter,
): Promise<Session> {
  const setup = setupFor(gateway, FALLING, HOLDS, { journal, guards, cash: CASH, ...(recording && { recording }) });
  const session = await openSession(setup, () => undefined);
  closeAfterTest(() => session.stop());
  session.begin();
  return session;
}

const position = ({ parts }: Session): number => parts.engine.portfolio.quantity[0];
const started = ({ parts }: Session): boolean => parts.engine.started;
const denials = ({ parts }: Session, code: string): number => parts.engine.flow.denials.get(code)?.count ?? 0;

describe("a session whose loss limit has closed everything", () => {
  it.each(["stop", "abandon"] as const)(
    "stays stopped for the day behind a restart, and no longer: %s",
    async (end) => {
      const gateway = await gatewayOf();
      const journal = join(folder, `day-${end}.sqlite`);
      const first = await begun(gateway, journal, DAILY);
      await until(first, () => first.parts.engine.watch.isDayStopped && position(first) === 0);
      const { dayStart, peak } = first.parts.engine.watch;
      first[end]();
      const second = await begun(gateway, journal, DAILY);
      const { watch } = second.parts.engine;
      await until(second, () => started(second));
      expect(watch.isDayStopped).toBe(true);
      expect(watch.dayStart).toBe(dayStart);
      await until(second, () => second.now > OPENS[2] - MINUTE);
      expect(position(second)).toBe(0);
      expect(denials(second, "DAILY_LOSS")).toBeGreaterThan(100);
      await until(second, () => position(second) > 0);
      expect(watch.isDayStopped).toBe(false);
      expect(watch.peak).toBeLessThanOrEqual(peak);
      expect(watch.peak).toBeGreaterThanOrEqual(CASH);
    },
  );

  it("stays stopped for the run until somebody changes the limit", async () => {
    const gateway = await gatewayOf();
    const journal = join(folder, "run.sqlite");
    const guards = { drawdown: { fraction: 0.05, flatten: true } };
    const first = await begun(gateway, journal, guards);
    await until(first, () => first.parts.engine.watch.isRunStopped && position(first) === 0);
    const { peak } = first.parts.engine.watch;
    first.stop();
    const second = await begun(gateway, journal, guards);
    expect(second.parts.engine.watch.isRunStopped).toBe(true);
    await until(second, () => second.now > OPENS[2] + 10 * MINUTE);
    expect(position(second)).toBe(0);
    second.stop();
    const third = await begun(gateway, journal, { drawdown: { fraction: 0.3, flatten: true } });
    await until(third, () => position(third) > 0);
    expect(third.parts.engine.watch.peak).toBe(peak);
  });
});

/** Buys once and never asks for anything again. */
const WAITS = scripted({
  onBar(trader) {
    if (trader.state.made !== true) trader.targetPercent(SYMBOL, 0.9);
    trader.state = { made: true };
  },
});

describe("a session that reaches a loss limit", () => {
  it.each([
    ["DAILY_LOSS", { dailyLoss: { fraction: 0.05, flatten: true } }],
    ["DAILY_LOSS", { dailyLoss: { fraction: 0.05 } }],
    ["DRAWDOWN", { drawdown: { fraction: 0.05, flatten: true } }],
    ["DRAWDOWN", { drawdown: { fraction: 0.05 } }],
  ] satisfies [string, GuardSettings][])(
    "calls somebody for it at once and once, though no order meets it: %s %j",
    async (limit, guards) => {
      const gateway = await gatewayOf();
      const notes: SessionNote[] = [];
      const setup = setupFor(gateway, FALLING, WAITS, { guards, cash: CASH });
      const session = await openSession(setup, (note) => notes.push(note));
      closeAfterTest(() => session.stop());
      session.begin();
      await until(session, () => session.now > FROM + 30 * MINUTE);
      const told = notes.filter(({ event }) => event === "LOSS_LIMIT");
      expect(told).toHaveLength(1);
      expect(told[0].text).toMatch(
        new RegExp(`^The limit of ${limit} is reached: 5\\d{3}\\.\\d\\d lost, 5\\d{3}\\.\\d\\d allowed\\.$`),
      );
      expect(told[0].at).toBeLessThan(FROM + 15 * MINUTE);
      expect(new SessionViewer(session, 0).view().alerts.filter(({ code }) => code === "LOSS_LIMIT")).toHaveLength(1);
      expect(denials(session, limit)).toBe(0);
    },
  );
});

describe("a session that starts again in the midst of a loss", () => {
  it("counts on from where its day began, and is played from its recording as it was", async () => {
    const gateway = await gatewayOf();
    const journal = join(folder, "on.sqlite");
    const first = await begun(gateway, journal, DAILY);
    const { engine } = first.parts;
    await until(first, () => position(first) > 0 && engine.portfolio.equity < 0.97 * CASH);
    const { dayStart } = engine.watch;
    first.abandon();
    const recorded = newFolder();
    const second = await begun(gateway, journal, DAILY, () => new RecordingWriter(recorded));
    const { watch, portfolio } = second.parts.engine;
    await until(second, () => started(second));
    expect(watch.dayStart).toBe(dayStart);
    expect(watch.isDayStopped).toBe(false);
    await until(second, () => watch.isDayStopped && position(second) === 0);
    expect(portfolio.equity).toBeLessThan(dayStart * 0.95);
    expect(portfolio.equity).toBeGreaterThan(dayStart * 0.93);
    const from = second.now;
    await until(second, () => second.now > from + 5 * MINUTE);
    second.stop();
    const played = replaySession(recorded, HOLDS);
    expect(played.difference).toBeUndefined();
    expect(played.end).toBe("whole");
    expect(played.decisions).toBeGreaterThan(5);
  });

  it("has written its peak once a minute at most, and at the end", async () => {
    const gateway = await gatewayOf();
    const journal = join(folder, "peak.sqlite");
    const first = await begun(gateway, journal, { drawdown: { fraction: 0.5 } });
    const written: number[] = [];
    const { journal: kept } = first.parts;
    const put = kept.putLossFigures.bind(kept);
    kept.putLossFigures = (figures) => {
      written.push(figures.at);
      put(figures);
    };
    await until(first, () => first.now > FROM + 12 * MINUTE);
    expect(written.length).toBeGreaterThan(5);
    expect(written.slice(1).every((at, i) => at - written[i] >= MINUTE)).toBe(true);
    const { peak } = first.parts.engine.watch;
    first.stop();
    const second = await begun(gateway, journal, { drawdown: { fraction: 0.5 } });
    expect(second.parts.engine.watch.peak).toBe(peak);
  });
});

describe("a session without a limit of losses", () => {
  it("tells of each day what it has gained or lost since it began, over a restart as well", async () => {
    const gateway = await gatewayOf();
    const journal = join(folder, "plain.sqlite");
    const day = (session: Session): number => new SessionViewer(session, 0).view().money.day as number;
    const first = await begun(gateway, journal, {});
    const { engine } = first.parts;
    await until(first, () => position(first) > 0 && engine.portfolio.equity < 0.97 * CASH);
    expect(day(first)).toBeCloseTo(engine.portfolio.equity - CASH, 6);
    first.abandon();
    const second = await begun(gateway, journal, {});
    await until(second, () => started(second) && second.parts.engine.portfolio.equity > 0);
    const { portfolio } = second.parts.engine;
    expect(day(second)).toBeCloseTo(portfolio.equity - CASH, 6);
    await until(second, () => second.now > OPENS[2]);
    expect(Math.abs(day(second))).toBeLessThan(0.02 * CASH);
    expect(portfolio.equity).toBeLessThan(0.93 * CASH);
  });
});
