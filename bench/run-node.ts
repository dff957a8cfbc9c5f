import { spawnSync } from "node:child_process";
import { projectRoot } from "./project-root.js";

export interface NodeRun {
  /** From before the start to after the end of the process. */
  readonly ms: number;
  readonly output: string;
}

/**
 * Runs Node with arguments in the project's folder, to its end.
 * @throws Error with what it complains of, when it fails.
 */
export function runNode(args: readonly string[]): NodeRun {
  const begun = performance.now();
  const run = spawnSync(process.execPath, args, {
    cwd: projectRoot,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ms = performance.now() - begun;
  if (run.status === 0) return { ms, output: run.stdout };
  // Node's own warnings begin with a parenthesis, and above an error it shows the place where it was thrown.
  const lines = run.stderr.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("("));
  const complaint =
    lines.find((line) => /^\w*Error\b/.test(line)) ?? lines[0] ?? `exit code ${run.status ?? run.signal}`;
  throw new Error(`node ${args.join(" ")} failed: ${complaint.trim()}`);
}
