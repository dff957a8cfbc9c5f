import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { GatewayData } from "../../brokers/gateway/gateway-data.js";
import { Sessions } from "../../core/calendar/sessions.js";
import { BarSeries } from "../../core/market/bar-series.js";
import { HOUR, MINUTE } from "../../core/market/bar-size.js";
import { tradeDates } from "../../data/trade-dates.js";
import { Journal } from "../../live/journal/journal.js";
import type { Session } from "../../live/session/session.js";
import { gatewayData } from "../gateway/gateway-data.js";
import { scripted } from "../scripted.js";
import { hasSqlite } from "../store/store-folder.js";
import { sessionAt } from "./sessions.js";

const TICKS = { every: 5_000, spread: 2 };
/** Half an hour each on a Monday, on the Wednesday of the week after, and on the day behind that. */
const OPENS = [6, 15, 16].map((day) => Date.UTC(2020, 0, day, 14, 30));
const LASTS = 30 * MINUTE;

function marketOfHalfHours(): GatewayData {
  const market = gatewayData("synthetic:symbols=1,bars=90,bar=1min,start=2020-01-06,seed=5");
  const sessions = new Sessions(
    Float64Array.from(OPENS),
    Float64Array.from(OPENS, (open) => open + LASTS),
  );
  const start = Float64Array.from({ length: 90 }, (_, i) => OPENS[Math.floor(i / 30)] + (i % 30) * MINUTE);
  const end = start.map((instant) => instant + MINUTE);
  const [{ instrument, size, open, high, low, close, volume }] = market.series;
  return {
    ...market,
    series: [new BarSeries(instrument, size, { start, end, open, high, low, close, volume })],
    sessions: [sessions],
    tradeDates: [tradeDates(sessions, instrument.timeZone)],
  };
}

/** Buys a unit at every quote of the first half hour, and sells what it has; looks on for the rest of its life. */
const busyAtFirst = scripted({
  onStart: (trader) => trader.schedule({ afterClose: 90 }, () => undefined),
  onQuote: (trader, { time }, n) => {
    if (time < OPENS[0] + LASTS) trader.target("SYN1", n % 2);
  },
});

function passes(session: Session, until: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    session.onTurn = () => {
      if (!until()) return;
      session.onTurn = undefined;
      resolve();
    };
  });
}

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "seatrial-long-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.runIf(hasSqlite)("a session that goes on and on", () => {
  it("keeps nothing of a turn in which nothing was done", async () => {
    const { session } = await sessionAt({
      data: marketOfHalfHours(),
      ticks: TICKS,
      from: OPENS[0] + MINUTE,
      strategy: busyAtFirst,
    });
    const { engine } = session.parts;
    await passes(session, () => session.now > OPENS[0] + 20 * MINUTE);
    expect(engine.started).toBe(true);
    expect(engine.equity.length).toBe(0);
    expect(engine.portfolio.equity).toBeGreaterThan(900_000);
  });

  it("moves what has ended a week ago out of its journal while it runs, and comes to the same after it", async () => {
    const journal = join(folder, "long.sqlite");
    const { session, close } = await sessionAt({
      data: marketOfHalfHours(),
      ticks: TICKS,
      from: OPENS[0] + MINUTE,
      strategy: busyAtFirst,
      setup: { journal },
    });
    const { parts } = session;
    const entries = (): number => parts.journal.entries().length;
    await passes(session, () => session.now > OPENS[1]);
    const before = entries();
    expect(before).toBeGreaterThan(500);
    expect(existsSync(join(folder, "long-archive.sqlite"))).toBe(false);
    await passes(session, () => session.now > OPENS[1] + LASTS + HOUR);
    while (entries() === before) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(entries()).toBeLessThan(50);
    const { records, nextIntent } = parts.ledger;
    expect(nextIntent).toBeGreaterThan(100);
    // The session knows them no longer, as after a restart.
    expect(records).toEqual([]);
    const { quantity, realised, fees } = parts.ledger.holding("SYN1");
    await close();
    const left = await Journal.openExisting(journal);
    const ledger = left.openLedger();
    expect(ledger.nextIntent).toBe(nextIntent);
    expect(ledger.holding("SYN1")).toMatchObject({ quantity });
    expect(ledger.holding("SYN1").realised).toBeCloseTo(realised, 6);
    expect(ledger.holding("SYN1").fees).toBeCloseTo(fees, 6);
    left.close();
    const archive = await Journal.openExisting(join(folder, "long-archive.sqlite"));
    expect(archive.entries().length).toBeGreaterThanOrEqual(before - 50);
    archive.close();
  });
});
