import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CsvBytes } from "../../data/files/csv-bytes.js";

function written(write: (bytes: CsvBytes) => void): string {
  const bytes = new CsvBytes(64);
  write(bytes);
  return Buffer.from(bytes.take()).toString("utf8");
}

describe("numbers and instants written as bytes", () => {
  it("are the number rounded to the decimals asked for, without zeros at the end", () => {
    const number = (value: number, decimals: number): string => written((bytes) => bytes.number(value, decimals));
    expect([number(0, 6), number(-0, 6), number(1.5, 6), number(-0.000001, 6), number(-1e-9, 6)]).toEqual([
      "0",
      "0",
      "1.5",
      "-0.000001",
      "0",
    ]);
    expect([number(100, 8), number(0.1 + 0.2, 6), number(1234567.25, 1), number(9.999999, 2)]).toEqual([
      "100",
      "0.3",
      "1234567.3",
      "10",
    ]);
    expect([number(Number.NaN, 2), number(1e300, 6), number(Number.NEGATIVE_INFINITY, 2)]).toEqual([
      "",
      "1e+300",
      "-Infinity",
    ]);
  });

  it("read back within half of the last decimal", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e8, max: 1e8, noNaN: true }),
        fc.integer({ min: 0, max: 6 }),
        (value, decimals) => {
          const text = written((bytes) => bytes.number(value, decimals));
          expect(text).toMatch(/^-?\d+(\.\d*[1-9])?$/);
          expect(Math.abs(Number(text) - value)).toBeLessThanOrEqual(0.500001 * 10 ** -decimals);
        },
      ),
    );
  });

  it("are instants as JavaScript prints them, without empty milliseconds", () => {
    fc.assert(
      fc.property(fc.integer({ min: -6e13, max: 2.5e14 }), (time) => {
        const text = written((bytes) => bytes.instant(time));
        expect(text).toBe(new Date(time).toISOString().replace(".000Z", "Z"));
      }),
    );
    expect(written((bytes) => bytes.instant(Number.NaN))).toBe("");
    expect(written((bytes) => bytes.instant(Number.POSITIVE_INFINITY))).toBe("");
  });

  it("stand between text of any length and language", () => {
    const long = "größer ".repeat(100);
    expect(written((bytes) => bytes.text("a").comma().text(long).comma().number(2, 0).endRow())).toBe(`a,${long},2\n`);
  });

  it("are read back as the same number where they are written exactly", () => {
    const exact = (value: number): string => written((bytes) => bytes.exact(value));
    expect([167.41, 0.1 + 0.2, 1e21, 5e-324, -1.5, 0, 1234567, 0.00005, 123456789.123].map(exact)).toEqual([
      "167.41",
      "0.30000000000000004",
      "1e+21",
      "5e-324",
      "-1.5",
      "0",
      "1234567",
      "0.00005",
      "123456789.123",
    ]);
    fc.assert(
      fc.property(
        fc.oneof(
          fc.double({ noNaN: true, noDefaultInfinity: true }),
          fc.integer().map((n) => n / 1e6),
        ),
        (value) => {
          expect(Number(exact(value))).toBe(value === 0 ? 0 : value);
        },
      ),
    );
  });
});
