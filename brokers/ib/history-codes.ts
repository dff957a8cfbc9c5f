import type { IbCodeTable } from "./code.js";

/** Codes of historical bars, ticks, schedules and head timestamps. */
export const HISTORY_CODES = {
  162: {
    area: "history",
    class: "request-retry",
    says: "The historical data service refused; its text says why.",
    remedy: "Look at the text; ask again later, for less at once.",
    cases: [
      {
        text: /no data of type/i,
        class: "request-failed",
        says: "The exchange has no data of that kind for products of this type.",
        remedy: "Ask for another kind: currencies have no trades, for one.",
      },
      {
        text: /returned no data|no historical data(?! query)/i,
        class: "no-data",
        says: "There are no bars in this interval.",
        remedy: "Nothing: the interval is empty, and remembered as such when it lies in the past.",
      },
      {
        text: /pacing violation/i,
        class: "pacing",
        says: "Too many historical requests in too short a time.",
        remedy: "Wait 15 s, then longer up to ten minutes; check whether another program uses the same account.",
      },
      {
        text: /different IP address/i,
        class: "connection-fatal",
        says: "The account is logged in from another address, and that session has the data.",
        remedy: "Log the other session out; history is not asked for again until then.",
      },
      {
        text: /permission/i,
        class: "request-failed",
        says: "The account has no market data subscription for this contract, without which there is no history either.",
        remedy: "Subscribe to the exchange in Client Portal.",
      },
      {
        text: /query cancell?ed/i,
        class: "notice",
        says: "The request was cancelled, as asked.",
        remedy: "Nothing.",
      },
      {
        text: /invalid step|invalid duration|exceed max|time length/i,
        class: "request-too-large",
        says: "The interval is too long for bars of this size.",
        remedy: "The chunk is halved and asked for again.",
      },
    ],
  },
  165: {
    area: "history",
    class: "notice",
    says: "The historical data service says how far it is; the end may never come.",
    remedy: "Wait until the time-out, then cancel and ask again.",
  },
  166: {
    area: "history",
    class: "request-failed",
    says: "The contract has expired too long ago: futures are kept for two years, options not at all.",
    remedy: "Take the history from another source.",
  },
  366: {
    area: "history",
    class: "notice",
    says: "There is no historical request of this id (any more): the answer and the cancel have crossed.",
    remedy: "Nothing.",
  },
  386: {
    area: "history",
    class: "request-failed",
    says: "The id is in use by another historical request.",
    remedy: "Ask again under a new id; this is a bug worth reporting.",
  },
  10182: {
    area: "history",
    class: "subscription-retry",
    says: "Bars that were to keep up to date have stopped, and never revive by themselves.",
    remedy: "Ask for them again, and fill the gap from history.",
  },
  10187: {
    area: "history",
    class: "request-failed",
    says: "Historical ticks were refused, mostly for want of a subscription.",
    remedy: "Subscribe to the exchange in Client Portal.",
  },
  10295: {
    area: "history",
    class: "request-failed",
    says: "A schedule is told for days only.",
    remedy: "Ask for it with bars of 1 day.",
  },
  10299: {
    area: "history",
    class: "request-failed",
    says: "This product has no data of that kind; the text names the kind to ask for.",
    remedy: "Use the kind that the text names.",
  },
  10314: {
    area: "history",
    class: "request-failed",
    says: "A date, time or time zone cannot be read.",
    remedy: "Write UTC with a dash, as in 20260105-15:00:00; this is a bug worth reporting.",
  },
  10339: {
    area: "history",
    class: "request-failed",
    says: "A continuous future cannot be asked for up to a date, so its history cannot be fetched in parts.",
    remedy: "Use dated contracts.",
  },
} as const satisfies IbCodeTable;
