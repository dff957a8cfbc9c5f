import { AsyncLocalStorage } from "node:async_hooks";
import { Random } from "../../core/random.js";
import { enterWorld } from "./enter-world.js";
import { SocketNet } from "./socket-net.js";
import { type VirtualProcess, VirtualTime } from "./virtual-time.js";
import type { Course, Wait } from "./world.js";

/** Virtual time of programs that sockets of the machine call as well: whose doing something is follows it everywhere. */
class OwnedTime extends VirtualTime {
  private readonly owners = new AsyncLocalStorage<VirtualProcess>();

  override get current(): VirtualProcess {
    return this.owners?.getStore() ?? this.world;
  }

  override as(owner: VirtualProcess, act: () => void): void {
    this.owners.run(owner, act);
  }

  /** Follows nothing any more: whatever runs later would pay for it. */
  end(): void {
    this.owners.disable();
  }
}

export interface SocketWorld {
  readonly time: VirtualTime;
  readonly net: SocketNet;
}

export interface SocketOptions {
  /** What clocks show at the beginning, epoch ms UTC. */
  readonly origin: number;
  /** Of Math.random, and of when time does not wait. */
  readonly seed: number;
}

/** One time in so many, time goes on by up to so many milliseconds though bytes are on their way. */
const HASTY = 8;
const HASTE = 2;
const HASTE_STREAM = 8_003;
/** Turns of the event loop after which bytes that do not arrive are taken for a mistake of the tests. */
const PATIENCE = 2_000_000;

/**
 * Takes a course in a world whose programs are joined by real sockets on the loopback interface, while their timers,
 * clocks and chance are virtual: time goes on when all that was written has arrived and was dealt with, and now and then a
 * little before that. So hours pass in moments, and every time-out has the length it has elsewhere. In how many pieces
 * bytes arrive, and which of two sockets is read first, is the machine's affair: a run need not be the same again.
 */
export function runOnSockets<T>(
  { origin, seed }: SocketOptions,
  course: (world: SocketWorld) => Course<T>,
): Promise<T> {
  const time = new OwnedTime(origin);
  const net = new SocketNet(time);
  const random = new Random(seed, HASTE_STREAM);
  // As they are outside of the world.
  const { setImmediate: soon } = globalThis;
  return new Promise((resolve, reject) => {
    soon(() => {
      const leave = enterWorld({ time, net }, seed);
      const steps = course({ time, net });
      let wait: (Wait & { readonly deadline: number }) | undefined;
      let outcome: (() => void) | undefined;
      let turns = 0;
      const move = (holds: boolean): void => {
        const step = steps.next(holds);
        wait = undefined;
        if (step.done === true) outcome = () => resolve(step.value);
        else wait = { ...step.value, deadline: time.now + step.value.ms };
      };
      const look = (): void => {
        if (wait !== undefined && !net.isQuiet && random.int(HASTY) === 0) {
          time.step(Math.min(wait.deadline, time.now + HASTE));
        }
        while (net.isQuiet && outcome === undefined) {
          turns = 0;
          if (wait === undefined || wait.until?.() === true) move(true);
          else if (!time.step(wait.deadline)) {
            time.now = wait.deadline;
            move(wait.until?.() ?? false);
          }
        }
        if (++turns > PATIENCE) throw new Error(`bytes do not arrive:\n${net.description}`);
      };
      const leaveOnceClosed = (): void => {
        if (net.isClosed) {
          leave();
          time.end();
          outcome?.();
        } else soon(leaveOnceClosed);
      };
      const go = (): void => {
        try {
          look();
        } catch (error) {
          outcome = () => reject(error);
        }
        if (outcome === undefined) {
          soon(go);
          return;
        }
        time.killAll();
        leaveOnceClosed();
      };
      go();
    });
  });
}
