import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { FAILURES } from "../../live/drill/failures.js";
import { folderWith, seatrial, strategyWith } from "./seatrial.js";

const BUYS = `import { type Bar, Strategy } from "seatrial";

export default class Buys extends Strategy.with({ quantity: 10 }) {
  override onBar({ instrument }: Bar): void {
    this.target(instrument, this.params.quantity);
  }
}
`;

describe("seatrial drill", () => {
  const place = folderWith({ "buys.ts": BUYS, "idle.ts": strategyWith("  override onBar(_bar: Bar): void {}") });
  const state = { SEATRIAL_STATE: join(place, "state") };

  it("prints a row a failure, ends with 0, and puts the rung on record", { timeout: 400_000 }, async () => {
    const { code, stdout, stderr } = await seatrial(["drill", "buys.ts", "--quantity", "5"], place, state);
    expect(stderr).toBe("");
    const lines = stdout.trimEnd().split("\n");
    expect(lines[0]).toMatch(/^failure +verdict +orders +fills +denied +what was done$/);
    for (const { name, done } of FAILURES) {
      expect(lines.some((line) => line.startsWith(`${name} `) && line.includes(" held ") && line.endsWith(done))).toBe(
        true,
      );
    }
    expect(lines.at(-1)).toBe(`${FAILURES.length} of ${FAILURES.length} held.`);
    expect(code).toBe(0);
    const ladder = join(place, "state", "ladder");
    const [record] = readdirSync(ladder);
    expect(JSON.parse(readFileSync(join(ladder, record), "utf8"))).toMatchObject({
      rung: "drill",
      file: "buys.ts",
      passed: true,
      held: FAILURES.length,
      of: FAILURES.length,
    });
  });

  it.each([
    [[], /^No strategy is named\./],
    [["none.ts"], /none\.ts/],
    [["buys.ts", "--quantty", "5"], /Did you mean --quantity\?/],
    [["buys.ts", "--data", "synthetic:bars=x"], /bars/],
    [["buys.ts", "--from", "yesterday"], /yesterday/],
    [["idle.ts"], /^No order of Broken has filled in \d+ minutes of the market/],
  ])("says in a sentence what is wrong with %j, and ends with 2", { timeout: 120_000 }, async (args, says) => {
    const { code, stderr } = await seatrial(["drill", ...args], place, state);
    expect(stderr).toMatch(says);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(code).toBe(2);
  });
});
