import { type BarSize, parseBarSize } from "../../core/market/bar-size.js";
import type { Instrument } from "../../core/market/instrument.js";
import { nearest } from "../../core/nearest.js";
import type { FetchJob } from "../../data/history/fetch-job.js";
import { CliError } from "../errors.js";
import type { Flags } from "../flags.js";
import { rangeOf, symbolsOf } from "./store-flags.js";

const KINDS = ["trades", "midpoint", "bid", "ask", "bid-ask", "adjusted-last"] as const;
type Kind = (typeof KINDS)[number];

/** What a command line wants of history. */
export interface Wanted {
  readonly symbols: readonly string[];
  /** Every instrument in every size and kind. */
  jobs(instruments: readonly Instrument[]): FetchJob[];
}

/** @throws CliError ARGUMENT_MISSING, FLAG_VALUE, FLAG_TWICE; MarketError BAR_SIZE_UNKNOWN */
export function wantedOf(line: Flags): Wanted {
  const symbols = symbolsOf(line.arguments);
  if (symbols.length === 0) throw new CliError("ARGUMENT_MISSING", { command: "data fetch", what: "a symbol" });
  const named = line.text("bar");
  if (named === undefined)
    throw new CliError("ARGUMENT_MISSING", { command: "data fetch", what: "a bar size, such as --bar 1day" });
  const sizes = named.split(",").map((size): BarSize => parseBarSize(size));
  const kinds = kindsOf(line);
  const hours = line.switch("all-hours") ? "all" : "regular";
  // What cannot be read is said before anything is connected to.
  rangeOf(line, { timeZone: "UTC" });
  return {
    symbols,
    jobs: (instruments) =>
      instruments.flatMap((instrument) => {
        const usual: Kind = instrument.assetClass === "forex" ? "midpoint" : "trades";
        const range = rangeOf(line, instrument);
        return sizes.flatMap((size) => (kinds ?? [usual]).map((what) => ({ instrument, size, what, hours, ...range })));
      }),
  };
}

/** Kinds of history by IB's names or the store's; quotes are bids and asks. */
function kindsOf(line: Flags): readonly Kind[] | undefined {
  const words = line.text("what")?.split(",");
  return words?.flatMap((word): readonly Kind[] => {
    const name = word.trim().toLowerCase().replaceAll("_", "-");
    if (name === "quotes") return ["bid", "ask"];
    const found = KINDS.find((kind) => kind === name);
    if (found !== undefined) return [found];
    const near = nearest(name, KINDS);
    throw new CliError("FLAG_VALUE", {
      flag: "--what",
      value: `"${word}"`,
      rule: `one of ${KINDS.map(ibName).join(", ")}`,
      hint: near === undefined ? "" : `Did you mean ${ibName(near as Kind)}?`,
    });
  });
}

function ibName(kind: Kind): string {
  return kind.toUpperCase().replaceAll("-", "_");
}
