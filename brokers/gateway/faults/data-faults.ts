import type { FieldRule } from "./fault-fields.js";
import type { FaultKinds } from "./fault-kind.js";
import type { HistoryFault } from "./fault-state.js";

const ANSWERS: FieldRule = { kind: "whole number", fallback: 1, says: "how many answers" };

/** Faults of quotes and of history. */
export const DATA_FAULTS: FaultKinds = {
  "no-prices": {
    says: "Quotes say -1 with size 0.",
    fields: {},
    lasts: "1min",
    begin: (target) => {
      target.state.hasNoPrices = true;
      target.refreshQuotes();
    },
    end: (target) => {
      target.state.hasNoPrices = false;
      target.refreshQuotes();
    },
  },
  "crossed-quotes": spread("Bids stand above asks.", -1, {
    kind: "number",
    fallback: 0.001,
    says: "how far, as a fraction of the ask",
  }),
  "wide-quotes": spread("Bids stand far below asks.", 1, {
    kind: "number",
    fallback: 0.03,
    says: "how far, as a fraction of the ask",
  }),
  "frozen-quotes": {
    says: "Streams of quotes, ticks and bars stand still without a word.",
    fields: {},
    lasts: "5min",
    begin: ({ state }) => {
      state.areQuotesFrozen = true;
    },
    end: ({ state }) => {
      state.areQuotesFrozen = false;
    },
  },
  "old-quotes": {
    says: "Streams of quotes, ticks and bars stand still without a word, and quotes that are asked for anew are those of the beginning.",
    fields: {},
    lasts: "5min",
    begin: (target) => {
      target.state.tellsOldQuotes = true;
      target.refreshQuotes();
      target.state.areQuotesFrozen = true;
    },
    end: (target) => {
      target.state.tellsOldQuotes = false;
      target.state.areQuotesFrozen = false;
      target.refreshQuotes();
    },
  },
  "delayed-data": {
    says: "Quotes are delayed by a quarter of an hour (10167, type 3).",
    fields: {},
    lasts: "1h",
    begin: (target) => {
      target.state.forcedDataType = 3;
      target.refreshQuotes();
    },
    end: (target) => {
      target.state.forcedDataType = 0;
      target.refreshQuotes();
    },
  },
  "frozen-data": {
    says: "Quotes are of the frozen kind (type 2).",
    fields: {},
    lasts: "5min",
    begin: (target) => {
      target.state.forcedDataType = 2;
      target.refreshQuotes();
    },
    end: (target) => {
      target.state.forcedDataType = 0;
      target.refreshQuotes();
    },
  },
  "competing-session": {
    says: "Another session of the same user has the data: 10197, and quotes stop.",
    fields: {},
    lasts: "5min",
    begin: (target) => {
      target.state.isCompeting = true;
      target.refreshQuotes();
    },
    end: (target) => {
      target.state.isCompeting = false;
      target.refreshQuotes();
    },
  },
  halt: {
    says: "The halted tick (49) says that trading is halted, and at the end that it goes on.",
    fields: { value: { kind: "whole number", fallback: 1, says: "1 by the regulator, 2 by limit up and limit down" } },
    lasts: "5min",
    begin: (target, fields) => {
      target.state.halted = fields.number("value");
      target.refreshQuotes();
    },
    end: (target) => {
      target.state.halted = 0;
      target.refreshQuotes();
    },
  },
  "live-bars-die": {
    says: "Bars that keep up to date die with 10182 and never revive.",
    fields: {},
    begin: (target) => target.killLiveBars(),
  },
  "history-silence": history("Historical requests are never answered.", {}, () => ({ kind: "silence" })),
  "history-error": history(
    "Historical requests are answered by an error.",
    {
      code: { kind: "whole number", fallback: 162, says: "its code" },
      text: {
        kind: "text",
        fallback: "Historical Market Data Service error message:Historical data request pacing violation",
        says: "its text",
      },
    },
    (fields) => ({ kind: "error", code: fields.number("code"), text: fields.text("text") }),
  ),
  "history-late": history(
    "Historical answers come late, even to requests that were cancelled meanwhile.",
    { after: { kind: "duration", fallback: "70s", says: "how late" } },
    (fields) => ({ kind: "late", ms: fields.number("after") }),
  ),
  "history-duplicates": history("Historical answers hold two of their bars twice.", {}, () => ({ kind: "duplicates" })),
  "history-hole": history("Historical answers lack a tenth of their bars, in the middle.", {}, () => ({
    kind: "hole",
  })),
};

/** Quotes whose bid lies elsewhere than the market's, and whose ask is that of the market. */
function spread(says: string, side: number, by: FieldRule): FaultKinds[string] {
  return {
    says,
    fields: { by },
    lasts: "1min",
    begin: (target, fields) => {
      target.state.spread = side * fields.number("by");
      target.refreshQuotes();
    },
    end: (target) => {
      target.state.spread = Number.NaN;
      target.refreshQuotes();
    },
  };
}

function history(
  says: string,
  fields: FaultKinds[string]["fields"],
  make: (fields: Parameters<FaultKinds[string]["begin"]>[1]) => HistoryFault,
): FaultKinds[string] {
  return {
    says,
    fields: { ...fields, times: ANSWERS },
    begin: ({ state }, given) => state.addHistory(make(given), given.number("times")),
  };
}
