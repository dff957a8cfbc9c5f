import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { differencesOf } from "../../live/acceptance/compare-sights.js";
import type { Heard } from "../../live/acceptance/ear.js";
import { formOf, type Look, seenOf, shownOf } from "../../live/acceptance/forms.js";
import { Sighting } from "../../live/acceptance/sight.js";

/** A message in short. */
function heard(label: string, fields: Readonly<Record<string, unknown>> = {}, look: Look = "form"): Heard {
  const [name] = label.split("/");
  return {
    kind: name,
    name,
    label,
    id: undefined,
    fields: Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, [value, look]])),
    rows: [],
    told: [],
  };
}

function sighting(messages: readonly Heard[], facts: Readonly<Record<string, string>> = {}): Sighting {
  const sight = new Sighting();
  sight.look(messages);
  for (const [name, value] of Object.entries(facts)) sight.fact(name, value);
  return sight;
}

describe("the form of a value", () => {
  it.each<[unknown, string]>([
    [undefined, "not set"],
    ["", "empty"],
    [true, "yes or no"],
    [0, "0"],
    [-1, "-1"],
    ["-1", "-1"],
    ["-1.0", "-1"],
    [-0.01, "a number below 0"],
    [400.25, "a number above 0"],
    ["0.0001", "a number above 0"],
    ["1.7976931348623157E308", "the largest number"],
    [Number.MAX_VALUE, "the largest number"],
    [Number.NaN, "no number"],
    ["20260105", "a date"],
    ["1767622200", "seconds since 1970"],
    ["345479400", "seconds since 1970"],
    ["20260105 09:30:00 US/Eastern", "a time"],
    ["20260105  09:30:00", "a time"],
    ["20260105-14:30:00", "a time"],
    ["16:05", "hours and minutes"],
    ["DU1234567", "an account"],
    ["U1234567", "an account"],
    ["0000e0d5.5e2f1c3a.01.01", "an execution's id"],
    ["EUR.USD", "a text"],
    ["SPY", "a text"],
  ])("of %j is %s", (value, form) => {
    expect(formOf(value)).toBe(form);
  });

  it("of a count is the same for none and for many, and never for -1", () => {
    expect(seenOf(0, "count")).toBe(seenOf("12.5", "count"));
    expect(seenOf(-1, "count")).toBe("-1");
  });

  it("shows nothing of sums and of what is private", () => {
    fc.assert(
      fc.property(fc.double({ min: 2, max: 1e9, noNaN: true }), (value) => {
        expect(shownOf(value, "sum")).toBe("a number above 0");
        expect(shownOf(String(value), "private")).toBe(formOf(String(value)));
      }),
    );
  });
});

describe("two sights of a step", () => {
  const label = fc.constantFrom("openOrder/PreSubmitted", "orderStatus/Submitted", "error 202", "openOrder/Filled");
  const message = fc
    .tuple(label, fc.constantFrom<unknown>(undefined, -1, 0, 12, "", "20260105"))
    .map(([name, value]) => heard(name, { field: value }));
  const messages = fc.array(message, { maxLength: 8 });

  it("that are the same do not differ, however often a message is repeated", () => {
    fc.assert(
      fc.property(messages, (told) => {
        const twice = told.flatMap((one) => [one, one]);
        expect(differencesOf(sighting(told), sighting(twice))).toEqual([]);
      }),
    );
  });

  it("differ where a message is missing, and where one is told that the other does not know", () => {
    fc.assert(
      fc.property(messages, label, (told, other) => {
        const [name] = other.split("/");
        const without = told.filter((one) => one.name !== name);
        const withIt = [...without, heard(other)];
        const missing = { what: name, expected: "told", got: "not told" };
        const more = { what: name, expected: "not told", got: "told" };
        expect(differencesOf(sighting(withIt), sighting(without))).toContainEqual(missing);
        expect(differencesOf(sighting(without), sighting(withIt))).toContainEqual(more);
      }),
    );
  });

  it("differ in a field of which one takes a form that the other never has", () => {
    const simulated = sighting([heard("position", { cost: 0 }), heard("position", { cost: 5 })]);
    expect(differencesOf(simulated, sighting([heard("position", { cost: 7 })]))).toEqual([]);
    expect(differencesOf(simulated, sighting([heard("position", { cost: -1 })]))).toEqual([
      { what: "position, cost", expected: "0 or a number above 0", got: "-1" },
    ]);
  });

  it("differ in the order of what both tell, and not in what only one tells", () => {
    const simulated = sighting([heard("a"), heard("b/1"), heard("b/2")]);
    expect(differencesOf(simulated, sighting([heard("a"), heard("b/2")]))).toEqual([]);
    expect(differencesOf(simulated, sighting([heard("b/2"), heard("a"), heard("b/1")]))).toEqual([
      { what: "order of messages", expected: "a, b/1, b/2", got: "b/2, a, b/1" },
    ]);
  });

  it("differ in what was found out", () => {
    const simulated = sighting([], { "its permId is as before": "yes" });
    expect(differencesOf(simulated, sighting([], { "its permId is as before": "no" }))).toEqual([
      { what: "its permId is as before", expected: "yes", got: "no" },
    ]);
    expect(differencesOf(simulated, sighting([]))).toHaveLength(1);
    expect(differencesOf(sighting([]), simulated)).toHaveLength(1);
  });

  it("do not differ in what could not be shown, and do where that is wrong", () => {
    const simulated = sighting([heard("bid", { price: 5 })], { held: "yes" });
    const closed = sighting([]);
    closed.miss("its market is closed");
    expect(differencesOf(simulated, closed)).toEqual([]);
    const wrong = sighting([heard("bid", { price: "?" })]);
    wrong.miss("its market is closed");
    expect(differencesOf(simulated, wrong)).toHaveLength(1);
  });

  it("may each miss what an account need not have, and the other may have more on a list", () => {
    const look = { optional: (name: string) => name === "position" };
    const simulated = new Sighting();
    simulated.look([heard("position"), heard("positionEnd")], look);
    simulated.list("figures", ["NetLiquidation", "BuyingPower"]);
    const got = new Sighting();
    got.look([heard("positionEnd")], look);
    got.list("figures", ["NetLiquidation", "BuyingPower", "Cushion"]);
    expect(differencesOf(simulated, got)).toEqual([]);
    expect(differencesOf(got, simulated)).toEqual([{ what: "figures", expected: "Cushion", got: "not among them" }]);
  });
});
