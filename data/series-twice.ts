import { existsSync } from "node:fs";
import { DataError } from "./errors.js";
import { partsOfName } from "./files/file-name.js";

/** A source that a series came from: the file's path, or what it was called as. */
export interface Origin {
  readonly source: string;
  readonly isFile: boolean;
}

/** The error of a series that two of the sources of `--data` have, with what can be done about just these two. */
export function seriesTwice(series: string, symbol: string, first: Origin, second: Origin): DataError {
  if (first.source === second.source) return new DataError("DATA_NAMED_TWICE", { series, source: first.source });
  const sources = { series, first: first.source, second: second.source };
  if (areBidAndAsk(first, second)) {
    const files = [first, second].map(({ source }) => entryOf(source, symbol)).join(" ");
    return new DataError("DATA_SIDES_APART", { ...sources, files });
  }
  // A second symbol can be given to files alone; what else there is has symbols of its own.
  const file = second.isFile ? second : first;
  const otherwise = file.isFile ? `, or give one a symbol of its own, as in ${otherSymbol(symbol)}=${file.source}` : "";
  return new DataError("DATA_SERIES_TWICE", { ...sources, otherwise });
}

/** Whether the names of two files say that they are the two sides of a quote. */
function areBidAndAsk(first: Origin, second: Origin): boolean {
  if (!first.isFile || !second.isFile) return false;
  const [one, other] = [wordsOf(first.source), wordsOf(second.source)];
  const has = (bid: readonly string[], ask: readonly string[]): boolean => bid.includes("bid") && ask.includes("ask");
  return has(one, other) || has(other, one);
}

function wordsOf(path: string): readonly string[] {
  const { symbol, words } = partsOfName(path);
  return [symbol.toLowerCase(), ...words];
}

/** A path as `data import` takes it: with the symbol in front where its name does not tell it. */
function entryOf(path: string, symbol: string): string {
  return partsOfName(path).symbol === symbol && existsSync(path) ? path : `${symbol}=${path}`;
}

/** Another symbol that resembles one: SPY2 of SPY, and SP500.2 of SP500. */
function otherSymbol(symbol: string): string {
  return /\d$/.test(symbol) ? `${symbol}.2` : `${symbol}2`;
}
