import { createHash } from "node:crypto";
import * as library from "@stoqey/ib";
import { describe, expect, it } from "vitest";
import { parseFaultPlan } from "../../brokers/gateway/faults/fault-plan.js";
import { Gateway } from "../../brokers/gateway/gateway.js";
import { readBrokerState } from "../../brokers/tws/account/broker-state.js";
import { clientOf } from "../../brokers/tws/client/tws-client.js";
import { URGENCY } from "../../brokers/tws/connection/outbox.js";
import { TwsConnection } from "../../brokers/tws/connection/tws-connection.js";
import { gatewayData, TWO_STOCKS } from "../gateway/gateway-data.js";
import { NOON } from "../gateway/started.js";
import { runVirtually } from "./run-virtually.js";

const data = gatewayData(TWO_STOCKS);
const HOUR = 3_600_000;

/** An hour of quotes over a connection that is cut and comes back; every byte that arrived, and when, as a digest. */
function hour(seed: number) {
  return runVirtually({ origin: NOON, seed }, ({ time, net }) => {
    const digest = createHash("sha256");
    net.onArrival = (to, what) => digest.update(`${time.now} ${to.owner.name} `).update(what);
    let gateway: Gateway | undefined;
    const faults = parseFaultPlan({ random: { every: "5min" } });
    const programs = [
      time.start("gateway", async () => {
        gateway = await Gateway.listen({ data, port: 4002, from: NOON, beat: 100, seed, faults });
      }),
    ];
    time.pass(1);
    const states: string[] = [];
    let prices = 0;
    programs.push(
      time.start("session", async () => {
        const connection = new TwsConnection({
          address: { host: "127.0.0.1", port: 4002, clientId: 1 },
          makeClient: async (address, hooks) => clientOf(library, address, hooks),
          synchronise: async (link) => {
            await readBrokerState(link);
            for (const symbol of ["SYN1", "SYN2"]) {
              const contract = { symbol, secType: "STK", exchange: "SMART", currency: "USD" };
              link.openStream({
                what: "quotes",
                asker: "stream",
                urgency: URGENCY.request,
                answers: { tickPrice: () => prices++ },
                send: (api, id) => api.reqMktData(id, contract, "", false, false),
                cancel: (api, id) => api.cancelMktData(id),
                ended: () => undefined,
              });
            }
          },
        });
        connection.events.on("state", ({ state }) => states.push(`${time.now} ${state}`));
        await connection.open();
      }),
    );
    time.pass(HOUR);
    const simulated = (gateway?.simulation.now ?? 0) - NOON;
    const faulty = gateway?.faultEvents.map(({ name }) => name);
    return { digest: digest.digest("hex"), states, prices, simulated, faulty, failed: programs.map((p) => p.failures) };
  });
}

describe("the gateway and a connection on virtual time", () => {
  it("live through an hour of faults, each by the same clock", async () => {
    const { states, prices, simulated, faulty, failed } = await hour(4);
    expect(failed).toEqual([[], []]);
    expect(Math.abs(simulated - HOUR)).toBeLessThan(200);
    expect(prices).toBeGreaterThan(500);
    expect(faulty?.length).toBeGreaterThan(10);
    expect(states.filter((one) => one.endsWith(" ready")).length).toBeGreaterThan(1);
  });

  it("do the same to the last byte and the same millisecond whenever a seed is repeated", async () => {
    const first = await hour(7);
    await hour(8);
    expect(await hour(7)).toEqual(first);
    expect((await hour(8)).digest).not.toBe(first.digest);
  });
});
