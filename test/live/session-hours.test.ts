import { describe, expect, it } from "vitest";
import { parseFaultPlan } from "../../brokers/gateway/faults/fault-plan.js";
import { Gateway } from "../../brokers/gateway/gateway.js";
import type { GatewayData } from "../../brokers/gateway/gateway-data.js";
import { type Asks, Contracts } from "../../brokers/tws/contracts/contracts.js";
import { tradedContracts } from "../../brokers/tws/orders/traded-contract.js";
import { Sessions } from "../../core/calendar/sessions.js";
import type { GuardSettings } from "../../core/guards/index.js";
import type { Bar } from "../../core/market/bar.js";
import { type BarColumns, BarSeries } from "../../core/market/bar-series.js";
import { HOUR, type Instant, MINUTE } from "../../core/market/bar-size.js";
import { Instrument } from "../../core/market/instrument.js";
import type { Quote } from "../../core/market/quote.js";
import { ORDER_STATUSES } from "../../core/orders/kinds.js";
import { Strategy } from "../../core/strategy.js";
import { RecordingWriter } from "../../live/recording/recording-file.js";
import { replaySession } from "../../live/recording/replay-session.js";
import { HoursWatch } from "../../live/session/hours-watch.js";
import { MarketHours } from "../../live/session/market-hours.js";
import { SessionNews } from "../../live/session/session-news.js";
import { closeAfterTest } from "../gateway/close-after-test.js";
import { gatewayData, TWO_STOCKS } from "../gateway/gateway-data.js";
import { connected } from "../tws/connected.js";
import { alteringRelay } from "./altering-relay.js";
import { newFolder } from "./recorded-session.js";
import { type SessionOfTest, type Started, sessionAt, setupFor } from "./sessions.js";

const TICKS = { every: 15_000, spread: 2 };
const DAY = 18;
/** Messages by their number on the wire. */
const CONTRACT = "10";
const CONTRACT_END = "52";

/** A table of its own, without what `change` takes away; `change` gives the close of each session, or undefined. */
function without(
  sessions: Sessions,
  change: (open: Instant, close: Instant, i: number) => Instant | undefined,
): Sessions {
  const rows = Array.from(sessions.open, (open, i) => ({ open, close: change(open, sessions.close[i], i) }));
  const kept = rows.filter((row) => row.close !== undefined);
  return new Sessions(
    Float64Array.from(kept, ({ open }) => open),
    Float64Array.from(kept, ({ close }) => close as number),
  );
}

/** The data with tables of sessions of its own, which a test may change as an exchange does. */
function dataWith(change: Parameters<typeof without>[1]): GatewayData {
  const data = gatewayData(TWO_STOCKS);
  const own = without(data.sessions[0], change);
  return { ...data, sessions: data.sessions.map(() => own), tradeDates: data.tradeDates.map(() => datesOf(data, own)) };
}

function datesOf({ sessions: [whole], tradeDates: [dates] }: GatewayData, own: Sessions): Int32Array {
  return Int32Array.from(own.open, (open) => dates[whole.open.indexOf(open)]);
}

const CALENDAR = gatewayData(TWO_STOCKS);
const OPEN = CALENDAR.sessions[0].open[DAY];
const ONE = OPEN + 3.5 * HOUR;

const hoursOf = ({ index }: Instrument) => ({
  sessions: CALENDAR.sessions[index],
  tradeDates: CALENDAR.tradeDates[index],
});

/** Notes opens and closes, and asks for some of SYN1 every half hour, whatever the hour is; with a limit far away once. */
class EveryHalfHour extends Strategy {
  readonly told: string[] = [];
  override onStart(): void {
    this.schedule({ beforeClose: 10 }, () => void this.told.push(`task ${minutes(this.clock.now)}`));
  }
  override onSessionOpen({ symbol }: Instrument): void {
    if (symbol === "SYN1") this.told.push(`open ${minutes(this.clock.now)}`);
  }
  override onSessionClose({ symbol }: Instrument): void {
    if (symbol === "SYN1") this.told.push(`close ${minutes(this.clock.now)}`);
  }
  override onQuote({ instrument, bid }: Quote): void {
    if (instrument.symbol !== "SYN1") return;
    const half = Math.floor(minutes(this.clock.now) / 30);
    if (this.state.half === undefined) this.buy("SYN1", 7, { limit: Math.round(bid * 50) / 100, tif: "DAY" });
    if (this.state.half === half) return;
    this.state.half = half;
    this.buy("SYN1", 1 + (half % 5));
  }
}

