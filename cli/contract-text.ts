import type { WallStretch } from "../brokers/ib/hours.js";
import type { ContractDetails } from "../brokers/tws/contracts/contract-details.js";
import type { ContractHours } from "../brokers/tws/contracts/contract-hours.js";
import type { PriceSteps } from "../brokers/tws/contracts/price-steps.js";
import { isoDate } from "../core/calendar/calendar-date.js";
import { DAY, type Instant, MINUTE } from "../core/market/bar-size.js";
import { duration, utc } from "../data/checks/words.js";
import type { FoundContract } from "./kept-contracts.js";

/** Contracts to choose from. Ends with a newline. */
export function candidatesText(symbol: string, candidates: readonly string[]): string {
  const rows = candidates.map((one) => `  ${one}`).join("\n");
  return `${symbol} may be each of these; choose one with --number or --primary, and for good with --choose:\n\n${rows}\n`;
}

/** A contract for a terminal. Ends with a newline. */
export function contractText({ details, steps, hours }: FoundContract, fetchedAt: Instant, isChosen: boolean): string {
  const { conId, localSymbol, symbol, name, secType, exchange, primaryExchange, currency } = details;
  const rows: [string, string][] = [
    ["number", String(conId)],
    ["kind", details.stockType === "" ? secType : `${secType}, ${details.stockType}`],
    [
      "exchange",
      primaryExchange === "" || primaryExchange === exchange ? exchange : `${exchange}, listed at ${primaryExchange}`,
    ],
    ["currency", currency],
    ...(details.multiplier === 1 ? [] : [["multiplier", String(details.multiplier)] as [string, string]]),
    ...(details.lastTradeDate === "" ? [] : [["last trade", lastTrade(details)] as [string, string]]),
    ["price step", stepsText(steps)],
    ...(details.sizeIncrement > 0 ? [["quantity step", String(details.sizeIncrement)] as [string, string]] : []),
    ["time zone", hours.timeZone],
    ["asked", askedText(fetchedAt)],
    ...(isChosen ? [["chosen", "data fetch takes this contract from now on"] as [string, string]] : []),
  ];
  const title = name === "" || name === symbol ? localSymbol || symbol : `${localSymbol || symbol}  ${name}`;
  const lines = rows.map(([label, value]) => `  ${label.padEnd(14)}${value}`);
  const days = hours.liquid.dates.map((date) => `  ${isoDate(date)}  ${dayText(date, hours)}`);
  return `${[title, ...lines, "", "  date        regular      all hours", ...days].join("\n")}\n`;
}

function askedText(fetchedAt: Instant): string {
  const age = Date.now() - fetchedAt;
  if (age < MINUTE) return "just now";
  return `${duration(Math.floor(age / MINUTE) * MINUTE)} ago, on ${utc(fetchedAt - (fetchedAt % MINUTE))}`;
}

function lastTrade({ lastTradeDate, lastTradeTime }: ContractDetails): string {
  const date = /^\d{8}$/.test(lastTradeDate) ? isoDate(Number(lastTradeDate)) : lastTradeDate;
  return lastTradeTime === "" ? date : `${date} ${lastTradeTime}`;
}

/** "0.01", or "0.0001, from 1 on 0.01". */
function stepsText({ increments, isExact }: PriceSteps): string {
  const text = increments
    .map(({ lowEdge, increment }, i) => (i === 0 ? String(increment) : `from ${lowEdge} on ${increment}`))
    .join(", ");
  return isExact ? text : `${text} (the smallest of all exchanges)`;
}

function dayText(date: number, { liquid, trading }: ContractHours): string {
  const of = (stretches: readonly WallStretch[]): string => {
    const own = stretches.filter((one) => one.date === date).map((one) => `${clock(one.start)}-${clock(one.end)}`);
    return own.length === 0 ? "closed" : own.join(" ");
  };
  return `${of(liquid.stretches).padEnd(11)}  ${of(trading.stretches)}`;
}

function clock(wall: number): string {
  const minutes = Math.floor((wall - Math.floor(wall / DAY) * DAY) / MINUTE);
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}
