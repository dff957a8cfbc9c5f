import { type DayNumber, weekdayOf } from "./calendar-date.js";
import { at, type ExchangeRules } from "./exchange-rules.js";
import {
  EASTER_MONDAY,
  except,
  from,
  GOOD_FRIDAY,
  ifOn,
  last,
  MONDAY,
  on,
  plus,
  SUNDAY,
  sundayToMonday,
  until,
  within,
} from "./holiday-rules.js";
import { BUDDHAS_BIRTHDAY, CHING_MING, CHUNG_YEUNG, LUNAR_NEW_YEAR, MID_AUTUMN, TUEN_NG } from "./lunar-festivals.js";

// Source: General Holidays Ordinance (Cap. 149) with the lists of general holidays that the government gazettes each
// year; half days and closings for typhoons by the exchange. Weather has closed no session since 2024-09-23.

const SATURDAY = 5;

export const XHKG: ExchangeRules = {
  name: "XHKG",
  title: "Stock Exchange of Hong Kong",
  timeZone: "Asia/Hong_Kong",
  from: 19900101,
  to: 20271231,
  hours: [
    { from: 19900101, open: at(10), close: at(16), pause: { start: at(12, 30), end: at(14, 30) } },
    { from: 20110307, open: at(9, 30), close: at(16), pause: { start: at(12), end: at(13, 30) } },
    { from: 20120305, open: at(9, 30), close: at(16), pause: { start: at(12), end: at(13) } },
  ],
  holidays: [
    { name: "New Year's Day", day: sundayToMonday(on(1, 1)) },
    // One of the first three days on a Sunday: until 2012 the eve was the substitute, since then the fourth day.
    { name: "Lunar New Year's Eve", day: until(2012, plus(-1, ifOn([SATURDAY], LUNAR_NEW_YEAR))) },
    { name: "Lunar New Year", day: LUNAR_NEW_YEAR },
    { name: "Second day of Lunar New Year", day: plus(1, LUNAR_NEW_YEAR) },
    { name: "Third day of Lunar New Year", day: plus(2, LUNAR_NEW_YEAR) },
    { name: "Fourth day of Lunar New Year", day: from(2013, plus(3, ifOn([4, SATURDAY, SUNDAY], LUNAR_NEW_YEAR))) },
    { name: "Good Friday", day: GOOD_FRIDAY },
    { name: "Easter Monday", day: EASTER_MONDAY },
    { name: "Ching Ming Festival", day: chingMing },
    { name: "Labour Day", day: from(1999, sundayToMonday(on(5, 1))) },
    { name: "Buddha's Birthday", day: sundayToMonday(BUDDHAS_BIRTHDAY) },
    { name: "Tuen Ng Festival", day: sundayToMonday(TUEN_NG) },
    { name: "Establishment Day", day: from(1997, sundayToMonday(on(7, 1))) },
    { name: "Liberation Day", day: until(1996, last(MONDAY, 8)) },
    { name: "Day after Mid-Autumn Festival", day: afterMidAutumn },
    { name: "National Day", day: from(1997, sundayToMonday(on(10, 1))) },
    { name: "Chung Yeung Festival", day: sundayToMonday(CHUNG_YEUNG) },
    { name: "Christmas Day", day: on(12, 25) },
    { name: "Boxing Day", day: on(12, 26) },
    // Christmas Day or the day after fell on a Sunday.
    { name: "Christmas holiday observed", day: ifOn([0, 1], on(12, 27)) },
  ],
  shortDays: [
    { name: "Christmas Eve", day: within(1990, 2010, on(12, 24)), close: at(12, 30) },
    { name: "New Year's Eve", day: within(1990, 2010, except([1999], on(12, 31))), close: at(12, 30) },
    { name: "Lunar New Year's Eve", day: from(2012, plus(-1, LUNAR_NEW_YEAR)), close: at(12) },
    { name: "Christmas Eve", day: from(2011, on(12, 24)), close: at(12) },
    { name: "New Year's Eve", day: from(2011, on(12, 31)), close: at(12) },
  ],
  oneOffs: [
    { date: 19900618, name: "Queen's Birthday", closed: true },
    { date: 19910617, name: "Queen's Birthday", closed: true },
    { date: 19910618, name: "Tuen Ng Festival observed", closed: true },
    { date: 19920615, name: "Queen's Birthday", closed: true },
    { date: 19920722, name: "Typhoon", closed: true },
    { date: 19930614, name: "Queen's Birthday", closed: true },
    { date: 19930917, name: "Typhoon", closed: true },
    { date: 19940613, name: "Queen's Birthday", closed: true },
    { date: 19940614, name: "Tuen Ng Festival observed", closed: true },
    { date: 19950619, name: "Queen's Birthday", closed: true },
    { date: 19960617, name: "Queen's Birthday", closed: true },
    { date: 19970630, name: "Queen's Birthday", closed: true },
    { date: 19970702, name: "Second day of the handover", closed: true },
    { date: 19970818, name: "Victory Day", closed: true },
    { date: 19971002, name: "Second National Day", closed: true },
    { date: 19980817, name: "Victory Day", closed: true },
    { date: 19981002, name: "Second National Day", closed: true },
    { date: 19990916, name: "Typhoon", closed: true },
    { date: 19991231, name: "Turn of the millennium", closed: true },
    { date: 20010706, name: "Typhoon", closed: true },
    { date: 20010725, name: "Typhoon", closed: true },
    { date: 20080806, name: "Typhoon", closed: true },
    { date: 20080822, name: "Typhoon", closed: true },
    { date: 20110929, name: "Typhoon", closed: true },
    { date: 20130814, name: "Typhoon", closed: true },
    { date: 20150903, name: "70 years since the end of the war", closed: true },
    { date: 20160802, name: "Typhoon", closed: true },
    { date: 20161021, name: "Typhoon", closed: true },
    { date: 20170823, name: "Typhoon", closed: true },
    { date: 20201013, name: "Typhoon", closed: true },
    { date: 20211013, name: "Typhoon", closed: true },
    { date: 20220912, name: "Day after Mid-Autumn Festival observed", closed: true },
    { date: 20230717, name: "Typhoon", closed: true },
    { date: 20230901, name: "Typhoon", closed: true },
    { date: 20230908, name: "Rainstorm", closed: true },
    { date: 20240906, name: "Typhoon", closed: true },
  ],
  nominal: {
    before: 20240923,
    sentence:
      "Before 2024-09-23 mornings and afternoons lost to typhoons and rain are not known, only whole days; nor, before " +
      "2012, are half days at Lunar New Year's Eve.",
  },
};

/** Not on a Sunday, and not with Easter Monday: then it is kept on the day after. */
function chingMing(year: number): DayNumber {
  const day = CHING_MING(year);
  const kept = weekdayOf(day) === SUNDAY ? day + 1 : day;
  return kept === EASTER_MONDAY(year) ? kept + 1 : kept;
}

/** On 1 October, National Day, it is kept on the 2nd. */
function afterMidAutumn(year: number): DayNumber {
  const day = MID_AUTUMN(year) + 1;
  return day === on(10, 1)(year) ? day + 1 : day;
}
