import { DAY, HOUR, MINUTE, SECOND } from "../../core/market/bar-size.js";
import { grouped } from "../../core/statistics/format.js";

export const NOTHING = "-";

const FEWEST_DECIMALS = 2;
const MOST_DECIMALS = 5;

/** A price with as many decimals as it has, from two to five. */
export function priceCell(price: number | null): string {
  if (price === null) return NOTHING;
  let decimals = FEWEST_DECIMALS;
  while (decimals < MOST_DECIMALS && Math.abs(price * 10 ** decimals - Math.round(price * 10 ** decimals)) > 1e-6) {
    decimals++;
  }
  return grouped(price, decimals);
}

/** Units, with decimals only where there are some. */
export function unitsCell(quantity: number): string {
  return Number.isInteger(quantity) ? grouped(quantity, 0) : grouped(quantity, 4).replace(/0+$/, "");
}

export function moneyCell(amount: number | null): string {
  return amount === null ? NOTHING : grouped(amount, 2);
}

/** An amount that was won or lost, with its sign. */
export function gainCell(amount: number | null): string {
  const text = moneyCell(amount);
  return amount !== null && amount > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

/** How long something has lasted, in its largest unit: "0.4 s", "75 s", "12 min", "3 h", "2 d". */
export function ageCell(ms: number | null): string {
  if (ms === null) return NOTHING;
  if (ms < 10 * SECOND) return `${(Math.max(0, ms) / SECOND).toFixed(1)} s`;
  if (ms < 2 * MINUTE) return `${Math.floor(ms / SECOND)} s`;
  if (ms < 2 * HOUR) return `${Math.floor(ms / MINUTE)} min`;
  return ms < 2 * DAY ? `${Math.floor(ms / HOUR)} h` : `${grouped(Math.floor(ms / DAY), 0)} d`;
}

/** A time of day, UTC. */
export function clockCell(instant: number): string {
  return Number.isFinite(instant) ? new Date(instant).toISOString().slice(11, 19) : NOTHING;
}

/** The same, with its day in front where that is not the day of `now`. */
export function whenCell(instant: number, now: number): string {
  if (!Number.isFinite(instant)) return NOTHING;
  const isToday = Math.floor(instant / DAY) === Math.floor(now / DAY);
  return isToday ? clockCell(instant) : `${new Date(instant).toISOString().slice(0, 10)} ${clockCell(instant)}`;
}

const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** A day, such as "Mon 2026-01-05". */
export function dayCell(instant: number): string {
  const date = new Date(instant);
  return `${WEEKDAYS[date.getUTCDay()]} ${date.toISOString().slice(0, 10)}`;
}

/** A day and a time of day, UTC. */
export function instantCell(instant: number): string {
  return Number.isFinite(instant) ? `${dayCell(instant)} ${clockCell(instant)} UTC` : NOTHING;
}

/** A text of at most so many characters; what is longer ends with an ellipsis. */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  return most < 1 ? "" : `${text.slice(0, most - 1).trimEnd()}…`;
}

/** Characters that take two places on a terminal. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}]/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal.
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]+/g;

/**
 * A text as one line of a terminal that is no wider than so many places. What a broker or a strategy has written moves
 * no cursor and changes no colour.
 */
export function lineOf(text: string, places: number): string {
  const clean = text.replace(CONTROLS, " ");
  let taken = 0;
  /** How much of it fits beside an ellipsis. */
  let fits = "";
  for (const character of clean) {
    taken += WIDE.test(character) ? 2 : 1;
    if (taken > places) return places < 1 ? "" : `${fits.trimEnd()}…`;
    if (taken <= places - 1) fits += character;
  }
  return clean;
}
