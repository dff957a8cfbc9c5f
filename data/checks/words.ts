import { DAY, HOUR, MINUTE, SECOND } from "../../core/market/bar-size.js";

/** An instant as 2024-01-31 14:30Z, with seconds where there are some. */
export function utc(instant: number): string {
  if (!(Math.abs(instant) <= 8.64e15)) return String(instant);
  const text = new Date(instant).toISOString();
  const cut = instant % MINUTE === 0 ? text.slice(0, 16) : text.slice(0, 19);
  return `${cut.replace("T", " ")}Z`;
}

/** A length of time such as "3 min" or "2 days", in its largest unit that leaves no rest, down to seconds. */
export function duration(ms: number): string {
  for (const [unit, name] of [
    [DAY, "day"],
    [HOUR, "hour"],
    [MINUTE, "min"],
  ] as const) {
    if (ms >= unit && ms % unit === 0) return count(ms / unit, name);
  }
  if (ms >= HOUR) return `${Math.floor(ms / HOUR)} h ${Math.round((ms % HOUR) / MINUTE)} min`;
  return `${Math.round(ms / SECOND)} s`;
}

/** "1 bar", "2 bars"; minutes are not bent. */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString("en-US")} ${noun}${number === 1 || noun === "min" ? "" : "s"}`;
}

/** A price as short as it is exact. */
export function price(value: number): string {
  return String(Number(value.toPrecision(10)));
}
