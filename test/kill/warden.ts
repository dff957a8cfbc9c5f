import { connect, type Socket } from "node:net";
import type { PartnerLine, StepLine } from "../../brokers/gateway/lockstep/lockstep-line.js";
import type { Instant } from "../../core/market/bar-size.js";

/** No client of the gateway has it. */
const NOBODY = 999;

/**
 * Holds the time of a gateway that outlives its sessions: without a partner it would run free as soon as one is killed.
 * Time passes as far as the warden lets it, and no faster than a session that keeps in step.
 */
export class Warden {
  /** The gateway's time. */
  now: Instant = Number.NaN;
  private readonly socket: Socket;
  private pending: number | undefined;
  private until: Instant = -Infinity;
  private mayPass: () => boolean = () => false;
  private reached: (() => void) | undefined;
  private stood: (() => void) | undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
  }

  static join(port: number): Promise<Warden> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, "127.0.0.1", () => warden.tell({ hello: NOBODY }));
      const warden = new Warden(socket);
      let rest = "";
      socket.setNoDelay(true).setEncoding("utf8");
      socket.on("error", reject);
      socket.on("data", (text: string) => {
        const lines = (rest + text).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) warden.hear(JSON.parse(line) as Partial<StepLine>);
        resolve(warden);
      });
    });
  }

  /**
   * Lets time pass until an instant, and stops it there.
   * @param mayPass asked at every step: where it says no, time stands still
   * @returns when it is that instant
   */
  letPass(until: Instant, mayPass: () => boolean = () => true): Promise<void> {
    this.until = until;
    this.mayPass = mayPass;
    return new Promise((resolve) => {
      this.reached = resolve;
      this.look();
    });
  }

  /** Stops time. */
  hold(): void {
    this.until = -Infinity;
    this.reached = undefined;
  }

  /** Stops time, and resolves when it stands: a step that was let pass is over, and all of it has been told. */
  stand(): Promise<void> {
    this.hold();
    if (this.pending !== undefined) return Promise.resolve();
    return new Promise((resolve) => {
      this.stood = resolve;
    });
  }

  close(): void {
    this.socket.destroy();
  }

  private hear({ step, time }: Partial<StepLine>): void {
    if (step === undefined || time === undefined) return;
    this.pending = step;
    this.now = time;
    this.look();
    if (this.pending === undefined) return;
    this.stood?.();
    this.stood = undefined;
  }

  private look(): void {
    const { pending, until, now } = this;
    if (now >= until) {
      this.reached?.();
      this.reached = undefined;
    } else if (pending !== undefined && this.mayPass()) {
      this.pending = undefined;
      this.tell({ done: pending, bytes: 0, wake: until });
    }
  }

  private tell(line: PartnerLine): void {
    this.socket.write(`${JSON.stringify(line)}\n`);
  }
}
