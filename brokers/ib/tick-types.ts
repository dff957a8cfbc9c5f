/** The ids of ticks as IB numbers them: price, size, generic (a number) or string. */
export const TICK_TYPES = {
  bidSize: 0,
  bid: 1,
  ask: 2,
  askSize: 3,
  last: 4,
  lastSize: 5,
  high: 6,
  low: 7,
  volume: 8,
  close: 9,
  open: 14,
  averageVolume: 21,
  optionHistoricalVolatility: 23,
  optionImpliedVolatility: 24,
  markPrice: 37,
  /** Seconds since 1970 as a string. */
  lastTimestamp: 45,
  shortable: 46,
  /** "price;size;time in ms;total volume;vwap;single trade" */
  rtVolume: 48,
  halted: 49,
  delayedBid: 66,
  delayedAsk: 67,
  delayedLast: 68,
  delayedBidSize: 69,
  delayedAskSize: 70,
  delayedLastSize: 71,
  delayedHigh: 72,
  delayedLow: 73,
  delayedVolume: 74,
  delayedClose: 75,
  delayedOpen: 76,
  rtTradeVolume: 77,
  lastExchange: 84,
  lastRegulatoryTime: 85,
  delayedLastTimestamp: 88,
  shortableShares: 89,
  delayedHalted: 90,
} as const;

export type TickName = keyof typeof TICK_TYPES;

/** What delayed data (types 3 and 4) sends in the place of a live tick. */
export const DELAYED_TICK: ReadonlyMap<number, number> = new Map([
  [TICK_TYPES.bid, TICK_TYPES.delayedBid],
  [TICK_TYPES.ask, TICK_TYPES.delayedAsk],
  [TICK_TYPES.last, TICK_TYPES.delayedLast],
  [TICK_TYPES.bidSize, TICK_TYPES.delayedBidSize],
  [TICK_TYPES.askSize, TICK_TYPES.delayedAskSize],
  [TICK_TYPES.lastSize, TICK_TYPES.delayedLastSize],
  [TICK_TYPES.high, TICK_TYPES.delayedHigh],
  [TICK_TYPES.low, TICK_TYPES.delayedLow],
  [TICK_TYPES.volume, TICK_TYPES.delayedVolume],
  [TICK_TYPES.close, TICK_TYPES.delayedClose],
  [TICK_TYPES.open, TICK_TYPES.delayedOpen],
  [TICK_TYPES.lastTimestamp, TICK_TYPES.delayedLastTimestamp],
  [TICK_TYPES.halted, TICK_TYPES.delayedHalted],
]);

/** Of a price tick, the size that comes with it. */
export const SIZE_OF_PRICE: ReadonlyMap<number, number> = new Map([
  [TICK_TYPES.bid, TICK_TYPES.bidSize],
  [TICK_TYPES.ask, TICK_TYPES.askSize],
  [TICK_TYPES.last, TICK_TYPES.lastSize],
  [TICK_TYPES.delayedBid, TICK_TYPES.delayedBidSize],
  [TICK_TYPES.delayedAsk, TICK_TYPES.delayedAskSize],
  [TICK_TYPES.delayedLast, TICK_TYPES.delayedLastSize],
]);

/** Values of the halted tick. */
export const HALTED = {
  /** Frozen data does not say. */
  unknown: -1,
  no: 0,
  /** News pending or by the regulator. */
  general: 1,
  /** Limit up, limit down. */
  volatility: 2,
} as const;

/** What `reqMarketDataType` asks for and `marketDataType` tells. Only live data trades. */
export const MARKET_DATA_TYPES = { live: 1, frozen: 2, delayed: 3, delayedFrozen: 4 } as const;

/** A bid, ask or last of this means that there is none. */
export const NO_PRICE = -1;
