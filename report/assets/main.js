import { unpackAll, unpackBytes } from "./columns.js";
import { ordersTable } from "./orders-table.js";
import { PerformanceChart } from "./performance-chart.js";
import { PriceChart } from "./price-chart.js";
import { element } from "./text.js";
import { startTheme, theme } from "./theme.js";
import { tradesTable, tradeText } from "./trades-table.js";

start();

async function start() {
  startTheme();
  const packed = JSON.parse(document.getElementById("run-data").textContent);
  const bytes = await unpackBytes(document.getElementById("run-columns").textContent, packed.deflated);
  const run = unpackAll(bytes, packed);
  const price = new PriceChart(document.getElementById("price-chart"), run, (row) => showTrade(row));
  new PerformanceChart(document.getElementById("performance-chart"), run);
  const trades = tradesTable(document.getElementById("trades-table"), run, (row) => {
    showTrade(row);
    price.box.closest("section").scrollIntoView({ behavior: calm() ? "auto" : "smooth", block: "start" });
  });
  ordersTable(document.getElementById("orders-table"), run);
  followSections();

  function showTrade(row) {
    if (!price.goTo(row)) return;
    trades.mark(row);
    const [what, way, outcome, bars] = tradeText(run, row);
    const step = (away, sign, title) => {
      const next = trades.neighbour(row, away);
      return element(
        "button",
        { type: "button", "aria-label": title, title, disabled: next === undefined, onclick: () => showTrade(next) },
        sign,
      );
    };
    price.strip.hidden = false;
    price.strip.replaceChildren(
      element(
        "div",
        { class: "buttons" },
        step(-1, "‹", "Trade above in the table"),
        step(1, "›", "Trade below in the table"),
      ),
      element(
        "p",
        {},
        element("b", {}, what),
        ` · ${way} · `,
        element("b", { class: run.trades.profit[row] < 0 ? "loss" : "gain" }, outcome),
        ` · ${bars}`,
      ),
      element("a", { href: "#trades" }, "Back to the table"),
    );
  }

  // For tests and the curious; it changes nothing.
  window.seatrialReport = Object.freeze({
    theme,
    visibleRange: () => price.visibleRange(),
    series: () => run.series[price.index].name,
    trades: run.trades.total,
    selectedTrade: () => (price.selected < 0 ? undefined : price.selected + 1),
  });
}

/** Marks the section in sight in the bar at the top. */
function followSections() {
  const links = new Map([...document.querySelectorAll("nav.bar li a")].map((link) => [link.hash.slice(1), link]));
  const seen = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (!isIntersecting) continue;
        for (const [id, link] of links) {
          if (id !== target.id) {
            link.removeAttribute("aria-current");
            continue;
          }
          link.setAttribute("aria-current", "true");
          const list = link.closest("ul");
          list.scrollTo({ left: link.offsetLeft - list.offsetLeft - (list.clientWidth - link.offsetWidth) / 2 });
        }
      }
    },
    { rootMargin: "-20% 0px -70% 0px" },
  );
  for (const id of links.keys()) {
    const section = document.getElementById(id);
    if (section !== null) seen.observe(section);
  }
}

function calm() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
