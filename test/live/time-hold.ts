import { connect, type Socket } from "node:net";
import type { Instant } from "../../core/market/bar-size.js";

interface Step {
  readonly step: number;
  readonly time: Instant;
}

/** Keeps a gateway's time from going on: it is in step with it as a session is, and answers what it is allowed to. */
export class TimeHold {
  private readonly socket: Socket;
  private allowed = Number.NEGATIVE_INFINITY;
  private pending: Step | undefined;
  private rest = "";

  /** Resolves when the gateway waits for it. */
  static begin(lockstepPort: number): Promise<TimeHold> {
    return new Promise((resolve, reject) => {
      const hold: TimeHold = new TimeHold(lockstepPort, () => resolve(hold));
      hold.socket.once("error", reject);
    });
  }

  private constructor(lockstepPort: number, onBegun: () => void) {
    this.socket = connect(lockstepPort, "127.0.0.1", () => this.write({ hello: 99 }));
    this.socket.setEncoding("utf8").on("data", (text: string) => {
      const lines = (this.rest + text).split("\n");
      this.rest = lines.pop() ?? "";
      for (const line of lines) {
        const told = JSON.parse(line) as Partial<Step>;
        if (told.step !== undefined) this.pending = told as Step;
      }
      this.look();
      onBegun();
    });
  }

  /** Lets time go on behind an instant, and behind those before it. */
  allow(time: Instant): void {
    this.allowed = time;
    this.look();
  }

  end(): void {
    this.socket.destroy();
  }

  private look(): void {
    const { pending } = this;
    if (pending === undefined || pending.time > this.allowed) return;
    this.pending = undefined;
    this.write({ done: pending.step, bytes: 0 });
  }

  private write(line: object): void {
    this.socket.write(`${JSON.stringify(line)}\n`);
  }
}
