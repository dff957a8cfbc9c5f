import {
  buttonGroup,
  frameOptions,
  keepSize,
  Legends,
  listenToKeys,
  listenToWheel,
  usefulSpans,
} from "./chart-frame.js";
import { firstAtOrAfter, shownTimes, tradeRowsOn, tradesOn } from "./chart-times.js";
import { compact, dateText, element, momentText, number, plural, priceChange, wallClock } from "./text.js";
import { colour, faded, onTheme } from "./theme.js";
import { MARK_LIMIT, TradeMarks } from "./trade-marks.js";

const LINE_COLOURS = ["line-1", "line-2", "line-3", "line-4", "line-5", "line-6"];
/** Pixels for a candle in the first view, and candles on each side of a trade at least. */
const FIRST_SPACING = 4;
const AROUND = 25;

/** Candles of one series at a time, with the strategy's indicators and trades. */
export class PriceChart {
  constructor(host, run, onPick) {
    this.run = run;
    this.onPick = onPick;
    this.clock = wallClock(run.zone);
    this.box = element("div", { class: "chart price", tabindex: "0", role: "group", "aria-roledescription": "chart" });
    this.caption = element("p", { class: "caption" });
    this.tools = element("div", { class: "tools" });
    this.strip = element("div", { class: "strip", "aria-live": "polite", hidden: true });
    host.append(this.tools, this.box, this.strip, this.caption);
    this.index = Math.max(0, run.finest.find((series) => series >= 0) ?? 0);
    this.selected = -1;
    this.logarithmic = false;
    onTheme(() => this.recolour());
    if (run.series.length === 0) {
      host.replaceChildren(element("p", { class: "none" }, "This run had no bars: there is no price to draw."));
      return;
    }
    this.show(this.index);
  }

  /** Draws a series; the visible span begins at its end. */
  show(index) {
    const { run } = this;
    this.index = index;
    const series = run.series[index];
    this.series = series;
    this.times = shownTimes(series.time, this.clock, series.timeIs === "end");
    this.chart?.remove();
    this.box.replaceChildren();
    this.chart = LightweightCharts.createChart(this.box, this.options());
    this.candleSeries = this.chart.addSeries(LightweightCharts.CandlestickSeries, this.candleOptions());
    this.candleSeries.setData(
      Array.from(this.times, (time, i) => ({
        time,
        open: series.open[i],
        high: series.high[i],
        low: series.low[i],
        close: series.close[i],
      })),
    );
    this.addVolume(series);
    this.addIndicators(series);
    this.marks = new TradeMarks(tradesOn(this.run, series), tradeRowsOn(this.run, series), series);
    this.candleSeries.attachPrimitive(this.marks);
    this.keepSelection();
    this.legends = new Legends(this.box, this.chart);
    this.hovered = undefined;
    this.chart.subscribeCrosshairMove((point) => {
      this.hovered = point.logical;
      this.showLegend();
    });
    this.chart.subscribeClick((point) => this.pick(point));
    this.chart.timeScale().subscribeVisibleLogicalRangeChange((range) => this.showCaption(range));
    if (!this.listens) {
      listenToKeys(this.box, this.facade());
      listenToWheel(this.box, this.facade());
      keepSize(this.box, () => this);
      this.listens = true;
    }
    this.buildTools();
    this.showLast(Math.max(80, Math.round(this.box.clientWidth / FIRST_SPACING)));
    this.showLegend();
    this.box.setAttribute(
      "aria-label",
      `Candles of ${series.name} with ${plural(this.marks.rows.length, "trade")}. Arrow keys move, plus and minus zoom.`,
    );
  }

  /** Moves to a trade, in the finest series of its instrument, and keeps it marked. */
  goTo(row) {
    const { trades, finest } = this.run;
    const index = finest[trades.instrument[row]];
    if (index === undefined || index < 0) return false;
    if (index !== this.index) this.show(index);
    const from = trades.entryCandle[row];
    const to = trades.exitCandle[row];
    const around = Math.max(AROUND, (to - from) * 0.35);
    this.chart.timeScale().setVisibleLogicalRange({ from: from - around, to: to + around });
    this.selected = row;
    this.marks.select(row);
    this.pressSpan(undefined);
    return true;
  }

