import type { VirtualProcess, VirtualTime } from "./virtual-time.js";

/** A connection, by the end of whoever has dialled. */
export interface Line {
  /** It stands still for so many ms, in both directions, and loses nothing. */
  stall(ms: number): void;
  /** It breaks: nothing arrives any more, of what is on its way either; both ends are told so much later, in ms. */
  sever(ms: number): void;
}

/** One end of a connection. */
export interface End {
  /** The program that it dies with. */
  readonly owner: VirtualProcess;
}

/** The network that the programs of a world are joined by. */
export interface Network {
  /** Hears of everything that arrives: bytes, and ends. */
  onArrival: ((to: End, what: Buffer | "end" | "reset") => void) | undefined;
  /** Hears that something is about to be written, and may kill the writer over it. */
  onWrite: ((from: End) => void) | undefined;
  readonly connections: readonly Line[];
  createServer(onConnection?: () => void): unknown;
  connect(port: number, connected?: () => void): unknown;
}

/** Programs in one process whose clocks, timers and chance are virtual. */
export interface World {
  readonly time: VirtualTime;
  readonly net: Network;
}

/** What somebody waits for who moves time: so many ms, or until something holds within them. */
export interface Wait {
  readonly ms: number;
  readonly until?: () => boolean;
}

/** What happens in a world, told as what is waited for in between; each wait is answered by whether it holds. */
export type Course<T> = Generator<Wait, T, boolean>;
