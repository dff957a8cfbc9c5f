import { onPaper } from "./paper.js";

/** Light and dark: the button, what is remembered, and colours for canvases. */

const KEY = "seatrial-theme";
const listeners = [];

/** The theme that is shown: "light" or "dark". */
export function theme() {
  return document.documentElement.dataset.theme;
}

/** Calls back whenever the theme changes. */
export function onTheme(listener) {
  listeners.push(listener);
}

/** A colour of the style sheet as a canvas understands it. */
export function colour(name) {
  const probe = document.createElement("i");
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** The same colour with an opacity from 0 to 1. */
export function faded(name, opacity) {
  const [red, green, blue] = colour(name).match(/[\d.]+/g);
  return `rgba(${red}, ${green}, ${blue}, ${opacity})`;
}

export function startTheme() {
  const button = document.getElementById("theme");
  button.addEventListener("click", () => show(theme() === "dark" ? "light" : "dark", true));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", (event) => {
    if (remembered() === null) show(event.matches ? "dark" : "light", false);
  });
  // Paper is white: canvases are drawn anew in the light theme, and back when the printer is done.
  let before = theme();
  onPaper(
    () => {
      before = theme();
      show("light", false);
    },
    () => show(before, false),
  );
}

function show(name, remember) {
  document.documentElement.dataset.theme = name;
  if (remember) {
    try {
      localStorage.setItem(KEY, name);
    } catch {
      // Storage is closed to pages from some disks; the theme then holds for this visit.
    }
  }
  for (const listener of listeners) listener(name);
}

function remembered() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    // As above: nothing can have been kept.
    return null;
  }
}
