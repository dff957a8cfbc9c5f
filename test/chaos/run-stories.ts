import { LIVE_SESSION } from "./live-session.js";
import { type Outcome, playStory } from "./play-story.js";
import { drawStory, type Story, shrinkStory, tellStory } from "./story.js";

/** What a number of runs came to. */
export type RunCounts = Outcome["counts"] & { readonly runs: number };

/** Something that did not hold: the seed that it came of, and the shortest story that leads to it. */
export interface Violation {
  readonly seed: number;
  readonly story: Story;
  /** The story and what it breaks, in lines. */
  readonly told: readonly string[];
}

/**
 * Plays the stories of so many seeds to a live session on virtual time.
 * @param each hears of every run
 */
export async function runStories(
  seed: number,
  runs: number,
  each: (seed: number, outcome: Outcome) => void = () => undefined,
): Promise<{ readonly counts: RunCounts; readonly violations: readonly Violation[] }> {
  const total = { runs: 0, orders: 0, executions: 0, lives: 0, faults: 0 };
  const violations: Violation[] = [];
  for (let one = seed; one < seed + runs; one++) {
    const outcome = await playStory(drawStory(one), LIVE_SESSION);
    each(one, outcome);
    total.runs++;
    for (const what of ["orders", "executions", "lives", "faults"] as const) total[what] += outcome.counts[what];
    if (outcome.violations.length > 0) violations.push(await explain(drawStory(one), outcome));
  }
  return { counts: total, violations };
}

/** The shortest story that breaks what this one breaks. */
async function explain(long: Story, { violations }: Outcome): Promise<Violation> {
  const kinds = new Set(violations.map(kindOf));
  const fails = async (story: Story): Promise<boolean> =>
    (await playStory(story, LIVE_SESSION)).violations.some((one) => kinds.has(kindOf(one)));
  const story = await shrinkStory(long, fails);
  const outcome = await playStory(story, LIVE_SESSION);
  return { seed: long.seed, story, told: [...tellStory(story), ...outcome.violations] };
}

/** A violation without its names and figures: a story must not be shrunk into one that breaks something else. */
function kindOf(violation: string): string {
  return violation.split("\n")[0].replaceAll(/\S*\d\S*/g, "#");
}
