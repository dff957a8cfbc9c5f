import type { SecType } from "./what-to-show.js";

/** Which products a kind of farm quotes; farms are named like usfarm, usfarm.nj, usopt, eufarmnj or cashfarm. */
const QUOTES: readonly { readonly name: RegExp; readonly products: readonly SecType[] }[] = [
  { name: /^usfuture|fut/i, products: ["FUT", "CONTFUT", "FOP"] },
  { name: /^usopt|opt/i, products: ["OPT"] },
  { name: /^cashfarm|cash/i, products: ["CASH", "CMDTY", "CFD"] },
  { name: /^usfarm/i, products: ["STK", "IND", "OPT", "WAR", "FUND", "BOND", "CFD"] },
];

/** Farms that serve history and definitions, and no quotes. */
const NO_QUOTES = /hmds|^secdef/i;

/** Whether a data farm serves history. */
export function servesHistory(farm: string): boolean {
  return /hmds/i.test(farm);
}

/** Whether quotes of a product may come from a farm: one that nobody knows may quote anything. */
export function mayQuote(farm: string, product: string): boolean {
  if (NO_QUOTES.test(farm)) return false;
  const known = QUOTES.find(({ name }) => name.test(farm));
  return known === undefined || known.products.some((one) => one === product);
}
