import { DAY, HOUR, MINUTE, SECOND } from "../market/bar-size.js";
import { type StatisticKey, type StatisticKind, statisticLabel } from "./labels.js";

/** What is printed where there is no number. */
export const NOT_AVAILABLE = "n/a";

/**
 * A statistic as it is read: "12.34 %", "1.23", "10,250.00", "1,204", "12 d 6 h", "2024-03-01 21:00 UTC", or "n/a".
 * Money gets the currency's code behind it where one is given.
 */
export function formatStatistic(key: StatisticKey, value: number | undefined, currency?: string): string {
  if (value === undefined || !Number.isFinite(value)) return NOT_AVAILABLE;
  const { kind } = statisticLabel(key);
  const text = FORMATS[kind](value);
  return kind === "money" && currency !== undefined ? `${text} ${currency}` : text;
}

const FORMATS: Readonly<Record<StatisticKind, (value: number) => string>> = {
  fraction: (value) => `${grouped(value * 100, 2)} %`,
  ratio: (value) => grouped(value, 2),
  money: (value) => grouped(value, 2),
  count: (value) => grouped(value, 0),
  duration: durationText,
  instant: instantText,
};

/** A number with commas between thousands and so many decimals: "10,250.00". */
export function grouped(value: number, decimals: number): string {
  // toFixed leaves exponents from 1e21 on and the sign of what rounds to zero.
  if (Math.abs(value) >= 1e21) return value.toExponential(decimals);
  const [whole, fraction] = Math.abs(value).toFixed(decimals).split(".");
  const digits = (whole as string).replace(/\B(?=(\d{3})+$)/g, ",");
  const text = fraction === undefined ? digits : `${digits}.${fraction}`;
  return value < 0 && /[1-9]/.test(text) ? `-${text}` : text;
}

/** The two largest units, the smaller one cut off: "294 d 6 h", "3 h 20 min", "45 s". */
function durationText(value: number): string {
  const units = [
    [DAY, "d"],
    [HOUR, "h"],
    [MINUTE, "min"],
    [SECOND, "s"],
    [1, "ms"],
  ] as const;
  const whole = Math.round(value);
  const at = units.findIndex(([size]) => whole >= size);
  if (at < 0) return "0 s";
  const [size, name] = units[at] as (typeof units)[number];
  const first = `${grouped(Math.floor(whole / size), 0)} ${name}`;
  const next = units[at + 1];
  const rest = next === undefined ? 0 : Math.floor((whole % size) / next[0]);
  return next === undefined || rest === 0 ? first : `${first} ${rest} ${next[1]}`;
}

function instantText(value: number): string {
  if (Math.abs(value) > 8.64e15) return NOT_AVAILABLE;
  const [date, clock] = new Date(value).toISOString().split("T") as [string, string];
  const seconds = clock.slice(5, 8) === ":00" ? "" : clock.slice(5, 8);
  return `${date} ${clock.slice(0, 5)}${seconds} UTC`;
}
