import { onPaper, pictureOf, resizeAll } from "./paper.js";
import { DAY, element } from "./text.js";
import { colour, faded } from "./theme.js";

/** What both charts have in common: options, a legend over every pane, buttons for spans of time, keys and wheel. */

/** Options of a chart in the colours of the theme. */
export function frameOptions() {
  return {
    layout: {
      background: { color: "transparent" },
      textColor: colour("muted"),
      fontFamily: getComputedStyle(document.body).fontFamily,
      fontSize: 11,
      panes: { separatorColor: colour("line"), separatorHoverColor: faded("accent", 0.15) },
    },
    grid: { vertLines: { color: faded("line", 0.55) }, horzLines: { color: faded("line", 0.55) } },
    crosshair: {
      mode: 0,
      vertLine: { color: colour("muted"), width: 1, style: 3, labelBackgroundColor: colour("label") },
      horzLine: { color: colour("muted"), width: 1, style: 3, labelBackgroundColor: colour("label") },
    },
    rightPriceScale: { borderVisible: false, minimumWidth: 64 },
    timeScale: {
      borderColor: colour("line"),
      minBarSpacing: 0.01,
      rightOffset: 0,
      fixLeftEdge: true,
      fixRightEdge: true,
    },
    // The wheel scrolls the page; with Ctrl it zooms the chart (see listenToWheel).
    handleScroll: { mouseWheel: false, pressedMouseMove: true, horzTouchDrag: true, vertTouchDrag: false },
    handleScale: { mouseWheel: false, pinch: true, axisPressedMouseMove: true, axisDoubleClickReset: true },
  };
}

/** Makes the box of a chart focusable, so that arrows move it and plus and minus zoom it. */
export function listenToKeys(box, chart) {
  box.addEventListener("keydown", (event) => {
    const scale = chart.timeScale();
    const range = scale.getVisibleLogicalRange();
    if (range === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const width = range.to - range.from;
    const moves = {
      ArrowLeft: [-0.1, -0.1],
      ArrowRight: [0.1, 0.1],
      "+": [0.1, -0.1],
      "=": [0.1, -0.1],
      "-": [-0.1, 0.1],
    };
    const move = moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    scale.setVisibleLogicalRange({ from: range.from + move[0] * width, to: range.to + move[1] * width });
  });
}

/** Ctrl (or Cmd) and the wheel zoom around the pointer; a sideways wheel scrolls. Everything else is the page's. */
export function listenToWheel(box, chart) {
  box.addEventListener(
    "wheel",
    (event) => {
      const zooms = event.ctrlKey || event.metaKey;
      if (!zooms && Math.abs(event.deltaX) <= Math.abs(event.deltaY)) return;
      const scale = chart.timeScale();
      const range = scale.getVisibleLogicalRange();
      if (range === null) return;
      event.preventDefault();
      const width = range.to - range.from;
      if (zooms) {
        const at = scale.coordinateToLogical(event.clientX - box.getBoundingClientRect().left) ?? range.to;
        const factor = Math.exp(Math.max(-60, Math.min(60, event.deltaY)) / 300);
        scale.setVisibleLogicalRange({ from: at - (at - range.from) * factor, to: at + (range.to - at) * factor });
      } else {
        const shift = (event.deltaX / box.clientWidth) * width;
        scale.setVisibleLogicalRange({ from: range.from + shift, to: range.to + shift });
      }
    },
    { passive: false },
  );
}

/** Keeps a chart as large as its box, and puts a picture in its place on paper. `now()` are those there are then. */
export function keepSize(box, now) {
  let picture;
  const fit = () => {
    // Drawn at once, so that the legends, which are placed with the next frame, find panes of the new size.
    if (picture === undefined) now().chart?.resize(box.clientWidth, box.clientHeight, true);
  };
  new ResizeObserver(fit).observe(box);
  onPaper(
    () => {
      const { chart, legends } = now();
      if (chart === undefined) return;
      picture = pictureOf(chart, box.clientHeight);
      box.prepend(picture);
      legends.place();
    },
    () => {
      picture?.remove();
      picture = undefined;
      const { chart, legends } = now();
      if (chart === undefined) return;
      resizeAll(chart, box.clientWidth, box.clientHeight);
      legends.place();
    },
  );
}

/** Legends that lie over the panes of a chart, one each; `show` takes a list of [name, value, colour] for each pane. */
export class Legends {
  constructor(box, chart) {
    this.box = box;
    this.chart = chart;
    this.rows = [];
    new ResizeObserver(() => requestAnimationFrame(() => this.place())).observe(box);
  }

  show(panes) {
    while (this.rows.length < panes.length) {
      const row = element("div", { class: "legend" });
      this.rows.push(row);
      this.box.append(row);
    }
    panes.forEach((items, pane) => {
      this.rows[pane].replaceChildren(
        ...items.map(([name, value, tone]) =>
          element("span", {}, tone !== undefined && dot(tone), `${name} `, element("b", {}, value)),
        ),
      );
    });
    for (const row of this.rows.slice(panes.length)) row.replaceChildren();
    this.place();
  }

  place() {
    const heights = this.chart.panes().map((pane) => pane.getHeight() + 1);
    const whole = heights.reduce((sum, height) => sum + height, this.chart.timeScale().height() - 1);
    let top = 0;
    this.rows.forEach((row, index) => {
      // A part of the height, for on paper a picture of the chart may be larger or smaller than the chart.
      row.style.top = `calc(${(100 * top) / whole}% + 6px)`;
      top += heights[index] ?? 0;
    });
  }
}

function dot(tone) {
  const mark = element("i", { class: "dot" });
  mark.style.background = tone;
  return mark;
}

const SPANS = [
  ["1D", DAY],
  ["1W", 7 * DAY],
  ["1M", 30.5 * DAY],
  ["3M", 91.5 * DAY],
  ["1Y", 365.25 * DAY],
  ["5Y", 1826 * DAY],
];

/** Spans worth a button: shorter than all of it, and with enough points in them to see something. */
export function usefulSpans(total, points) {
  return SPANS.filter(([, span]) => span < total * 0.9 && (span / total) * points >= 15);
}

/** A group of buttons of which one is pressed. */
export function buttonGroup(label, names, choose) {
  const buttons = names.map((name) =>
    element("button", { type: "button", "aria-pressed": "false", onclick: () => choose(name) }, name),
  );
  const group = element("div", { class: "buttons", role: "group", "aria-label": label }, ...buttons);
  const press = (pressed) => {
    for (const [i, button] of buttons.entries()) button.setAttribute("aria-pressed", String(names[i] === pressed));
  };
  return { group, press };
}
