import { ADJUSTMENTS } from "../../core/market/corporate-actions.js";
import { type Fields, names, oneOf, text } from "../../core/shape.js";
import type { StoreSelection } from "./open-stored.js";
import { HOURS, WHATS } from "./series-key.js";

/** What the setting `store` may have: the store's file, and which of its bars. */
export const STORE_FIELDS: Fields<StoreSelection & { readonly file?: string }> = {
  file: text("the name of a file"),
  symbols: names("a symbol, or a list of symbols"),
  bar: names("a size of bars such as 5min, or a list of sizes"),
  adjust: oneOf(ADJUSTMENTS),
  what: oneOf(WHATS),
  hours: oneOf(HOURS),
};
