import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseFaultPlan } from "../../brokers/gateway/faults/fault-plan.js";
import { Gateway } from "../../brokers/gateway/gateway.js";
import { DAY, MINUTE } from "../../core/market/bar-size.js";
import { Warden } from "../kill/warden.js";
import { CLIENTS, type DayFigures, SAID, type SoakTask } from "./day-figures.js";
import { dayEnd, soakedDays, soakFaults, soakMarket, soakSessions } from "./soak-market.js";

/** Lines of figures come sooner than this, or the process hangs; milliseconds on the wall. */
const PATIENCE = 120_000;

/** A place for young objects that does not grow: by how much it does is V8's guess, and none of what a session keeps. */
const NURSERY = "--max-semi-space-size=2";

export interface SoakOptions {
  /** Path of the sessions' program. */
  readonly program: string;
  readonly days: number;
  readonly seed: number;
  /** Milliseconds of the market's time between two quotes. */
  readonly every: number;
}

export interface Soak {
  readonly days: readonly DayFigures[];
  /** What the process was kept alive by when its sessions had stopped. */
  readonly left: Readonly<Record<string, number>>;
  /** Executions at the gateway in each of the days, by symbol. */
  readonly executed: readonly ReadonlyMap<string, number>[];
  /** How often the gateway was away. */
  readonly resets: number;
}

/**
 * Has two sessions in a process of their own trade for days, at a gateway in this one that restarts every night and is
 * logged off over the weekend.
 * @param tell hears of each day as it ends
 */
export async function soak(
  { program, days, seed, every }: SoakOptions,
  tell: (day: DayFigures) => void = () => undefined,
): Promise<Soak> {
  const sessions = soakSessions();
  const places = soakedDays(sessions, days);
  const market = soakMarket(days, seed);
  // While a session dials time stands still, but where there is nobody to answer.
  let pass: () => void = () => undefined;
  const gateway = await Gateway.listen({
    data: market,
    port: 0,
    speed: "max",
    from: sessions.open[places[0]] - 30 * MINUTE,
    ticks: { every, spread: 2 },
    seed,
    faults: parseFaultPlan(soakFaults(sessions, days)),
    limits: { messageRate: false, historyPacing: false },
    // Somebody has come.
    log: () => pass(),
  });
  // However quiet it is, time stops there.
  for (const place of places) gateway.simulation.at(dayEnd(sessions, place), () => undefined);
  const warden = await Warden.join(gateway.lockstepPort);
  const folder = mkdtempSync(join(tmpdir(), "seatrial-soak-"));
  try {
    const task: SoakTask = { port: gateway.port, lockstepPort: gateway.lockstepPort, folder, days };
    const file = join(folder, "task.json");
    writeFileSync(file, JSON.stringify(task));
    const told: DayFigures[] = [];
    let left: Soak["left"] | undefined;
    await run(program, file, (word, rest) => {
      if (word === SAID.begun) {
        pass = () =>
          void warden.letPass(dayEnd(sessions, places[days - 1]) + DAY, () => {
            return gateway.faults.refusedSockets > 0 || areThere(gateway);
          });
        pass();
      } else if (word === SAID.day) {
        const day = JSON.parse(rest) as DayFigures;
        told.push(day);
        tell(day);
      } else if (word === SAID.left) {
        left = JSON.parse(rest) as Soak["left"];
      }
    });
    if (left === undefined) throw new Error("The process has ended before its last day.");
    const executed = places.map((place) => {
      const counts = new Map<string, number>();
      for (const { time, listing } of gateway.services.executions.all) {
        if (time <= sessions.open[place] || time > sessions.close[place]) continue;
        counts.set(listing.symbol, (counts.get(listing.symbol) ?? 0) + 1);
      }
      return counts;
    });
    const resets = gateway.faultEvents.filter(({ what }) => what === "begins").length;
    return { days: told, left, executed, resets };
  } finally {
    warden.close();
    await gateway.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function areThere(gateway: Gateway): boolean {
  return CLIENTS.every((client) => gateway.clients.get(client) !== undefined);
}

/** Runs the program until it ends by itself. */
function run(program: string, file: string, hear: (word: string, rest: string) => void): Promise<void> {
  const child = spawn(process.execPath, [NURSERY, program, file], { stdio: ["ignore", "pipe", "pipe"] });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const wait = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE);
    };
    wait();
    createInterface({ input: child.stdout }).on("line", (line) => {
      wait();
      const at = line.indexOf(" ");
      hear(at < 0 ? line : line.slice(0, at), at < 0 ? "" : line.slice(at + 1));
    });
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      if (code === 0) resolve();
      else reject(new Error(`The process has ended with ${signal ?? code}: ${stderr}`));
    });
  });
}
