import type { AssetClass } from "../../../core/market/instrument.js";
import type { ClientSession } from "./client-session.js";

/** IB's data farms, as far as the gateway has them. */
export const FARMS = ["usfarm", "usfuture", "cashfarm", "ushmds", "secdefil"] as const;
export type Farm = (typeof FARMS)[number];

/** Which farm quotes an instrument. */
export function quoteFarm(assetClass: AssetClass): Farm {
  if (assetClass === "future") return "usfuture";
  return assetClass === "forex" ? "cashfarm" : "usfarm";
}

const OK: Readonly<Record<Farm, readonly [code: number, text: string]>> = {
  usfarm: [2104, "Market data farm connection is OK:usfarm"],
  usfuture: [2104, "Market data farm connection is OK:usfuture"],
  cashfarm: [2104, "Market data farm connection is OK:cashfarm"],
  ushmds: [2106, "HMDS data farm connection is OK:ushmds"],
  secdefil: [2158, "Sec-def data farm connection is OK:secdefil"],
};

const BROKEN: Readonly<Record<Farm, readonly [code: number, text: string]>> = {
  usfarm: [2103, "Market data farm connection is broken:usfarm"],
  usfuture: [2103, "Market data farm connection is broken:usfuture"],
  cashfarm: [2103, "Market data farm connection is broken:cashfarm"],
  ushmds: [2105, "HMDS data farm connection is broken:ushmds"],
  secdefil: [2157, "Sec-def data farm connection is broken:secdefil"],
};

export function tellFarm(client: ClientSession, farm: Farm, isOk: boolean): void {
  const [code, text] = isOk ? OK[farm] : BROKEN[farm];
  client.error(-1, code, text);
}
