import { fileURLToPath } from "node:url";
import type { Case, Plan } from "./case.js";
import { median } from "./median.js";
import { runNode } from "./run-node.js";
import type { SessionFigures } from "./session-process.js";

const PROCESS = fileURLToPath(new URL("./session-process.js", import.meta.url));
const MEMORY = fileURLToPath(new URL("./session-memory.js", import.meta.url));

/** Seconds that orders are measured for. */
const ORDERS_FOR = 10;
const MINUTE = 60;

/** How fast a session deals with what comes, and what it takes. */
export const SESSION_CASES: readonly Case[] = [
  {
    name: "quote to order without the commit, half of them, 1000 quotes a second",
    about:
      "A session on ten instruments: from the bytes of a quote to the bytes of the order that the strategy makes on it, through feed, engine, guards and library, without the journal's commit in between. Twenty orders a second, on quotes that come ten at a time.",
    unit: "ms",
    target: 0.3,
    better: "lower",
    measure: async (plan) => {
      const runs = await orders(plan);
      return {
        value: of(runs, ({ uncommitted }) => uncommitted.p50),
        detail: `${of(runs, (run) => run.orders)} orders, ${Math.round(of(runs, ({ perSecond }) => perSecond))} quotes/s`,
      };
    },
  },
  {
    name: "quote to order without the commit, 99 of 100, 1000 quotes a second",
    about: "The same, the slowest hundredth left out.",
    unit: "ms",
    target: 2,
    better: "lower",
    measure: async (plan) => ({ value: of(await orders(plan), ({ uncommitted }) => uncommitted.p99) }),
  },
  {
    name: "the journal's commit of an order, half of them",
    about: "What stands between: the intent of the order is on the disk before a byte of it is sent.",
    unit: "ms",
    better: "lower",
    measure: async (plan) => {
      const runs = await orders(plan);
      return {
        value: of(runs, ({ commit }) => commit.p50),
        detail: `99 of 100 ${of(runs, ({ commit }) => commit.p99).toFixed(2)}`,
      };
    },
  },
  {
    name: "quote to order with the commit, half of them, 1000 quotes a second",
    about: "All of it: how late the order leaves.",
    unit: "ms",
    better: "lower",
    measure: async (plan) => {
      const runs = await orders(plan);
      return {
        value: of(runs, ({ whole }) => whole.p50),
        detail: `99 of 100 ${of(runs, ({ whole }) => whole.p99).toFixed(2)}`,
      };
    },
  },
  {
    name: "memory of a session with ten instruments",
    about:
      "What the process of a session holds that has traded for ten seconds, once what is no longer used was collected: Node, the connection, the engine and the journal, and the market that the benchmark makes.",
    unit: "MB",
    target: 120,
    better: "lower",
    measure: async (plan) => ({ value: memory(plan, "session") }),
  },
  {
    name: "memory of a connection with ten instruments",
    about: "What a process with nothing but a connection, over which quotes come, holds more than one of Node alone.",
    unit: "MB",
    target: 50,
    better: "lower",
    measure: async (plan) => {
      const node = memory(plan, "node");
      const whole = memory(plan, "connection");
      return { value: whole - node, detail: `${whole.toFixed(0)} MB, of which Node ${node.toFixed(0)}` };
    },
  },
  {
    name: "cores of a session, 50 instruments, 5000 quotes a second for a minute",
    about:
      "Processor time of a session whose strategy is handed a hundred quotes a second of each of 50 instruments, and trades. One run of a minute, however many rounds there are.",
    unit: "cores",
    target: 1,
    better: "lower",
    measure: async ({ note }) => {
      const { cores, most, perSecond } = session(50, MINUTE, note);
      return { value: cores, detail: `${most.toFixed(2)} in its busiest second, ${Math.round(perSecond)} quotes/s` };
    },
  },
];

let measured: readonly SessionFigures[] | undefined;

/** Measured once for all cases of orders. */
async function orders({ rounds, note }: Plan): Promise<readonly SessionFigures[]> {
  measured ??= Array.from({ length: rounds }, () => session(10, ORDERS_FOR, note));
  return measured;
}

function session(instruments: number, seconds: number, note: Plan["note"]): SessionFigures {
  const { output } = runNode([PROCESS, String(instruments), String(seconds)]);
  note(`session of ${instruments}: ${output}`);
  return JSON.parse(output) as SessionFigures;
}

/** Megabytes that a process holds in the middle of all rounds. */
function memory({ rounds, note }: Plan, what: "node" | "connection" | "session"): number {
  const held = Array.from({ length: rounds }, () => Number(runNode([MEMORY, what, "10"]).output));
  note(`memory of ${what}: ${held.map((one) => one.toFixed(1)).join(" ")} MB`);
  return median(held);
}

function of(runs: readonly SessionFigures[], figure: (run: SessionFigures) => number): number {
  return median(runs.map(figure));
}
