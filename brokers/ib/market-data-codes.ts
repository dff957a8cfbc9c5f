import type { IbCodeTable } from "./code.js";

/** Codes of streams: quotes, ticks, depth, real-time bars, P&L. */
export const MARKET_DATA_CODES = {
  101: {
    area: "market data",
    class: "subscription-failed",
    says: "All market data lines are taken; TWS windows and other clients count as well.",
    remedy: "End streams that nobody needs, close watchlists in TWS, or buy quote boosters.",
  },
  102: {
    area: "market data",
    class: "subscription-retry",
    says: "The request id is in use by another stream.",
    remedy: "Ask again under a new id; this is a bug worth reporting.",
  },
  300: {
    area: "market data",
    class: "notice",
    says: "The stream that was to be ended does not exist (any more).",
    remedy: "Nothing.",
  },
  309: {
    area: "market data",
    class: "subscription-failed",
    says: "The number of market depth streams is used up (3 for most accounts).",
    remedy: "End another depth stream first.",
  },
  310: {
    area: "market data",
    class: "notice",
    says: "There is no stream of market depth with this id to cancel.",
    remedy: "Nothing: it has ended already.",
  },
  316: {
    area: "market data",
    class: "subscription-retry",
    says: "Market depth was halted.",
    remedy: "Subscribe to it again.",
  },
  317: {
    area: "market data",
    class: "notice",
    says: "Market depth was reset.",
    remedy: "Empty the book before the next entries are applied.",
  },
  354: {
    area: "market data",
    class: "subscription-failed",
    says: "The account has no subscription for this market data, and delayed data is not available either.",
    remedy: "Subscribe to the exchange in Client Portal, or ask for delayed data (type 3) where quotes need not trade.",
  },
  414: {
    area: "market data",
    class: "request-failed",
    says: "A snapshot cannot have generic ticks.",
    remedy: "Leave the list of generic ticks empty, or subscribe instead.",
  },
  420: {
    area: "market data",
    class: "subscription-retry",
    says: "Real-time bars or ticks were refused.",
    remedy: "Wait and ask again more slowly.",
    cases: [
      {
        text: /permission/i,
        class: "subscription-failed",
        says: "The account has no permission for real-time bars or ticks of this contract.",
        remedy: "Subscribe to the exchange in Client Portal.",
      },
    ],
  },
  2174: {
    area: "market data",
    class: "notice",
    says: "A date without a time zone was sent; TWS read it in its own zone.",
    remedy: "Send UTC with a dash, as in 20260105-15:00:00.",
  },
  10089: {
    area: "market data",
    class: "subscription-failed",
    says: "This market data needs another subscription for use through the API; delayed data is available.",
    remedy: "Subscribe to it in Client Portal, or ask for delayed data (type 3) where quotes need not trade.",
  },
  10090: {
    area: "market data",
    class: "notice",
    says: "A part of the requested market data is not subscribed; the rest comes.",
    remedy: "Leave out the generic ticks that are not needed, or subscribe to them.",
  },
  10091: {
    area: "market data",
    class: "notice",
    says: "A part of the requested market data needs another subscription for use through the API; the rest comes.",
    remedy: "Leave out the generic ticks that are not needed, or subscribe to them.",
  },
  10167: {
    area: "market data",
    class: "subscription-degraded",
    says: "The market data is not subscribed; delayed data is shown instead.",
    remedy: "Subscribe to the exchange in Client Portal: no order is made on delayed data.",
  },
  10168: {
    area: "market data",
    class: "subscription-failed",
    says: "The market data is not subscribed, and delayed data is not switched on.",
    remedy: "Subscribe to the exchange in Client Portal.",
  },
  10185: {
    area: "market data",
    class: "notice",
    says: "The P&L stream that was to be ended does not exist.",
    remedy: "Nothing.",
  },
  10186: {
    area: "market data",
    class: "subscription-failed",
    says: "The market data is not subscribed, and delayed data is not switched on.",
    remedy: "Subscribe to the exchange in Client Portal.",
    cases: [
      {
        text: /cancel/i,
        class: "notice",
        says: "The P&L stream of a position that was to be ended does not exist.",
        remedy: "Nothing.",
      },
    ],
  },
  10189: {
    area: "market data",
    class: "subscription-retry",
    says: "Tick-by-tick data was refused.",
    remedy: "Ask once more when the farm is connected.",
    cases: [
      {
        text: /permission/i,
        class: "subscription-failed",
        says: "The account has no permission for tick-by-tick data of this contract.",
        remedy: "Subscribe to the exchange in Client Portal.",
      },
    ],
  },
  10190: {
    area: "market data",
    class: "subscription-failed",
    says: "The number of tick-by-tick streams is used up (one for every 20 lines).",
    remedy: "End another one first.",
  },
  10197: {
    area: "market data",
    class: "subscription-degraded",
    says: "Another session of the same user has the live market data, such as a phone or a live TWS beside a paper one.",
    remedy: "Log the other session out; the stream is asked for again every minute, and no order is made meanwhile.",
  },
  10225: {
    area: "market data",
    class: "subscription-retry",
    says: "A trade was busted and the real-time bars were ended.",
    remedy: "Subscribe to them again at once.",
  },
} as const satisfies IbCodeTable;