/** In minutes after the open of the first day. */
function minutes(instant: Instant): number {
  return (instant - OPEN) / MINUTE;
}

/** An order behind a close is denied, and not held: so a test sees when it was closed. */
const GUARDS: GuardSettings = { session: { closed: "deny" } };

async function started(data: GatewayData, more: Partial<SessionOfTest> = {}): Promise<Started> {
  return sessionAt({
    data,
    ticks: TICKS,
    from: OPEN,
    strategy: EveryHalfHour,
    ...more,
    setup: { hoursOf, guards: GUARDS, ...more.setup },
  });
}

interface Seen {
  readonly told: readonly string[];
  /** Minutes after the open at which market orders were made that were denied as out of hours. */
  readonly denied: readonly number[];
  /** When the order with the limit far away ended, and how. */
  readonly limitOrder: string;
  readonly differences: readonly string[];
}

/** What came of the first day. */
function seen({ session, notes }: Started): Seen {
  const { book } = session.parts.engine;
  const rows = Array.from({ length: book.length }, (_, row) => row);
  const [limit] = rows.filter((row) => book.quantity[row] === 7);
  const status = ORDER_STATUSES[book.status[limit]];
  return {
    told: (session.parts.engine.strategy as EveryHalfHour).told,
    denied: rows
      .filter((row) => ORDER_STATUSES[book.status[row]] === "denied")
      .map((row) => Math.floor(minutes(book.madeAt[row])))
      .filter((minute) => minute < 24 * 60 - 30),
    limitOrder: status,
    differences: notes.filter(({ event }) => event === "HOURS_DIFFER").map(({ text }) => text),
  };
}

/** Contract details as an answer to nobody's question, as long as they were: those who keep step count bytes. */
function unanswered(fields: readonly string[]): readonly string[] {
  const place = fields[0] === CONTRACT ? 1 : fields[0] === CONTRACT_END ? 2 : undefined;
  return place === undefined ? fields : fields.with(place, "9".repeat(fields[place].length));
}

/** Contract details of a symbol with hours that nobody can read, as long as they were. */
function garbled(fields: readonly string[], symbol: string): readonly string[] {
  if (fields[0] !== CONTRACT || fields[2] !== symbol) return fields;
  return fields.map((one) => (/^\d{8}:/.test(one) ? one.replace(/./g, "?") : one));
}

/** Does something once when a session's time has come to an instant. */
function atInstant({ session }: Started, instant: Instant, what: () => void): void {
  session.onTurn = () => {
    if (session.now < instant) return;
    session.onTurn = undefined;
    what();
  };
}

const NORMAL = ["open 0", "task 380", "close 390", "open 1440", "task 1820", "close 1830"];
const EARLY = ["open 0", "task 200", "close 210", "open 1440", "task 1820", "close 1830"];

