import { futureRoot } from "../market/future-root.js";
import type { Instrument } from "../market/instrument.js";
import { CME_CODES, calendarNamed, findCalendar } from "./calendars.js";
import { CalendarError } from "./errors.js";
import type { ExchangeCalendar } from "./exchange-calendar.js";

/** What of an instrument decides by which hours it trades. */
export type Listed = Pick<Instrument, "symbol" | "assetClass" | "exchange" | "currency" | "timeZone">;

// Roots of contracts, and what IB calls the underlying of a currency future.
const EQUITY_ROOTS = "ES MES NQ MNQ RTY M2K EMD SP YM MYM".split(" ");
const CURRENCY_ROOTS =
  "6A 6B 6C 6E 6J 6L 6M 6N 6R 6S 6Z E7 J7 M6A M6B M6C M6E M6J M6S MCD MIR MJY MSF MXP AUD BRE CAD CHF EUR GBP JPY NZD ZAR".split(
    " ",
  );

const BY_ZONE: Readonly<Record<string, string>> = {
  "America/Toronto": "XTSE",
  "Europe/London": "XLON",
  "Europe/Berlin": "XETR",
  "Europe/Paris": "XPAR",
  "Asia/Tokyo": "XTKS",
  "Asia/Hong_Kong": "XHKG",
  "Australia/Sydney": "XASX",
};
const BY_CURRENCY: Readonly<Record<string, string>> = {
  USD: "XNAS",
  CAD: "XTSE",
  GBP: "XLON",
  JPY: "XTKS",
  HKD: "XHKG",
  AUD: "XASX",
};

/**
 * The calendar that an instrument trades by: of its exchange; for a route such as SMART that of the market its time
 * zone or its currency names; for a future on CME that of its product.
 * @throws CalendarError CALENDAR_UNKNOWN, which names the nearest exchange; CALENDAR_ABSENT
 */
export function calendarOf(instrument: Listed): ExchangeCalendar {
  const exchange = instrument.exchange.trim().toUpperCase();
  if (exchange === "SMART") return ofRoute(instrument);
  if (CME_CODES.includes(exchange)) return ofFuture(instrument);
  return calendarNamed(instrument.exchange);
}

/** The same, or undefined where there is none: for whoever has other hours to fall back on. */
export function findCalendarOf(instrument: Listed): ExchangeCalendar | undefined {
  const exchange = instrument.exchange.trim().toUpperCase();
  // Asked for every instrument of every run: the error would look for a name that is near, only to be dropped.
  if (exchange !== "SMART" && !CME_CODES.includes(exchange)) return findCalendar(exchange);
  try {
    return calendarOf(instrument);
  } catch (error) {
    if (error instanceof CalendarError) return undefined;
    throw error;
  }
}

function ofRoute(instrument: Listed): ExchangeCalendar {
  const { symbol, timeZone, currency } = instrument;
  // New York is what an instrument has that says nothing of its zone; then its currency tells more.
  const name = BY_ZONE[timeZone] ?? (timeZone === "America/New_York" ? BY_CURRENCY[currency] : undefined);
  const found = name === undefined ? undefined : findCalendar(name);
  if (found !== undefined) return found;
  const hint = `SMART routes ${currency} stocks in ${timeZone} to several markets: name the exchange, such as XETR.`;
  throw new CalendarError("CALENDAR_ABSENT", { symbol, exchange: "SMART", hint });
}

function ofFuture(instrument: Listed): ExchangeCalendar {
  const { symbol, exchange } = instrument;
  const root = futureRoot(symbol).toUpperCase();
  if (EQUITY_ROOTS.includes(root)) return calendarNamed("CME-EQUITY");
  if (CURRENCY_ROOTS.includes(root)) return calendarNamed("CME-CURRENCY");
  const hint = `Calendars are there for share indexes (${EQUITY_ROOTS.join(", ")}) and currencies (such as 6E and 6J).`;
  throw new CalendarError("CALENDAR_ABSENT", { symbol, exchange, hint });
}
