import { contractFields } from "../contracts/contract-fields.js";
import type { Message } from "../wire/message.js";
import { ANSWER } from "../wire/message-ids.js";
import type { PositionFigures, ProfitFigures } from "./account-figures.js";
import type { AccountValue } from "./account-values.js";

export function accountValue({ key, value, currency }: AccountValue, account: string): Message {
  return [ANSWER.accountValue, 2, key, value, currency, account];
}

export function portfolioValue(one: PositionFigures, account: string): Message {
  const { listing } = one;
  return [
    ANSWER.portfolioValue,
    8,
    listing.conId,
    listing.symbol,
    listing.secType,
    listing.lastTradeDate,
    listing.strike,
    listing.right === "" ? "0" : listing.right,
    listing.multiplier,
    listing.primaryExchange,
    listing.currency,
    listing.localSymbol,
    listing.tradingClass,
    one.quantity,
    one.marketPrice,
    one.marketValue,
    one.averageCost,
    one.unrealised,
    one.realised,
    account,
  ];
}

/** @param time such as "16:05" */
export function accountTime(time: string): Message {
  return [ANSWER.accountTime, 1, time];
}

export function accountDownloadEnd(account: string): Message {
  return [ANSWER.accountDownloadEnd, 1, account];
}

export function accountSummary(request: number, { key, value, currency }: AccountValue, account: string): Message {
  return [ANSWER.accountSummary, 1, request, account, key, value, currency];
}

export function accountSummaryEnd(request: number): Message {
  return [ANSWER.accountSummaryEnd, 1, request];
}

export function position(one: PositionFigures, account: string): Message {
  const { listing, quantity, averageCost } = one;
  return [ANSWER.position, 3, account, ...contractFields(listing, ""), quantity, averageCost];
}

export function positionEnd(): Message {
  return [ANSWER.positionEnd, 1];
}

export function positionMulti(request: number, one: PositionFigures, account: string): Message {
  const { listing, quantity, averageCost } = one;
  return [ANSWER.positionMulti, 1, request, account, ...contractFields(listing, ""), quantity, averageCost, ""];
}

export function positionMultiEnd(request: number): Message {
  return [ANSWER.positionMultiEnd, 1, request];
}

export function accountUpdateMulti(request: number, { key, value, currency }: AccountValue, account: string): Message {
  return [ANSWER.accountUpdateMulti, 1, request, account, "", key, value, currency];
}

export function accountUpdateMultiEnd(request: number): Message {
  return [ANSWER.accountUpdateMultiEnd, 1, request];
}

export function pnl(request: number, { daily, unrealised, realised }: ProfitFigures): Message {
  return [ANSWER.pnl, request, daily, unrealised, realised];
}

export function pnlSingle(
  request: number,
  one: ProfitFigures & { readonly quantity: number; readonly value: number },
): Message {
  return [ANSWER.pnlSingle, request, one.quantity, one.daily, one.unrealised, one.realised, one.value];
}