describe("a session at an exchange whose hours are not those of the calendar", () => {
  it("ends with an early close that only IB knows: orders behind it are denied, and it is told once", async () => {
    const run = await started(dataWith((open, close) => (open === OPEN ? ONE : close)));
    await run.over;
    const { told, denied, limitOrder, differences } = seen(run);
    expect(told).toEqual(EARLY);
    expect(denied).toEqual([210, 240, 270, 300, 330, 360]);
    expect(limitOrder).toBe("expired");
    expect(differences).toEqual(["SYN1, SYN2 on 2020-01-30: the calendar has 09:30-16:00, IB has 09:30-13:00."]);
  });

  it("does not begin on a day that only IB has closed", async () => {
    const run = await started(dataWith((open, close) => (open === OPEN ? undefined : close)));
    await run.over;
    const { told, denied, differences } = seen(run);
    expect(told).toEqual(NORMAL.slice(3));
    expect(denied.length).toBeGreaterThan(10);
    expect(differences).toEqual(["SYN1, SYN2 on 2020-01-30: the calendar has 09:30-16:00, IB has closed."]);
  });

  it("goes by the calendar where IB is open longer", async () => {
    const early = dataWith((open, close) => (open === OPEN ? ONE : close));
    const run = await started(CALENDAR, {
      setup: { hoursOf: ({ index }) => ({ sessions: early.sessions[index], tradeDates: early.tradeDates[index] }) },
    });
    await run.over;
    const { told, denied, differences } = seen(run);
    expect(told).toEqual(EARLY);
    expect(denied).toEqual([210, 240, 270, 300, 330, 360]);
    expect(differences).toEqual(["SYN1, SYN2 on 2020-01-30: the calendar has 09:30-13:00, IB has 09:30-16:00."]);
  });

  it("tells nothing where both agree", async () => {
    const run = await started(dataWith((_open, close) => close));
    await run.over;
    const { told, denied, differences } = seen(run);
    expect([told, denied, differences]).toEqual([NORMAL, [], []]);
  });
});

