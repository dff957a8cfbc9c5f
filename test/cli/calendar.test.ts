import { describe, expect, it } from "vitest";
import { folderWith, seatrial } from "./seatrial.js";

const folder = folderWith({});
const ask = (...args: string[]) => seatrial(["calendar", ...args], folder);

async function told(...args: string[]): Promise<string[]> {
  const { code, stdout, stderr } = await ask(...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const lines = stdout.split("\n");
  expect(lines.pop()).toBe("");
  // A line that breaks on a terminal is hard to read.
  expect(lines.filter((line) => line.length > 90)).toEqual([]);
  return lines;
}

describe.concurrent("seatrial calendar", () => {
  it("lists all calendars with their years where none is named", async () => {
    const lines = await told();
    expect(lines).toContain("XNYS          1990 to 2028  America/New_York  New York Stock Exchange");
    expect(lines).toContain("CME-EQUITY    2009 to 2027  America/Chicago   CME Globex, futures on share indexes");
    expect(lines.filter((line) => / \d{4} to \d{4} /.test(line))).toHaveLength(14);
  });

  it("tells of a date the session, here and in UTC, why it is unlike others, and the next open", async () => {
    const lines = await told("XNYS", "--on", "2026-11-27");
    expect(lines.slice(-4)).toEqual([
      "                  open   close  extended     UTC",
      "  Fri 2026-11-27  09:30  13:00  04:00-17:00  14:30-18:00  Day after Thanksgiving",
      "",
      "Next open Mon 2026-11-30 09:30 (14:30 UTC).",
    ]);
  });

  it("tells of a closed date why, and the next open", async () => {
    const closed = await told("nyse", "--on", "2012-10-30");
    expect(closed.slice(-2)).toEqual([
      "Tue 2012-10-30: closed, Hurricane Sandy.",
      "Next open Wed 2012-10-31 09:30 (13:30 UTC).",
    ]);
    expect((await told("XNYS", "--on", "2026-11-28")).slice(-2)).toEqual([
      "Sat 2026-11-28: closed, weekend.",
      "Next open Mon 2026-11-30 09:30 (14:30 UTC).",
    ]);
  });

  it("tells of breaks, and of sessions that begin the evening before", async () => {
    expect(await told("XTKS", "--on", "2026-05-01")).toContain(
      "  Fri 2026-05-01  09:00  15:30  11:30-12:30  00:00-06:30",
    );
    const globex = await told("CME-EQUITY", "--on", "2020-03-09");
    expect(globex).toContain("  Mon 2020-03-09  Sun 17:00  16:00  15:15-15:30  Sun 22:00-21:00");
  });

  it("shows a year: a grid, the closed days and the days with unusual hours", async () => {
    const lines = await told("XNYS", "--year", "2028");
    expect(lines).toContain("2028  251 sessions, 2 with unusual hours, 9 weekdays closed");
    expect(lines).toContain("      MTWTFSS MTWTFSS MTWTFSS MTWTFSS MTWTFSS MT");
    // The first is a Saturday and New Year's Day is not kept; King's day is the third Monday, the 17th.
    expect(lines).toContain("  Jan         .....   .....   #....   .....   .");
    expect(lines).toContain("  Jul         +#...   .....   .....   .....   .");
    expect(lines).toContain("  Mon 2028-01-17  Martin Luther King Day");
    expect(lines).toContain("  Mon 2028-07-03  09:30  13:00  04:00-17:00  13:30-17:00  Independence Day's eve");
    const always = await told("24/7", "--year", "2024");
    expect(always).toContain("2024  366 sessions");
    expect(always).toContain("  Feb    .... ....... ....... ....... ....");
  });

  it("says what is not exact about times long ago, and only then", async () => {
    const old = await told("XLON", "--year", "1995");
    expect(old.find((line) => line.startsWith("!"))).toContain("Before 1999-09-20 the hours are those of later years");
    expect((await told("XLON", "--year", "2020")).find((line) => line.startsWith("!"))).toBeUndefined();
  });

  it("tells how things stand now, with sessions ahead and this year", async () => {
    const lines = await told("24/7");
    expect(lines.find((line) => line.startsWith("Now "))).toMatch(
      /^Now \w{3} \d{4}-\d\d-\d\d \d\d:\d\d: open until \w{3} \d{4}-\d\d-\d\d 00:00 \(00:00 UTC\)\.$/,
    );
    expect(lines).toContain(`${new Date().getUTCFullYear()}  365 sessions`);
  });

  it("prints the same as JSON, with instants in UTC and what the local clock shows", async () => {
    const { code, stdout } = await ask("XHKG", "--on", "2026-02-16", "--year", "2026", "--json");
    const { on, year, ...rest } = JSON.parse(stdout) as {
      on: object;
      year: { sessions: unknown[]; holidays: unknown[]; unusual: object[] };
    };
    expect(code).toBe(0);
    expect(rest).toEqual({
      calendar: "XHKG",
      title: "Stock Exchange of Hong Kong",
      codes: ["SEHK"],
      timeZone: "Asia/Hong_Kong",
      from: "1990-01-01",
      to: "2027-12-31",
      caveat: null,
    });
    const halfDay = {
      date: "2026-02-16",
      name: "Lunar New Year's Eve",
      open: "2026-02-16T01:30:00Z",
      close: "2026-02-16T04:00:00Z",
      breakStart: null,
      breakEnd: null,
      extendedOpen: "2026-02-16T01:30:00Z",
      extendedClose: "2026-02-16T04:00:00Z",
      openLocal: "2026-02-16T09:30",
      closeLocal: "2026-02-16T12:00",
    };
    expect(on).toEqual({
      date: "2026-02-16",
      kind: "session",
      name: "Lunar New Year's Eve",
      session: halfDay,
      nextOpen: "2026-02-20T01:30:00Z",
    });
    expect(year.holidays[0]).toEqual({ date: "2026-01-01", kind: "holiday", name: "New Year's Day" });
    expect(year.unusual[0]).toEqual(halfDay);
    expect([year.sessions.length, year.holidays.length, year.unusual.length]).toEqual([247, 14, 3]);
  });
});

describe.concurrent("seatrial calendar refuses in one sentence", () => {
  it.each<[string[], string]>([
    [["XNYZ"], 'There is no calendar of the exchange "XNYZ". Did you mean XNYS? Calendars are XNYS, XNAS, '],
    [["CME"], 'There is no calendar of the exchange "CME". Its products keep different hours: ask for CME-EQUITY '],
    [["XNYS", "--year", "2040"], "The calendar XNYS does not know 2040: it goes from 1990-01-01 to 2028-12-31. "],
    [
      ["CME-EQUITY", "--on", "2008-12-31"],
      "The calendar CME-EQUITY does not know 2008-12-31: it goes from 2009-01-01 ",
    ],
    [["XNYS", "--on", "2026-02-30"], "There is no date 2026-02-30. Write a date of the calendar, such as 2026-11-27."],
    [["XNYS", "--on", "tomorrow"], '--on is "tomorrow"; it must be a date such as 2026-11-27.'],
    [["XNYS", "--year", "soon"], '--year is "soon"; it must be a year, such as 2027.'],
    [["XNYS", "--year", "2026.5"], '--year is "2026.5"; it must be a year, such as 2027.'],
    [["XNYS", "XNAS"], '"XNAS" is one argument too many.'],
    [["--year", "2026"], "`seatrial calendar` needs an exchange."],
    [["XNYS", "--yeer", "2026"], "There is no flag --yeer. Did you mean --year?"],
  ])("%j", async (args, sentence) => {
    const { code, stdout, stderr } = await ask(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(sentence);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  });
});
