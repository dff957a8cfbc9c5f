import { deflateRawSync } from "node:zlib";
import type { Column } from "../core/columns.js";

/**
 * Where a column lies among the packed bytes and how it is read back (report/assets/columns.js):
 * `i` whole numbers, value = number x step / scale, as differences in variable length; `f` and `d` floats of 32 and 64
 * bits, little-endian; `k` the same value in every row.
 */
export type PackedColumn =
  | { readonly c: "i"; readonly o: number; readonly n: number; readonly scale: number; readonly step: number }
  | { readonly c: "f" | "d"; readonly o: number; readonly n: number }
  | { readonly c: "k"; readonly n: number; readonly v: number | null };

const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

const SCALES = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8];
/** Bytes from which compressing is worth its time: below it a file stays well under a megabyte anyway. */
const DEFLATE_FROM = 1 << 19;

/**
 * Columns of numbers in as few bytes as is quickly done. Prices and times are decimal numbers with neighbours that are
 * alike, so their differences as whole numbers take one or two bytes instead of eight.
 */
export class PackedColumns {
  private bytes = new Uint8Array(1 << 18);
  private length = 0;

  /** A column that comes back exactly as it is; one of whole numbers, such as times, takes little room. */
  exact(values: Column, count: number = values.length): PackedColumn {
    const constant = constantColumn(values, count);
    if (constant !== undefined) return constant;
    return areWhole(values, count) ? this.integers(values, count, 1) : this.doubles(values, count);
  }

  /** A column that is only drawn: it comes back with about seven digits, and costs next to nothing to pack. */
  drawn(values: Column, count: number = values.length): PackedColumn {
    return constantColumn(values, count) ?? this.floats("f", new Float32Array(values.subarray(0, count)));
  }

  /** A column that comes back rounded to so many decimals (0 to 8). */
  rounded(values: Column, count: number, decimals: number): PackedColumn {
    const constant = constantColumn(values, count);
    if (constant !== undefined) return constant;
    return this.integers(values, count, SCALES[decimals]);
  }

  /** All bytes as base64 text, and whether they have been deflated (RFC 1951) before. */
  text(): { readonly base64: string; readonly deflated: boolean } {
    const all = Buffer.from(this.bytes.buffer, 0, this.length);
    const deflated = this.length >= DEFLATE_FROM;
    return { base64: (deflated ? deflateRawSync(all, { level: 3 }) : all).toString("base64"), deflated };
  }

  private doubles(values: Column, count: number): PackedColumn {
    return this.floats("d", new Float64Array(values.subarray(0, count)));
  }

  private floats(c: "f" | "d", values: Float32Array | Float64Array): PackedColumn {
    const o = this.length;
    const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
    if (!LITTLE_ENDIAN) c === "f" ? bytes.swap32() : bytes.swap64();
    this.reserve(bytes.length);
    this.bytes.set(bytes, o);
    this.length += bytes.length;
    return { c, o, n: values.length };
  }

  /**
   * Each row as what it is above the row before it, folded to 1, 2, 3 … (0, -1, 1 …) in groups of 7 bits; 0 is NaN.
   * Doubles where a number is too large to keep its last digit.
   */
  private integers(values: Column, count: number, scale: number): PackedColumn {
    const o = this.length;
    const step = commonStep(values, count, scale);
    this.reserve(count * 8);
    const { bytes } = this;
    let at = o;
    let before = 0;
    for (let row = 0; row < count; row++) {
      const scaled = Math.round(values[row] * scale);
      if (!(scaled > -LARGEST && scaled < LARGEST)) {
        if (!Number.isNaN(scaled)) return this.doubles(values, count);
        bytes[at++] = 0;
        continue;
      }
      const whole = scaled / step;
      const difference = whole - before;
      before = whole;
      let folded = difference >= 0 ? difference * 2 + 1 : -difference * 2;
      if (folded < 128) {
        bytes[at++] = folded;
        continue;
      }
      if (folded < 16_384) {
        bytes[at] = (folded & 127) + 128;
        bytes[at + 1] = folded >> 7;
        at += 2;
        continue;
      }
      while (folded >= 128) {
        const rest = Math.floor(folded / 128);
        bytes[at++] = folded - rest * 128 + 128;
        folded = rest;
      }
      bytes[at++] = folded;
    }
    this.length = at;
    return { c: "i", o, n: count, scale, step };
  }

  private reserve(room: number): void {
    if (this.length + room <= this.bytes.length) return;
    const wider = new Uint8Array(Math.max(this.bytes.length * 2, this.length + room));
    wider.set(this.bytes);
    this.bytes = wider;
  }
}

/** Below this a difference of two folded takes at most 8 groups of 7 bits, which is what is reserved for a row. */
const LARGEST = 2 ** 50;

function constantColumn(values: Column, count: number): PackedColumn | undefined {
  if (count === 0) return { c: "k", n: 0, v: null };
  const first = values[0];
  for (let row = 1; row < count; row++) if (!Object.is(values[row], first)) return undefined;
  return Number.isNaN(first) ? { c: "k", n: count, v: null } : { c: "k", n: count, v: first };
}

function areWhole(values: Column, count: number): boolean {
  for (let row = 0; row < count; row++) {
    if (!Number.isInteger(values[row]) && !Number.isNaN(values[row])) return false;
  }
  return true;
}

/** The greatest whole number that divides all of them, scaled: 60,000 for the times of minutes, 1 for most. */
function commonStep(values: Column, count: number, scale: number): number {
  let step = 0;
  for (let row = 0; row < count && step !== 1; row++) {
    let rest = Math.abs(Math.round(values[row] * scale));
    if (!(rest < LARGEST)) continue;
    // Below LARGEST a quotient is a whole number only if the division leaves nothing, and % takes ten times as long.
    const quotient = rest / step;
    if (Math.floor(quotient) === quotient && step !== 0) continue;
    while (rest !== 0) [step, rest] = [rest, step % rest];
  }
  return step === 0 ? 1 : step;
}
