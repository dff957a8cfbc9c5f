// Kills sessions at random moments, starts them again, and holds their journals against the broker's books:
// `npm run kill -- --kills 200 --seed 1`.

import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { bundleProgram } from "../test/bundle-program.js";
import { killSessions } from "../test/kill/kill-sessions.js";

const { values } = parseArgs({
  options: { kills: { type: "string", default: "200" }, seed: { type: "string", default: "1" } },
});
const [kills, seed] = [values.kills, values.seed].map(Number);
if (![kills, seed].every((count) => Number.isSafeInteger(count) && count > 0)) {
  console.error("--kills and --seed take whole numbers above 0.");
  process.exit(2);
}
const program = await bundleProgram("test/kill/session-process.ts");
try {
  const count = await killSessions(program, kills, seed, (line) => console.log(line));
  for (const violation of count.violations) console.log(`\n${violation}`);
  const { sessions, early, orders, executions, violations } = count;
  console.log(
    `${count.kills} kills of ${sessions} sessions from seed ${seed}, ${early} of them before the session traded: ${orders} orders, ${executions} executions; ${violations.length} violations.`,
  );
  process.exitCode = violations.length === 0 ? 0 : 3;
} finally {
  rmSync(dirname(program), { recursive: true, force: true });
}
