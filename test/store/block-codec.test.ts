import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Block, type BlockTarget, decodeBlock, encodeBlock } from "../../data/store/block-codec.js";
import { emptyColumns } from "../../data/store/columns.js";

const MINUTE = 60_000;
const FIELDS = ["open", "high", "low", "close"] as const;

/** Bars that follow each other, with these prices in turn and these volumes. */
function barsOf(prices: readonly number[], volumes: readonly number[], sides = false): BlockTarget {
  const bars = emptyColumns(prices.length, sides);
  for (let row = 0; row < prices.length; row++) {
    bars.start[row] = row * MINUTE;
    bars.end[row] = (row + 1) * MINUTE;
    bars.volume[row] = volumes[row % volumes.length];
    for (const side of [bars, bars.bid, bars.ask])
      FIELDS.forEach((field, i) => {
        if (side !== undefined) side[field][row] = prices[(row + i) % prices.length];
      });
  }
  return bars;
}

function encoded(bars: BlockTarget): Block {
  return encodeBlock(bars, 0, bars.start.length, MINUTE);
}

/** What a block gives, in columns that held something else before. */
function decoded(block: Block, sides = false): BlockTarget {
  const into = emptyColumns(block.count, sides);
  for (const column of [into.start, into.end, into.volume, ...FIELDS.map((field) => into[field])]) column.fill(7);
  expect(decodeBlock(block, MINUTE, into, 0)).toBe("");
  return into;
}

/** Every bit of every column. */
function bitsOf({ bid, ask, ...own }: BlockTarget): Buffer[] {
  const columns = [own, bid ?? {}, ask ?? {}].flatMap((side): Float64Array[] => Object.values(side));
  return columns.map((column) => Buffer.from(column.buffer, column.byteOffset, column.byteLength));
}

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const decimals = (digits: number, most: number) =>
  fc.integer({ min: -most, max: most }).map((whole) => whole / 10 ** digits);

describe("a block of bars", () => {
  it("gives back every bit of every price and volume, whatever they are", () => {
    const prices = fc.oneof(
      fc.integer({ min: 0, max: 8 }).chain((digits) => fc.array(decimals(digits, 20_000), { minLength: 1 })),
      fc.integer({ min: 0, max: 8 }).chain((digits) => fc.array(decimals(digits, 2 ** 31 - 1), { minLength: 1 })),
      fc.array(fc.oneof(finite, decimals(2, 20_000), fc.constant(-0)), { minLength: 1 }),
    );
    const volumes = fc.oneof(
      fc.array(fc.nat(), { minLength: 1 }),
      fc.array(fc.integer({ min: 0, max: 2 ** 33 }), { minLength: 1 }),
      fc.array(fc.oneof(finite, fc.constant(-0)), { minLength: 1 }),
      fc.constant([0]),
    );
    fc.assert(
      fc.property(prices, volumes, fc.boolean(), (price, volume, sides) => {
        const bars = barsOf(price, volume, sides);
        // A volume of -0 in a block without any other volume is none.
        if (bars.volume.every((one) => one === 0)) bars.volume.fill(0);
        expect(bitsOf(decoded(encoded(bars), sides))).toEqual(bitsOf(bars));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ["cents of a week in 16 bits, volumes in 32", [470.11, 471.25, 812.3], [4_294_967_295], 16 + 64 + 4 + 1, 12],
    ["cents of a wide range in 32 bits", [470.11, 99_999.99], [1], 32 + 64 + 4 + 1, 20],
    ["fifths of a pip", [1.084305, 1.08431], [0], 16 + 1, 8],
    ["256ths", [110 + 1 / 256, 110 + 3 / 256], [0], 32 + 1, 16],
    ["prices below nothing", [-37.63, 10.01], [1], 16 + 64 + 4 + 1, 12],
    ["prices that were adjusted, as doubles", [100 / 3, 50.25], [1], 64 + 4 + 1, 36],
    ["volumes with fractions, as doubles", [100.5], [0.25], 16 + 4 + 1, 16],
    ["volumes above 32 bits, as doubles", [100.5], [2 ** 32], 16 + 4 + 1, 16],
  ])("keeps %s", (_, prices, volumes, columns, bytes) => {
    const bars = barsOf(
      Array.from({ length: 400 }, (_, i) => prices[i % prices.length]),
      volumes,
    );
    const block = encoded(bars);
    expect(block.columns).toBe(columns);
    // Of the runs three doubles, of ticks two.
    expect(block.data.length).toBe(400 * bytes + 24 + ((columns & 48) === 0 ? 0 : 16));
    expect(decoded(block)).toEqual(bars);
  });

  it("of quotes is read by somebody who wants the prices alone", () => {
    for (const price of [100.25, 100 / 3]) {
      const { bid: _, ask: __, ...own } = barsOf([price, price + 1, price + 2], [5, 6, 7], true);
      const block = encoded(barsOf([price, price + 1, price + 2], [5, 6, 7], true));
      expect(decoded(block)).toEqual({ ...own, bid: undefined, ask: undefined });
    }
  });

  it("is found out by any one flipped bit", () => {
    const block = encoded(barsOf([100.01, 100.02, 99.98, 101.5, 100], [100, 250, 70_000]));
    expect(block.columns & 16).toBe(16);
    for (let bit = 0; bit < block.data.length * 8; bit++) {
      const data = Buffer.from(block.data);
      data[bit >> 3] ^= 1 << (bit & 7);
      expect(decodeBlock({ ...block, data }, MINUTE, emptyColumns(block.count, false), 0)).not.toBe("");
    }
    for (let bit = 0; bit < 7; bit++) {
      const columns = block.columns ^ (1 << bit);
      expect(decodeBlock({ ...block, columns }, MINUTE, emptyColumns(block.count, false), 0)).not.toBe("");
    }
  });

  it("of unaligned bytes is read as well", () => {
    const bars = barsOf([100.01, 100.02], [1, 2]);
    const block = encoded(bars);
    const data = Buffer.alloc(block.data.length + 1).subarray(1);
    block.data.copy(data);
    expect(decoded({ ...block, data })).toEqual(bars);
  });
});