  /** A trade stays marked on another series of its instrument; on one of another instrument there is nothing to mark. */
  keepSelection() {
    if (this.selected < 0) return;
    if (this.run.trades.instrument[this.selected] === this.series.instrument) this.marks.select(this.selected);
    else {
      this.selected = -1;
      this.strip.hidden = true;
    }
  }

  /** Instants (epoch ms UTC) at both ends of what is in sight. */
  visibleRange() {
    const range = this.chart.timeScale().getVisibleLogicalRange();
    if (range === null) return null;
    const at = (logical) => this.series.time[Math.max(0, Math.min(this.times.length - 1, Math.round(logical)))];
    return { from: at(range.from), to: at(range.to) };
  }

  /** The chart changes with the series; listeners ask for the one there is. */
  facade() {
    return { timeScale: () => this.chart.timeScale() };
  }

  options() {
    const frame = frameOptions();
    const { daily } = this.series;
    return {
      ...frame,
      timeScale: { ...frame.timeScale, timeVisible: !daily, secondsVisible: false },
      localization: {
        timeFormatter: (time) => (daily ? dateText(time * 1000) : momentText(time * 1000)),
        priceFormatter: (price) => number(price, this.series.decimals),
      },
      rightPriceScale: { ...frame.rightPriceScale, mode: this.logarithmic ? 1 : 0 },
    };
  }

  candleOptions() {
    return {
      upColor: colour("candle-up"),
      downColor: colour("candle-down"),
      wickUpColor: colour("candle-up"),
      wickDownColor: colour("candle-down"),
      borderVisible: false,
      priceLineVisible: false,
      lastValueVisible: true,
      priceFormat: { type: "price", precision: this.series.decimals, minMove: 10 ** -this.series.decimals },
    };
  }

  addVolume(series) {
    this.volumeSeries = undefined;
    if (series.volume === undefined) return;
    this.volumeSeries = this.chart.addSeries(LightweightCharts.HistogramSeries, {
      priceScaleId: "volume",
      color: faded("muted", 0.22),
      priceFormat: { type: "volume" },
      lastValueVisible: false,
      priceLineVisible: false,
    });
    this.chart.priceScale("volume").applyOptions({ scaleMargins: { top: 0.86, bottom: 0 } });
    this.volumeSeries.setData(Array.from(this.times, (time, i) => ({ time, value: series.volume[i] })));
  }

  addIndicators(series) {
    this.lines = [];
    let pane = 0;
    let tone = 0;
    for (const indicator of series.indicators) {
      const shared = indicator.pane === "own" ? ++pane : 0;
      for (const output of indicator.outputs) {
        const where = output.apart ? ++pane : shared;
        const name = LINE_COLOURS[tone++ % LINE_COLOURS.length];
        const line = this.chart.addSeries(
          LightweightCharts.LineSeries,
          {
            color: colour(name),
            lineWidth: 1.5,
            priceLineVisible: false,
            lastValueVisible: where > 0,
            crosshairMarkerRadius: 3,
            priceFormat: { type: "custom", minMove: 1e-8, formatter: (value) => shortNumber(value) },
          },
          where,
        );
        line.setData(
          Array.from(this.times, (time, i) =>
            Number.isNaN(output.values[i]) ? { time } : { time, value: output.values[i] },
          ),
        );
        const label = indicator.outputs.length > 1 ? `${indicator.name} ${output.name}` : indicator.name;
        this.lines.push({ line, label, values: output.values, tone: name, pane: where });
      }
    }
    this.box.style.setProperty("--panes", String(pane));
    for (const [i, each] of this.chart.panes().entries()) each.setStretchFactor(i === 0 ? 3 : 1);
  }

  pick({ logical, point }) {
    if (logical === undefined || point === undefined) return;
    const spacing = this.chart.timeScale().options().barSpacing;
    const row = this.marks.nearest(logical, Math.max(0.6, 12 / spacing));
    if (row >= 0 && this.marks.inSight <= MARK_LIMIT) this.onPick(row);
  }

