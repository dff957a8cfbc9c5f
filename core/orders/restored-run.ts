import type { LossFigures } from "../guards/loss-figures.js";
import type { Instant } from "../market/bar-size.js";
import type { BundleKind } from "./held-bundle.js";

/**
 * An order that an earlier part of the run has left working. The numbers are those of the book's columns; NaN stands for
 * a price or instant that it does not have.
 */
export interface RestoredOrder {
  readonly instrument: number;
  readonly side: number;
  readonly type: number;
  readonly tif: number;
  /** One of the statuses of a working order, HELD included. */
  readonly status: number;
  readonly flags: number;
  /** Place of its parent in the list, or -1. */
  readonly parent: number;
  /** Orders with one number cancel each other; -1 for none. */
  readonly group: number;
  readonly quantity: number;
  readonly filled: number;
  readonly filledValue: number;
  readonly fees: number;
  readonly limit: number;
  readonly stop: number;
  readonly trail: number;
  readonly limitOffset: number;
  readonly goodTill: Instant;
  readonly madeAt: Instant;
  readonly createdAt: Instant;
  readonly tag: string;
  /** Of one for a target: places of those whose end it waits for. */
  readonly behind?: readonly number[];
}

/** What is held of an instrument, and what it has brought so far, in the instrument's currency. */
export interface RestoredPosition {
  readonly instrument: number;
  /** Signed units. */
  readonly quantity: number;
  /** Paid or received for a unit of what is held; NaN when flat. */
  readonly averagePrice: number;
  readonly realised: number;
  readonly fees: number;
}

/** Orders that were held together, as places in the list of orders. */
export interface RestoredBundle {
  readonly kind: BundleKind;
  readonly orders: readonly number[];
}

/** What an earlier part of a run has left, for the next to go on with. */
export interface RestoredRun {
  /** A parent stands in front of its children. */
  readonly orders: readonly RestoredOrder[];
  readonly held: readonly RestoredBundle[];
  readonly positions: readonly RestoredPosition[];
  /** What its loss limits remember; undefined where none have stood. */
  readonly losses?: LossFigures;
}
