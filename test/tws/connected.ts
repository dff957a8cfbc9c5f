import { type ConnectionOptions, TwsConnection } from "../../brokers/tws/connection/tws-connection.js";
import { closeAfterTest } from "../gateway/close-after-test.js";

/** Times in which a test does not wait. */
export const QUICK = {
  dial: 1_000,
  greet: 300,
  start: 300,
  heartbeat: { every: 60_000, wait: 60_000, misses: 2 },
  waits: [10],
  breakAfter: 1_000,
  rest: 20,
  settle: 10_000,
};

/** A connection that ends with the test; it is not open yet. */
export function connectionTo(port: number, options: Partial<ConnectionOptions> = {}): TwsConnection {
  const connection = new TwsConnection({
    address: { host: "127.0.0.1", port, clientId: 7 },
    ...options,
    times: { ...QUICK, ...options.times },
  });
  closeAfterTest(() => connection.close());
  return connection;
}

/** One that is ready. */
export async function connected(port: number, options: Partial<ConnectionOptions> = {}): Promise<TwsConnection> {
  const connection = connectionTo(port, options);
  await connection.open(5_000);
  return connection;
}
