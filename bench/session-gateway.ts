import { Gateway } from "../brokers/gateway/gateway.js";
import { sessionMarket } from "./session-market.js";

// The gateway that a measured session trades at, by the clock on the wall, until its parent is gone.

const gateway = await Gateway.listen({
  data: sessionMarket(Number(process.argv[2])),
  port: 0,
  limits: { messageRate: false, historyPacing: false },
  ticks: { every: 10, spread: 2 },
  // Noon of the second day.
  from: Date.UTC(2020, 0, 7, 17),
});
process.send?.(gateway.port);
await new Promise<void>((resolve) => process.on("disconnect", resolve));
process.exit(0);
