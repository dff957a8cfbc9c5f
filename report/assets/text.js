/** Numbers and dates in print, and the elements they stand in. */

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
export const DAY = 86_400_000;

/** A number with a comma between thousands, so many decimals and a real minus sign; nothing for NaN. */
export function number(value, decimals) {
  if (Number.isNaN(value)) return "";
  const [whole, fraction] = Math.abs(value).toFixed(decimals).split(".");
  const text = whole.replace(/\B(?=(\d{3})+$)/g, ",") + (fraction === undefined ? "" : `.${fraction}`);
  return value < 0 && /[1-9]/.test(text) ? `\u2212${text}` : text;
}

/** The same with a plus sign above 0. */
export function signed(value, decimals) {
  const text = number(value, decimals);
  return value > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

export function percent(fraction, decimals) {
  return Number.isNaN(fraction) ? "" : `${signed(fraction * 100, decimals)}\u00a0%`;
}

/** From one price to another: in per cent, or as a difference where a price is 0 or below, of which there is no share. */
export function priceChange(from, to, decimals) {
  return from > 0 && to > 0 ? percent(to / from - 1, 2) : signed(to - from, decimals);
}

/** A quantity, with as many decimals as it has. */
export function quantity(value) {
  const decimals = (String(Math.abs(value)).split(".")[1] ?? "").length;
  return number(value, Math.min(8, decimals));
}

/** A large number in few characters, such as 1.25M: up to four digits. */
export function compact(value) {
  const size = Math.abs(value);
  for (const [unit, name] of [
    [1e12, "T"],
    [1e9, "B"],
    [1e6, "M"],
    [1e3, "K"],
  ]) {
    if (size >= unit) return `${few(value / unit)}${name}`;
  }
  return few(value);
}

function few(value) {
  const decimals = Math.abs(value) >= 100 ? 1 : 2;
  return number(value, decimals).replace(/\.?0+$/, "");
}

/** "1 trade", "2 trades". */
export function plural(count, one) {
  return `${number(count, 0)} ${one}${count === 1 ? "" : "s"}`;
}

/** A clock of the report's zone: instants (epoch ms UTC) to what the zone's wall clock shows, as if that were UTC. */
export function wallClock({ since, offset }) {
  return (instant) => {
    let low = 0;
    let high = since.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (since[middle] <= instant) low = middle;
      else high = middle - 1;
    }
    return instant + offset[low];
  };
}

/** The date of a wall-clock time, such as "3 Jan 2000". */
export function dateText(wall) {
  const date = new Date(wall);
  return `${date.getUTCDate()}\u00a0${MONTHS[date.getUTCMonth()]}\u00a0${date.getUTCFullYear()}`;
}

/** Date and clock of a wall-clock time, seconds only where there are any. */
export function momentText(wall) {
  const clock = new Date(wall).toISOString().slice(11, wall % 60_000 === 0 ? 16 : 19);
  return `${dateText(wall)} ${clock}`;
}

/** The midnight that begins the date of a wall-clock time; midnight itself belongs to the day that it ends. */
export function dateOf(wall) {
  return Math.floor((wall - 1) / DAY) * DAY;
}

/** A new element with attributes, and text or elements inside. `on…` attributes are listeners. */
export function element(name, attributes = {}, ...children) {
  const created = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (key.startsWith("on")) created.addEventListener(key.slice(2), value);
    else created.setAttribute(key, value === true ? "" : value);
  }
  created.append(...children.filter((child) => child !== undefined && child !== false));
  return created;
}
