import { describe, expect, it } from "vitest";
import { calendarNamed } from "../../core/calendar/calendars.js";
import { exchangeSessions } from "../../data/exchange-sessions.js";
import { hasShared, NO_SHARED } from "../shared-data.js";
import { goldenSessions, type SessionText, spanOf, textsOf, utc } from "./golden.js";

function ours(calendar: string, golden: readonly SessionText[]): SessionText[] {
  return textsOf(exchangeSessions(calendarNamed(calendar), ...spanOf(golden)));
}

/** What a golden file has otherwise than the exchange, from one date to another, and for how many sessions. */
interface Correction {
  readonly from: string;
  readonly to: string;
  readonly sessions: number;
  /** What it should be; undefined where there was no session. */
  readonly change: (session: SessionText) => SessionText | undefined;
}

/** Opens and closes so many minutes later, or earlier. */
function shifted(open: number, close: number): Correction["change"] {
  const moved = (text: string, minutes: number): string => utc(Date.parse(`${text}Z`) + minutes * 60_000);
  return ([date, opens, closes, ...rest]) => [date, moved(opens, open), moved(closes, close), ...rest];
}

/** Another break, in UTC, where the file has just this one. */
function pause(inFile: string, real: string): Correction["change"] {
  return (session) => {
    const [date, open, close, breakStart, breakEnd] = session;
    if (breakStart === "") return session;
    expect(`${breakStart.slice(11)}/${breakEnd.slice(11)}`, date).toBe(inFile);
    const [start, end] = real.split("/");
    return [date, open, close, `${date}T${start}`, `${date}T${end}`];
  };
}

/** Ends at a time in UTC, with no break. */
function endingAt(time: string): Correction["change"] {
  return ([date, open]) => [date, open, `${date}T${time}`, "", ""];
}

