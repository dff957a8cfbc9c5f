import {
  buttonGroup,
  frameOptions,
  keepSize,
  Legends,
  listenToKeys,
  listenToWheel,
  usefulSpans,
} from "./chart-frame.js";
import { firstAtOrAfter, shownTimes } from "./chart-times.js";
import { compact, dateText, element, momentText, number, percent, wallClock } from "./text.js";
import { colour, faded, onTheme } from "./theme.js";

/** Equity against the benchmark, drawdown and rolling Sharpe ratio, one below the other over the same time. */
export class PerformanceChart {
  constructor(host, run) {
    this.curves = run.curves;
    this.currency = run.currency;
    this.clock = wallClock(run.zone);
    this.logarithmic = false;
    this.box = element("div", {
      class: "chart performance",
      tabindex: "0",
      role: "group",
      "aria-roledescription": "chart",
      "aria-label": "Equity, drawdown and rolling Sharpe ratio over time. Arrow keys move, plus and minus zoom.",
    });
    const tools = element("div", { class: "tools" });
    host.append(tools, this.box, element("p", { class: "caption" }, this.caption()));
    this.times = shownTimes(run.curves.time, this.clock, run.curves.daily);
    if (this.times.length < 2) {
      host.replaceChildren(element("p", { class: "none" }, "There are too few points for a curve."));
      return;
    }
    this.chart = LightweightCharts.createChart(this.box, this.options());
    this.draw();
    this.legends = new Legends(this.box, this.chart);
    this.buildTools(tools);
    listenToKeys(this.box, this.chart);
    listenToWheel(this.box, this.chart);
    keepSize(this.box, () => this);
    this.chart.subscribeCrosshairMove((point) => this.showLegend(point.logical ?? this.times.length - 1));
    this.showAll();
    this.showLegend(this.times.length - 1);
    onTheme(() => this.recolour());
  }

  options() {
    const frame = frameOptions();
    const { daily } = this.curves;
    return {
      ...frame,
      // The logo that lightweight-charts asks for is on the price chart, its notice at the foot of the page.
      layout: { ...frame.layout, attributionLogo: false },
      timeScale: { ...frame.timeScale, timeVisible: !daily, secondsVisible: false },
      localization: { timeFormatter: (time) => (daily ? dateText(time * 1000) : momentText(time * 1000)) },
      rightPriceScale: { ...frame.rightPriceScale, mode: this.logarithmic ? 1 : 0 },
    };
  }

  draw() {
    const { equity, benchmark, depth, sharpe } = this.curves;
    const add = (type, style, values, pane) => {
      const series = this.chart.addSeries(type, { priceLineVisible: false, lineWidth: 1.5, ...style() }, pane);
      series.setData(
        Array.from(this.times, (time, i) => (Number.isNaN(values[i]) ? { time } : { time, value: values[i] })),
      );
      this.drawn.push({ series, style });
      return series;
    };
    this.drawn = [];
    const { AreaSeries, BaselineSeries, LineSeries } = LightweightCharts;
    if (benchmark !== undefined) add(LineSeries, () => this.benchmarkStyle(), benchmark, 0);
    add(AreaSeries, () => this.equityStyle(), equity, 0);
    add(
      BaselineSeries,
      () => this.drawdownStyle(),
      depth.map((value) => -value),
      1,
    );
    if (sharpe !== undefined) add(BaselineSeries, () => this.sharpeStyle(), sharpe, 2);
    for (const [i, pane] of this.chart.panes().entries()) pane.setStretchFactor(i === 0 ? 3 : 1.1);
    this.chart.priceScale("right", 0).applyOptions({ scaleMargins: { top: 0.12, bottom: 0.06 } });
    this.chart.priceScale("right", 1).applyOptions({ scaleMargins: { top: 0.22, bottom: 0.06 } });
  }

  equityStyle() {
    return {
      lineColor: colour("accent"),
      topColor: faded("accent", 0.22),
      bottomColor: faded("accent", 0.01),
      lineWidth: 2,
      priceFormat: { type: "custom", minMove: 0.01, formatter: compact },
    };
  }

