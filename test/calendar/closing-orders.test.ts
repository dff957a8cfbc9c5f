import { describe, expect, it } from "vitest";
import { prepare } from "../../backtest/backtest.js";
import type { Order } from "../../index.js";
import { flat, type Row } from "../bars.js";
import { PLAIN, type Plan, run, type Settings, scripted } from "../scripted.js";
import { at, exchangeBars, local } from "./exchange-bars.js";

const CALENDAR: Settings = { calendar: "auto" };

/** The states of an order, each with the time in New York. */
function storyOf(order: Order | undefined): string[] {
  return (order?.history ?? []).map(({ status, time }) => `${status} ${local(time)}`);
}

const rising = (n: number): Row => [100 + n, 100.6 + n, 99.6 + n, 100.2 + n];
const days = exchangeBars("SPY", "1day", 20240110, 20240119, { row: rising });

describe("an order that closes a position and is denied", () => {
  it("leaves the stop where it is, as when it is larger than an order may be", async () => {
    let stop: Order | undefined;
    let close: Order | undefined;
    const data = flat("SPY", "1min", 100, 10);
    const script: Plan = {
      onBar(trader, _bar, n) {
        if (n === 0 || n === 1) trader.buy("SPY", 60);
        if (n === 3) stop = trader.sell("SPY", 60, { stop: 90, tif: "GTC" });
        if (n === 4) close = trader.closePosition("SPY");
      },
    };
    const result = await run(data, script, { guards: { orderSize: 100 } });
    expect(close?.status).toBe("denied");
    expect(close?.denial?.code).toBe("ORDER_SIZE");
    expect(stop?.status).toBe("accepted");
    expect(result.denials.map(({ code, count }) => `${count} ${code}`)).toEqual(["1 ORDER_SIZE"]);
  });

  it("leaves the stop where it is while the kill switch is on", () => {
    let stop: Order | undefined;
    let close: Order | undefined;
    const strategy = scripted({
      onBar(trader, _bar, n) {
        if (n === 0) trader.buy("SPY", 100);
        if (n === 2) stop = trader.sell("SPY", 100, { stop: 90, tif: "GTC" });
        if (n === 5) close = trader.closePosition("SPY");
      },
    });
    const { engine } = prepare({ ...PLAIN, guards: {}, strategy, data: [flat("SPY", "1min", 100, 10)] });
    engine.drain(4);
    engine.kill("by hand");
    engine.drain(Infinity);
    expect(close?.denial?.code).toBe("KILL_SWITCH");
    expect(stop?.status).toBe("accepted");
  });
});

describe("an order that closes a position and is held until the open", () => {
  it("lets exits work until it leaves, and takes back at once what would add to the position", async () => {
    let stop: Order | undefined;
    let entry: Order | undefined;
    let close: Order | undefined;
    await run(
      days,
      {
        onBar(trader, bar) {
          if (bar.end === at("2024-01-10 16:00")) trader.buy("SPY", 5);
          if (bar.end === at("2024-01-11 16:00")) {
            stop = trader.sell("SPY", 5, { stop: 50, tif: "GTC" });
            entry = trader.buy("SPY", 5, { limit: 50, tif: "GTC" });
          }
          if (bar.end === at("2024-01-12 16:00")) close = trader.closePosition("SPY");
        },
      },
      CALENDAR,
    );
    expect(storyOf(entry).at(-1)).toBe("cancelled 2024-01-12 16:00");
    expect(storyOf(stop).at(-1)).toBe("cancelled 2024-01-16 09:30");
    expect(storyOf(close)).toEqual([
      "created 2024-01-12 16:00",
      "held 2024-01-12 16:00",
      "submitted 2024-01-16 09:30",
      "accepted 2024-01-16 09:30",
      "filled 2024-01-16 16:00",
    ]);
  });

  it("leaves the stop where it is when it is denied at the open", async () => {
    // In the night the price rises by a third, and with it what the order is worth.
    const night = exchangeBars("SPY", "1hour", 20240111, 20240112, {
      extended: true,
      row: (_n, start) => (start < at("2024-01-12 04:00") ? [100, 101, 99, 100] : [133, 134, 132, 133]),
    });
    let stop: Order | undefined;
    let close: Order | undefined;
    await run(
      night,
      {
        onBar(trader, bar) {
          if (bar.end === at("2024-01-11 12:00")) trader.buy("SPY", 5);
          if (bar.end === at("2024-01-11 15:00")) stop = trader.sell("SPY", 5, { stop: 50, tif: "GTC" });
          if (bar.end === at("2024-01-11 18:00")) close = trader.closePosition("SPY");
        },
      },
      { calendar: "auto", guards: { orderValue: 550, priceJump: false } },
    );
    expect(storyOf(close).at(-1)).toBe("denied 2024-01-12 09:30");
    expect(close?.denial?.code).toBe("ORDER_VALUE");
    expect(storyOf(stop).map((state) => state.split(" ")[0])).toEqual(["created", "submitted", "accepted"]);
  });

  it("does not cancel what was made after it", async () => {
    let later: Order | undefined;
    await run(
      days,
      {
        onBar(trader, bar) {
          if (bar.end === at("2024-01-10 16:00")) trader.buy("SPY", 5);
          if (bar.end !== at("2024-01-12 16:00")) return;
          trader.closePosition("SPY");
          later = trader.buy("SPY", 3, { limit: 50, tif: "GTC" });
        },
      },
      CALENDAR,
    );
    expect(later?.isWorking).toBe(true);
  });
});
