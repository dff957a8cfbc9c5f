import type { StopRequest } from "../session-control.js";

/** Where keys come from: stdin, as a rule. */
export interface Keys {
  readonly isTTY?: boolean;
  setRawMode?(raw: boolean): unknown;
  resume(): unknown;
  pause(): unknown;
  on(event: "data", listener: (keys: Buffer | string) => void): unknown;
  off(event: "data", listener: (keys: Buffer | string) => void): unknown;
}

export interface StopOptions {
  /** What becomes of positions, where that was said before; then nobody is asked. */
  readonly onStop?: "keep" | "flatten";
  /** Whether its gateway ends with it. */
  readonly isSimulated?: boolean;
  readonly keys: Keys;
  /** Shows a question to the reader; "" takes it away. */
  readonly say: (text: string) => void;
  readonly stop: (asked: StopRequest) => void;
  /** Ctrl-C while it stops: the process is to end where it stands. */
  readonly abandon: () => void;
}

/** Of a session that is simulated nothing can be kept: what it trades with ends with it. */
export const STOP_QUESTION_SIMULATED =
  "Stop: with its positions open (k), flatten them first (f), or go on (g)? Ctrl-C again stops with them open.";
export const STOP_QUESTION = "Stop: keep the positions (k), flatten (f), or go on (g)? Ctrl-C again stops and keeps.";

const CTRL_C = "\u0003";
const ESCAPE = "\u001b";
const GENTLE = ["SIGTERM", "SIGHUP"] as const;

/**
 * Ctrl-C and the signals that end a process, as a session takes them. On a terminal it asks once what becomes of the
 * positions; a second Ctrl-C stops at once and keeps them, a third ends the process where it stands. Without a terminal,
 * and for SIGTERM and SIGHUP, it stops as was said before, or keeps them.
 */
export class StopRequests {
  private readonly options: StopOptions;
  private state: "running" | "asked" | "stopping" = "running";
  /** Whether it was to close its positions: then their exits are cancelled, or about to be. */
  private isClosing = false;
  private readonly onInterrupt = (): void => this.interrupted();
  private readonly onSignal = (): void => this.stop(this.options.onStop === "flatten");
  private readonly onKeys = (keys: Buffer | string): void => {
    for (const key of String(keys)) this.pressed(key);
  };

  constructor(options: StopOptions) {
    this.options = options;
    process.on("SIGINT", this.onInterrupt);
    for (const signal of GENTLE) process.on(signal, this.onSignal);
  }

  /** Gives signals and keys back to whoever had them. */
  end(): void {
    this.listen(false);
    process.off("SIGINT", this.onInterrupt);
    for (const signal of GENTLE) process.off(signal, this.onSignal);
  }

  /** It could not stop yet and goes on: it may be asked again. */
  goOn(): void {
    this.state = "running";
    this.listen(false);
  }

  private interrupted(): void {
    const { onStop, keys, say } = this.options;
    if (this.state === "stopping") this.options.abandon();
    else if (this.state === "asked" || onStop !== undefined || keys.isTTY !== true) this.stop(onStop === "flatten");
    else {
      this.state = "asked";
      say(this.options.isSimulated === true ? STOP_QUESTION_SIMULATED : STOP_QUESTION);
      this.listen(true);
    }
  }

  private pressed(key: string): void {
    // A terminal in raw mode hands Ctrl-C on as a key.
    if (key === CTRL_C) this.interrupted();
    if (this.state !== "asked") return;
    const answer = key.toLowerCase();
    if (answer === "k") this.stop(false);
    else if (answer === "f") this.stop(true);
    else if (answer === "g" || key === ESCAPE) {
      this.state = "running";
      this.listen(false);
      this.options.say("");
    }
  }

  private stop(flatten: boolean): void {
    if (this.state === "stopping") return;
    this.state = "stopping";
    // Keys stay ours: on a terminal in raw mode the Ctrl-C that ends it at once is one.
    this.isClosing ||= flatten;
    if (flatten) this.options.say("It closes its positions and stops.");
    else if (this.options.isSimulated === true) this.options.say("It stops, and its simulated gateway with it.");
    else this.options.say(this.isClosing ? "It stops." : "It stops; positions and working orders stay.");
    this.options.stop({ flatten });
  }

  private listen(isOn: boolean): void {
    const { keys } = this.options;
    if (keys.isTTY !== true) return;
    keys.off("data", this.onKeys);
    keys.setRawMode?.(isOn);
    if (isOn) {
      keys.on("data", this.onKeys);
      keys.resume();
    } else keys.pause();
  }
}
