import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type BacktestResult, type BarSeries, backtest } from "../../index.js";
import { bars, OPEN, type Row } from "../bars.js";
import { folderWith } from "../cli/seatrial.js";
import { PLAIN, run, type Settings, scripted } from "../scripted.js";

const at = (price: number): Row => [price, price * 1.01, price * 0.99, price];
const splitOf = ({ caveats }: BacktestResult): string[] =>
  caveats.filter(({ level, text }) => level === "warning" && /look like/.test(text)).map(({ text }) => text);
const untoldBy = ({ caveats }: BacktestResult): string =>
  caveats.find(({ text }) => text.startsWith("The data does not tell"))?.text ?? "";

async function told(data: BarSeries, settings: Settings = {}): Promise<string[]> {
  return splitOf(await run(data, {}, settings));
}

describe("prices that look like a split that nobody has adjusted for", () => {
  it("are told of with the instrument, the date and the ratio", async () => {
    expect(await told(bars("SPL", "1day", [at(100), at(100), at(50), at(50)]))).toEqual([
      "Prices of SPL look like a split that nobody has adjusted for: 2:1 on 2024-01-10 (from 100 to 50). What is gained or lost over such a jump is not real; docs/splits-and-dividends.md says how a run is told of splits.",
    ]);
  });

  it.each([
    ["3:2", 66.7],
    ["5:4", 80],
    ["1:10", 1000],
    ["7:1", 14.3],
  ])("are told as %s", async (ratio, after) => {
    expect((await told(bars("SPL", "1day", [at(100), at(after)])))[0]).toContain(`: ${ratio} on 2024-01-09`);
  });

  it("are told of in one line, the first three of many by their dates", async () => {
    const rows = [at(3200), at(1600), at(800), at(400), at(200), at(100)];
    expect(await told(bars("SPL", "1day", rows))).toEqual([
      expect.stringMatching(
        /^Prices of SPL look like splits .*: 2:1 on 2024-01-09 .*, 2:1 on 2024-01-10 .*, 2 more\. /,
      ),
    ]);
  });

  it("are looked for from one session to the next of smaller bars, not inside of them", async () => {
    const session = (price: number): Row[] => Array.from({ length: 6 }, () => at(price));
    expect(await told(bars("SPL", "1hour", [...session(100), ...session(50)]))).toHaveLength(1);
    expect(await told(bars("SPL", "1hour", [at(100), at(50), at(50)]))).toEqual([]);
  });

  it("are not told of where the split is known, or where no split is made", async () => {
    const rows = bars("SPL", "1day", [at(100), at(100), at(50)]);
    const splits = [{ time: OPEN + 2 * 86_400_000 - 9.5 * 3_600_000, numerator: 2, denominator: 1 }];
    expect(await told(rows, { actions: { SPL: { splits, dividends: [] } } })).toEqual([]);
    expect(await told(bars("SPL", "1day", [at(100), at(70), at(69)]))).toEqual([]);
    const future = { symbol: "ESH4", assetClass: "future", tickSize: 0.25 } as const;
    expect(await told(bars(future, "1day", [at(100), at(50)]))).toEqual([]);
  });
});

describe("what the data does not tell", () => {
  const file = "date,open,high,low,close\n2024-01-08,100,101,99,100\n2024-01-09,100,101,99,100\n";

  it("names splits and dividends of stocks in CSV files", async () => {
    const folder = folderWith({ "spl.csv": file, "eurusd.csv": file });
    const strategy = scripted({});
    const alone = await run([], {}, { data: join(folder, "spl.csv") });
    expect(untoldBy(alone)).toBe(
      "The data does not tell bid and ask, volume, splits and dividends, halts, whether stock could be borrowed.",
    );
    const both = ["spl.csv", "eurusd.csv"].map((name) => join(folder, name));
    expect(untoldBy(await backtest({ ...PLAIN, strategy, data: both }))).toContain(", splits and dividends of SPL, ");
  });

  it("does not name them where they were given, or of what has none", async () => {
    const rows = (symbol: string) => bars(symbol, "1day", [at(100), at(100)]);
    const given = await run(rows("SPL"), {}, { actions: { SPL: { splits: [], dividends: [] } } });
    expect(untoldBy(given)).not.toContain("splits");
    for (const data of ["synthetic:seed=1,bars=50,bar=1day", "sample"]) {
      expect(untoldBy(await run([], {}, { data }))).not.toContain("splits");
    }
  });
});
