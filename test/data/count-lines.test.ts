import fc from "fast-check";
import { expect, it } from "vitest";
import { countLines } from "../../data/files/count-lines.js";

it("counts the line feeds behind a place, wherever the bytes lie", () => {
  // Line feeds, what differs from one in a single bit, and the ends of the range.
  const byte = fc.constantFrom(10, 10, 11, 8, 138, 74, 0, 255);
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 3000 }), fc.nat(7), fc.nat(9), (values, shift, from) => {
      const bytes = new Uint8Array([...new Array<number>(shift).fill(10), ...values]).subarray(shift);
      const start = Math.min(from, bytes.length);
      expect(countLines(bytes, start)).toBe(values.slice(start).filter((value) => value === 10).length);
    }),
  );
});

it("counts in more words than a byte can count", () => {
  for (const length of [1020, 1021, 4096, 5003]) expect(countLines(new Uint8Array(length).fill(10), 0)).toBe(length);
});
