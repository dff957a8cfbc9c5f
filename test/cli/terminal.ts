import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { COMMAND } from "./seatrial.js";

const NEEDED = "Tests at a terminal need `script` of util-linux (Debian and Ubuntu: the package bsdutils)";

export interface AtTerminal {
  readonly code: number | null;
  /** All that the terminal showed, without what moves its cursor. */
  readonly shown: string;
}

/**
 * Runs the built command at a terminal of its own to its end, and types what is given once it shows something.
 * Throws where the machine has no `script`.
 */
export async function atTerminal(
  args: readonly string[],
  cwd: string,
  { shows, typed }: { readonly shows: RegExp; readonly typed: string },
): Promise<AtTerminal> {
  const { stdout, error } = spawnSync("script", ["--version"], { encoding: "utf8" });
  if (error !== undefined || !stdout.includes("util-linux")) throw new Error(`${NEEDED}, which is not there.`);
  const command = [process.execPath, COMMAND, ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
  const child = spawn("script", ["--quiet", "--return", "--command", command, "/dev/null"], {
    cwd,
    env: { ...process.env, NO_COLOR: "1", TERM: "xterm", SEATRIAL_STATE: join(cwd, "state") },
  });
  let output = "";
  let hasTyped = false;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    if (hasTyped || !shows.test(output)) return;
    hasTyped = true;
    child.stdin.write(typed);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they begin with.
  return { code, shown: output.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, "").replaceAll("\r", "") };
}
