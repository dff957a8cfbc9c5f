import type { ZoneClock } from "../../ib/compare-hours.js";
import { type IbHours, parseIbHours } from "../../ib/hours.js";
import { ibTimeZone } from "../../ib/time-zones.js";
import type { ContractDetails } from "./contract-details.js";

/** The clock of an IANA zone; undefined for a name that is none. */
export type FindZone = (zone: string) => ZoneClock | undefined;

/** When a contract is traded in the coming days, as IB tells it. `compareHours` holds it against a calendar. */
export interface ContractHours {
  /** IANA name. */
  readonly timeZone: string;
  readonly clock: ZoneClock;
  /** With trading before and after the regular hours. */
  readonly trading: IbHours;
  /** The regular hours. */
  readonly liquid: IbHours;
}

/** @throws IbError IB_ZONE_UNKNOWN, IB_HOURS_UNREADABLE: nothing is traded by hours that may be wrong */
export function contractHours(details: ContractDetails, findZone: FindZone): ContractHours {
  const { timeZoneId, localSymbol, symbol, tradingHours, liquidHours } = details;
  const timeZone = ibTimeZone(timeZoneId, (name) => findZone(name) !== undefined, localSymbol || symbol);
  return {
    timeZone,
    clock: findZone(timeZone) as ZoneClock,
    trading: parseIbHours(tradingHours),
    liquid: parseIbHours(liquidHours),
  };
}
