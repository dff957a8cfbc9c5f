import { nearest } from "../nearest.js";
import { EVERY_DAY, EVERY_WEEKDAY } from "./around-the-clock.js";
import { CME_CURRENCY, CME_EQUITY } from "./cme-globex.js";
import { CalendarError } from "./errors.js";
import { ExchangeCalendar } from "./exchange-calendar.js";
import type { ExchangeRules } from "./exchange-rules.js";
import { IDEALPRO } from "./forex.js";
import { XHKG } from "./hong-kong.js";
import { XLON } from "./london.js";
import { XNAS, XNYS } from "./new-york.js";
import { XPAR } from "./paris.js";
import { XASX } from "./sydney.js";
import { XTKS } from "./tokyo.js";
import { XTSE } from "./toronto.js";
import { XETR } from "./xetra.js";

/** The rules of every calendar with the other codes it goes by: MICs, and what IB calls the exchange. */
const EXCHANGES: readonly (readonly [ExchangeRules, readonly string[]])[] = [
  [XNYS, ["NYSE"]],
  [
    XNAS,
    // IB's SMART is asked for with an instrument, see calendar-of.ts; by itself it means US stocks.
    "NASDAQ ISLAND SMART ARCX ARCA XASE AMEX BATS BATY BYX EDGA EDGEA EDGX IEX IEXG CHX XCHI NYSENAT XCIS PSX BEX MEMX PEARL LTSE DRCTEDGE PINK CBOE XCBO CBOE2 ISE BOX MIAX PHLX AMEXO".split(
      " ",
    ),
  ],
  [XTSE, ["TSE", "XTSX", "VENTURE"]],
  [XLON, ["LSE", "LSEETF"]],
  [XETR, ["XETRA", "IBIS", "IBIS2"]],
  [XPAR, ["SBF"]],
  [XTKS, ["TSEJ"]],
  [XHKG, ["SEHK"]],
  [XASX, ["ASX"]],
  [CME_EQUITY, []],
  [CME_CURRENCY, []],
  [IDEALPRO, ["FXCONV"]],
  [EVERY_WEEKDAY, ["24-5", "24X5"]],
  [EVERY_DAY, ["24-7", "24X7"]],
];

/** Exchanges whose products keep different hours, and how their calendars are found. */
export const CME_CODES: readonly string[] = ["CME", "XCME", "CMES", "GLOBEX", "CBOT", "XCBT", "ECBOT"];

const CALENDARS = new Map<string, ExchangeCalendar>();
for (const [rules, codes] of EXCHANGES) {
  const calendar = new ExchangeCalendar(rules);
  for (const code of [rules.name, ...codes]) CALENDARS.set(code, calendar);
}

/** Every calendar there is, once. */
export function allCalendars(): readonly ExchangeCalendar[] {
  return [...new Set(CALENDARS.values())];
}

/** The other codes that a calendar goes by. */
export function codesOf(calendar: ExchangeCalendar): readonly string[] {
  return [...CALENDARS].filter(([code, one]) => one === calendar && code !== calendar.name).map(([code]) => code);
}

/** The calendar of a name or code in upper or lower case, if there is one. */
export function findCalendar(code: string): ExchangeCalendar | undefined {
  return CALENDARS.get(code.trim().toUpperCase());
}

/**
 * The calendar of an exchange, by its MIC, IB's code or the calendar's own name.
 * @throws CalendarError CALENDAR_UNKNOWN, which names the nearest
 */
export function calendarNamed(exchange: string): ExchangeCalendar {
  const found = findCalendar(exchange);
  if (found !== undefined) return found;
  const code = exchange.trim().toUpperCase();
  if (CME_CODES.includes(code)) {
    const hint = `Its products keep different hours: ask for ${CME_EQUITY.name} (ES, NQ, YM) or ${CME_CURRENCY.name} (6E, 6J).`;
    throw new CalendarError("CALENDAR_UNKNOWN", { exchange, hint });
  }
  throw unknownExchange(exchange);
}

/** The error of an exchange that nobody knows. */
export function unknownExchange(exchange: string): CalendarError {
  const near = nearest(exchange, [...CALENDARS.keys(), ...CME_CODES]);
  const names = `Calendars are ${allCalendars()
    .map(({ name }) => name)
    .join(", ")}.`;
  const hint = near === undefined ? names : `Did you mean ${near}? ${names}`;
  return new CalendarError("CALENDAR_UNKNOWN", { exchange, hint });
}
