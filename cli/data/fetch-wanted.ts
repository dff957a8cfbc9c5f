import { IB_BAR_SIZES } from "../../brokers/ib/bar-sizes.js";
import { type BarSize, DAY, parseBarSize } from "../../core/market/bar-size.js";
import type { Instrument } from "../../core/market/instrument.js";
import { nearest } from "../../core/nearest.js";
import { utc } from "../../data/checks/words.js";
import { HistoryError } from "../../data/history/errors.js";
import { checkSize, type FetchJob } from "../../data/history/fetch-job.js";
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

/**
 * What a command line wants. All that can be found wrong without a connection is found here, before there is one.
 * @throws CliError ARGUMENT_MISSING, FLAG_VALUE, FLAG_TWICE
 * @throws MarketError BAR_SIZE_UNKNOWN
 * @throws HistoryError HISTORY_SIZE, HISTORY_RANGE_REVERSED
 */
export function wantedOf(line: Flags): Wanted {
  const symbols = symbolsOf(line.arguments);
  if (symbols.length === 0) throw new CliError("ARGUMENT_MISSING", { command: "data fetch", what: "a symbol" });
  const named = line.text("bar");
  if (named === undefined)
    throw new CliError("ARGUMENT_MISSING", { command: "data fetch", what: "a bar size, such as --bar 1day" });
  const sizes = sizesNamed(named);
  const kinds = kindsOf(line);
  const hours = line.switch("all-hours") ? "all" : "regular";
  refuseReversed(line);
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

/** Each size once, whatever it was called. */
function sizesNamed(named: string): BarSize[] {
  const sizes = new Map<string, BarSize>();
  for (const word of named.split(",")) {
    const size = parseBarSize(word);
    checkSize(
      size,
      "IB",
      IB_BAR_SIZES.map((one) => one.size),
    );
    sizes.set(size.label, size);
  }
  return [...sizes.values()];
}

/** A zone, which is not known yet, moves a date by less than a day. */
function refuseReversed(line: Flags): void {
  const { from = -Infinity, to = Infinity } = rangeOf(line, { timeZone: "UTC" });
  if (to + DAY <= from) throw new HistoryError("HISTORY_RANGE_REVERSED", { from: utc(from), to: utc(to) });
}

/** Kinds of history, each once, by IB's names or the store's; quotes are bids and asks. */
function kindsOf(line: Flags): readonly Kind[] | undefined {
  const words = line.text("what")?.split(",");
  const kinds = words?.flatMap((word): readonly Kind[] => {
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
  return kinds && [...new Set(kinds)];
}

function ibName(kind: Kind): string {
  return kind.toUpperCase().replaceAll("-", "_");
}