describe.skipIf(!hasShared)(`the calendar (${NO_SHARED})`, () => {
  it.each([
    ["XTSE", "xtse.csv", 7_484],
    ["XLON", "xlon.csv", 8_515],
    ["XPAR", "xpar.csv", 7_585],
    ["XASX", "xasx.csv", 8_890],
    ["24/5", "24-5.csv", 261],
    ["24/7", "24-7.csv", 366],
  ])("%s has every date, open, close and break of the golden file, and no other session", (calendar, file, count) => {
    const golden = goldenSessions(file);
    expect(golden).toHaveLength(count);
    expect(ours(calendar, golden)).toEqual(golden);
  });

  // Three golden files have the hours of today for a past in which the exchange kept others, and two lack days that it
  // lost. Each correction says from when to when, what the file has, what the exchange did, and how many sessions it
  // concerns; all else must be the file's.
  it.each<[string, string, readonly Correction[]]>([
    [
      "XETR",
      "xetr.csv",
      [
        // Deutsche Boerse: hours of IBIS and, since 1997-11-28, Xetra.
        { from: "1990-01-02", to: "1999-09-17", sessions: 2_473, change: shifted(-30, -30) },
        // Deutsche Boerse: trading in the evening from 2000-06-02 to 2003-10-31.
        { from: "2000-06-02", to: "2003-10-31", sessions: 869, change: shifted(0, 150) },
      ],
    ],
    [
      "XTKS",
      "xtks.csv",
      [
        // TSE, extension of the morning session by half an hour, effective 2011-11-21.
        { from: "2000-01-04", to: "2011-11-18", sessions: 2_919, change: pause("02:30/03:30", "02:00/03:30") },
        // TSE: the afternoon began at 13:00 from 2006-01-19 to 2006-04-21, for want of capacity.
        { from: "2006-01-19", to: "2006-04-21", sessions: 66, change: pause("02:00/03:30", "02:00/04:00") },
        // TSE: system failure; trading began at 13:30. The day after which capacity ran out ended at 14:40.
        {
          from: "2005-11-01",
          to: "2005-11-01",
          sessions: 1,
          change: ([date, , close]) => [date, `${date}T04:30`, close, "", ""],
        },
        { from: "2006-01-18", to: "2006-01-18", sessions: 1, change: shifted(0, -20) },
        // TSE: the first session of a year had no afternoon until 2009, the last none until 2008.
        ..."2000-01-04 2000-12-29 2001-01-04 2001-12-28 2002-01-04 2002-12-30 2003-01-06 2003-12-30 2004-01-05 2004-12-30"
          .concat(" 2005-01-04 2005-12-30 2006-01-04 2006-12-29 2007-01-04 2007-12-28 2008-01-04 2008-12-30 2009-01-05")
          .split(" ")
          .map((date): Correction => ({ from: date, to: date, sessions: 1, change: endingAt("02:00") })),
      ],
    ],
    [
      "XHKG",
      "xhkg.csv",
      [
        // HKEX, extension of trading hours in two phases, effective 2011-03-07 and 2012-03-05. Half days have no lunch.
        { from: "1990-01-02", to: "2011-03-04", sessions: 5_201, change: pause("04:00/05:00", "04:30/06:30") },
        { from: "2011-03-07", to: "2012-03-02", sessions: 244, change: pause("04:00/05:00", "04:00/05:30") },
        // HKEX: all trading of the day cancelled, for typhoon Saola and for the black rainstorm a week later.
        { from: "2023-09-01", to: "2023-09-01", sessions: 1, change: () => undefined },
        { from: "2023-09-08", to: "2023-09-08", sessions: 1, change: () => undefined },
      ],
    ],
  ])("%s has every session of the golden file, but for what the exchange is known to have done", (name, file, list) => {
    let expected = goldenSessions(file);
    const sessions = ours(name, expected);
    for (const { from, to, sessions: count, change } of list) {
      let changed = 0;
      expected = expected.flatMap((session) => {
        if (session[0] < from || session[0] > to) return [session];
        const corrected = change(session);
        if (corrected === undefined || corrected.join() !== session.join()) changed++;
        return corrected === undefined ? [] : [corrected];
      });
      expect({ from, changed }).toEqual({ from, changed: count });
    }
    const wrong = sessions.filter((session, i) => session.join() !== expected[i]?.join());
    expect(wrong).toEqual([]);
    expect(sessions).toHaveLength(expected.length);
  });

  // The golden file of New York knows early closes and no other abnormal day. These are on record with the exchange:
  // NYSE, "Special Closings" and "Late openings and early closings", and the reference's section 3.3. Each is listed
  // with what the exchange did, in local time as UTC.
  const ABNORMAL: Readonly<Record<string, { open?: string; close?: string; nyseAlone?: true }>> = {
    "1990-12-27": { open: "16:00", nyseAlone: true },
    "1991-01-17": { open: "14:31" },
    "1991-02-25": { open: "14:31" },
    "1994-02-11": { close: "19:30" },
    "1995-12-18": { open: "15:30", nyseAlone: true },
    "1996-01-08": { open: "16:00", close: "19:00" },
    "1997-10-27": { close: "20:30" },
    "2001-09-17": { open: "13:33" },
    "2001-10-08": { open: "13:31" },
    "2002-09-11": { open: "16:00" },
    "2003-03-20": { open: "14:32" },
    "2004-06-07": { open: "13:32" },
    "2005-06-01": { close: "19:56", nyseAlone: true },
    "2006-12-27": { open: "14:32" },
    "2009-07-02": { close: "20:15", nyseAlone: true },
  };

  it.each([
    ["XNYS", true],
    ["XNAS", false],
  ])("%s has every session of the golden file, but for the days on record as abnormal", (calendar, isNyse) => {
    const golden = goldenSessions("xnys.csv");
    expect(golden).toHaveLength(8_324);
    const corrected = golden.map((session): SessionText => {
      const [date, open, close] = session;
      const abnormal = ABNORMAL[date];
      if (abnormal === undefined || (abnormal.nyseAlone && !isNyse)) return session;
      const at = (time: string | undefined, usual: string): string => (time ? `${date}T${time}` : usual);
      return [date, at(abnormal.open, open), at(abnormal.close, close), "", ""];
    });
    const sessions = ours(calendar, golden);
    expect(sessions).toEqual(corrected);
    const differing = sessions.filter((session, i) => session.join() !== golden[i].join()).map(([date]) => date);
    expect(differing).toEqual(Object.keys(ABNORMAL).filter((date) => isNyse || !ABNORMAL[date].nyseAlone));
  });
});
