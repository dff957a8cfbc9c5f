import { LIVE_SESSION, LIVE_SESSION_ON_DISK } from "./live-session.js";
import { type Outcome, playOnSockets, playStory } from "./play-story.js";
import { type Density, drawStory, type Story, shrinkStory, tellStory } from "./story.js";

/** What a number of runs came to. */
export type RunCounts = Outcome["counts"] & { readonly runs: number };

/** Something that did not hold: the seed that it came of, and the shortest story that leads to it. */
export interface Violation {
  readonly seed: number;
  readonly story: Story;
  /** The story and what it breaks, in lines. */
  readonly told: readonly string[];
}

/** How stories are played: on a virtual net, where a story is the same whenever it is played, or through real sockets. */
export type Form = "virtual" | "sockets";

/** Through sockets a story may go well that has gone wrong before: so often it is played while it is shortened. */
const TRIES: Readonly<Record<Form, number>> = { virtual: 1, sockets: 3 };

function play(story: Story, form: Form): Promise<Outcome> {
  return form === "virtual" ? playStory(story, LIVE_SESSION) : playOnSockets(story, LIVE_SESSION_ON_DISK);
}

/**
 * Plays the stories of so many seeds to a live session.
 * @param each hears of every run
 */
export async function runStories(
  form: Form,
  seed: number,
  runs: number,
  each: (seed: number, outcome: Outcome) => void = () => undefined,
  density: Density = "usual",
): Promise<{ readonly counts: RunCounts; readonly violations: readonly Violation[] }> {
  const total = { runs: 0, orders: 0, executions: 0, lives: 0, faults: 0 };
  const violations: Violation[] = [];
  for (let one = seed; one < seed + runs; one++) {
    const story = drawStory(one, density);
    const outcome = await play(story, form);
    each(one, outcome);
    total.runs++;
    for (const what of ["orders", "executions", "lives", "faults"] as const) total[what] += outcome.counts[what];
    if (outcome.violations.length > 0) violations.push(await explain(story, outcome, form));
  }
  return { counts: total, violations };
}

/** The shortest story that breaks what this one breaks; this one itself where it does not break it again. */
async function explain(long: Story, { violations }: Outcome, form: Form): Promise<Violation> {
  const kinds = new Set(violations.map(kindOf));
  let latest = violations;
  const fails = async (story: Story): Promise<boolean> => {
    for (let i = 0; i < TRIES[form]; i++) {
      const { violations: found } = await play(story, form);
      if (!found.some((one) => kinds.has(kindOf(one)))) continue;
      latest = found;
      return true;
    }
    return false;
  };
  const story = await shrinkStory(long, fails);
  return { seed: long.seed, story, told: [...tellStory(story), ...latest] };
}

/** A violation without its names and figures: a story must not be shrunk into one that breaks something else. */
function kindOf(violation: string): string {
  return violation.split("\n")[0].replaceAll(/\S*\d\S*/g, "#");
}
