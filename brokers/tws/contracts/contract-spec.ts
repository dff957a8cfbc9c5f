import { isoDate } from "../../../core/calendar/calendar-date.js";
import type { Instrument, InstrumentSpec } from "../../../core/market/instrument.js";
import type { ContractDetails } from "./contract-details.js";

/** An instrument as its contract has it, but for the step of its prices and the zone of its hours. */
export function contractSpec(
  { symbol, assetClass, exchange }: Instrument,
  { stockType, currency, multiplier, lastTradeDate }: ContractDetails,
): Omit<InstrumentSpec, "tickSize" | "timeZone"> {
  return {
    symbol,
    assetClass: assetClass === "stock" && stockType === "ETF" ? "etf" : assetClass,
    exchange,
    currency,
    multiplier,
    ...(assetClass === "future" &&
      /^\d{8}$/.test(lastTradeDate) && { future: { expiry: isoDate(Number(lastTradeDate)) } }),
  };
}
