import { DAY, HOUR, MINUTE, SECOND } from "../../core/market/bar-size.js";

/** An instant as 2024-01-31 14:30Z, with seconds where there are some. */
export function utc(instant: number): string {
  if (!(Math.abs(instant) <= 8.64e15)) return String(instant);
  const text = new Date(instant).toISOString();
  const cut = instant % MINUTE === 0 ? text.slice(0, 16) : text.slice(0, 19);
  return `${cut.replace("T", " ")}Z`;
}

/** A length of time such as "2 days", "3 h 45 min", "90 min" or "7 s". */
export function duration(ms: number): string {
  if (ms >= DAY && ms % DAY === 0) return count(ms / DAY, "day");
  if (ms >= 2 * HOUR) {
    const minutes = Math.round((ms % HOUR) / MINUTE);
    return `${Math.floor(ms / HOUR)} h${minutes === 0 ? "" : ` ${minutes} min`}`;
  }
  return ms >= MINUTE && ms % MINUTE === 0 ? `${ms / MINUTE} min` : `${Math.round(ms / SECOND)} s`;
}

/** "1 bar", "2 bars". */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString("en-US")} ${noun}${number === 1 ? "" : "s"}`;
}

/** A price as short as it is exact. */
export function price(value: number): string {
  return String(Number(value.toPrecision(10)));
}
