import { describe, expect, it } from "vitest";
import type { InstrumentSpec } from "../../index.js";
import { bars, type Row } from "../bars.js";
import { run, type Script } from "../scripted.js";

const ROW: Row = [100, 101, 99, 100];

async function told(spec: InstrumentSpec, script: Script): Promise<string[]> {
  const { caveats } = await run(bars(spec, "1day", [ROW, ROW, ROW, ROW, ROW]), script);
  return caveats.filter(({ level, text }) => level === "warning" && text.includes("expire")).map(({ text }) => text);
}

/** A future whose five bars end on 2024-01-12. */
const future = (expiry: string): InstrumentSpec => ({
  symbol: "ESF4",
  assetClass: "future",
  tickSize: 0.25,
  future: { expiry },
});
const call: InstrumentSpec = {
  symbol: "SPYC100",
  assetClass: "option",
  option: { underlying: "SPY", right: "call", strike: 100, expiry: "20240110" },
};

describe("a run that goes on behind an expiry", () => {
  it("tells of a future that is held on", async () => {
    expect(await told(future("2024-01-10"), { 0: (trader) => trader.buy("ESF4", 1) })).toEqual([
      "ESF4 was held on after it had expired on 2024-01-10: the run lets nothing expire, so neither settlement, exercise nor the end of trading is in it.",
    ]);
  });

  it("tells of an option that is traded", async () => {
    expect(await told(call, { 2: (trader) => trader.buy("SPYC100", 1) })).toEqual([
      expect.stringContaining("SPYC100 was traded in 1 fill after it had expired on 2024-01-10: "),
    ]);
    expect(
      await told(call, { 0: (trader) => trader.buy("SPYC100", 1), 2: (trader) => trader.sell("SPYC100", 1) }),
    ).toEqual([expect.stringContaining("SPYC100 was held on and traded in 1 fill after it had expired on ")]);
  });

  it("tells nothing of what was closed by the day itself, held to the end of the data, or left alone", async () => {
    const closes: Script = { 0: (trader) => trader.buy("ESF4", 1), 1: (trader) => trader.sell("ESF4", 1) };
    expect(await told(future("2024-01-10"), closes)).toEqual([]);
    expect(await told(future("2024-01-12"), { 0: (trader) => trader.buy("ESF4", 1) })).toEqual([]);
    expect(await told(future("2024-01-10"), {})).toEqual([]);
  });
});
