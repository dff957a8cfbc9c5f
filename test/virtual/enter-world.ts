import { syncBuiltinESMExports } from "node:module";
import { Random } from "../../core/random.js";
import { type VirtualTime, VirtualTimer } from "./virtual-time.js";
import type { Network, World } from "./world.js";

const CHANCE_STREAM = 8_002;

// What was imported may be a copy of it.
const net = process.getBuiltinModule("node:net");

type Real = Record<string, unknown>;

/** Puts the world's time, chance and network in the place of the real ones. @returns what undoes it */
export function enterWorld({ time, net: network }: World, seed: number): () => void {
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
let present: Network | undefined;

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
