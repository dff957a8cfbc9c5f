import { contract } from "./asked-contract.js";

export const SYN1 = contract({ symbol: "SYN1", secType: "STK", exchange: "SMART", currency: "USD" });
export const SYN2 = contract({ symbol: "SYN2", secType: "STK", exchange: "SMART", currency: "USD" });

/** What an order says; what is left out is empty. */
export interface SaidOrder {
  readonly action?: string;
  readonly quantity?: number | string;
  readonly type?: string;
  readonly limit?: number | string;
  readonly aux?: number | string;
  readonly tif?: string;
  readonly oca?: string;
  readonly ocaType?: number;
  readonly model?: string;
  readonly account?: string;
  readonly ref?: string;
  readonly transmit?: number | string;
  readonly parent?: number;
  readonly outside?: number;
  readonly goodTill?: string;
  readonly whatIf?: number;
  readonly trailPercent?: number;
  readonly trailStop?: number;
  readonly lmtOffset?: number;
  readonly algo?: string;
  readonly eTradeOnly?: number;
  readonly of?: readonly (string | number)[];
}

/** placeOrder as its fields: 114 of them, where there is no conditional block. */
export function placeOrder(id: number, said: SaidOrder = {}): (string | number)[] {
  const { action = "BUY", quantity = 100, type = "MKT", limit = "", aux = "", tif = "DAY", oca = "" } = said;
  const { account = "", ref = "", transmit = 1, parent = 0, outside = 0, goodTill = "", whatIf = 0 } = said;
  const { trailPercent = "", trailStop = "", lmtOffset = "", algo = "", eTradeOnly = "", of = SYN1 } = said;
  const { ocaType = "", model = "" } = said;
  const none = (count: number): string[] => Array.from({ length: count }, () => "");
  const fields = [
    ...[3, id, ...of, "", "", action, quantity, type, limit, aux],
    ...[tif, oca, account, "", 0, ref, transmit, parent, 0, 0],
    ...["", 0, outside, 0],
    ...["", 0, "", goodTill, "", "", ""],
    ...[model, 0, "", -1, ocaType, "", "", 0],
    ...["", "", eTradeOnly, "", "", "", "", "", "", "", ""],
    ...["", "", "", "", ""],
    ...["", "", trailStop, trailPercent, "", "", ""],
    ...["", "", "", ""],
    ...["", "", "", 0, 0],
    ...(algo === "" ? [""] : [algo, 1, "speed", "fast"]),
    ...["", whatIf, "", 0, 0, 0],
    0,
    ...["", "", lmtOffset, "", "", "", ""],
    ...["", "", "", "", "", "", "", "", 0, 0, 0],
    ...none(6),
  ];
  return fields;
}
