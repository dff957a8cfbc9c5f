import { Random } from "../../core/random.js";
import { enterWorld } from "./enter-world.js";
import { VirtualNet, type Weather } from "./virtual-net.js";
import { VirtualTime } from "./virtual-time.js";
import type { Course } from "./world.js";

export interface VirtualWorld {
  readonly time: VirtualTime;
  readonly net: VirtualNet;
}

export interface VirtualOptions {
  /** What clocks show at the beginning, epoch ms UTC. */
  readonly origin: number;
  /** Of Math.random, and of the weather where that is left out. */
  readonly seed: number;
  readonly weather?: Weather;
}

const WEATHER_STREAM = 8_001;

/** Bytes take up to two milliseconds; one time in eight they come in two parts. */
export function loopbackWeather(random: Random): Weather {
  return {
    delay: () => 0.05 + 2 * random.next() * random.next(),
    together: (bytes) => (bytes > 1 && random.int(8) === 0 ? 1 + random.int(bytes - 1) : bytes),
  };
}

/**
 * Calls `play` in a world of its own: timers, clocks, chance and TCP of whatever runs in it are virtual. `play` moves
 * time, and gives back what it has found out. All of it is one turn of the real event loop, so that nothing outside
 * takes part, and the same options and play give the same run again.
 */
export function runVirtually<T>(
  { origin, seed, weather }: VirtualOptions,
  play: (world: VirtualWorld) => T,
): Promise<T> {
  const time = new VirtualTime(origin);
  const world = { time, net: new VirtualNet(time, weather ?? loopbackWeather(new Random(seed, WEATHER_STREAM))) };
  return new Promise((resolve, reject) => {
    setImmediate(() => {
      const leave = enterWorld(world, seed);
      try {
        resolve(play(world));
      } catch (error) {
        reject(error);
      } finally {
        leave();
      }
    });
  });
}

/** The same for a course that can go over real sockets as well. */
export function playVirtually<T>(options: VirtualOptions, course: (world: VirtualWorld) => Course<T>): Promise<T> {
  return runVirtually(options, (world) => {
    const { time } = world;
    const steps = course(world);
    let step = steps.next();
    while (step.done !== true) {
      const { ms, until } = step.value;
      let holds = false;
      if (until === undefined) time.pass(ms);
      else holds = time.passUntil(until, ms);
      step = steps.next(holds);
    }
    return step.value;
  });
}
