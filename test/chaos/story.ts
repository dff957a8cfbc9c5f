import { Random } from "../../core/random.js";
import { type Decision, drawDecisions } from "../random-strategy.js";
import { drawMisfortunes, type Misfortune } from "./misfortune.js";

/** What a strategy does and what goes wrong meanwhile. With its seed, which the network's moods are drawn from, it is one run. */
export interface Story {
  readonly seed: number;
  readonly decisions: readonly Decision[];
  readonly misfortunes: readonly Misfortune[];
}

export interface StoryBounds {
  readonly symbols: readonly string[];
  /** Milliseconds in which everything is done and begins to go wrong. */
  readonly within: number;
  /** Milliseconds between two ticks of the market. */
  readonly ticks: number;
  /** Kinds of faults of the gateway that are left out. */
  readonly without?: readonly string[];
}

const STORY_STREAM = 9_001;

/** Up to twenty decisions, up to six misfortunes. */
export function drawStory(seed: number, bounds: StoryBounds): Story {
  const random = new Random(seed, STORY_STREAM);
  const decisions = drawDecisions(random, { ...bounds, count: 3 + random.int(18), mostUnits: 200, away: 0.002 });
  return { seed, decisions, misfortunes: drawMisfortunes(random, { ...bounds, count: 1 + random.int(6) }) };
}

/** The story in lines, in order of time. */
export function tellStory({ seed, decisions, misfortunes }: Story): string[] {
  const lines = [
    ...decisions.map(({ at, symbol, ...what }) => ({ at, line: `${symbol} ${Object.values(what).join(" ")}` })),
    ...misfortunes.map((one) => ({ at: timeOf(one), line: JSON.stringify(one.kind === "fault" ? one.fault : one) })),
  ];
  const told = lines
    .sort((a, b) => a.at - b.at)
    .map(({ at, line }) => `${(at / 1_000).toFixed(1).padStart(8)} s  ${line}`);
  return [`seed ${seed}`, ...told];
}

function timeOf(one: Misfortune): number {
  if (one.kind !== "fault") return one.at;
  const { at } = one.fault;
  return typeof at === "string" ? Number.parseInt(at.slice(1), 10) : 0;
}

/**
 * The shortest story that still goes wrong, found by leaving out half of it, then quarters, and so on down to single
 * things, over and over until nothing can be left out.
 * @param fails plays a story
 */
export async function shrinkStory(story: Story, fails: (story: Story) => Promise<boolean>): Promise<Story> {
  type Thing = { readonly decision?: Decision; readonly misfortune?: Misfortune };
  const join = (things: readonly Thing[]): Story => ({
    seed: story.seed,
    decisions: things.flatMap(({ decision }) => decision ?? []),
    misfortunes: things.flatMap(({ misfortune }) => misfortune ?? []),
  });
  let things: readonly Thing[] = [
    ...story.decisions.map((decision) => ({ decision })),
    ...story.misfortunes.map((misfortune) => ({ misfortune })),
  ];
  let size = Math.ceil(things.length / 2);
  while (size >= 1) {
    let isShorter = false;
    for (let at = 0; at < things.length; ) {
      const rest = [...things.slice(0, at), ...things.slice(at + size)];
      if (await fails(join(rest))) {
        things = rest;
        isShorter = true;
      } else {
        at += size;
      }
    }
    if (!isShorter || size > 1) size = size === 1 ? 0 : Math.ceil(size / 2);
  }
  return join(things);
}
