import { LATE_FAULTS } from "../../brokers/gateway/faults/late-faults.js";
import type { Instant } from "../../core/market/bar-size.js";
import { Random } from "../../core/random.js";
import { gatewayData } from "../gateway/gateway-data.js";
import { type Decision, drawDecisions, drawMoment, type TimeWindow } from "../random-strategy.js";
import {
  drawByHand,
  drawFaultOf,
  drawKillSwitch,
  drawMisfortunes,
  drawTime,
  type Misfortune,
  type MisfortuneBounds,
} from "./misfortune.js";
import { drawTheirOrder } from "./their-orders.js";

/** What a strategy does and what goes wrong meanwhile. With its seed, which the network's moods are drawn from, it is one run. */
export interface Story {
  readonly seed: number;
  readonly scene: Scene;
  readonly decisions: readonly Decision[];
  readonly misfortunes: readonly Misfortune[];
}

/** When stories of a kind play, and how long. Times are ms after the beginning. */
export interface Scene {
  readonly name: "day" | "night";
  /** Epoch ms UTC. */
  readonly from: Instant;
  /** When things are done and begin to go wrong. */
  readonly windows: readonly TimeWindow[];
  /** When the books are held against the broker's at the latest, once whatever lasts has ended. */
  readonly end: number;
  /** The longest that something may last. */
  readonly longest: number;
}

/** The market of all stories: two days of two stocks. */
export const STORY_MARKET = gatewayData("synthetic:symbols=2,bars=780,bar=1min,start=2020-01-06,seed=11");
export const STORY_SYMBOLS: readonly string[] = STORY_MARKET.instruments.map(({ symbol }) => symbol);
/** Milliseconds between two ticks of the market. */
export const TICKS = 15_000;

const MINUTE = 60_000;
/** From an hour into the second day. */
export const DAY: Scene = {
  name: "day",
  from: Date.UTC(2020, 0, 7, 15, 30),
  windows: [{ at: 0, lasts: 15 * MINUTE }],
  end: 15 * MINUTE,
  longest: 4 * MINUTE,
};
/** From ten minutes in front of the first day's close, over midnight, into the second day's first quarter of an hour. */
const NIGHT: Scene = {
  name: "night",
  from: Date.UTC(2020, 0, 6, 20, 50),
  windows: [
    { at: 0, lasts: 15 * MINUTE },
    { at: 17 * 60 * MINUTE + 40 * MINUTE, lasts: 15 * MINUTE },
  ],
  end: 18 * 60 * MINUTE,
  longest: 18 * 60 * MINUTE,
};

const STORY_STREAM = 9_001;
const LATE_STREAM = 9_003;
const HAND_STREAM = 9_004;
const THEIR_STREAM = 9_005;

/** Decisions on orders that belong together, and what changes and cancels them. */
const TOGETHER: readonly string[] = ["bracket", "oco", "child", "modify", "cancel", "close"];
const HELD_UNDER_EXITS: readonly string[] = ["order", "bracket", "oco"];
const LATE_KINDS: readonly string[] = Object.keys(LATE_FAULTS);

/** How late a broker is in stories: how seldom one has a late broker, how many decisions come of it, and how it is late. */
interface Lateness {
  readonly oneIn: number;
  readonly decisions: number;
  readonly least: number;
  readonly most: number;
}

/**
 * What stories have more of: in a dense one the broker always is late, and with far more orders; in an operated one people
 * trade by hand in the account and make orders there, and an operator tells the session of it.
 */
export type Density = "usual" | "dense" | "operated";

const LATENESS: Readonly<Record<Density, Lateness>> = {
  usual: { oneIn: 3, decisions: 24, least: 1, most: 5 },
  dense: { oneIn: 1, decisions: 70, least: 4, most: 9 },
  operated: { oneIn: 3, decisions: 24, least: 1, most: 5 },
};

