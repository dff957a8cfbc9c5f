import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

// What a process holds once what is no longer used has been collected, in megabytes: one of Node alone, one with a
// connection that quotes come over, or one with a session that trades.

const RUNNING = 10_000;
const [what, count] = process.argv.slice(2);
const instruments = Number(count);
const end = what === "session" ? await startSession() : what === "connection" ? await startConnection() : undefined;
if (end !== undefined) await new Promise((resolve) => setTimeout(resolve, RUNNING));
setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
for (let pass = 0; pass < 3; pass++) {
  collect();
  await new Promise((resolve) => setTimeout(resolve, 200));
}
process.stdout.write(String(process.memoryUsage().rss / 1e6));
end?.();
process.exit(0);

// What is not measured is not loaded.
async function startSession(): Promise<() => void> {
  const { measuredSession } = await import("./measured-session.js");
  const { session, end: stop } = await measuredSession(instruments);
  session.begin();
  return stop;
}

async function startConnection(): Promise<() => void> {
  const { TwsConnection } = await import("../brokers/tws/connection/tws-connection.js");
  const { URGENCY } = await import("../brokers/tws/connection/outbox.js");
  const { startGateway } = await import("./start-gateway.js");
  const gateway = await startGateway(instruments);
  const address = { host: "127.0.0.1", port: gateway.port, clientId: 7 };
  const connection = new TwsConnection({ address, perSecond: 1_000 });
  await connection.open(RUNNING);
  const link = await connection.ready();
  const streams = Array.from({ length: instruments }, (_, i) => {
    const contract = { symbol: `SYN${i + 1}`, secType: "STK", exchange: "SMART", currency: "USD" };
    return link.openStream({
      what: `the quotes of ${contract.symbol}`,
      asker: "stream",
      urgency: URGENCY.request,
      send: (api, id) => api.reqMktData(id, contract, "", false, false),
      cancel: (api, id) => api.cancelMktData(id),
      answers: { ticks: () => undefined },
      ended: (error) => {
        throw error;
      },
    });
  });
  return () => {
    for (const close of streams) close();
    connection.close();
    gateway.end();
  };
}
