import { describe, expect, it } from "vitest";
import { ScheduleWalk } from "../../core/calendar/schedule.js";
import { type Instrument, type Schedule, Sessions } from "../../index.js";
import { DAY, HOUR } from "../bars.js";
import { run, type Settings, type Trader } from "../scripted.js";
import { at, exchangeBars, local } from "./exchange-bars.js";

const CALENDAR: Settings = { calendar: "auto" };
const spy = exchangeBars("SPY", "1hour", 20241127, 20241203);

/** When a task of a schedule is run, in the zone. */
async function timesOf(
  when: Schedule,
  data = [spy],
  of?: Instrument | string,
  zone?: string,
  settings: Settings = {},
): Promise<string[]> {
  const times: string[] = [];
  await run(
    data,
    { declare: (trader) => trader.schedule(when, () => void times.push(local(trader.clock.now, zone)), of) },
    { ...CALENDAR, ...settings },
  );
  return times;
}

describe("a schedule", () => {
  it("before the open comes before every session, holidays left out", async () => {
    expect(await timesOf({ beforeOpen: 30 }, [spy], undefined, undefined, { from: at("2024-11-27 00:00") })).toEqual([
      "2024-11-27 09:00",
      "2024-11-29 09:00",
      "2024-12-02 09:00",
      "2024-12-03 09:00",
    ]);
  });

  it("after the open, before the close and after the close go by the session, a short one too", async () => {
    expect((await timesOf({ afterOpen: 15 })).slice(0, 2)).toEqual(["2024-11-27 09:45", "2024-11-29 09:45"]);
    expect((await timesOf({ beforeClose: 5 })).slice(0, 2)).toEqual(["2024-11-27 15:55", "2024-11-29 12:55"]);
    expect((await timesOf({ afterClose: 10 })).slice(0, 2)).toEqual(["2024-11-27 16:10", "2024-11-29 13:10"]);
  });

  it("has no moment in a session that is too short for it", async () => {
    expect(await timesOf({ beforeClose: 240 })).toEqual(["2024-11-27 12:00", "2024-12-02 12:00", "2024-12-03 12:00"]);
    expect(await timesOf({ afterOpen: 300 })).toEqual(["2024-11-27 14:30", "2024-12-02 14:30", "2024-12-03 14:30"]);
  });

  it("of 0 minutes is the open or the close itself", async () => {
    expect((await timesOf({ afterOpen: 0 })).slice(0, 2)).toEqual(["2024-11-27 09:30", "2024-11-29 09:30"]);
    expect((await timesOf({ beforeClose: 0 })).slice(0, 2)).toEqual(["2024-11-27 16:00", "2024-11-29 13:00"]);
  });

  it("every so many minutes counts from each open, up to and with the close", async () => {
    expect((await timesOf({ every: 90 })).slice(0, 7).map((time) => time.slice(8))).toEqual([
      "27 11:00",
      "27 12:30",
      "27 14:00",
      "27 15:30",
      "29 11:00",
      "29 12:30",
      "02 11:00",
    ]);
    expect((await timesOf({ every: 195 })).slice(0, 3)).toEqual([
      "2024-11-27 12:45",
      "2024-11-27 16:00",
      "2024-11-29 12:45",
    ]);
  });

  it("every so many minutes passes over a break", async () => {
    const toyota = exchangeBars(
      { symbol: "7203", exchange: "TSEJ", timeZone: "Asia/Tokyo" },
      "1hour",
      20240110,
      20240110,
    );
    expect((await timesOf({ every: 45 }, [toyota], undefined, "Asia/Tokyo")).map((time) => time.slice(11))).toEqual([
      "09:45",
      "10:30",
      "11:15",
      "12:45",
      "13:30",
      "14:15",
      "15:00",
    ]);
  });

  it("at a time of day comes on dates with a session, through a change of clocks, also while the market is closed", async () => {
    const march = exchangeBars("SPY", "1day", 20240307, 20240313);
    const utc = (text: string): string => text.slice(5);
    expect((await timesOf({ at: "15:30" }, [march], undefined, "UTC")).map(utc)).toEqual([
      "03-07 20:30",
      "03-08 20:30",
      "03-11 19:30",
      "03-12 19:30",
      "03-13 19:30",
    ]);
    expect(await timesOf({ at: "20:00" })).toEqual(["2024-11-27 20:00", "2024-11-29 20:00", "2024-12-02 20:00"]);
    expect(await timesOf({ at: "9:05" }, [spy], undefined, undefined, { from: at("2024-11-29 00:00") })).toEqual([
      "2024-11-29 09:05",
      "2024-12-02 09:05",
      "2024-12-03 09:05",
    ]);
  });

  it("goes by the sessions of the instrument that is named, else of the first", async () => {
    const data = [
      exchangeBars("SPY", "1hour", 20240110, 20240112),
      exchangeBars({ symbol: "VOD", exchange: "LSE", timeZone: "Europe/London" }, "1hour", 20240110, 20240112),
    ];
    const utc = async (of?: string): Promise<string> => (await timesOf({ beforeClose: 30 }, data, of, "UTC"))[0];
    expect(await utc()).toBe("2024-01-10 20:30");
    expect(await utc("VOD")).toBe("2024-01-10 16:00");
    await expect(utc("VODE")).rejects.toMatchObject({ code: "INSTRUMENT_UNKNOWN" });
  });

  it("may be planned at any time, from then on, and may plan others", async () => {
    const times: string[] = [];
    const note = (trader: Trader, what: string) => (): void => void times.push(`${what} ${local(trader.clock.now)}`);
    await run(
      spy,
      {
        onBar(trader, bar) {
          if (bar.end !== at("2024-11-27 12:30")) return;
          trader.schedule({ every: 60 }, () => {
            if (times.length === 0) trader.schedule({ every: 60 }, note(trader, "inner"));
            note(trader, "outer")();
          });
        },
      },
      CALENDAR,
    );
    expect(times.slice(0, 3)).toEqual(["outer 2024-11-27 13:30", "outer 2024-11-27 14:30", "inner 2024-11-27 14:30"]);
  });

  it("runs nothing before the strategy begins", async () => {
    const times = await timesOf({ every: 60 }, [spy], undefined, undefined, { from: at("2024-11-29 11:00") });
    expect(times[0]).toBe("2024-11-29 11:30");
  });

  it("makes orders like any handler, which are matched inside the bar that is under way", async () => {
    const result = await run(
      exchangeBars("SPY", "1day", 20241127, 20241203, { row: () => [100, 110, 90, 105] }),
      {
        declare: (trader) =>
          trader.schedule({ at: "12:00" }, () => {
            if (trader.clock.now === at("2024-12-02 12:00")) trader.buy("SPY", 1);
          }),
      },
      CALENDAR,
    );
    const { fills } = result;
    expect([fills.length, local(fills.time[0]), fills.price[0]]).toEqual([1, "2024-12-02 16:00", 105]);
  });

  it("that throws ends the run with the time", async () => {
    const failing = run(
      spy,
      {
        declare: (trader) =>
          trader.schedule({ beforeClose: 5 }, () => {
            throw new Error("no such luck");
          }),
      },
      CALENDAR,
    );
    await expect(failing).rejects.toMatchObject({
      code: "HANDLER_FAILED",
      message: expect.stringContaining("schedule of Scripted failed at 2024-11-27T20:55:00.000Z"),
    });
  });

  it.each([
    [{}, "It has one of beforeOpen, afterOpen, beforeClose, afterClose, every, at"],
    [{ beforeClose: 5, at: "15:30" }, "It has one of"],
    [{ before: 5 }, "It has one of"],
    [{ at: "25:00" }, 'A time of day reads "15:30"'],
    [{ at: "3pm" }, 'A time of day reads "15:30"'],
    [{ every: 0 }, "It takes minutes above 0"],
    [{ every: Number.NaN }, "It takes minutes above 0"],
    [{ afterOpen: -1 }, "It takes minutes, 0 or more and at most a week"],
    [{ beforeOpen: "5" }, "It takes minutes, 0 or more and at most a week"],
  ])("that cannot be kept (%j) is an error in one sentence", async (when, problem) => {
    await expect(timesOf(when as unknown as Schedule)).rejects.toMatchObject({
      code: "SCHEDULE_INVALID",
      message: expect.stringContaining(problem),
    });
  });
});

describe("the walk of a schedule", () => {
  it("misses no step of a session longer than a week that it jumps into", () => {
    const opens = Float64Array.of(0, 60 * DAY);
    const sessions = new Sessions(opens, Float64Array.of(40 * DAY, 120 * DAY));
    const walk = new ScheduleWalk({ every: 3 * 24 * 60 }, sessions, () => Infinity);
    const seen: number[] = [];
    // Asked every so often, as a clock does that jumps over what is missing from the data.
    for (const now of [0, 10 * DAY, 61 * DAY, 62 * DAY]) seen.push(walk.after(now) / DAY);
    expect(seen).toEqual([3, 12, 63, 63]);
    expect(walk.after(100 * DAY + HOUR) / DAY).toBe(102);
  });
});
