import { describe, expect, it } from "vitest";
import { BarSeries } from "../../core/market/bar-series.js";
import { Instrument } from "../../core/market/instrument.js";
import { TradeLog } from "../../core/portfolio/trade-log.js";
import { tradesFrom } from "../../core/statistics/inputs.js";
import { CANDLE_LIMIT, priceDecimals } from "../../report/chart-data.js";
import { type PackedColumn, PackedColumns } from "../../report/packed-columns.js";
import { tradeData } from "../../report/trade-data.js";
import { type ColumnsModule, clientModule } from "./client-modules.js";
import { dailyWalk, minuteWalk, smaCrossResult } from "./sample-run.js";

const { unpackBytes, unpackColumn } = await clientModule<ColumnsModule>("columns.js");

async function unpack(packed: PackedColumns, column: PackedColumn): Promise<number[]> {
  const { base64, deflated } = packed.text();
  return Array.from(unpackColumn(await unpackBytes(base64, deflated), column));
}

describe("the trades a report takes along", () => {
  it("point to the bars of their entry and exit, the open one to the last bar", async () => {
    const result = smaCrossResult(dailyWalk(900));
    const packed = new PackedColumns();
    const data = tradeData(result, packed);
    const { tradeLog, trades } = result;
    expect(trades.length).toBe(tradeLog.length + tradeLog.openLots(0).length);
    const entry = await unpack(packed, data.entryCandle);
    const exit = await unpack(packed, data.exitCandle);
    expect(entry.slice(0, tradeLog.length)).toEqual(Array.from(tradeLog.entryRow.subarray(0, tradeLog.length)));
    expect(exit.slice(0, tradeLog.length)).toEqual(Array.from(tradeLog.exitRow.subarray(0, tradeLog.length)));
    for (const [i, lot] of tradeLog.openLots(0).entries()) {
      expect(entry[tradeLog.length + i]).toBe(lot.row);
      expect(exit[tradeLog.length + i]).toBe(899);
    }
  });

  it("point to candles where several bars make one", async () => {
    const result = smaCrossResult(minuteWalk(3 * CANDLE_LIMIT));
    const packed = new PackedColumns();
    const data = tradeData(result, packed);
    const entry = await unpack(packed, data.entryCandle);
    expect(entry[7]).toBe(Math.floor(result.tradeLog.entryRow[7] / 3));
  });

  it("keep their bars when several of them end inside one bar, out of the order in which they were booked", async () => {
    const base = smaCrossResult(dailyWalk(100));
    const other = new Instrument({ symbol: "OTHER", assetClass: "etf" }, 1);
    const { start, end, open, high, low, close, volume } = base.series[0];
    const series = new BarSeries(other, base.series[0].size, { start, end, open, high, low, close, volume });
    const log = new TradeLog(2);
    log.fill(0, 0, 10, 1, 100, 0, 1000, 1);
    log.fill(1, 1, 20, 1, 100, 0, 2000, 1);
    log.fill(2, 1, 40, -1, 101, 0, 9000, 1);
    log.fill(3, 0, 40, -1, 102, 0, 8000, 1);
    const row = { quantity: 1, entryPrice: 100, fees: 0, entryValue: 100, bars: 1 };
    const trades = tradesFrom([
      { ...row, instrument: 0, entryTime: 1000, exitTime: 8000, exitPrice: 102, profit: 2 },
      { ...row, instrument: 1, entryTime: 2000, exitTime: 9000, exitPrice: 101, profit: 1 },
    ]);
    const packed = new PackedColumns();
    const two = {
      ...base,
      instruments: [...base.instruments, other],
      series: [...base.series, series],
      finest: [0, 1],
      trades,
      tradeLog: log,
    };
    expect(await unpack(packed, tradeData(two, packed).entryCandle)).toEqual([10, 20]);
  });
});

describe("the decimals a price is printed in", () => {
  it("are those of the tick, and more where prices are small", () => {
    const stock = new Instrument({ symbol: "A" });
    expect([1469.25, 9.5, 0.42].map((price) => priceDecimals(stock, price))).toEqual([2, 4, 5]);
    expect(priceDecimals(new Instrument({ symbol: "EUR.USD", assetClass: "forex" }), 1.1)).toBe(5);
    expect(priceDecimals(new Instrument({ symbol: "ESZ6", assetClass: "future", tickSize: 0.25 }), 5000)).toBe(2);
  });
});
