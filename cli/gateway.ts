import type { Arguments } from "yargs";
import { instantOf } from "../backtest/range.js";
import { Gateway } from "../brokers/gateway/gateway.js";
import type { GatewayOptions } from "../brokers/gateway/gateway-options.js";
import type { Speed } from "../brokers/gateway/simulation/driver.js";
import { override } from "../config/named-run.js";
import { parseTimeSize } from "../core/market/bar-size.js";
import { flagSettings, refusePointless } from "./backtest-flags.js";
import { configured } from "./configured.js";
import { DONE } from "./exit-code.js";
import { Flags } from "./flags.js";
import { accountSettings } from "./gateway-accounts.js";
import { GATEWAY_FLAGS, gatewaySettings } from "./gateway-flags.js";
import { openMarket } from "./gateway-market.js";

export const tells = `Simulates an IB Gateway: a program that clients of TWS can connect to, with a market made of your
bars, simulated time, paper accounts, and faults at will. It goes on until Ctrl-C.`;

export { GATEWAY_FLAGS as flags };

/** Listens until it is interrupted. */
export async function run(words: Arguments): Promise<number> {
  const line = new Flags(words, GATEWAY_FLAGS, 0);
  for (const flag of line.unknown.keys()) line.refuse(flag);
  const own = gatewaySettings(line);
  const given = flagSettings(line);
  // A gateway trades bars of time: it has no strategy for which to build others.
  if (given.build !== undefined) parseTimeSize(String(given.build));
  const settings = override(await configured(line), given);
  const accounts = accountSettings(settings);
  const sources = [settings.data ?? "sample"].flat();
  refusePointless(line, sources);
  const { data, notes } = await openMarket(settings, sources);
  const from = line.text("from");
  const options = {
    ...own,
    ...accounts,
    data,
    ...(from !== undefined && { from: instantOf("from", from, data.instruments[0].timeZone) }),
  };
  const gateway = await Gateway.listen({ ...options, log: (text) => process.stderr.write(`${text}\n`) });
  process.stdout.write(told(gateway, options, sources, notes));
  await interrupted();
  await gateway.close();
  return DONE;
}

function told(
  gateway: Gateway,
  { speed }: Pick<GatewayOptions, "speed">,
  sources: readonly string[],
  notes: readonly string[],
): string {
  const lines = [
    `A simulated IB Gateway listens on 127.0.0.1:${gateway.port}.`,
    "",
    `accounts  ${gateway.accounts.join(", ")}`,
    `data      ${sources.join(", ")} (${gateway.services.listings.map(({ localSymbol }) => localSymbol).join(", ")})`,
    `time      ${new Date(gateway.simulation.now).toISOString()}, ${pace(speed)}`,
    ...(speed === "max" ? [`lockstep  127.0.0.1:${gateway.lockstepPort}`] : []),
    ...notes.map((note) => `note      ${note}`),
    "",
    "End it with Ctrl-C.",
    "",
  ];
  return lines.join("\n");
}

function pace(speed: Speed = 1): string {
  if (speed === "max") return "in step with its clients";
  return speed === 1 ? "as fast as the clock on the wall" : `${speed} times as fast as the clock on the wall`;
}

/** Resolves with Ctrl-C, or when the process is asked to end. */
function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    process.once("SIGINT", () => resolve());
    process.once("SIGTERM", () => resolve());
  });
}
