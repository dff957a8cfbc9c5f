/** What a request says of a contract; what it does not is empty. */
export type Said = Partial<Record<(typeof CONTRACT_FIELDS)[number], string | number>>;

const CONTRACT_FIELDS = [
  "conId",
  "symbol",
  "secType",
  "lastTradeDate",
  "strike",
  "right",
  "multiplier",
  "exchange",
  "primaryExchange",
  "currency",
  "localSymbol",
  "tradingClass",
] as const;

/** The twelve fields of a contract in a request. */
export function contract(said: Said): (string | number)[] {
  return CONTRACT_FIELDS.map((name) => said[name] ?? (name === "conId" || name === "strike" ? 0 : ""));
}
