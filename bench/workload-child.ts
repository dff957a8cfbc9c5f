import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Answer, Pass } from "./workload-process.js";
import type { WorkloadChoice } from "./workloads.js";

const PROCESS = fileURLToPath(new URL("./workload-process.js", import.meta.url));

/** A workload in a process of its own, which it shares with no other: warm, and idle until a pass is asked for. */
export class WorkloadChild {
  private readonly child: ChildProcess;
  private readonly choice: WorkloadChoice;

  /** Resolves once the process has made its bars and is warm. */
  static async start(choice: WorkloadChoice): Promise<WorkloadChild> {
    const child = new WorkloadChild(choice);
    await child.next();
    return child;
  }

  private constructor(choice: WorkloadChoice) {
    this.choice = choice;
    // No --expose-gc to collect between passes: a forced collection throws compiled code away, and the next pass starts
    // cold.
    this.child = fork(PROCESS, [JSON.stringify(choice)]);
  }

  async pass(): Promise<Pass> {
    this.child.send("pass");
    const answer = await this.next();
    if (answer.kind !== "pass") throw new Error(`${this.choice.name} answered "${answer.kind}" to a pass.`);
    return answer;
  }

  /** Resolves once the process has ended, so that nothing of it runs beside the next one. */
  stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return Promise.resolve();
    const ended = new Promise<void>((resolve) => this.child.once("exit", () => resolve()));
    if (this.child.connected) this.child.disconnect();
    return ended;
  }

  private next(): Promise<Answer> {
    const { child, choice } = this;
    return new Promise((resolve, reject) => {
      const settle = (answer?: Answer): void => {
        child.removeAllListeners("message");
        child.removeAllListeners("exit");
        if (answer === undefined) reject(new Error(`The process of ${choice.name} ended with ${exitOf(child)}.`));
        else if (answer.kind === "failed") reject(new Error(answer.message));
        else resolve(answer);
      };
      child.once("message", (message) => settle(message as Answer));
      child.once("exit", () => settle());
    });
  }
}

function exitOf(child: ChildProcess): string {
  return child.signalCode === null ? `exit code ${child.exitCode}` : `signal ${child.signalCode}`;
}
