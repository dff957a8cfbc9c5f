import { syncBuiltinESMExports } from "node:module";
import { Random } from "../../core/random.js";
import { VirtualNet, type Weather } from "./virtual-net.js";
import { VirtualTime, VirtualTimer } from "./virtual-time.js";

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
      const leave = enter(world, seed);
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

const WEATHER_STREAM = 8_001;
const CHANCE_STREAM = 8_002;

// What was imported may be a copy of it.
const net = process.getBuiltinModule("node:net");

type Real = Record<string, unknown>;

/** Puts the world's time, chance and network in the place of the real ones. @returns what undoes it */
function enter({ time, net: network }: VirtualWorld, seed: number): () => void {
  const undo: (() => void)[] = [];
  const put = (where: object, values: Readonly<Record<string, unknown>>): void => {
    for (const [name, value] of Object.entries(values)) {
      const before = Object.getOwnPropertyDescriptor(where, name);
      undo.push(() => {
        if (before === undefined) delete (where as Real)[name];
        else Object.defineProperty(where, name, before);
      });
      Object.defineProperty(where, name, { value, writable: true, configurable: true, enumerable: true });
    }
  };
  const { clearTimeout: realClear } = globalThis;
  const clear = (timer: unknown): void => {
    if (!(timer instanceof VirtualTimer)) {
      realClear(timer as NodeJS.Timeout | undefined);
      return;
    }
    timer.cancelled = true;
    timer.cancel();
  };
  const random = new Random(seed, CHANCE_STREAM);
  put(globalThis, {
    setTimeout: (run: (...args: unknown[]) => void, ms: unknown, ...args: unknown[]) =>
      time.setTimeout(() => run(...args), ms),
    setInterval: (run: (...args: unknown[]) => void, ms: unknown, ...args: unknown[]) =>
      time.setInterval(() => run(...args), ms),
    setImmediate: (run: (...args: unknown[]) => void, ...args: unknown[]) => time.setImmediate(() => run(...args)),
    clearTimeout: clear,
    clearInterval: clear,
    clearImmediate: clear,
    Date: dateOf(time),
  });
  put(performance, { now: () => time.now });
  put(Math, { random: () => random.next() });
  put(net, virtualNet);
  present = network;
  syncBuiltinESMExports();
  undo.push(catchUncaught(time));
  return () => {
    for (const act of undo.reverse()) act();
    present = undefined;
    syncBuiltinESMExports();
  };
}

/** What nobody catches is the failure of the program that is running, and not of the real process. */
function catchUncaught(time: VirtualTime): () => void {
  const failed = (error: unknown): void => time.current.failed(error);
  const before = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", failed);
  process.setUncaughtExceptionCaptureCallback(failed);
  return () => {
    process.setUncaughtExceptionCaptureCallback(null);
    process.removeAllListeners("unhandledRejection");
    for (const listener of before) process.on("unhandledRejection", listener);
  };
}

/** The network that sockets belong to now. */
let present: VirtualNet | undefined;

/** Whoever has imported these keeps them from one run to the next. */
const virtualNet = {
  createServer: (...args: readonly unknown[]) => {
    if (present === undefined) throw new Error("a server outside of every virtual run");
    return present.createServer(args.find((one) => typeof one === "function") as (() => void) | undefined);
  },
  connect: (to: number | { readonly port: number }, ...more: readonly unknown[]) => {
    if (present === undefined) throw new Error("a connection outside of every virtual run");
    return present.connect(
      typeof to === "number" ? to : to.port,
      more.find((one) => typeof one === "function") as (() => void) | undefined,
    );
  },
};

/** Date as it is, but for the present. */
function dateOf(time: VirtualTime): DateConstructor {
  return new Proxy(Date, {
    construct: (real, args) => Reflect.construct(real, args.length === 0 ? [time.epoch] : args) as Date,
    apply: () => new Date(time.epoch).toString(),
    get: (real, name) => (name === "now" ? () => time.epoch : Reflect.get(real, name)),
  });
}
