import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { editDistance, nearest } from "../../core/nearest.js";

describe("nearest: did you mean", () => {
  const orders = ["market", "limit", "stop", "stopLimit", "trailingStop", "bracket"];

  it("finds the word behind one slip of each kind", () => {
    expect(nearest("markt", orders)).toBe("market");
    expect(nearest("limitt", orders)).toBe("limit");
    expect(nearest("brocket", orders)).toBe("bracket");
    expect(nearest("sotp", orders)).toBe("stop");
  });

  it("does not mind upper and lower case, and answers with the word as it is listed", () => {
    expect(nearest("STOPLIMIT", orders)).toBe("stopLimit");
  });

  it("prefers the smaller distance to the earlier place", () => {
    expect(nearest("stopLimi", ["stop", "limit", "stopLimit"])).toBe("stopLimit");
  });

  it("accepts the beginning of a longer word", () => {
    expect(nearest("bollinger", ["SMA", "BollingerBands"])).toBe("BollingerBands");
    expect(nearest("trailing", orders)).toBe("trailingStop");
  });

  it("gives no hint rather than a wrong one", () => {
    expect(nearest("iceberg", orders)).toBeUndefined();
    expect(nearest("", orders)).toBeUndefined();
    expect(nearest("stop", [])).toBeUndefined();
  });

  it("counts insertions, deletions, replacements and swaps of neighbours as one each", () => {
    expect(editDistance("kitten", "sitting")).toBe(3);
    expect(editDistance("ab", "ba")).toBe(1);
    expect(editDistance("", "abc")).toBe(3);
  });

  it("measures the same both ways, and zero only between equal words", () => {
    const short = fc.string({ maxLength: 8 });
    fc.assert(
      fc.property(short, short, (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b) === 0).toBe(a === b);
      }),
    );
  });

  it("finds every listed word by itself", () => {
    for (const word of orders) expect(nearest(word, orders)).toBe(word);
  });
});
