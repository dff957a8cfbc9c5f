import type { Instrument } from "../../core/market/instrument.js";
import type { Walk } from "./walk.js";

/** The least that can be traded. */
export function oneUnit(walk: Walk, instrument: Instrument) {
  const { minSize, sizeIncrement } = walk.contractOf(instrument);
  return {
    instrument,
    tif: "DAY",
    quantity: Math.max(1, minSize, sizeIncrement),
    limit: Number.NaN,
    stop: Number.NaN,
    outsideRth: false,
    isExit: false,
    parent: 0,
  } as const;
}