  benchmarkStyle() {
    return {
      color: colour("benchmark"),
      lastValueVisible: true,
      priceFormat: { type: "custom", minMove: 0.01, formatter: compact },
    };
  }

  drawdownStyle() {
    return {
      baseValue: { type: "price", price: 0 },
      bottomLineColor: colour("loss"),
      bottomFillColor1: faded("loss", 0.04),
      bottomFillColor2: faded("loss", 0.28),
      topLineColor: colour("loss"),
      topFillColor1: "transparent",
      topFillColor2: "transparent",
      priceFormat: { type: "custom", minMove: 0.0001, formatter: (value) => percent(value, 1) },
    };
  }

  sharpeStyle() {
    return {
      baseValue: { type: "price", price: 0 },
      topLineColor: colour("gain"),
      topFillColor1: faded("gain", 0.2),
      topFillColor2: faded("gain", 0.02),
      bottomLineColor: colour("loss"),
      bottomFillColor1: faded("loss", 0.02),
      bottomFillColor2: faded("loss", 0.2),
      priceFormat: { type: "custom", minMove: 0.01, formatter: (value) => number(value, 2) },
    };
  }

  buildTools(tools) {
    const { times } = this;
    const total = (times[times.length - 1] - times[0]) * 1000;
    const spans = new Map(usefulSpans(total, times.length));
    const { group, press } = buttonGroup("Span of time", [...spans.keys(), "All"], (name) => {
      press(name);
      if (name === "All") this.showAll();
      else this.showFrom(times[times.length - 1] - spans.get(name) / 1000);
    });
    press("All");
    const log = element(
      "button",
      { type: "button", "aria-pressed": "false", title: "Logarithmic scale of equity" },
      "Log",
    );
    log.addEventListener("click", () => {
      this.logarithmic = !this.logarithmic;
      log.setAttribute("aria-pressed", String(this.logarithmic));
      this.chart.priceScale("right", 0).applyOptions({ mode: this.logarithmic ? 1 : 0 });
    });
    const title = this.curves.benchmark === undefined ? "Equity" : "Equity against buy & hold";
    tools.append(element("strong", {}, `${title}, ${this.currency}`), group, element("div", { class: "buttons" }, log));
  }

  showAll() {
    this.chart.timeScale().setVisibleLogicalRange({ from: -0.5, to: this.times.length - 0.5 });
  }

  showFrom(time) {
    const from = firstAtOrAfter(this.times, time);
    this.chart.timeScale().setVisibleLogicalRange({ from: from - 0.5, to: this.times.length - 0.5 });
  }

  showLegend(logical) {
    const { equity, benchmark, benchmarkName, depth, sharpe, window } = this.curves;
    const i = Math.max(0, Math.min(this.times.length - 1, Math.round(logical)));
    const panes = [
      [["Strategy", number(equity[i], 0), "var(--accent)"]],
      [["Drawdown", percent(-depth[i], 2), "var(--loss)"]],
    ];
    if (benchmark !== undefined)
      panes[0].push([`Buy & hold ${benchmarkName ?? ""}`.trim(), number(benchmark[i], 0), "var(--benchmark)"]);
    if (sharpe !== undefined) {
      panes.push([
        [`Rolling Sharpe, ${window} days`, Number.isNaN(sharpe[i]) ? "–" : number(sharpe[i], 2), "var(--gain)"],
      ]);
    }
    this.legends.show(panes);
  }

  caption() {
    const { points, thinned, time, sharpeMissing } = this.curves;
    const parts = [];
    if (thinned) {
      parts.push(
        `Drawn from ${number(time.length, 0)} of ${number(points, 0)} points; highs, lows and the deepest drawdowns are among them.`,
      );
    }
    if (sharpeMissing !== undefined) parts.push(sharpeMissing);
    return parts.join(" ");
  }

  recolour() {
    this.chart.applyOptions(this.options());
    for (const { series, style } of this.drawn) series.applyOptions(style());
  }
}
