import type { Sessions } from "../../../core/calendar/sessions.js";
import { futureRoot } from "../../../core/market/future-root.js";
import type { Instrument } from "../../../core/market/instrument.js";
import { SEC_TYPE_OF } from "../../ib/products.js";
import type { SecType } from "../../ib/what-to-show.js";
import type { GatewayData } from "../gateway-data.js";
import { ibZoneId, type ZoneTimes } from "../zones.js";

/** An instrument as IB lists it. */
export interface Listing {
  readonly instrument: Instrument;
  readonly conId: number;
  readonly symbol: string;
  readonly secType: SecType;
  /** yyyymmdd; empty for what does not expire. */
  readonly lastTradeDate: string;
  /** 0 for what has none. */
  readonly strike: number;
  /** "C", "P" or nothing. */
  readonly right: string;
  /** Empty where it is 1 and IB shows none. */
  readonly multiplier: string;
  /** Where orders go by default. */
  readonly exchange: string;
  readonly primaryExchange: string;
  readonly validExchanges: readonly string[];
  readonly currency: string;
  readonly localSymbol: string;
  readonly tradingClass: string;
  readonly longName: string;
  readonly stockType: string;
  /** Symbol and kind of the underlying; empty for what has none. */
  readonly underlying: string;
  readonly zone: ZoneTimes;
  readonly zoneId: string;
  readonly sessions: Sessions;
  /** yyyymmdd of each session. */
  readonly tradeDates: Int32Array;
  readonly extendedSessions: Sessions;
}

const STOCK_EXCHANGES = ["SMART", "AMEX", "NYSE", "ARCA", "ISLAND", "BATS", "IEX"];

/** Every instrument of the data as a listing, by its index. Ids are the same whenever the same symbol is listed. */
export function listAll(data: GatewayData): Listing[] {
  const taken = new Set<number>();
  return data.instruments.map((instrument, index) => {
    const sessions = data.sessions[index];
    const base = {
      instrument,
      conId: freeId(`${instrument.symbol} ${instrument.assetClass}`, taken),
      secType: SEC_TYPE_OF[instrument.assetClass],
      lastTradeDate: "",
      strike: 0,
      right: "",
      multiplier: "",
      currency: instrument.currency,
      longName: instrument.symbol,
      stockType: "",
      underlying: "",
      zone: data.zoneOf(instrument.timeZone),
      zoneId: ibZoneId(instrument.timeZone),
      sessions,
      tradeDates: data.tradeDates[index],
      extendedSessions: sessions.extended,
    };
    return { ...base, ...particulars(instrument) };
  });
}

type Particulars = Pick<
  Listing,
  "symbol" | "exchange" | "primaryExchange" | "validExchanges" | "localSymbol" | "tradingClass"
> &
  Partial<Listing>;

function particulars(instrument: Instrument): Particulars {
  const { symbol, assetClass } = instrument;
  if (assetClass === "forex") return forex(instrument);
  if (assetClass === "future") return future(instrument);
  if (assetClass === "option") return option(instrument);
  // An index of the samples is traded as if it were a fund, so it is listed as one.
  const isFund = assetClass === "etf" || assetClass === "index";
  return {
    symbol,
    secType: "STK",
    exchange: "SMART",
    primaryExchange: isFund ? "ARCA" : "NYSE",
    validExchanges: STOCK_EXCHANGES,
    localSymbol: symbol,
    tradingClass: symbol,
    stockType: isFund ? "ETF" : "COMMON",
  };
}

function forex({ symbol, currency }: Instrument): Particulars {
  const first = symbol.slice(0, 3);
  const pair = `${first}.${currency}`;
  return {
    symbol: first,
    exchange: "IDEALPRO",
    primaryExchange: "IDEALPRO",
    validExchanges: ["IDEALPRO"],
    localSymbol: pair,
    tradingClass: pair,
    longName: `${first} against ${currency}`,
  };
}

function future({ symbol, exchange, future: terms, multiplier }: Instrument): Particulars {
  const root = futureRoot(symbol);
  return {
    symbol: root,
    exchange,
    primaryExchange: "",
    validExchanges: [exchange],
    localSymbol: symbol,
    tradingClass: root,
    lastTradeDate: (terms?.expiry ?? "").replaceAll("-", ""),
    multiplier: String(multiplier),
    underlying: root,
  };
}

function option({ symbol, option: terms, multiplier }: Instrument): Particulars {
  const underlying = terms?.underlying ?? symbol;
  return {
    symbol: underlying,
    exchange: "SMART",
    primaryExchange: "",
    validExchanges: ["SMART", "CBOE", "AMEX", "ISE", "PHLX"],
    localSymbol: symbol,
    tradingClass: underlying,
    lastTradeDate: (terms?.expiry ?? "").replaceAll("-", ""),
    strike: terms?.strike ?? 0,
    right: terms === undefined ? "" : terms.right === "call" ? "C" : "P",
    multiplier: String(multiplier),
    underlying,
  };
}

/** A number from 100,000,001 on that follows from the name alone, unless another one has it. */
function freeId(name: string, taken: Set<number>): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  let id = 100_000_001 + ((hash >>> 0) % 600_000_000);
  while (taken.has(id)) id++;
  taken.add(id);
  return id;
}
