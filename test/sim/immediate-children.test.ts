import { describe, expect, it } from "vitest";
import type { OrderOptions } from "../../index.js";
import { bars, type Row } from "../bars.js";
import { fillsOfRun } from "../scripted.js";

const CALM: Row = [100, 100, 100, 100];

/** A child of a purchase made on day 0, which cannot wait. */
function made(parent: OrderOptions, child: OrderOptions, rows: readonly Row[]): Promise<string[]> {
  return fillsOfRun(bars("SPY", "1day", [CALM, ...rows]), {
    0: (trader) => trader.buy("SPY", 10, { ...child, parent: trader.buy("SPY", 10, parent) }),
  });
}

describe.each(["IOC", "FOK"] as const)("a child that is %s", (tif) => {
  const FALLING: Row = [100, 100, 96, 99];

  it("takes the price its parent filled at inside a bar, where its own allows that", async () => {
    expect(await made({ limit: 98 }, { limit: 98.5, tif }, [FALLING])).toEqual([
      "bar 1: buy 10 at 98",
      "bar 1: buy 10 at 98",
    ]);
  });

  it("does not wait for a price that the bar comes to later", async () => {
    const below = [{ limit: 97 }, { stop: 97, type: "market-if-touched" }] as const;
    for (const child of below)
      expect(await made({ limit: 98 }, { ...child, tif }, [FALLING, CALM])).toEqual(["bar 1: buy 10 at 98"]);
    const rising: Row = [100, 104, 100, 101];
    expect(await made({ stop: 102 }, { stop: 103, tif }, [rising, CALM])).toEqual(["bar 1: buy 10 at 102"]);
  });

  it("looks at the open after the close that its parent filled at", async () => {
    const low: Row = [99, 99, 99, 99];
    expect(await made({ type: "market-on-close" }, { limit: 99.5, tif }, [CALM, low])).toEqual([
      "bar 1: buy 10 at 100",
      "bar 2 open: buy 10 at 99",
    ]);
    expect(await made({ type: "market-on-close" }, { limit: 99.5, tif }, [CALM, CALM, low])).toEqual([
      "bar 1: buy 10 at 100",
    ]);
  });

  it("does not rest either where its stop is met and its limit does not allow the price", async () => {
    const rising: Row = [100, 104, 100, 100];
    const child = { stop: 101, limit: 101, tif } as const;
    expect(await made({ stop: 102 }, child, [rising, CALM])).toEqual(["bar 1: buy 10 at 102"]);
  });
});
