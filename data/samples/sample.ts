import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BarSeries } from "../../core/market/bar-series.js";
import { Instrument, type InstrumentSpec } from "../../core/market/instrument.js";
import { nearest } from "../../core/nearest.js";
import { DataError } from "../errors.js";
import { readBars } from "../files/csv.js";

/** Real bars that ship with the project. */
export interface Sample {
  readonly name: string;
  /** The file's name in data/samples of the package. */
  readonly file: string;
  readonly bar: string;
  readonly instrument: InstrumentSpec;
  /** What a report must say of results on it. */
  readonly note: string;
}

export const SAMPLES: readonly Sample[] = [
  {
    name: "sp500",
    file: "sp500-1day.csv",
    bar: "1day",
    instrument: { symbol: "SP500", assetClass: "index" },
    note: "The S&P 500 index is traded as if it were a fund: no dividends, no fund fees, and nobody can buy it like this.",
  },
];

/** The sample of a name.  @throws DataError SAMPLE_UNKNOWN */
export function sampleNamed(name: string): Sample {
  const sample = SAMPLES.find((one) => one.name === name);
  if (sample !== undefined) return sample;
  const names = SAMPLES.map((one) => one.name);
  const near = nearest(name, names);
  const hint = near === undefined ? "" : `Did you mean ${near}? `;
  throw new DataError("SAMPLE_UNKNOWN", { name, hint, samples: names.join(", ") });
}

/**
 * The bars of a sample, as daily sessions of 09:30 to 16:00 in New York.
 * @param instrument to use instead of the sample's own, such as one with another index in its run
 * @throws DataError SAMPLE_UNKNOWN, SAMPLE_MISSING
 */
export function loadSample(name = SAMPLES[0].name, instrument?: Instrument): BarSeries {
  const sample = sampleNamed(name);
  const file = join(packageRoot(), "data", "samples", sample.file);
  if (!existsSync(file)) throw new DataError("SAMPLE_MISSING", { name, file });
  return readBars(file, { instrument: instrument ?? new Instrument(sample.instrument), bar: sample.bar });
}

/** The folder of the package's package.json: the same from the source (data/samples) and from dist/data/samples. */
function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const manifest = join(folder, "package.json");
    if (existsSync(manifest) && isOurs(manifest)) return folder;
    const parent = dirname(folder);
    if (parent === folder) return dirname(fileURLToPath(import.meta.url));
    folder = parent;
  }
}

function isOurs(manifest: string): boolean {
  const content: unknown = JSON.parse(readFileSync(manifest, "utf8"));
  return typeof content === "object" && content !== null && "name" in content && content.name === "seatrial";
}
