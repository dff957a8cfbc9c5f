import { basename } from "node:path";

/** What the name of a file of bars tells, such as spy-1min-2013-10-trades.csv.gz: a symbol and words about its bars. */
export interface FileName {
  /** In capitals; empty where the name begins with none. */
  readonly symbol: string;
  /** The words behind the symbol, in small letters: "1min", "2013", "10", "trades". */
  readonly words: readonly string[];
}

/** The parts of a file's name, without its folder and its endings. */
export function partsOfName(path: string): FileName {
  const name = basename(path)
    .replace(/\.gz$/i, "")
    .replace(/\.(csv|tsv|txt)$/i, "");
  const symbol = /^[A-Za-z0-9.]+/.exec(name)?.[0] ?? "";
  const words = name
    .slice(symbol.length)
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
  return { symbol: /[A-Za-z]/.test(symbol) ? symbol.toUpperCase() : "", words };
}
