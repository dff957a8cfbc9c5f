/** What decides on which farm an instrument is quoted. */
export interface Quoted {
  /** STK, FUT, CASH … */
  readonly secType: string;
  readonly currency: string;
}

/** Which products a kind of farm quotes; farms are named like usfarm, usfarm.nj, usopt, usfuture, eufarmnj or cashfarm. */
const PRODUCTS: readonly { readonly farm: RegExp; readonly products: readonly string[] }[] = [
  { farm: /fut/i, products: ["FUT", "CONTFUT", "FOP"] },
  { farm: /opt/i, products: ["OPT"] },
  { farm: /^cash/i, products: ["CASH", "CMDTY", "CFD"] },
  { farm: /bond/i, products: ["BOND"] },
  { farm: /^usfarm/i, products: ["STK", "IND", "OPT", "WAR", "FUND", "BOND", "CFD"] },
];

/** In which currencies the products of a region are quoted. */
const REGIONS: readonly { readonly farm: RegExp; readonly currencies: readonly string[] }[] = [
  { farm: /^us/i, currencies: ["USD", "CAD", "MXN"] },
  { farm: /^ca(?!sh)/i, currencies: ["CAD"] },
  { farm: /^eu/i, currencies: ["EUR", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "HUF", "CZK", "ILS", "ZAR"] },
  { farm: /^hk?farm/i, currencies: ["HKD", "CNH"] },
  { farm: /^jp?farm/i, currencies: ["JPY"] },
  { farm: /^aufarm/i, currencies: ["AUD"] },
];

/** Farms that serve history and definitions, and no quotes. */
const NO_QUOTES = /hmds|^secdef/i;

/** Whether a data farm serves history. */
export function servesHistory(farm: string): boolean {
  return /hmds/i.test(farm);
}

/** Whether an instrument may be quoted on a farm: on one that nobody knows anything may be. */
export function mayQuote(farm: string, { secType, currency }: Quoted): boolean {
  if (NO_QUOTES.test(farm)) return false;
  const kind = PRODUCTS.find((one) => one.farm.test(farm));
  if (kind !== undefined && !kind.products.includes(secType)) return false;
  const region = REGIONS.find((one) => one.farm.test(farm));
  return region === undefined || region.currencies.includes(currency);
}
