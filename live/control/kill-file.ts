import { readFileSync, rmSync } from "node:fs";
import type { KillRequest } from "../session-control.js";
import { writeWhole } from "./write-whole.js";

const FLATTEN = "flatten";
/** Why the switch is on where a file without a word says so, as after `touch KILL`. */
const WORDLESS = "the file KILL is there";

/**
 * Turns the kill switch on: the reason, and "flatten" in a line of its own where positions are to be closed. That they
 * are stays asked for where it was, whoever asks for less behind it.
 */
export function writeKillFile(path: string, asked: KillRequest): void {
  const reason = asked.reason.replace(/\s+/g, " ").trim();
  // A reason is no order to close positions.
  const line = reason === FLATTEN ? `"${reason}"` : reason;
  const flatten = asked.flatten || readKillFile(path)?.flatten === true;
  writeWhole(path, `${line}\n${flatten ? `${FLATTEN}\n` : ""}`);
}

/** Undefined where there is none. A file that is there and cannot be read is a kill switch that is on. */
export function readKillFile(path: string): KillRequest | undefined {
  try {
    const lines = readFileSync(path, "utf8").split(/\r?\n/);
    const words = lines.map((line) => line.trim()).filter((line) => line !== "");
    const flatten = words.includes(FLATTEN);
    return { reason: words.find((word) => word !== FLATTEN) ?? WORDLESS, flatten };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    return { reason: `the file KILL cannot be read (${code ?? message})`, flatten: false };
  }
}

/** Answers whether there was one. */
export function removeKillFile(path: string): boolean {
  const wasThere = readKillFile(path) !== undefined;
  rmSync(path, { force: true });
  return wasThere;
}
