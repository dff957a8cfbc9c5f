import { Timers } from "../../brokers/gateway/simulation/timers.js";

/** What the program would be, were it alone on its machine: its timers and sockets are its own, and die with it. */
export class VirtualProcess {
  readonly name: string;
  isAlive = true;
  /** Told when it is killed: its sockets and servers, which the machine closes. */
  readonly onKilled: (() => void)[] = [];
  /** What it threw, or what a promise of its main function was refused with. */
  readonly failures: unknown[] = [];

  constructor(name: string) {
    this.name = name;
  }

  /** What one that was killed goes on to throw is nobody's. */
  failed(error: unknown): void {
    if (this.isAlive) this.failures.push(error);
  }
}

/** What `setTimeout` and the like return. */
export class VirtualTimer {
  cancelled = false;
  private readonly restart: (timer: VirtualTimer) => void;

  constructor(restart: (timer: VirtualTimer) => void) {
    this.restart = restart;
    restart(this);
  }

  /** Set by whoever schedules it, anew each time. */
  cancel: () => void = () => undefined;

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  hasRef(): boolean {
    return !this.cancelled;
  }

  refresh(): this {
    this.cancel();
    this.restart(this);
    return this;
  }
}

/** Ends the turn of the event loop as Node does: all that promises and ticks have left to do is done. */
const endTurn: () => void = (() => {
  // What Node itself calls between two immediates. Waiting for a real turn of the loop would let the outside in, and
  // takes twenty times as long.
  const { _tickCallback: tick } = process as unknown as { readonly _tickCallback?: () => void };
  if (tick === undefined) throw new Error("this Node has no process._tickCallback, on which virtual time stands");
  return tick;
})();

/**
 * Time that passes when it is told to, for several programs in one process. It goes from task to task; after each, all
 * that promises have left to do is done before the next. A task belongs to the program whose task asked for it, so that
 * a program can be killed between two tasks and nothing of it ever runs again.
 *
 * It must be moved from outside of any promise, for promises wait for each other; `runVirtually` sees to that.
 */
export class VirtualTime {
  /** Milliseconds since it began. */
  now = 0;
  /** What clocks show at its beginning, epoch ms UTC. */
  readonly origin: number;
  /** Whatever belongs to no program. */
  readonly world = new VirtualProcess("the world");
  /** Tasks done so far. */
  tasks = 0;
  private running = this.world;
  private readonly timers = new Timers();
  private readonly programs = new Set<VirtualProcess>();

  constructor(origin: number) {
    this.origin = origin;
  }

  /** Whose task it is that is being done. */
  get current(): VirtualProcess {
    return this.running;
  }

  /** Has a program do something now. */
  as(owner: VirtualProcess, act: () => void): void {
    const before = this.running;
    this.running = owner;
    act();
    this.running = before;
  }

  /** Epoch ms UTC, whole as a machine's clock tells it. */
  get epoch(): number {
    return this.origin + Math.floor(this.now);
  }

  /** Has a task done by a program, so many ms from now. @returns what takes it back */
  after(ms: number, run: () => void, owner: VirtualProcess = this.current): () => void {
    const entry = this.timers.add(this.now + ms, () => this.perform(owner, run));
    return () => {
      entry.cancelled = true;
    };
  }

  /** Starts a program. */
  start(name: string, main: () => unknown): VirtualProcess {
    const started = new VirtualProcess(name);
    this.programs.add(started);
    const failed = (error: unknown): void => started.failed(error);
    this.after(
      0,
      () => {
        const result = main();
        if (result instanceof Promise) result.catch(failed);
      },
      started,
    );
    return started;
  }

  /** Ends a program at once: it does nothing more, not even in the task that it may be in the middle of. */
  kill(process: VirtualProcess): void {
    if (!process.isAlive) return;
    process.isAlive = false;
    this.programs.delete(process);
    for (const act of process.onKilled.splice(0)) act();
  }

  /** Ends all programs that are still there. */
  killAll(): void {
    for (const one of [...this.programs]) this.kill(one);
  }

  /** Does the next task if it is due by then. */
  step(until = Infinity): boolean {
    const { timers } = this;
    if (!(timers.next <= until)) return false;
    this.now = Math.max(this.now, timers.next);
    timers.runOne();
    return true;
  }

  /** Moves through all tasks of the next so many milliseconds. */
  pass(ms: number): void {
    const until = this.now + ms;
    while (this.step(until));
    this.now = until;
  }

  /** Moves until something holds, or so many milliseconds have passed. @returns whether it holds */
  passUntil(holds: () => boolean, ms: number): boolean {
    const until = this.now + ms;
    while (!holds()) {
      if (this.step(until)) continue;
      this.now = until;
      return holds();
    }
    return true;
  }

  setTimeout(run: () => void, ms: unknown): VirtualTimer {
    const owner = this.current;
    return new VirtualTimer((timer) => {
      timer.cancelled = false;
      timer.cancel = this.after(waitOf(ms), run, owner);
    });
  }

  setInterval(run: () => void, ms: unknown): VirtualTimer {
    const owner = this.current;
    return new VirtualTimer((timer) => {
      timer.cancelled = false;
      const again = (): void => {
        timer.cancel = this.after(
          waitOf(ms),
          () => {
            // Before it runs, for it may clear itself.
            again();
            run();
          },
          owner,
        );
      };
      again();
    });
  }

  setImmediate(run: () => void): VirtualTimer {
    const owner = this.current;
    return new VirtualTimer((timer) => {
      timer.cancel = this.after(0, run, owner);
    });
  }

  private perform(owner: VirtualProcess, run: () => void): void {
    if (!owner.isAlive) return;
    this.tasks++;
    this.as(owner, () => {
      try {
        run();
      } catch (error) {
        owner.failed(error);
      }
      endTurn();
    });
  }
}

/** As Node reads it: whole milliseconds, one at least. */
function waitOf(ms: unknown): number {
  const wait = Math.trunc(Number(ms));
  return wait >= 1 && wait <= 2_147_483_647 ? wait : 1;
}
