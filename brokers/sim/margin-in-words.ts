import type { Instrument } from "../../core/market/instrument.js";
import type { DatedRows } from "./dated-rows.js";
import { MARGIN_ROWS, type MarginRow } from "./margin-rows.js";

/** What a run's margin has to be told of. */
export interface InstrumentKinds {
  readonly stocks: boolean;
  readonly futures: boolean;
  readonly options: boolean;
  readonly forex: boolean;
}

/** Which kinds there are; of no instruments, stocks. */
export function kindsOf(instruments: readonly Instrument[]): InstrumentKinds {
  const has = (...classes: string[]): boolean => instruments.some(({ assetClass }) => classes.includes(assetClass));
  return {
    stocks: instruments.length === 0 || has("stock", "etf", "index"),
    futures: has("future"),
    options: has("option"),
    forex: has("forex"),
  };
}

/** What options and currency pairs need in a margin account on a trade date (yyyymmdd), a sentence for each. */
export function otherMargins({ options, forex }: InstrumentKinds, date: number): string[] {
  const share = (rows: DatedRows<MarginRow>): string => `${Math.round(rows.at(date).rate * 100)} %`;
  const { optionUnderlying, optionLeast, forexMajor, forexOther } = MARGIN_ROWS;
  const sentences: string[] = [];
  if (options) {
    sentences.push(
      `Long options are paid in full; short ones need ${share(optionUnderlying)} of the underlying less what they are out of the money, ${share(optionLeast)} at least.`,
    );
  }
  if (forex) {
    sentences.push(
      `Currency pairs need ${share(forexMajor)} of their value, those with a minor currency ${share(forexOther)}.`,
    );
  }
  return sentences;
}
