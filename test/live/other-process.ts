import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { WantedMarket } from "./wanted-market.js";

/** Where a gateway of another process listens. */
export interface GatewayPorts {
  readonly port: number;
  readonly lockstepPort: number;
}

/** A process that has one simulated gateway after the other. */
export class OtherProcess {
  private readonly child: ChildProcess;
  private readonly lines: AsyncIterator<string>;

  /** @param program path of the bundled `gateway-process.ts` */
  constructor(program: string) {
    this.child = spawn(process.execPath, [program], { stdio: ["pipe", "pipe", "inherit"] });
    const { stdout } = this.child;
    if (stdout === null) throw new Error("The process has no output.");
    this.lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  }

  /** Has it begin a gateway at this market; the one before ends. */
  async gateway(wanted: WantedMarket): Promise<GatewayPorts> {
    this.child.stdin?.write(`${JSON.stringify(wanted)}\n`);
    const { value, done } = await this.lines.next();
    if (done === true) throw new Error("The gateway's process has ended.");
    return JSON.parse(value) as GatewayPorts;
  }

  async end(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once("close", resolve));
    this.child.stdin?.end();
    await ended;
  }
}
