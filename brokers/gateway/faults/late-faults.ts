import type { FieldRule } from "./fault-fields.js";
import type { FaultKind, FaultKinds } from "./fault-kind.js";

const CANCELS: FieldRule = { kind: "whole number", fallback: 1, says: "how many cancels" };
const CHANGES: FieldRule = { kind: "whole number", fallback: 1, says: "how many changes" };
const LATE: FieldRule = { kind: "duration", fallback: "3s", says: "how late" };

/** Faults of a broker that is late with what it does by itself and with what it is asked for, or refuses it. */
export const LATE_FAULTS: FaultKinds = {
  "late-cut": {
    says: "When one of a group or of a bracket's exits has filled, the others are cancelled later, and may fill before.",
    fields: { after: LATE },
    lasts: "1h",
    begin: ({ state }, fields) => {
      state.cutDelay = fields.number("after");
    },
    end: ({ state }) => {
      state.cutDelay = 0;
    },
  },
  "late-shrink": shrink(
    "What one of a group or of a bracket's exits fills in part is taken from the others later; exits follow the size of their entry later.",
    { after: LATE },
    (after) => after,
  ),
  "no-shrink": shrink(
    "What one of a group or of a bracket's exits fills in part is never taken from the others; exits do not follow the size of their entry.",
    {},
    () => Infinity,
  ),
  "refuse-cancel": {
    says: "Cancels are refused, and their orders work on; a later cancel is taken.",
    fields: { code: { kind: "whole number", fallback: 161, says: "the error's code" }, times: CANCELS },
    begin: ({ state }, fields) => {
      const text = "Cancel attempted when order is not in a cancellable state.";
      state.addCancel({ kind: "refuse", code: fields.number("code"), text }, fields.number("times"));
    },
  },
  "late-cancel": {
    says: "Cancels are taken and take effect later: until then their orders may fill.",
    fields: { after: LATE, times: CANCELS },
    begin: ({ state }, fields) => state.addCancel({ kind: "late", ms: fields.number("after") }, fields.number("times")),
  },
  "refuse-change": {
    says: "Changes are refused, and their orders stay as they were.",
    fields: {
      code: { kind: "whole number", fallback: 201, says: "the error's code" },
      text: { kind: "text", fallback: "Order rejected - reason:The exchange is closed.", says: "the error's text" },
      times: CHANGES,
    },
    begin: ({ state }, fields) => {
      const [code, text] = [fields.number("code"), fields.text("text")];
      state.addChange({ kind: "refuse", code, text }, fields.number("times"));
    },
  },
  "late-change": {
    says: "Changes are taken and take effect later: until then their orders may fill as they were.",
    fields: { after: LATE, times: CHANGES },
    begin: ({ state }, fields) => state.addChange({ kind: "late", ms: fields.number("after") }, fields.number("times")),
  },
};

function shrink(says: string, fields: FaultKind["fields"], delay: (after: number) => number): FaultKind {
  return {
    says,
    fields,
    lasts: "1h",
    begin: ({ state }, given) => {
      state.shrinkDelay = delay(given.number("after"));
    },
    end: ({ state }) => {
      state.shrinkDelay = 0;
    },
  };
}
