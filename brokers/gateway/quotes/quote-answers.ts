import type { Message } from "../wire/message.js";
import { ANSWER } from "../wire/message-ids.js";

export function tickPrice(request: number, type: number, price: number, size: number): Message {
  return [ANSWER.tickPrice, 6, request, type, price, size, 0];
}

export function tickSize(request: number, type: number, size: number): Message {
  return [ANSWER.tickSize, 6, request, type, size];
}

export function tickGeneric(request: number, type: number, value: number): Message {
  return [ANSWER.tickGeneric, 6, request, type, value];
}

export function tickString(request: number, type: number, value: string): Message {
  return [ANSWER.tickString, 6, request, type, value];
}

export function marketDataType(request: number, type: number): Message {
  return [ANSWER.marketDataType, 1, request, type];
}

/** @param exchange an id of the exchanges that the best bid and offer come from */
export function tickRequestParameters(request: number, minTick: number, exchange: string): Message {
  return [ANSWER.tickRequestParameters, request, minTick, exchange, 3];
}

export function tickSnapshotEnd(request: number): Message {
  return [ANSWER.tickSnapshotEnd, 1, request];
}

/** Tick-by-tick, by the number of its kind: 1 trades of the best exchange, 2 all trades. */
export function tickByTickTrade(
  request: number,
  kind: 1 | 2,
  seconds: number,
  price: number,
  size: number,
  exchange: string,
): Message {
  return [ANSWER.tickByTick, request, kind, seconds, price, size, 0, exchange, ""];
}

export function tickByTickQuote(
  request: number,
  seconds: number,
  bid: number,
  ask: number,
  bidSize: number,
  askSize: number,
): Message {
  return [ANSWER.tickByTick, request, 3, seconds, bid, ask, bidSize, askSize, 0];
}

export function tickByTickMidpoint(request: number, seconds: number, price: number): Message {
  return [ANSWER.tickByTick, request, 4, seconds, price];
}

/** What happens to a row of the book of orders. */
export const DEPTH_INSERT = 0;
export const DEPTH_UPDATE = 1;

/** @param marketMaker undefined for depth that does not name any; isSmart for depth of all exchanges */
export function depthRow(
  request: number,
  position: number,
  operation: number,
  isBid: boolean,
  price: number,
  size: number,
  marketMaker: string | undefined,
): Message {
  const side = isBid ? 1 : 0;
  if (marketMaker === undefined) return [ANSWER.marketDepth, 1, request, position, operation, side, price, size];
  return [ANSWER.marketDepthL2, 1, request, position, marketMaker, operation, side, price, size, true];
}

export function depthExchanges(rows: readonly (readonly [exchange: string, secType: string])[]): Message {
  const fields = rows.flatMap(([exchange, secType]) => [exchange, secType, "", "Deep", 2_147_483_647]);
  return [ANSWER.marketDepthExchanges, rows.length, ...fields];
}
