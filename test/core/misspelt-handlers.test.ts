import { describe, expect, it } from "vitest";
import { type Bar, backtest, Strategy, type StrategyClass } from "../../index.js";
import { flat } from "../bars.js";

async function warningsOf(strategy: StrategyClass): Promise<string[]> {
  const result = await backtest({ strategy, data: [flat("SPY", "1day", 100, 3)] });
  return result.caveats.filter(({ level }) => level === "warning").map(({ text }) => text);
}

describe("a handler that is misspelt", () => {
  it("is warned of with the name that was meant, whether it is a method or a field", async () => {
    class Slips extends Strategy {
      onbar(_bar: Bar): void {}
      onSesionClose(): void {}
      readonly onFills = (): void => undefined;
    }
    expect(await warningsOf(Slips)).toEqual(
      expect.arrayContaining([
        "onbar is no handler, and is never called; did you mean onBar?",
        "onSesionClose is no handler, and is never called; did you mean onSessionClose?",
        "onFills is no handler, and is never called; did you mean onFill?",
      ]),
    );
  });

  it("is warned of in a class above, too", async () => {
    class Above extends Strategy {
      onBra(): void {}
    }
    class Below extends Above {}
    expect((await warningsOf(Below))[0]).toBe("onBra is no handler, and is never called; did you mean onBar?");
  });

  it("is none where the method is near no handler, or near one that the class has beside it", async () => {
    class Sound extends Strategy {
      readonly onlyLongs = true;
      override onBar(): void {}
      onBar2(): void {}
      onEntry(): void {}
      onBreakout(): void {}
      on(): void {}
    }
    expect((await warningsOf(Sound)).filter((text) => text.includes("handler"))).toEqual([]);
  });
});
