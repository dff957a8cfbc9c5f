import type { GuardSettings, Order } from "../../index.js";
import { bars, instrument, type Row } from "../bars.js";
import { run, type Settings, type Trader } from "../scripted.js";

export const CALM: Row = [100, 101, 99, 100];
export const spy = instrument("SPY");

/** Guards at their defaults but for these. */
export function guarded(guards: GuardSettings, settings: Settings = {}): Settings {
  return { guards: { orderRate: false, ...guards }, ...settings };
}

/** What became of an order made on bar 3 of a calm stock at 100. */
export async function judged(
  make: (trader: Trader) => Order,
  guards: GuardSettings,
  before?: (trader: Trader) => void,
): Promise<string> {
  let order!: Order;
  await run(
    bars(
      "SPY",
      "1day",
      Array.from({ length: 6 }, (): Row => CALM),
    ),
    {
      1: (trader) => before?.(trader),
      3: (trader) => {
        order = make(trader);
      },
    },
    guarded(guards),
  );
  return order.reason ?? "passed";
}
