import type { Instant } from "../../core/market/bar-size.js";
import { encode, type Line } from "./line.js";

/** Where a replay first decided something else than the session did. */
export interface Difference {
  /** Line of the recording, from 1. */
  readonly line: number;
  readonly at: Instant;
  /** What the engine had been given last, the latest at the end. */
  readonly inputs: readonly Line[];
  /** What the session decided there; undefined where it decided nothing. */
  readonly recorded: Line | undefined;
  readonly replayed: Line | undefined;
}

/** Ends a replay at its first difference. */
export class Differs extends Error {}

/** Inputs that are shown with a difference. */
const SHOWN = 5;

/** Reads a recording line by line while it is played, and holds what the replay does to what it says. */
export class Cursor {
  /** The line that comes next; undefined at the end. */
  current: Line | undefined = undefined;
  /** Its number, from 1. */
  line = 0;
  /** Whether it ended because the recording had reached its largest size. */
  isFull = false;
  /** Why the recording cannot be read on. */
  broken: unknown = undefined;
  decisions = 0;
  inputs = 0;
  difference: Difference | undefined = undefined;
  now: () => Instant = () => Number.NEGATIVE_INFINITY;
  private readonly lines: Iterator<Line>;
  private readonly latest: Line[] = [];
  private readonly answers = new Map<string, unknown>();

  constructor(lines: Iterable<Line>) {
    this.lines = lines[Symbol.iterator]();
    this.step();
  }

  /** Whether the replay goes on: there is more, and no difference yet. */
  get isOpen(): boolean {
    return this.current !== undefined && this.difference === undefined;
  }

  /** Takes the line that comes next. */
  take(): Line {
    const taken = this.current as Line;
    this.step();
    return taken;
  }

  /** Takes it as what the engine is given. */
  takeInput(): Line {
    this.inputs++;
    const line = this.take();
    this.latest.push(line);
    if (this.latest.length > SHOWN) this.latest.shift();
    return line;
  }

  /** The replay has decided this: so must the session have. @throws Differs */
  decided(line: Line): void {
    // Behind the end nobody knows what the session went on to decide.
    if (!this.isOpen) return;
    const recorded = this.current as Line;
    if (encode(recorded) !== encode(line)) this.differ(isDecision(recorded) ? recorded : undefined, line);
    this.decisions++;
    this.step();
  }

  /** An input has been played: nothing that the session decided on it may be left. @throws Differs */
  settled(): void {
    while (this.isOpen && (this.current as Line)[0] === "r") this.answerTaken();
    const { current } = this;
    if (this.isOpen && current !== undefined && (isDecision(current) || isTold(current))) {
      this.differ(current, undefined);
    }
  }

  /** What the session was answered when it asked this; undefined where it never asked. */
  answer(name: string): unknown {
    const { current } = this;
    if (current !== undefined && current[0] === "r" && current[1] === name) this.answerTaken();
    return this.answers.get(name);
  }

  /** @throws Differs */
  differ(recorded: Line | undefined, replayed: Line | undefined): never {
    this.difference ??= { line: this.line, at: this.now(), inputs: [...this.latest], recorded, replayed };
    throw new Differs();
  }

  private answerTaken(): void {
    const [, name, value] = this.take();
    this.answers.set(name as string, value);
  }

  private step(): void {
    const line = this.read();
    this.isFull = line?.[0] === "full";
    this.current = this.isFull ? undefined : line;
    this.line++;
  }

  private read(): Line | undefined {
    try {
      const next = this.lines.next();
      return next.done === true ? undefined : next.value;
    } catch (error) {
      // A strategy must not catch it.
      this.broken = error;
      return undefined;
    }
  }
}

function isDecision(line: Line): boolean {
  return line[0] === "d" || line[0] === "x";
}

/** What the broker told of a call of the engine, which therefore must have been made. */
function isTold(line: Line): boolean {
  return (line[0] === "f" || line[0] === "c") && line[1] !== "";
}
