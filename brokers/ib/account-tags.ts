/** What an account summary can be asked for, as IB names it. */
export const ACCOUNT_SUMMARY_TAGS = [
  "AccountType",
  "NetLiquidation",
  "TotalCashValue",
  "SettledCash",
  "AccruedCash",
  "BuyingPower",
  "EquityWithLoanValue",
  "PreviousDayEquityWithLoanValue",
  "GrossPositionValue",
  "RegTEquity",
  "RegTMargin",
  "SMA",
  "InitMarginReq",
  "MaintMarginReq",
  "AvailableFunds",
  "ExcessLiquidity",
  "Cushion",
  "FullInitMarginReq",
  "FullMaintMarginReq",
  "FullAvailableFunds",
  "FullExcessLiquidity",
  "LookAheadNextChange",
  "LookAheadInitMarginReq",
  "LookAheadMaintMarginReq",
  "LookAheadAvailableFunds",
  "LookAheadExcessLiquidity",
  "HighestSeverity",
  "DayTradesRemaining",
  "Leverage",
] as const;

/** Asks for the ledger: "$LEDGER" in the base currency, "$LEDGER:USD" in one, "$LEDGER:ALL" in all. */
export const LEDGER_TAG = "$LEDGER";

/** Paper accounts begin with a D: DU for individuals, DF for advisers. */
export function isPaperAccount(account: string): boolean {
  return account.startsWith("D");
}
