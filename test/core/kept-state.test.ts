import { describe, expect, it } from "vitest";
import { stateText } from "../../core/kept-state.js";
import { flat } from "../bars.js";
import { run } from "../scripted.js";

const kept = (state: unknown): string => stateText("Keeps", state);

describe("what a strategy keeps over restarts", () => {
  it("comes back as it was where it is plain", () => {
    const shared = { level: 1.5 };
    const state = { count: 2, on: true, name: "x", none: null, list: [1, [2]], deep: { shared }, shared };
    expect(JSON.parse(kept(state))).toEqual(state);
    expect(kept({ gone: undefined, here: 1 })).toBe('{"here":1}');
  });

  const itself: Record<string, unknown> = {};
  itself.deep = { itself };
  it.each([
    ["a Map in this.state.seen", { seen: new Map([[1, 2]]) }],
    ["a Set in this.state.a.b", { a: { b: new Set() } }],
    ["a Date in this.state.times[1]", { times: [1, new Date(0)] }],
    ["a Level in this.state.level", { level: new (class Level {})() }],
    ["NaN in this.state.last", { last: Number.NaN }],
    ["-Infinity in this.state.low", { low: Number.NEGATIVE_INFINITY }],
    ["undefined in this.state.list[0]", { list: [undefined] }],
    ["a function in this.state.act", { act: () => 1 }],
    ["a bigint in this.state.big", { big: 1n }],
    ["an object that contains itself in this.state.deep.itself", itself],
    ["a Map in this.state", new Map()],
  ])("is refused where it would not: %s", (what, state) => {
    expect(() => kept(state)).toThrow(`Keeps keeps ${what}, which would not come back after a restart. Keep plain`);
  });

  it("is told of by a backtest, which keeps nothing itself", async () => {
    const caveatsOf = async (value: unknown): Promise<string[]> => {
      const { caveats } = await run(flat("SPY", "1day", 100, 3), { 0: (trader) => void (trader.state.value = value) });
      return caveats.map(({ text }) => text).filter((text) => text.includes("this.state"));
    };
    expect(await caveatsOf(new Date(0))).toEqual([
      expect.stringContaining("keeps a Date in this.state.value, which would not come back after a restart."),
    ]);
    expect(await caveatsOf(3)).toEqual([]);
  });
});