describe("hours that change while a session runs", () => {
  it("are followed within the hour: a close decreed today ends today, and is played again as it was", async () => {
    const data = dataWith((_open, close) => close);
    const folder = newFolder();
    const run = await started(data, { setup: { recording: () => new RecordingWriter(folder) } });
    atInstant(run, OPEN + 100 * MINUTE, () => {
      data.sessions[0].become(dataWith((open, close) => (open === OPEN ? ONE : close)).sessions[0]);
    });
    await run.over;
    const { told, denied, differences } = seen(run);
    expect(told).toEqual(EARLY);
    expect(denied).toEqual([210, 240, 270, 300, 330, 360]);
    expect(differences).toHaveLength(1);
    expect(replaySession(folder, EveryHalfHour)).toMatchObject({ difference: undefined, end: "whole" });
  });

  it("that are known only behind an early close end the session then, and what was to be done before it is done", async () => {
    const data = dataWith((_open, close) => close);
    const folder = newFolder();
    const run = await started(data, { setup: { recording: () => new RecordingWriter(folder) } });
    atInstant(run, OPEN + 200 * MINUTE, () => {
      data.sessions[0].become(dataWith((open, close) => (open === OPEN ? OPEN + 185 * MINUTE : close)).sessions[0]);
    });
    await run.over;
    const { told, denied } = seen(run);
    expect(told.map((one) => one.replace(/(2\d\d)\..*/, "$1"))).toEqual([
      ...["open 0", "close 240", "task 240"],
      ...["open 1440", "task 1820", "close 1830"],
    ]);
    expect(denied).toEqual([240, 270, 300, 330, 360]);
    expect(replaySession(folder, EveryHalfHour)).toMatchObject({ difference: undefined, end: "whole" });
  });

  it("go back to the calendar where IB takes an early close back", async () => {
    const data = dataWith((open, close) => (open === OPEN ? ONE : close));
    const run = await started(data);
    atInstant(run, OPEN + 100 * MINUTE, () => {
      data.sessions[0].become(dataWith((_open, close) => close).sessions[0]);
    });
    await run.over;
    expect(seen(run)).toMatchObject({ told: NORMAL, denied: [] });
  });

  it("end the larger bars that are being built with the session", async () => {
    const data = dataWith((_open, close) => close);
    const half = OPEN + 180 * MINUTE;
    class Larger extends Strategy {
      readonly seen: string[] = [];
      constructor() {
        super();
        this.subscribe("SYN1", "1hour");
        this.subscribe("SYN1", "1day");
      }
      override onBar({ instrument, size, start, end }: Bar): void {
        if (instrument.symbol !== "SYN1" || start < OPEN || size.ms <= MINUTE) return;
        this.seen.push(`${size.label} ${minutes(start)}-${minutes(end)} at ${minutes(this.clock.now)}`);
      }
    }
    const folder = newFolder();
    const run = await started(data, {
      strategy: Larger,
      setup: { recording: () => new RecordingWriter(folder) },
    });
    atInstant(run, OPEN + 100 * MINUTE, () => {
      data.sessions[0].become(dataWith((open, close) => (open === OPEN ? half : close)).sessions[0]);
    });
    await run.over;
    expect((run.session.parts.engine.strategy as Larger).seen.slice(0, 5)).toEqual([
      "1hour 0-30 at 30",
      "1hour 30-90 at 90",
      "1hour 90-150 at 150",
      "1hour 150-180 at 180",
      "1day 0-180 at 180",
    ]);
    expect(replaySession(folder, Larger)).toMatchObject({ difference: undefined, end: "whole" });
  });

  it("move what is held for the next open on to the one behind a day that IB has closed meanwhile", async () => {
    const data = dataWith((_open, close) => close);
    class AfterTheClose extends Strategy {
      override onSessionClose(instrument: Instrument): void {
        if (this.state.made === true || instrument.symbol !== "SYN1") return;
        this.state.made = true;
        this.buy(instrument, 5, { tif: "DAY" });
      }
    }
    const [sessions] = CALENDAR.sessions;
    const from = sessions.open[DAY - 1];
    const run = await sessionAt({
      data,
      ticks: { every: 30_000, spread: 2 },
      from,
      strategy: AfterTheClose,
      setup: { hoursOf },
    });
    atInstant(run, from + 10 * HOUR, () => {
      data.sessions[0].become(dataWith((open, close) => (open === OPEN ? undefined : close)).sessions[0]);
    });
    await run.over;
    const { fills } = run.session.parts.engine;
    expect(fills.length).toBe(1);
    expect(fills.knownAt[0]).toBeGreaterThan(sessions.open[DAY + 1]);
    expect(fills.knownAt[0]).toBeLessThan(sessions.open[DAY + 1] + 5 * MINUTE);
  });

  it("are read again after a reconnect", async () => {
    const data = dataWith((_open, close) => close);
    const run = await started(data, {
      gateway: { faults: parseFaultPlan([{ fault: "cut", at: "+70min" }]) },
      // At once: while it waits, by the wall clock, the gateway's day goes on.
      times: { waits: [0] },
    });
    // They were read an hour behind the start, and would be read again an hour later.
    atInstant(run, OPEN + 62 * MINUTE, () => {
      data.sessions[0].become(dataWith((open, close) => (open === OPEN ? OPEN + 90 * MINUTE : close)).sessions[0]);
    });
    await run.over;
    expect(run.gateway.faultEvents).toHaveLength(1);
    expect(seen(run).told.slice(0, 3)).toEqual(["open 0", "task 80", "close 90"]);
  });

  it("that nobody tells after a reconnect keep no order from leaving", { timeout: 20_000 }, async () => {
    const data = dataWith((_open, close) => close);
    let isSilent = false;
    const run = await started(data, {
      gateway: { faults: parseFaultPlan([{ fault: "cut", at: "+70min" }]) },
      times: { waits: [5] },
      alter: (fields) => [isSilent ? unanswered(fields) : fields],
    });
    atInstant(run, OPEN + 62 * MINUTE, () => {
      isSilent = true;
    });
    await run.over;
    expect(run.gateway.faultEvents).toHaveLength(1);
    const { book } = run.session.parts.engine;
    const later = Array.from({ length: book.length }, (_, row) => row).filter(
      (row) => book.madeAt[row] > OPEN + 80 * MINUTE && book.madeAt[row] < OPEN + 380 * MINUTE,
    );
    expect(later).toHaveLength(10);
    expect(new Set(later.map((row) => ORDER_STATUSES[book.status[row]]))).toEqual(new Set(["filled"]));
  });
});

