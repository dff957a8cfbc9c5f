import type { GatewayData } from "../../brokers/gateway/gateway-data.js";
import type { Instant } from "../../core/market/bar-size.js";
import type { TickRules } from "../../core/market/bar-ticks.js";
import { gatewayData } from "../gateway/gateway-data.js";

/** The four corners of each bar. */
export const FOUR_CORNERS: TickRules = { every: Infinity, spread: 2 };

/** A market that somebody is to trade, told so that another process can make it as well. */
export interface WantedMarket {
  readonly source: string;
  readonly from: Instant;
  /** Bars that end later are not there. */
  readonly end: Instant;
}

const whole = new Map<string, GatewayData>();

/** Makes it; what is the same of two of them is made once. */
export function marketOf({ source, end }: Pick<WantedMarket, "source" | "end">): GatewayData {
  const data = whole.get(source) ?? gatewayData(source);
  whole.set(source, data);
  return { ...data, series: data.series.map((one) => one.slice(0, one.firstEndingAfter(end))) };
}
