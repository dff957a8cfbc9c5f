import { describe, expect, it } from "vitest";
import { calendarNamed } from "../../core/calendar/calendars.js";
import { exchangeSessions } from "../../data/exchange-sessions.js";
import { hasShared, NO_SHARED } from "../shared-data.js";
import { goldenSessions, type SessionText, spanOf, textsOf } from "./golden.js";

function ours(calendar: string, golden: readonly SessionText[]): SessionText[] {
  return textsOf(exchangeSessions(calendarNamed(calendar), ...spanOf(golden)));
}

describe.skipIf(!hasShared)(`the calendar (${NO_SHARED})`, () => {
  it.each([
    ["XTSE", "xtse.csv", 7_484],
    ["XLON", "xlon.csv", 8_515],
    ["XETR", "xetr.csv", 8_498],
    ["XPAR", "xpar.csv", 7_585],
    ["XTKS", "xtks.csv", 6_613],
    ["XHKG", "xhkg.csv", 8_803],
    ["XASX", "xasx.csv", 8_890],
    ["24/5", "24-5.csv", 261],
    ["24/7", "24-7.csv", 366],
  ])("%s has every date, open, close and break of the golden file, and no other session", (calendar, file, count) => {
    const golden = goldenSessions(file);
    expect(golden).toHaveLength(count);
    expect(ours(calendar, golden)).toEqual(golden);
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
