import { type Instant, SECOND } from "../../../core/market/bar-size.js";
import type { Message } from "../wire/message.js";
import { ANSWER } from "../wire/message-ids.js";

/** A tick of the past. The protocol knows whole seconds only. */
export interface PastTick {
  readonly time: Instant;
  readonly bid: number;
  readonly ask: number;
  readonly bidSize: number;
  readonly askSize: number;
  /** The trade's price, or the middle where midpoints are told. */
  readonly price: number;
  readonly size: number;
}

const seconds = (time: Instant): number => Math.floor(time / SECOND);

export function historicalMidpoints(request: number, ticks: readonly PastTick[]): Message {
  const rows = ticks.flatMap(({ time, price }) => [seconds(time), 0, price, 0]);
  return [ANSWER.historicalTicks, request, ticks.length, ...rows, true];
}

export function historicalQuotes(request: number, ticks: readonly PastTick[]): Message {
  const rows = ticks.flatMap(({ time, bid, ask, bidSize, askSize }) => [seconds(time), 0, bid, ask, bidSize, askSize]);
  return [ANSWER.historicalTicksBidAsk, request, ticks.length, ...rows, true];
}

export function historicalTrades(request: number, ticks: readonly PastTick[], exchange: string): Message {
  const rows = ticks.flatMap(({ time, price, size }) => [seconds(time), 0, price, size, exchange, ""]);
  return [ANSWER.historicalTicksLast, request, ticks.length, ...rows, true];
}
