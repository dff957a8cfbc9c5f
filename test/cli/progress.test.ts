import { describe, expect, it } from "vitest";
import { barWidth } from "../../cli/progress.js";

describe("a progress bar", () => {
  it("leaves the words of a download their room down to 60 columns, and grows no wider than 40", () => {
    const words = " 100 %  13/13 requests, 23,790 bars, 1,697/s, 14 s left";
    for (let columns = 60; columns <= 240; columns++) {
      expect(barWidth(columns) + words.length).toBeLessThanOrEqual(columns);
      expect(barWidth(columns)).toBeLessThanOrEqual(40);
    }
    expect(barWidth(200)).toBe(40);
    expect(barWidth(20)).toBe(3);
  });
});
