import { above0, type Fields, flag, from0, matching, needed, object, oneOf, text } from "../shape.js";
import type { InstrumentSpec } from "./instrument.js";

/** What is said of an instrument beside its symbol. */
export const INSTRUMENT_FIELDS: Fields<Omit<InstrumentSpec, "symbol">> = {
  assetClass: oneOf(["stock", "etf", "index", "future", "forex", "option"]),
  exchange: text("the name of an exchange"),
  currency: matching(/^[A-Z]{3}$/, "three capital letters such as USD"),
  multiplier: above0,
  tickSize: from0,
  quantityStep: above0,
  negativePrices: flag,
  thin: flag,
  timeZone: text("an IANA zone such as America/New_York"),
  option: object<NonNullable<InstrumentSpec["option"]>>({
    underlying: needed(text("a symbol")),
    right: needed(oneOf(["call", "put"])),
    strike: needed(above0),
    expiry: needed(text("a date such as 2024-12-20")),
  }),
  future: object<NonNullable<InstrumentSpec["future"]>>({
    expiry: needed(text("a date such as 2024-12-20")),
    initialMargin: above0,
    maintenanceMargin: above0,
  }),
};
