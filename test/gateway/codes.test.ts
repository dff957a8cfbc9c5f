import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { IB_CODES } from "../../brokers/ib/codes.js";

/** Where the gateway's source says which code it sends. */
const SENT = /(?:\bcode: |\berror\([^,()]+, |\bno\(|\btell\(\s*|\[\s*"\w+", )(\d{3,5})\b/g;

describe("the gateway", () => {
  it("sends no code that is not listed with its meaning", () => {
    const folder = "brokers/gateway";
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
    const sources = files.map((name) => readFileSync(join(folder, name), "utf8"));
    const sent = new Set(sources.flatMap((source) => [...source.matchAll(SENT)].map((match) => Number(match[1]))));
    expect(sent.size).toBeGreaterThan(50);
    expect([...sent].filter((code) => !(code in IB_CODES)).sort((a, b) => a - b)).toEqual([]);
  });
});