  buildTools() {
    const { series, times } = this;
    const items = [];
    if (this.run.series.length > 1) {
      const select = element(
        "select",
        { "aria-label": "Series", onchange: () => this.show(Number(select.value)) },
        ...this.run.series.map((each, i) =>
          element("option", { value: String(i), selected: i === this.index }, each.name),
        ),
      );
      items.push(select);
    } else items.push(element("strong", {}, series.name));
    const total = (times[times.length - 1] - times[0]) * 1000;
    this.spans = new Map([...usefulSpans(total, times.length), ["All", total]]);
    const spans = buttonGroup("Span of time", [...this.spans.keys()], (name) => this.showSpan(name));
    this.pressSpan = spans.press;
    const log = element(
      "button",
      { type: "button", "aria-pressed": String(this.logarithmic), title: "Logarithmic scale" },
      "Log",
    );
    log.addEventListener("click", () => {
      this.logarithmic = !this.logarithmic;
      log.setAttribute("aria-pressed", String(this.logarithmic));
      this.chart.priceScale("right").applyOptions({ mode: this.logarithmic ? 1 : 0 });
    });
    items.push(spans.group, element("div", { class: "buttons" }, log));
    this.tools.replaceChildren(...items);
  }

  /** Shows so much time: around the trade that is marked, or up to where the view ends now. */
  showSpan(name) {
    const scale = this.chart.timeScale();
    this.pressSpan(name);
    if (name === "All") {
      scale.setVisibleLogicalRange({ from: -0.5, to: this.times.length - 0.5 });
      return;
    }
    const span = this.spans.get(name) / 1000;
    const last = this.times.length - 1;
    const middle = this.selected >= 0 ? this.marks.trades.exitCandle[this.selected] : -1;
    const end =
      middle >= 0
        ? this.times[middle] + span / 2
        : this.times[Math.round(Math.min(last, Math.max(0, scale.getVisibleLogicalRange().to)))];
    const from = firstAtOrAfter(this.times, end - span);
    const to = Math.min(last, firstAtOrAfter(this.times, end));
    scale.setVisibleLogicalRange({ from: from - 0.5, to: Math.max(to, from + 10) + 0.5 });
  }

  showLast(candles) {
    const last = this.times.length - 0.5;
    this.chart.timeScale().setVisibleLogicalRange({ from: Math.max(-0.5, last - candles), to: last });
  }

  /** The values at the pointer, or at the last candle in sight. */
  showLegend() {
    const { series } = this;
    const at = this.hovered ?? this.chart.timeScale().getVisibleLogicalRange()?.to ?? this.times.length - 1;
    const i = Math.max(0, Math.min(this.times.length - 1, Math.floor(at + 0.5)));
    const price = (value) => number(value, series.decimals);
    const panes = [
      [
        ["O", price(series.open[i])],
        ["H", price(series.high[i])],
        ["L", price(series.low[i])],
        ["C", price(series.close[i])],
      ],
    ];
    if (i > 0) panes[0].push(["", priceChange(series.close[i - 1], series.close[i], series.decimals)]);
    if (series.volume !== undefined) panes[0].push(["Vol", compact(series.volume[i])]);
    for (const { label, values, tone, pane } of this.lines) {
      panes[pane] ??= [];
      panes[pane].push([label, Number.isNaN(values[i]) ? "–" : shortNumber(values[i]), `var(--${tone})`]);
    }
    this.legends.show(panes);
  }

  showCaption(range) {
    const { series, marks } = this;
    const count = marks.look(range);
    const parts = [];
    if (series.barsEach > 1) {
      parts.push(
        `Each candle stands for ${series.barsEach} bars: ${number(series.bars, 0)} bars are too many to draw.`,
      );
    }
    if (marks.rows.length === 0) parts.push("No trades in this instrument.");
    else if (count > MARK_LIMIT) parts.push(`${plural(count, "trade")} in sight: zoom in to see them.`);
    else parts.push(`${plural(count, "trade")} in sight: ▲ bought, ▼ sold.`);
    parts.push(
      matchMedia("(pointer: coarse)").matches
        ? "Drag to move, pinch to zoom."
        : "Drag to move, Ctrl and wheel to zoom.",
    );
    const text = parts.join(" ");
    if (this.caption.textContent !== text) this.caption.textContent = text;
    if (this.hovered === undefined) this.showLegend();
  }

  recolour() {
    if (this.chart === undefined) return;
    this.chart.applyOptions(this.options());
    this.candleSeries.applyOptions(this.candleOptions());
    this.volumeSeries?.applyOptions({ color: faded("muted", 0.22) });
    for (const { line, tone } of this.lines) line.applyOptions({ color: colour(tone) });
    this.marks.recolour();
  }
}

function shortNumber(value) {
  const size = Math.abs(value);
  return number(value, size >= 100 ? 2 : size >= 1 ? 3 : 5);
}