/** Up to twenty decisions, up to six misfortunes. One story in ten goes over night. */
export function drawStory(seed: number, density: Density = "usual"): Story {
  const random = new Random(seed, STORY_STREAM);
  const scene = random.int(10) === 0 ? NIGHT : DAY;
  const { windows, longest } = scene;
  const symbols = STORY_SYMBOLS;
  const decisions = drawDecisions(random, { symbols, windows, count: 3 + random.int(18), mostUnits: 200, away: 0.002 });
  const bounds = { symbols, windows, longest, ticks: TICKS };
  const without = Object.keys(LATE_FAULTS);
  const misfortunes = drawMisfortunes(random, { ...bounds, count: 1 + random.int(6), without });
  const story = drawLateness({ seed, scene, decisions, misfortunes }, bounds, LATENESS[density]);
  return density === "operated" ? drawTheirs(drawHands(story, bounds), bounds) : story;
}

/** In two stories of three, orders that others make, which an operator may have the session take over. */
function drawTheirs(story: Story, bounds: Omit<MisfortuneBounds, "count">): Story {
  const random = new Random(story.seed, THEIR_STREAM);
  if (random.int(3) === 0) return story;
  const their = { symbols: bounds.symbols, end: story.scene.end - 1_000, moment: () => drawTime(random, bounds) };
  const count = 1 + random.int(3);
  const orders = Array.from({ length: count }, (_, i) => drawTheirOrder(random, i + 1, their)).flat();
  // An order of others that is told without the broker's number could be any of theirs.
  const others = story.misfortunes.filter((one) => one.kind !== "fault" || one.fault.fault !== "no-perm-ids");
  // Whatever goes wrong has the session read the account: where nothing does, it has to find out by itself.
  const isQuiet = random.int(3) === 0;
  return { ...story, misfortunes: [...(isQuiet ? [] : others), ...orders] };
}

/** Trades by hand, with what an operator says of them, in a story with more that is held under exits. */
function drawHands(story: Story, bounds: Omit<MisfortuneBounds, "count">): Story {
  const random = new Random(story.seed, HAND_STREAM);
  const { symbols, windows } = bounds;
  const drawn = drawDecisions(random, { symbols, windows, count: 16, mostUnits: 200, away: 0.002 });
  const decisions = [...story.decisions, ...drawn.filter(({ does }) => HELD_UNDER_EXITS.includes(does))];
  const misfortunes = [...story.misfortunes];
  for (let hands = 1 + random.int(3); hands > 0; hands--) {
    const [byHand, ...words] = drawByHand(random, bounds, story.scene.end - 1_000);
    if (random.int(3) > 0) {
      const { at, symbol } = byHand;
      const before = 5_000 + random.int(120_000);
      decisions.push(drawHeld(random, Math.max(0, at - before), symbol));
      // What is held then may be of a session before.
      const down = random.int(2) === 0 ? 500 : random.int(20_000);
      if (random.int(3) === 0) misfortunes.push({ kind: "kill", at: Math.max(0, at - random.int(before)), down });
    }
    misfortunes.push(byHand, ...words);
  }
  return { ...story, decisions: decisions.sort((a, b) => a.at - b.at), misfortunes };
}

/** An entry under exits that the market does not reach soon. */
function drawHeld(random: Random, at: number, symbol: string): Decision {
  const side = random.int(2) === 0 ? "buy" : "sell";
  const far = (): number => (50 + random.int(200)) / 10_000;
  const [loss, profit] = [far(), far()];
  const quantity = 2 + random.int(400);
  return {
    at,
    symbol,
    does: "bracket",
    side,
    quantity,
    entry: "market",
    away: 0,
    loss,
    profit,
    trails: random.int(4) === 0,
  };
}

/**
 * In one story of three the broker is late with what it does, or refuses it; that is drawn by chance of its own, so that
 * the others stay as they are. Orders that belong together are many there, and larger than what a quote has.
 */
function drawLateness(story: Story, bounds: Omit<MisfortuneBounds, "count">, lateness: Lateness): Story {
  const random = new Random(story.seed, LATE_STREAM);
  if (random.int(lateness.oneIn) > 0) return story;
  const { symbols, windows } = bounds;
  const count = lateness.decisions;
  const drawn = drawDecisions(random, { symbols, windows, count, mostUnits: 2_000, away: 0.0008 });
  const decisions = [
    ...story.decisions,
    ...drawn.filter(({ does }) => TOGETHER.includes(does)),
    ...drawCutEntry(random, bounds),
  ];
  const switches = random.int(4) === 0 ? [drawKillSwitch(random, bounds)] : [];
  const faults = lateness.least + random.int(lateness.most - lateness.least + 1);
  const late = Array.from({ length: faults }, () => {
    const { fault } = drawFaultOf(random, LATE_KINDS, bounds);
    // Half of them go on from the beginning, as with a broker that is so.
    const { on: _, count: __, ...rest } = fault;
    const isOfBroker = fault.for !== undefined && random.int(2) === 0;
    const whole = { ...rest, at: "+1ms", for: `${story.scene.end}ms` };
    return { kind: "fault", fault: isOfBroker ? whole : fault } as const;
  });
  return {
    ...story,
    decisions: decisions.sort((a, b) => a.at - b.at),
    misfortunes: [...story.misfortunes, ...switches, ...late],
  };
}

