import { parseFaultPlan } from "../../brokers/gateway/faults/fault-plan.js";
import { Gateway } from "../../brokers/gateway/gateway.js";
import type { GatewayData } from "../../brokers/gateway/gateway-data.js";
import { closeAfterTest } from "../gateway/close-after-test.js";
import { gatewayData, TWO_STOCKS } from "../gateway/gateway-data.js";

/** Somebody sells by hand what a session has bought of the first stock. */
export const SOLD_BY_HAND = { fault: "manual-order", at: "+10min", symbol: "SYN1", action: "SELL", quantity: 100 };

/** A gateway with two stocks in the middle of a morning, as fast as its session; it ends with the test. */
export async function morningGateway(faults: unknown): Promise<{ gateway: Gateway; data: GatewayData }> {
  const data = gatewayData(TWO_STOCKS);
  const gateway = await Gateway.listen({
    data,
    port: 0,
    speed: "max",
    ticks: { every: 15_000, spread: 2 },
    from: data.sessions[0].open[18],
    faults: parseFaultPlan(faults),
    limits: { messageRate: false },
  });
  closeAfterTest(() => gateway.close());
  return { gateway, data };
}
