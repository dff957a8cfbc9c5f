import { describe, expect, it } from "vitest";
import { playOnSockets, playStory } from "./play-story.js";
import { type Mistake, standIn } from "./stand-in.js";
import { drawStory, type Story, shrinkStory, tellStory } from "./story.js";

const MISTAKES = [
  "sends again what has no trace after a reconnect",
  "counts executions again when it reads them again",
  "writes an intent down after it was sent",
  "takes what has no trace for never sent",
  "does not read executions after a reconnect",
] as const satisfies readonly Mistake[];

/** The first seed with which a mistake does harm. */
async function caught(mistake: Mistake, play: typeof playStory = playStory, most = 100): Promise<Story> {
  for (let seed = 1; seed <= most; seed++) {
    const { violations } = await play(drawStory(seed), standIn(mistake));
    if (violations.length > 0) return drawStory(seed);
  }
  throw new Error(`${most} runs have not found it`);
}

describe("a trial by chance on virtual time", () => {
  it("finds nothing wrong with a session that keeps the promise, whatever befalls it", async () => {
    const total = { orders: 0, executions: 0, lives: 0, faults: 0 };
    for (let seed = 1; seed <= 40; seed++) {
      const { violations, counts } = await playStory(drawStory(seed), standIn());
      expect([...tellStory(drawStory(seed)), ...violations]).toEqual(tellStory(drawStory(seed)));
      for (const what of ["orders", "executions", "lives", "faults"] as const) total[what] += counts[what];
    }
    expect(total.orders).toBeGreaterThan(150);
    expect(total.executions).toBeGreaterThan(100);
    expect(total.lives).toBeGreaterThan(60);
    expect(total.faults).toBeGreaterThan(60);
  });

  it("is the same to the last byte whenever its seed is repeated", async () => {
    for (const seed of [3, 5, 8]) {
      const first = await playStory(drawStory(seed), standIn());
      await playStory(drawStory(seed + 1), standIn());
      expect(await playStory(drawStory(seed), standIn())).toEqual(first);
    }
  });

  for (const mistake of MISTAKES) {
    it(`catches a session that ${mistake}, and tells a short story of it`, async () => {
      const long = await caught(mistake);
      const fails = async (one: Story): Promise<boolean> =>
        (await playStory(one, standIn(mistake))).violations.length > 0;
      const short = await shrinkStory(long, fails);
      expect(await fails(short)).toBe(true);
      expect((await playStory(short, standIn())).violations).toEqual([]);
      // Nothing can be left out of it.
      for (const things of ["decisions", "misfortunes"] as const) {
        for (const one of short[things]) {
          const less = { ...short, [things]: (short[things] as readonly unknown[]).filter((other) => other !== one) };
          expect(await fails(less)).toBe(false);
        }
      }
      expect(tellStory(short).length).toBeLessThanOrEqual(6);
    });
  }
});

describe("a trial by chance through real sockets", { timeout: 300_000 }, () => {
  it("finds nothing wrong with a session that keeps the promise, whatever befalls it", async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const { violations } = await playOnSockets(drawStory(seed), standIn());
      expect([...tellStory(drawStory(seed)), ...violations]).toEqual(tellStory(drawStory(seed)));
    }
  });

  for (const mistake of MISTAKES) {
    it(`catches a session that ${mistake}`, async () => {
      await caught(mistake, playOnSockets);
    });
  }
});
