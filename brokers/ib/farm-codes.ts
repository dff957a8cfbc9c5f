import type { IbCodeTable } from "./code.js";

/** Codes about IB's data farms. The text ends with the farm's name, as in "Market data farm connection is OK:usfarm". */
export const FARM_CODES = {
  2103: {
    area: "farm",
    class: "farm-broken",
    says: "A market data farm is out of reach: quotes of its instruments stop.",
    remedy: "Wait for 2104; after 30 s its instruments take no orders.",
  },
  2104: {
    area: "farm",
    class: "farm-ok",
    says: "A market data farm is connected.",
    remedy: "Nothing, unless it was broken: then verify or renew its streams.",
  },
  2105: {
    area: "farm",
    class: "farm-broken",
    says: "The historical data farm is out of reach: history waits, and bars that keep up to date may die for good.",
    remedy: "Wait for 2106, then renew the bars that keep up to date.",
  },
  2106: {
    area: "farm",
    class: "farm-ok",
    says: "The historical data farm is connected.",
    remedy: "Nothing, unless it was broken: then renew what was being fetched.",
  },
  2107: {
    area: "farm",
    class: "notice",
    says: "The historical data farm is idle and connects when something is asked for.",
    remedy: "Nothing.",
  },
  2108: {
    area: "farm",
    class: "notice",
    says: "A market data farm is idle and connects when something is asked for.",
    remedy: "Nothing.",
  },
  2119: {
    area: "farm",
    class: "notice",
    says: "A market data farm is being connected.",
    remedy: "Nothing; requests sent before 2104 may be dropped without a word.",
  },
  2157: {
    area: "farm",
    class: "farm-broken",
    says: "The security definition farm is out of reach: contract details are not answered.",
    remedy: "Wait for 2158.",
  },
  2158: {
    area: "farm",
    class: "farm-ok",
    says: "The security definition farm is connected.",
    remedy: "Nothing, unless it was broken: then ask again for the contract details that are missing.",
  },
} as const satisfies IbCodeTable;
