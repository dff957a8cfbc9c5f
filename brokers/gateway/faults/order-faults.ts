import type { FieldRule } from "./fault-fields.js";
import type { FaultKind, FaultKinds } from "./fault-kind.js";
import type { OrderFault, StatusFault } from "./fault-state.js";
import { LATE_FAULTS } from "./late-faults.js";

const ORDERS: FieldRule = { kind: "whole number", fallback: 1, says: "how many orders" };

/** Faults of orders and of what is told of them. */
export const ORDER_FAULTS: FaultKinds = {
  "reject-order": {
    says: "New orders are rejected.",
    fields: {
      code: { kind: "whole number", fallback: 201, says: "the error's code" },
      text: { kind: "text", fallback: "Order rejected - reason:The exchange is closed.", says: "the error's text" },
      times: ORDERS,
    },
    begin: ({ state }, fields) => {
      const fault: OrderFault = {
        kind: "reject",
        code: fields.number("code"),
        text: fields.text("text"),
        badJson: false,
      };
      state.addOrder(fault, fields.number("times"));
    },
  },
  "bad-reject": {
    says: "New orders are rejected, with an advanced reject that is no JSON.",
    fields: { times: ORDERS },
    begin: ({ state }, fields) => {
      const text = "Order rejected - reason:The exchange is closed.";
      state.addOrder({ kind: "reject", code: 201, text, badJson: true }, fields.number("times"));
    },
  },
  "lose-order": order("New orders vanish: nothing is answered, and nobody will ever find a trace of them.", {
    kind: "lose",
  }),
  "lose-answer": order("New orders are taken and filled, and nothing is ever told of them unless it is asked for.", {
    kind: "lose-answer",
  }),
  "late-answer": {
    says: "New orders are taken and filled, and what becomes of them is told later.",
    fields: { after: { kind: "duration", fallback: "8s", says: "how late" }, times: ORDERS },
    begin: ({ state }, fields) =>
      state.addOrder({ kind: "late-answer", ms: fields.number("after") }, fields.number("times")),
  },
  "double-answer": order("Everything about new orders is told twice.", { kind: "double-answer" }),
  "preset-tif": order(
    "New orders are told that a preset has set their time in force (10349), flash as cancelled, and live.",
    {
      kind: "preset",
    },
  ),
  "duplicate-statuses": statuses("Every message about orders comes twice.", "duplicate"),
  "reorder-statuses": statuses(
    "States of orders come in the wrong order: Submitted before PreSubmitted, the status before its execution.",
    "reorder",
  ),
  "fill-first": statuses("A fill's status comes before its execution.", "fill-first"),
  "fill-without-status": statuses("A fill is told by its execution alone, without a status.", "fill-without-status"),
  "fill-while-disconnected": {
    says: "All sockets are closed as soon as the next order has been taken: it fills while nobody is there.",
    fields: {},
    begin: (target) => target.afterNextOrder(() => target.disconnect("end")),
  },
  "no-perm-ids": toggle("Orders have the permanent id 0.", "hasNoPermIds", "1h"),
  "missing-ends": toggle("The ends of lists are not told.", "hidesEnds", "1h"),
  "read-only": toggle(
    "The API is in read-only mode: orders, cancels and the lists of orders are refused with 321.",
    "isReadOnly",
    "1h",
  ),
  "deaf-to-time": toggle(
    "A question for the time is not answered where it repeats one of the last second.",
    "isDeafToTime",
    "1h",
  ),
  ...LATE_FAULTS,
  "manual-order": {
    says: "An order is made by hand in TWS.",
    fields: {
      symbol: { kind: "text", fallback: undefined, says: "its symbol" },
      action: { kind: ["BUY", "SELL"], fallback: "BUY", says: "its side" },
      quantity: { kind: "number", fallback: 100, says: "its units" },
      limit: { kind: "number", fallback: "", says: "its limit; without, it is a market order" },
    },
    begin: (target, fields) =>
      target.placeByHand({
        symbol: fields.text("symbol"),
        action: fields.text("action"),
        quantity: fields.number("quantity"),
        limit: fields.optional("limit"),
      }),
  },
};

function order(says: string, fault: OrderFault): FaultKind {
  return {
    says,
    fields: { times: ORDERS },
    begin: ({ state }, fields) => state.addOrder(fault, fields.number("times")),
  };
}

function statuses(says: string, how: StatusFault): FaultKind {
  return {
    says,
    fields: {},
    lasts: "1h",
    begin: ({ state }) => {
      state.statuses = how;
    },
    end: ({ state }) => {
      state.statuses = undefined;
    },
  };
}

function toggle(
  says: string,
  what: "hasNoPermIds" | "hidesEnds" | "isReadOnly" | "isDeafToTime",
  lasts: string,
): FaultKind {
  return {
    says,
    fields: {},
    lasts,
    begin: ({ state }) => {
      state[what] = true;
    },
    end: ({ state }) => {
      state[what] = false;
    },
  };
}
