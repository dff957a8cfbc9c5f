/** What is otherwise on paper: whatever prints a page takes canvases as it likes, most of them blank. */

const turns = [];
let isOnPaper = false;

/** Calls `put` before the page goes to paper and `back` when it has been there, in the order in which they came here. */
export function onPaper(put, back) {
  if (turns.length === 0) listen();
  turns.push({ put, back });
}

function listen() {
  const turn = (toPaper) => {
    if (toPaper === isOnPaper) return;
    isOnPaper = toPaper;
    for (const { put, back } of turns) (toPaper ? put : back)();
  };
  addEventListener("beforeprint", () => turn(true));
  addEventListener("afterprint", () => turn(false));
  // Some programs lay a page out for paper without those two events.
  matchMedia("print").addEventListener("change", (event) => turn(event.matches));
}

/** Pixels of a chart on paper: what is left of A4 and of Letter, whichever is less. */
const WIDTH = 660;
const MOST_HEIGHT = 740;
/** Dots of the picture for each of these pixels: the chart draws as many as the screen is said to have. */
const SHARPNESS = 3;

/**
 * A picture of a chart in the size of the paper: the canvas that it copies its own into, which needs no time to load as
 * an image would.
 */
export function pictureOf(chart, height) {
  const screen = Object.getOwnPropertyDescriptor(window, "devicePixelRatio");
  Object.defineProperty(window, "devicePixelRatio", { configurable: true, value: SHARPNESS });
  try {
    resizeAll(chart, WIDTH, Math.min(height, MOST_HEIGHT));
    const picture = chart.takeScreenshot();
    picture.className = "picture";
    return picture;
  } finally {
    Object.defineProperty(window, "devicePixelRatio", screen);
  }
}

/** Gives a chart a size with the same span in sight, every part anew: a part that keeps its size keeps its dots too. */
export function resizeAll(chart, width, height) {
  const scale = chart.timeScale();
  const span = scale.getVisibleLogicalRange();
  chart.resize(width + 8, height + 80, true);
  chart.resize(width, height, true);
  if (span !== null) scale.setVisibleLogicalRange(span);
}
