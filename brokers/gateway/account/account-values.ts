import type { AccountFigures } from "./account-figures.js";
import { cents } from "./account-figures.js";

/** One figure of an account: its name by IB, its value as text, and its currency or nothing. */
export interface AccountValue {
  readonly key: string;
  readonly value: string;
  readonly currency: string;
}

/** Initial and maintenance margin of an account, in its currency. */
export interface AccountMargin {
  readonly initial: number;
  readonly maintenance: number;
}

/** The day-trading multiple of a margin account's excess that may be bought with. */
const LEVERAGE = 4;

/** Every figure that account updates and summaries tell. */
export function accountValues(figures: AccountFigures, margin: AccountMargin): AccountValue[] {
  const { portfolio, currency, account } = figures;
  const { equity, totalCash } = portfolio;
  const { initial, maintenance } = margin;
  const available = equity - initial;
  const excess = equity - maintenance;
  const gross = portfolio.grossExposure();
  const profit = figures.profit();
  const plain = (key: string, value: string): AccountValue => ({ key, value, currency: "" });
  const money = (key: string, value: number, of = currency): AccountValue => ({
    key,
    value: text(value),
    currency: of,
  });
  return [
    plain("AccountCode", account),
    plain("AccountReady", "true"),
    plain("AccountType", "INDIVIDUAL"),
    plain("AccountOrGroup", account),
    plain("Currency", currency),
    money("NetLiquidation", equity),
    money("TotalCashValue", totalCash),
    money("SettledCash", totalCash),
    money("AccruedCash", 0),
    money("BuyingPower", Math.max(0, available) * LEVERAGE),
    money("EquityWithLoanValue", equity),
    money("PreviousDayEquityWithLoanValue", equity - profit.daily),
    money("GrossPositionValue", gross),
    money("RegTEquity", equity),
    money("RegTMargin", initial),
    money("SMA", Math.max(0, available)),
    money("InitMarginReq", initial),
    money("MaintMarginReq", maintenance),
    money("AvailableFunds", available),
    money("ExcessLiquidity", excess),
    plain("Cushion", equity === 0 ? "0" : String(Math.round((excess / equity) * 1e6) / 1e6)),
    money("FullInitMarginReq", initial),
    money("FullMaintMarginReq", maintenance),
    money("FullAvailableFunds", available),
    money("FullExcessLiquidity", excess),
    plain("LookAheadNextChange", "0"),
    money("LookAheadInitMarginReq", initial),
    money("LookAheadMaintMarginReq", maintenance),
    money("LookAheadAvailableFunds", available),
    money("LookAheadExcessLiquidity", excess),
    plain("HighestSeverity", ""),
    plain("DayTradesRemaining", "-1"),
    plain("Leverage", equity === 0 ? "0" : text(gross / equity)),
    money("UnrealizedPnL", profit.unrealised),
    money("RealizedPnL", profit.realised),
    ...ledger(figures, "ALL"),
  ];
}

/** The ledger: cash by currency. @param which "BASE" for the base currency as such, a currency, or "ALL" */
export function ledger({ portfolio, currency }: AccountFigures, which: string): AccountValue[] {
  const values: AccountValue[] = [];
  const add = (of: string, cash: number, rate: number): void => {
    values.push({ key: "CashBalance", value: text(cash), currency: of });
    values.push({ key: "TotalCashBalance", value: text(cash), currency: of });
    values.push({ key: "ExchangeRate", value: String(rate), currency: of });
  };
  if (which === "ALL" || which === "BASE") add("BASE", portfolio.totalCash, 1);
  for (const [c, name] of portfolio.currencies.entries()) {
    const isAsked = which === "ALL" || which === name || (which === "" && name === currency);
    const rate = portfolio.rate[c];
    if (isAsked && (c === 0 || portfolio.cash(c) !== 0)) add(name, portfolio.cash(c), rate === rate ? rate : 1);
  }
  return values;
}

function text(value: number): string {
  return cents(value).toFixed(2);
}
