import type { ContractChoice } from "../brokers/tws/contracts/contract-query.js";
import type { AssetClass, InstrumentSpec } from "../core/market/instrument.js";
import { CliError } from "./errors.js";
import type { Flags, FlagTable } from "./flags.js";

const KINDS = ["stock", "etf", "index", "future", "forex"] as const satisfies readonly AssetClass[];

/** How a command line says which contract a symbol is. */
export const CONTRACT_FLAGS = {
  kind: { type: "string", describe: `One of ${KINDS.join(", ")} [stock, or forex]` },
  exchange: { type: "string", describe: "Where it is traded [SMART, IDEALPRO or CME]" },
  currency: { type: "string", describe: "Currency of its prices [USD]" },
  primary: { type: "string", describe: "The exchange that lists it, such as NASDAQ" },
  number: { type: "string", describe: "IB's number of it, where several contracts fit" },
} as const satisfies FlagTable;

/** What the line says of the instruments. */
export function saidOf(line: Flags): Partial<InstrumentSpec> {
  const assetClass = line.choice("kind", KINDS);
  const exchange = line.text("exchange");
  const currency = line.text("currency");
  return {
    ...(assetClass !== undefined && { assetClass }),
    ...(exchange !== undefined && { exchange }),
    ...(currency !== undefined && { currency }),
  };
}

/** @throws CliError NUMBER_OF_MANY, FLAG_VALUE */
export function contractChoice(line: Flags, symbols: readonly string[]): ContractChoice | undefined {
  const conId = line.number("number", "a whole number above 0", (value) => Number.isInteger(value) && value > 0);
  const primaryExchange = line.text("primary");
  if (conId !== undefined && symbols.length > 1) throw new CliError("NUMBER_OF_MANY", { symbols: symbols.join(", ") });
  if (conId === undefined && primaryExchange === undefined) return undefined;
  return { ...(conId !== undefined && { conId }), ...(primaryExchange !== undefined && { primaryExchange }) };
}
