/** A price of the bar or a mean of several, or its volume: hl2 = (high + low) / 2, and so on. */
export type BarField = "open" | "high" | "low" | "close" | "volume" | "hl2" | "hlc3" | "ohlc4";

/** The fields of a bar by number: first the columns of a series, then means of several. */
export const BAR_FIELDS = [
  "close",
  "open",
  "high",
  "low",
  "volume",
  "hl2",
  "hlc3",
  "ohlc4",
] as const satisfies readonly BarField[];

export const CLOSE = BAR_FIELDS.indexOf("close");
export const OPEN = BAR_FIELDS.indexOf("open");
export const HIGH = BAR_FIELDS.indexOf("high");
export const LOW = BAR_FIELDS.indexOf("low");
export const HLC3 = BAR_FIELDS.indexOf("hlc3");
export const OHLC4 = BAR_FIELDS.indexOf("ohlc4");

/** From here on they are means. */
export const FIRST_MEAN = BAR_FIELDS.indexOf("hl2");
