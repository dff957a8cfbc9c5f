import type { AssetClass } from "../../core/market/instrument.js";
import type { SecType } from "./what-to-show.js";

/** IB's abbreviation for each kind of instrument. Funds are stocks to IB. */
export const SEC_TYPE_OF: Readonly<Record<AssetClass, SecType>> = {
  stock: "STK",
  etf: "STK",
  index: "IND",
  future: "FUT",
  forex: "CASH",
  option: "OPT",
};

/** The kind of instrument that IB's abbreviation stands for; undefined for what Seatrial does not trade. */
export function assetClassOf(secType: string, stockType = ""): AssetClass | undefined {
  if (secType === "STK") return stockType === "ETF" ? "etf" : "stock";
  if (secType === "IND") return "index";
  if (secType === "FUT" || secType === "CONTFUT") return "future";
  if (secType === "CASH") return "forex";
  if (secType === "OPT") return "option";
  return undefined;
}
