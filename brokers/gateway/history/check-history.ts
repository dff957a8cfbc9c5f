import { type BarSize, DAY, SECOND } from "../../../core/market/bar-size.js";
import { IB_BAR_SIZES, ibBarSizeNamed, SMALLEST_UPDATED_MS } from "../../ib/bar-sizes.js";
import {
  type Duration,
  FEWEST_SECONDS,
  isAllowed,
  MOST_OF_UNIT,
  MOST_SECONDS_OF_SECONDS,
  parseDuration,
} from "../../ib/durations.js";
import { usualWhatToShow, type WhatToShow, whatToShowNamed } from "../../ib/what-to-show.js";
import type { Listing } from "../contracts/listing.js";
import { type ErrorText, refuse } from "../session/refusal.js";
import type { HistoryRequest } from "./history-request.js";
import type { PriceKind } from "./price-kinds.js";

/** A request for bars that can be answered. */
export interface CheckedHistory {
  readonly size: BarSize;
  readonly duration: Duration;
  readonly what: WhatToShow;
}

/** The text of an invalid date, with the name of the field. */
export function invalidTime(field: string): ErrorText {
  return {
    code: 10314,
    text: `${field}: The date, time, or time-zone entered is invalid. The correct format is yyyymmdd hh:mm:ss xx/xxxx where yyyymmdd and xx/xxxx are optional. E.g.: 20031126 15:59:00 US/Eastern Note that there is a space between the date and time, and between the time and time-zone. If no date is specified, current date is assumed. If no time-zone is specified, local time-zone is assumed(deprecated). You can also provide yyyymmddd-hh:mm:ss time is in UTC. Note that there is a dash between the date and time in UTC notation.`,
  };
}

export const IMPLIED_ZONE =
  "Warning: You submitted request with date-time attributes without explicit time zone. Please switch to use yyyymmdd-hh:mm:ss in UTC or use instrument time zone, like US/Eastern. Implied time zone functionality will be removed in the next API release";

/** The text of an error of the historical data service. */
export function serviceError(text: string): ErrorText {
  return { code: 162, text: `Historical Market Data Service error message:${text}` };
}

/**
 * What TWS itself looks at, before anything is asked of a server: in its order, with its texts.
 * @throws Refusal 321, 10295
 */
export function checkHistory(asked: HistoryRequest): CheckedHistory {
  const no: (cause: string) => never = (cause) => refuse(asked.request, invalid(cause));
  const duration = checkDuration(asked);
  const isOpenEnd = asked.endDateTime.trim() === "";
  const adjusted = asked.whatToShow.toUpperCase() === "ADJUSTED_LAST";
  if (adjusted && !isOpenEnd) no("End date not supported with adjusted last");
  const named = ibBarSizeNamed(asked.barSize);
  if (named === undefined) {
    const legal = IB_BAR_SIZES.map(({ name }) => name).join(", ");
    no(`Historical data bar size setting is invalid. Legal ones are: ${legal}`);
  }
  const { size } = named;
  if (adjusted && size.ms > DAY) no("Multi day bar size not supported with adjusted last");
  const what = whatToShowNamed(asked.whatToShow);
  if (what === undefined) no("Source price is invalid");
  if (asked.formatDate < 1 || asked.formatDate > 3) no(`Date formatting selection of ${asked.formatDate} rejected.`);
  if (asked.keepUpToDate) {
    if (!isOpenEnd) no("End date not supported with live updates");
    if (!what.streams) no("Source price not supported with live updates");
    if (size.ms < SMALLEST_UPDATED_MS) no("Bar size not supported with live updates");
  }
  if (what.name === "SCHEDULE" && size.label !== "1day") {
    refuse(asked.request, { code: 10295, text: "Only daily resolution supported for Schedule requests" });
  }
  return { size, duration, what };
}

/**
 * What the historical data service refuses, once the contract is known.
 * @throws Refusal 162, 10299, 10339
 */
export function checkService(asked: HistoryRequest, checked: CheckedHistory, listing: Listing): void {
  const { what, size, duration } = checked;
  const { secType } = listing;
  const no: (error: ErrorText) => never = (error) => refuse(asked.request, error);
  if (!what.products.includes(secType)) {
    const usual = usualWhatToShow(secType);
    no({ code: 10299, text: `Expected what to show is ${usual}, please use that instead of ${what.name}.` });
  }
  if (asked.contract.secType === "CONTFUT" && asked.endDateTime.trim() !== "") {
    no({ code: 10339, text: "Setting end date/time for continuous future security type is not allowed." });
  }
  const isLongForSeconds = size.ms === SECOND && !(duration.unit === "S" && duration.count <= MOST_SECONDS_OF_SECONDS);
  if (isLongForSeconds) no(serviceError("Time length exceed max."));
  if (!isAllowed(size, duration)) no(serviceError(`invalid step: ${asked.barSize} for ${asked.duration}`));
}

/** Which price a kind of history is made of; undefined for data that the gateway does not have. */
export function priceKindOf(what: WhatToShow, listing: Listing): PriceKind | undefined {
  switch (what.name) {
    case "TRADES":
    case "ADJUSTED_LAST":
      return listing.secType === "CASH" ? undefined : "trades";
    case "MIDPOINT":
      return "midpoint";
    case "BID":
      return "bid";
    case "ASK":
      return "ask";
    case "BID_ASK":
      return "bid-ask";
    default:
      return undefined;
  }
}

function checkDuration(asked: HistoryRequest): Duration {
  const no: (cause: string) => never = (cause) => refuse(asked.request, invalid(cause));
  if (asked.duration === "") no("Historical data request duration not specified.");
  const duration = parseDuration(asked.duration);
  if (duration === undefined) {
    no("When specifying a unit, historical data request duration format is integer{SPACE}unit (S|D|W|M|Y).");
  }
  const { count, unit } = duration;
  const isTooFew = count < 1 || (unit === "S" && count < FEWEST_SECONDS);
  if (isTooFew || (unit === "Y" && count > MOST_OF_UNIT.Y)) no("Historical data requested duration is invalid.");
  if (count <= MOST_OF_UNIT[unit]) return duration;
  if (unit === "S") no("Historical data request for greater than 86400 seconds rejected.");
  const word = { D: "days", W: "weeks", M: "months", Y: "years" }[unit];
  const most = MOST_OF_UNIT[unit];
  no(`Historical data requests for durations longer than ${most} ${word} must be made in years.`);
}

/** The error of a request that is not as it must be. */
export function invalid(cause: string): ErrorText {
  return { code: 321, text: `Error validating request.-'bM' : cause - ${cause}` };
}
