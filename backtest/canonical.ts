import { createHash, type Hash } from "node:crypto";
import type { Column } from "../core/columns.js";

/** How many values are brought into canonical form at a time: 512 kB, which stays in the cache. */
const CHUNK = 65_536;
const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/**
 * A SHA-256 over named parts. Every part begins with its name and its length, so that no two different lists of parts
 * make the same bytes. Numbers are little-endian, all NaNs are one NaN, text is UTF-8: the same on every machine.
 */
export class CanonicalHash {
  private readonly hash: Hash = createHash("sha256");
  private readonly doubles = new Float64Array(CHUNK);

  text(name: string, text: string): void {
    this.part(name, Buffer.byteLength(text));
    this.hash.update(text);
  }

  /** Anything JSON can say, by `canonicalJson`. */
  json(name: string, value: unknown): void {
    this.text(name, canonicalJson(value));
  }

  /** The first `length` values of a column. */
  column(name: string, values: Column, length: number): void {
    this.part(name, length * 8);
    for (let from = 0; from < length; from += CHUNK) {
      const count = Math.min(CHUNK, length - from);
      for (let i = 0; i < count; i++) {
        const value = values[from + i];
        // A NaN keeps the sign bit of the operation it came from, and processors differ in it.
        this.doubles[i] = Number.isNaN(value) ? Number.NaN : value;
      }
      const bytes = Buffer.from(this.doubles.buffer, 0, count * 8);
      this.hash.update(littleEndian ? bytes : Buffer.from(bytes).swap64());
    }
  }

  /** The hash in hexadecimal; nothing can be added after. */
  digest(): string {
    return this.hash.digest("hex");
  }

  private part(name: string, bytes: number): void {
    this.hash.update(`${name.length}:${name}=${bytes};`);
  }
}

/**
 * JSON with the keys of every object sorted and nothing between the tokens. What JSON cannot say is written as text
 * (NaN, infinities, functions by their source), and a key without a value is left out.
 */
export function canonicalJson(value: unknown): string {
  return (
    JSON.stringify(value, (_key, inner: unknown) => {
      if (typeof inner === "number" && !Number.isFinite(inner)) return `number ${inner}`;
      if (typeof inner === "bigint" || typeof inner === "function") return `${typeof inner} ${inner}`;
      if (typeof inner !== "object" || inner === null || Array.isArray(inner)) return inner;
      const record = inner as Record<string, unknown>;
      return Object.fromEntries(
        Object.keys(record)
          .sort()
          .map((key) => [key, record[key]]),
      );
    }) ?? "null"
  );
}
