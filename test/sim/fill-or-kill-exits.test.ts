import { expect, it } from "vitest";
import type { Order } from "../../index.js";
import { bars, type Row } from "../bars.js";
import { fillsOfRun, type Trader } from "../scripted.js";

const CALM: Row = [100, 100, 100, 100];
const THIN: Row = [100, 100, 100, 100, 200];
const HIGHER: Row = [102, 102, 102, 102];

it("an exit that is FOK fills nothing where its parent has opened less than all of it", async () => {
  let entry: Order | undefined;
  const plan = {
    0: (trader: Trader) => {
      entry = trader.buy("SPY", 40, { limit: 101, tif: "GTC" });
    },
    1: (trader: Trader) => void trader.sell("SPY", 40, { tif: "FOK", parent: entry as Order }),
  };
  const fills = await fillsOfRun(bars("SPY", "1hour", [CALM, THIN, HIGHER, HIGHER]), plan, { volumeLimit: 0.1 });
  expect(fills).toEqual(["bar 1 open: buy 20 at 100"]);
});
