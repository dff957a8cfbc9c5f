import type { Socket } from "node:net";
import type { Instant } from "../../../core/market/bar-size.js";
import type { Timer } from "../simulation/timers.js";
import { type DoneLine, type OverLine, type PartnerLine, parsePartnerLine, type StepLine } from "./lockstep-line.js";

/** One program that keeps in step: what it was told last, and what it said to that. */
export class Partner {
  /** Which client it is; undefined until it has said so. */
  clientId: number | undefined;
  /** The step it has not dealt with yet; 0 for none. */
  pending = 0;
  /** Up to which byte it was told that the step reaches. */
  toldBytes = 0;
  /** Bytes that it says it has written; they have to arrive before it counts as done. */
  writtenBytes = 0;
  /** When it wants to be told the time. */
  wake: Timer | undefined;
  private knowsEnd = false;
  private steps = 0;
  private rest = "";
  private readonly socket: Socket;

  constructor(
    socket: Socket,
    onLine: (partner: Partner, line: PartnerLine) => void,
    onGone: (partner: Partner) => void,
  ) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.setEncoding("utf8");
    socket.on("data", (text: string) => {
      const lines = (this.rest + text).split("\n");
      this.rest = lines.pop() ?? "";
      for (const one of lines) {
        const line = parsePartnerLine(one);
        if (line !== undefined) onLine(this, line);
        else socket.destroy();
      }
    });
    socket.on("error", () => undefined);
    socket.on("close", () => onGone(this));
  }

  tellStep(time: Instant, bytes: number): void {
    this.steps++;
    this.pending = this.steps;
    this.toldBytes = bytes;
    this.write({ step: this.steps, time, bytes });
  }

  /** Told once. */
  tellOver(time: Instant): void {
    if (this.knowsEnd) return;
    this.knowsEnd = true;
    this.write({ over: time });
  }

  /** Whether its answer is to the step that it was told last. */
  answers(line: DoneLine): boolean {
    return line.done === this.pending;
  }

  close(): void {
    this.socket.destroy();
  }

  private write(line: StepLine | OverLine): void {
    this.socket.write(`${JSON.stringify(line)}\n`);
  }
}