/** An entry that may be cancelled when it has filled in part, in front of exits that the market does not reach. */
function drawCutEntry(random: Random, { symbols, windows }: Omit<MisfortuneBounds, "count">): Decision[] {
  if (random.int(2) === 0) return [];
  const at = drawMoment(random, windows);
  const symbol = symbols[random.int(symbols.length)];
  const side = random.int(2) === 0 ? "buy" : "sell";
  const quantity = 1_000 + random.int(4_000);
  const far = { entry: "limit", away: -0.001, loss: 0.01, profit: 0.01, trails: false } as const;
  return [
    { at, symbol, does: "bracket", side, quantity, ...far },
    { at: at + 10_000 + random.int(50_000), symbol, does: "cancel", which: random.int(3) },
  ];
}

/** The story in lines, in order of time. */
export function tellStory({ seed, scene, decisions, misfortunes }: Story): string[] {
  const lines = [
    ...decisions.map(({ at, symbol, ...what }) => ({ at, line: `${symbol} ${Object.values(what).join(" ")}` })),
    ...misfortunes.map((one) => ({ at: timeOf(one), line: JSON.stringify(one.kind === "fault" ? one.fault : one) })),
  ];
  const told = lines
    .sort((a, b) => a.at - b.at)
    .map(({ at, line }) => `${(at / 1_000).toFixed(1).padStart(8)} s  ${line}`);
  return [`seed ${seed}, a ${scene.name}`, ...told];
}

function timeOf(one: Misfortune): number {
  if (one.kind !== "fault") return one.at;
  const { at } = one.fault;
  return typeof at === "string" ? Number.parseInt(at.slice(1), 10) : 0;
}

/**
 * The shortest story that still goes wrong, found by leaving out half of it, then quarters, and so on down to single
 * things, and by having what waits for the n-th of something come earlier, over and over until nothing more gives way.
 * @param fails plays a story
 */
export async function shrinkStory(story: Story, fails: (story: Story) => Promise<boolean>): Promise<Story> {
  for (let shorter = await leaveOut(story, fails); ; ) {
    const earlier = await comeEarlier(shorter, fails);
    if (earlier === undefined) return shorter;
    shorter = await leaveOut(earlier, fails);
  }
}

/** The same story with one misfortune that waits less long; undefined where none can. */
async function comeEarlier(story: Story, fails: (story: Story) => Promise<boolean>): Promise<Story | undefined> {
  for (const [i, one] of story.misfortunes.entries()) {
    for (const less of sooner(one)) {
      const earlier = { ...story, misfortunes: story.misfortunes.with(i, less) };
      if (await fails(earlier)) return earlier;
    }
  }
  return undefined;
}

/** A misfortune that comes with the n-th of something, with the first, with half as many and with one less. */
function sooner(one: Misfortune): Misfortune[] {
  const countsFrom = (n: unknown): number[] =>
    typeof n === "number" ? [...new Set([1, Math.floor(n / 2), n - 1])].filter((less) => less >= 1 && less < n) : [];
  if (one.kind === "fault")
    return countsFrom(one.fault.count).map((count) => ({ ...one, fault: { ...one.fault, count } }));
  if (one.kind === "kill at write") return countsFrom(one.write).map((write) => ({ ...one, write }));
  if (one.kind === "kill at commit") return countsFrom(one.commit).map((commit) => ({ ...one, commit }));
  return [];
}

/** The story without all that can be left out of it. */
async function leaveOut(story: Story, fails: (story: Story) => Promise<boolean>): Promise<Story> {
  type Thing = { readonly decision?: Decision; readonly misfortune?: Misfortune };
  const join = (things: readonly Thing[]): Story => ({
    ...story,
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