describe("hours that cannot be read", () => {
  it("of one instrument keep no other from its own, and are told once", async () => {
    const data = dataWith((_open, close) => close);
    let isGarbled = false;
    const run = await started(data, { alter: (fields) => [isGarbled ? garbled(fields, "SYN2") : fields] });
    atInstant(run, OPEN + 100 * MINUTE, () => {
      isGarbled = true;
      data.sessions[0].become(dataWith((open, close) => (open === OPEN ? ONE : close)).sessions[0]);
    });
    await run.over;
    const { told, differences } = seen(run);
    expect(told).toEqual(EARLY);
    expect(differences).toEqual(["SYN1 on 2020-01-30: the calendar has 09:30-16:00, IB has 09:30-13:00."]);
    const unread = run.notes.filter(({ event }) => event === "HOURS_UNREAD").map(({ text }) => text);
    expect(unread).toEqual([
      expect.stringMatching(/^The trading hours cannot be read again: SYN2: IB gives the hours/),
    ]);
  });

  it("are told though nobody had told any before; and both anew once they were read", async () => {
    const data = dataWith((_open, close) => close);
    const gateway = await Gateway.listen({ data, port: 0, speed: 1, from: OPEN });
    closeAfterTest(() => gateway.close());
    let how: "as it is" | "unanswered" | "garbled" = "as it is";
    const port = await alteringRelay(gateway.port, (fields) => {
      if (how === "garbled") return [garbled(fields, "SYN2")];
      return [how === "unanswered" ? unanswered(fields) : fields];
    });
    const connection = await connected(port);
    const asks: Asks = {
      ask: (question) => connection.ask({ ...question, timeOut: 200 }),
      askUnnumbered: (question) => connection.askUnnumbered(question),
    };
    const { instruments } = setupFor(gateway, data, EveryHalfHour);
    const contracts = new Contracts(connection, { now: () => OPEN });
    const found = await tradedContracts(contracts, instruments);
    const told: string[] = [];
    const watch = new HoursWatch({
      hours: new MarketHours(instruments, instruments.map(hoursOf)),
      news: new SessionNews(
        () => OPEN,
        ({ event, text }) => told.push(`${event} ${text}`),
      ),
      details: [...found.values()].map(({ details }) => details),
      now: () => OPEN,
      asks: () => asks,
      apply: () => undefined,
    });
    watch.start();
    const readAs = async (now: typeof how): Promise<void> => {
      how = now;
      await watch.read(asks);
    };
    const note = expect.stringMatching(/^hours the trading hours could not be read again: SYN1, SYN2: /);
    const alert = expect.stringMatching(
      /^HOURS_UNREAD The trading hours cannot be read again: SYN2: IB gives the hours/,
    );
    await readAs("unanswered");
    await readAs("garbled");
    await readAs("garbled");
    expect(told).toEqual([note, alert]);
    expect(watch.due).toBe(OPEN + 5 * MINUTE);
    await readAs("as it is");
    expect(watch.due).toBe(OPEN + HOUR);
    await readAs("unanswered");
    await readAs("garbled");
    expect(told).toEqual([note, alert, note, alert]);
  });

  it("keep a session from starting: a zone that nobody knows", async () => {
    const data = dataWith((_open, close) => close);
    const [first, second] = data.instruments;
    const unknown = new Instrument({ ...second, timeZone: "Mars/Olympus" }, second.index);
    const newYork = {
      ...data,
      instruments: [first, unknown],
      series: data.series.map((one) =>
        one.instrument === second ? new BarSeries(unknown, one.size, one as BarColumns, one.source) : one,
      ),
      zoneOf: () => data.zoneOf("America/New_York"),
    };
    const instruments = CALENDAR.instruments.map((one) => new Instrument({ ...one, exchange: "SMART" }, one.index));
    const starting = started(newYork, { setup: { instruments } });
    await expect(starting).rejects.toMatchObject({ code: "IB_ZONE_UNKNOWN" });
    await expect(starting).rejects.toThrow("Nothing is traded by hours that may be wrong: update Seatrial");
    await expect(starting).rejects.toThrow('the hours of SYN2 in the time zone "Mars/Olympus"');
  });
});
