import { afterEach } from "vitest";
import { Gateway } from "../../brokers/gateway/gateway.js";
import type { GatewayOptions } from "../../brokers/gateway/gateway-options.js";
import { gatewayData, TWO_STOCKS } from "./gateway-data.js";

const closing: (() => unknown)[] = [];

/** Has something closed when the test is over, in the reverse order. */
export function closeAfterTest(close: () => unknown): void {
  closing.push(close);
}

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Noon of the eleventh session of TWO_STOCKS. */
export const NOON = Date.UTC(2020, 0, 20, 17);

/**
 * A gateway on a free port over two stocks of minute bars, at noon; it ends with the test. Its time stands still, and
 * nobody counts messages, unless the test says otherwise.
 */
export async function startGateway(options: Partial<GatewayOptions> = {}): Promise<Gateway> {
  const gateway = await Gateway.listen({
    data: gatewayData(TWO_STOCKS),
    port: 0,
    from: NOON,
    wallClock: () => 0,
    ...options,
    limits: { messageRate: false, ...options.limits },
  });
  closeAfterTest(() => gateway.close());
  return gateway;
}
