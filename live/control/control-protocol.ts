import { DIFFERENCE_NAMES, type NameRequest, type SettleRequest } from "../session-control.js";
import { ControlError } from "./errors.js";

// One line of JSON a request, one line an answer, in the order of the requests of a connection.

export type ControlRequest =
  | { readonly command: "view" | "releaseKill" | "flatten" | "reconcile" }
  | { readonly command: "kill"; readonly reason: string; readonly flatten: boolean }
  | { readonly command: "adopt"; readonly symbol: string }
  | { readonly command: "adopt"; readonly ref: string }
  | ({ readonly command: "settle" } & SettleRequest)
  | ({ readonly command: "nameDifference" } & NameRequest)
  | { readonly command: "stop"; readonly flatten: boolean };

export type ControlAnswer =
  | { readonly ok: true; readonly answer: unknown }
  | { readonly ok: false; readonly code: string; readonly message: string };

/** Bytes of a request: more is none of ours. */
export const MOST_REQUEST = 65_536;

/** @throws ControlError CONTROL_REQUEST */
export function readRequest(line: string): ControlRequest {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new ControlError("CONTROL_REQUEST", { reason: "it is not JSON" }, error);
  }
  if (typeof value !== "object" || value === null || !("command" in value)) {
    throw new ControlError("CONTROL_REQUEST", { reason: "it names no command" });
  }
  const asked = value as Record<string, unknown>;
  const text = (name: string): string => {
    const found = asked[name];
    if (typeof found === "string" && found.trim() !== "") return found;
    throw new ControlError("CONTROL_REQUEST", { reason: `${name} is no text` });
  };
  const flag = (name: string): boolean => {
    const found = asked[name];
    if (typeof found === "boolean") return found;
    throw new ControlError("CONTROL_REQUEST", { reason: `${name} is neither true nor false` });
  };
  const number = (name: string): number => {
    const found = asked[name];
    if (typeof found === "number" && Number.isFinite(found)) return found;
    throw new ControlError("CONTROL_REQUEST", { reason: `${name} is no number` });
  };
  const { command } = asked;
  switch (command) {
    case "view":
    case "releaseKill":
    case "flatten":
    case "reconcile":
      return { command };
    case "kill":
      return { command, reason: text("reason"), flatten: flag("flatten") };
    case "adopt":
      return "ref" in asked ? { command, ref: text("ref") } : { command, symbol: text("symbol") };
    case "settle": {
      const ref = text("ref");
      if (asked.as === "gone") return { command, ref, as: "gone" };
      if (asked.as === "filled")
        return { command, ref, as: "filled", quantity: number("quantity"), price: number("price") };
      throw new ControlError("CONTROL_REQUEST", { reason: "as is neither gone nor filled" });
    }
    case "nameDifference": {
      const as = DIFFERENCE_NAMES.find((one) => one === asked.as);
      if (as === undefined) throw new ControlError("CONTROL_REQUEST", { reason: "as is no name of a difference" });
      return { command, symbol: text("symbol"), quantity: number("quantity"), as };
    }
    case "stop":
      return { command, flatten: flag("flatten") };
    default:
      throw new ControlError("CONTROL_REQUEST", { reason: `there is no command ${String(command)}` });
  }
}
