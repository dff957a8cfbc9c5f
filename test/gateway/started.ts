import { Gateway } from "../../brokers/gateway/gateway.js";
import type { GatewayOptions } from "../../brokers/gateway/gateway-options.js";
import { closeAfterTest } from "./close-after-test.js";
import { gatewayData, TWO_STOCKS } from "./gateway-data.js";
import { RawClient } from "./raw-client.js";

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

/** A wall clock that a test moves. */
export class TestClock {
  now = 0;
  readonly wallClock = (): number => this.now;

  /** Waits until the gateway has dealt with what it was sent, lets time pass, and waits until it has been through it. */
  async pass(ms: number, client: RawClient): Promise<void> {
    await settled(client);
    if (ms === 0) return;
    this.now += ms;
    await settled(client);
  }
}

/** A gateway whose time a test moves, with a client of it. */
export interface Started {
  readonly gateway: Gateway;
  readonly clock: TestClock;
  readonly client: RawClient;
}

/** Starts a gateway whose time a test moves, and client 1. */
export async function started(options: Partial<GatewayOptions> = {}): Promise<Started> {
  const clock = new TestClock();
  const gateway = await startGateway({ wallClock: clock.wallClock, ...options });
  return { gateway, clock, client: await RawClient.start(gateway.port, 1) };
}

async function settled(client: RawClient): Promise<void> {
  const answered = client.of(49).length + 1;
  client.send(49, 1);
  await client.until(() => client.of(49).length === answered);
}
