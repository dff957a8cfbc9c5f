import { viewOf } from "../live/control/control-client.js";
import { readStopped, type StoppedSession } from "../live/control/stopped-session.js";
import { screenOf, stoppedScreenOf, tableOf } from "../live/screen/screen.js";
import type { SessionView } from "../live/session-view.js";
import { switchFlag } from "./flag-kinds.js";
import type { Flags, FlagTable } from "./flags.js";
import { meantSession, outputLook, SESSIONS_FLAGS } from "./sessions-flags.js";

/** The flags of the commands that show a session. */
export const SHOW_FLAGS = {
  ...SESSIONS_FLAGS,
  json: switchFlag("Print it as JSON", "The session:"),
} as const satisfies FlagTable;

type Shown =
  | { readonly running: true; readonly view: SessionView }
  | { readonly running: false; readonly view: StoppedSession };

/** Prints a session, or a part of it: what it says of itself where it runs, and else what its journal has. */
export async function showSession(line: Flags, what: "status" | "orders" | "positions"): Promise<void> {
  const { folder, isRunning } = await meantSession(line, 0, what);
  const now = Date.now();
  const shown: Shown = isRunning
    ? { running: true, view: await viewOf(folder) }
    : { running: false, view: await readStopped(folder, now) };
  const text = line.switch("json") ? `${JSON.stringify(partOf(shown, what), null, 2)}\n` : told(shown, what, now);
  process.stdout.write(text);
}

/** As JSON: with orders and positions also those that are not the session's own. */
function partOf({ running, view }: Shown, what: "status" | "orders" | "positions"): object {
  const { name, orders, foreignOrders, positions, foreign } = view;
  if (what === "orders") return { name, running, orders, foreignOrders };
  if (what === "positions") return { name, running, positions, foreign };
  return { running, ...view };
}

function told(shown: Shown, what: "status" | "orders" | "positions", now: number): string {
  const { width, paint } = outputLook();
  const { running, view } = shown;
  if (what === "status") {
    const lines = running ? screenOf(view, width, Infinity, paint) : stoppedScreenOf(view, now, width, paint);
    return lines.map((one) => `${one}\n`).join("");
  }
  const lines = tableOf(view, what, width, paint);
  const isSimulated = !running && view.started?.mode === "simulated";
  const source = isSimulated ? "it was simulated, and this is how it stood at its end" : "this is what its journal has";
  const note = running ? "" : `${view.name} does not run; ${source}.\n`;
  if (lines.length === 0) return `${note}${view.name} has no ${what}.\n`;
  return note + lines.map((one) => `${one}\n`).join("");
}
