import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Bar, backtest, Strategy } from "../../index.js";
import { folderWith, seatrial } from "../cli/seatrial.js";
import { projectRoot } from "../shared-data.js";
import { tablesOf } from "./page-tables.js";

const page = readFileSync(join(projectRoot, "docs", "results.md"), "utf8");

describe("docs/results.md", () => {
  it("lists the columns that the files have, in their order", async () => {
    const folder = folderWith({});
    const out = join(folder, "out");
    const strategy = join(projectRoot, "strategies", "sma-cross.ts");
    expect((await seatrial(["backtest", strategy, "--data", "sample", "--out", out], folder)).code).toBe(0);
    const stated = tablesOf(page)
      .filter(({ head }) => head[0] === "column")
      .map(({ rows }) => rows.flatMap(([cell]) => cell.replaceAll("`", "").split(", ")).join(","));
    const written = ["equity", "trades", "orders"].map(
      (name) => readFileSync(join(out, `${name}.csv`), "utf8").split("\n")[0],
    );
    expect(stated).toEqual(written);
  });

  it("has trades in another currency at the last rate, so that they add up to the change of equity", async () => {
    const days = Array.from({ length: 40 }, (_, i) => new Date(Date.UTC(2024, 0, 1 + i)))
      .filter((day) => day.getUTCDay() % 6 !== 0)
      .map((day) => day.toISOString().slice(0, 10));
    const rows = (price: (i: number) => number): string =>
      `date,open,high,low,close\n${days.map((day, i) => [day, ...Array(4).fill(price(i).toFixed(4))].join(",")).join("\n")}\n`;
    const folder = folderWith({ "sap.csv": rows((i) => 100 + i), "eurusd.csv": rows((i) => 1.05 + i / 200) });
    class Turns extends Strategy {
      override onBar(bar: Bar): void {
        if (bar.instrument.symbol === "SAP") this.target("SAP", this.position("SAP").isFlat ? 10 : 0);
      }
    }
    const result = await backtest({
      strategy: Turns,
      data: [join(folder, "sap.csv"), join(folder, "eurusd.csv")],
      instruments: [{ symbol: "SAP", exchange: "XETR", currency: "EUR", timeZone: "Europe/Berlin" }],
      fees: "per-order:1",
      benchmark: false,
    });
    const { trades, orders, fills, statistics, startCash } = result;
    const sum = (column: Float64Array, length: number): number =>
      column.subarray(0, length).reduce((total, one) => total + one, 0);
    const last = 1.05 + (days.length - 1) / 200;
    expect(trades.length).toBeGreaterThan(5);
    expect(startCash + sum(trades.profit, trades.length)).toBeCloseTo(statistics.endEquity as number, 6);
    expect(sum(trades.fees, trades.length)).toBeCloseTo(fills.length * last, 6);
    expect(sum(Float64Array.from(orders.fees), orders.length)).toBeCloseTo(fills.length, 6);
    expect(statistics.fees).toBeCloseTo(fills.length * last, 6);
  });
});
