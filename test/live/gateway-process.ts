// Simulated gateways in a process of their own, one after the other: `node <bundle of this>`. Each line that it reads asks
// for the next one, and is answered by a line with its ports.

import { createInterface } from "node:readline";
import { Gateway } from "../../brokers/gateway/gateway.js";
import { FOUR_CORNERS, marketOf, type WantedMarket } from "./wanted-market.js";

let gateway: Gateway | undefined;
for await (const line of createInterface({ input: process.stdin })) {
  const wanted = JSON.parse(line) as WantedMarket;
  await gateway?.close();
  gateway = await Gateway.listen({
    data: marketOf(wanted),
    port: 0,
    speed: "max",
    ticks: FOUR_CORNERS,
    from: wanted.from,
    limits: { messageRate: false },
  });
  const { port, lockstepPort } = gateway;
  process.stdout.write(`${JSON.stringify({ port, lockstepPort })}\n`);
}
await gateway?.close();
