import { fileURLToPath } from "node:url";
import type { Case, Figure, Plan } from "./case.js";
import { median } from "./median.js";
import { runNode } from "./run-node.js";
import type { LargeStore, StorePasses } from "./store-process.js";

const PROCESS = fileURLToPath(new URL("./store-process.js", import.meta.url));
const MILLION = 1_000_000;
const INSTRUMENTS = 100;

/** How fast bars come out of the store and get into it. Always a million, whatever `--bars` says. */
export const STORE_CASES: readonly Case[] = [
  {
    name: "a million bars out of the store into columns",
    about:
      "Minutes with volume, checksums looked at, into columns that are kept from pass to pass, as the checks of a store read one series after another: that memory has been written to before. Every round is a process, of whose passes the median counts.",
    unit: "ms",
    target: 25,
    better: "lower",
    measure: (plan) => measure("kept", plan, (ms) => ms),
  },
  {
    name: "a million bars out of the store into columns made anew",
    about:
      "As a backtest reads its bars, once. 56 MB of memory are touched for the first time in every pass, which the machine makes slow or fast: no target.",
    unit: "ms",
    better: "lower",
    measure: (plan) => measure("read", plan, (ms) => ms),
  },
  {
    name: "a million bars out of the store, block after block",
    about:
      "The same, for whoever goes through a series without holding it: one block at a time, all in the same columns.",
    unit: "ms",
    target: 25,
    better: "lower",
    measure: (plan) => measure("blocks", plan, (ms) => ms),
  },
  {
    name: "bars written into a new store",
    about: "A million minutes in one transaction, validated and with their coverage.",
    unit: "M bars/s",
    target: 2,
    better: "higher",
    measure: (plan) => measure("write", plan, perSecond),
  },
  {
    name: "CSV file imported into a new store",
    about: "A million rows of time,open,high,low,close,volume in UTC: read, checked, written, in one thread.",
    unit: "M rows/s",
    target: 1.5,
    better: "higher",
    measure: (plan) => measure("import", plan, perSecond),
  },
  {
    name: "98 M bars listed and opened",
    about:
      "Ten years of minutes for 100 instruments, about 1.3 GB: the time to open the file, list all series and ask each for its extent.",
    unit: "ms",
    target: 250,
    better: "lower",
    measure: async (plan) => {
      const { ms, bars, gigabytes } = await largeStore(plan);
      return { value: median(ms), detail: `${(bars / MILLION).toFixed(0)} M bars in ${gigabytes.toFixed(1)} GB` };
    },
  },
  {
    name: "memory of listing and opening 98 M bars",
    about: "By how much the resident set of that process grows over it.",
    unit: "MB",
    target: 100,
    better: "lower",
    measure: async (plan) => ({ value: (await largeStore(plan)).megabytes }),
  },
];

function perSecond(ms: number): number {
  return MILLION / ms / 1000;
}

async function measure(work: string, { rounds, note }: Plan, figure: (ms: number) => number): Promise<Figure> {
  const medians: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const { ms } = JSON.parse(runNode([PROCESS, work, String(MILLION)]).output) as StorePasses;
    medians.push(median(ms));
    note(`${work}: ms ${ms.map((one) => one.toFixed(0)).join(" ")}`);
  }
  return { value: figure(median(medians)), detail: `${median(medians).toFixed(0)} ms for a million` };
}

let large: LargeStore | undefined;

/** Measured once for both of its cases, and in one round: making the file takes longer than all else here. */
async function largeStore({ note }: Plan): Promise<LargeStore> {
  large ??= JSON.parse(runNode([PROCESS, "large", String(INSTRUMENTS)]).output) as LargeStore;
  note(`ms ${large.ms.map((one) => one.toFixed(0)).join(" ")}; ${large.megabytes.toFixed(0)} MB`);
  return large;
}
