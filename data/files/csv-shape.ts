import { above0, type Fields, needed, object, oneOf, text } from "../../core/shape.js";
import type { CsvSourceOptions } from "../open-data.js";
import type { SessionHours } from "../session-hours.js";
import { DATE_ORDERS, STAMPS } from "./csv-words.js";

/** What the setting `csv` may have. */
export const CSV_FIELDS: Fields<CsvSourceOptions> = {
  bar: text("a size of bars such as 5min"),
  timeZone: text("an IANA zone such as America/New_York"),
  stamp: oneOf(STAMPS),
  sessionHours: object<SessionHours>({
    open: needed(text("a local time such as 09:30")),
    close: needed(text("a local time such as 16:00")),
  }),
  columns: text("names between commas such as time,open,high,low,close"),
  dateOrder: oneOf(DATE_ORDERS),
  priceScale: above0,
};
