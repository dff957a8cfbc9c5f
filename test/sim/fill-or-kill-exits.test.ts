import { expect, it } from "vitest";
import type { Order } from "../../index.js";
import { bars, type Row } from "../bars.js";
import { fillsOfRun } from "../scripted.js";

const CALM: Row = [100, 100, 100, 100];
const RISING: Row = [100, 102, 100, 101];
const HIGH: Row = [101, 101, 101, 101];

it("an exit that is FOK fills nothing where its parent has opened less than all of it", async () => {
  let profit: Order | undefined;
  const fills = await fillsOfRun(bars("SPY", "1day", [CALM, CALM, RISING, HIGH, HIGH]), {
    1: (trader) => {
      const bracket = trader.bracket("SPY", "buy", 40, { takeProfit: 101, stopLoss: 90 });
      profit = bracket.takeProfit;
      trader.sell("SPY", 30, { parent: bracket.entry });
    },
    2: (trader) => void trader.buy("SPY", 20, { tif: "FOK", ...(profit !== undefined && { parent: profit }) }),
  });
  expect(fills).toEqual(["bar 2 open: buy 40 at 100", "bar 2 open: sell 30 at 100", "bar 2: sell 10 at 101"]);
});
