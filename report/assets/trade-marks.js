import { colour, faded } from "./theme.js";

/** With more trades than this in sight a chart would be nothing but marks. */
export const MARK_LIMIT = 1_500;
/** Pixels a bar needs before the way from entry to exit is drawn. */
const LINES_FROM = 2.5;

/**
 * Entries and exits on a price chart, drawn by a lightweight-charts primitive: a triangle below the candle in which
 * something was bought, one above that in which something was sold, a line from entry to exit in the colour of the
 * outcome, and the trade that is being looked at on a band of its own. Candles are counted from 0, as the chart does.
 */
export class TradeMarks {
  constructor(trades, rows, candles) {
    this.trades = trades;
    /** The trades of this chart. */
    this.rows = rows;
    this.candles = candles;
    this.selected = -1;
    this.inSight = 0;
    this.recolour();
    const drawing = { renderer: () => this.renderer };
    this.renderer = { draw: (target) => this.draw(target), drawBackground: (target) => this.drawBand(target) };
    this.views = [drawing];
  }

  attached({ chart, series, requestUpdate }) {
    this.chart = chart;
    this.series = series;
    this.requestUpdate = requestUpdate;
  }

  paneViews() {
    return this.views;
  }

  updateAllViews() {
    this.look(this.chart.timeScale().getVisibleLogicalRange());
  }

  /** Counts the trades of which a part lies in a range of candles, which is what is drawn next. */
  look(range) {
    this.from = range?.from ?? 0;
    this.to = range?.to ?? 0;
    const { entryCandle, exitCandle } = this.trades;
    let count = 0;
    for (const row of this.rows) if (exitCandle[row] >= this.from && entryCandle[row] <= this.to) count++;
    this.inSight = count;
    return count;
  }

  select(row) {
    this.selected = row;
    this.requestUpdate?.();
  }

  /** The row of the trade whose mark is at most a few pixels from a point; -1 if there is none. */
  nearest(candle, tolerance) {
    const { entryCandle, exitCandle } = this.trades;
    let best = -1;
    let distance = tolerance;
    for (const row of this.rows) {
      const away = Math.min(Math.abs(entryCandle[row] - candle), Math.abs(exitCandle[row] - candle));
      if (away < distance) {
        distance = away;
        best = row;
      }
    }
    return best;
  }

  recolour() {
    this.colours = {
      buy: colour("buy"),
      sell: colour("sell"),
      gain: colour("gain"),
      loss: colour("loss"),
      card: colour("card"),
      gainBand: faded("gain", 0.13),
      lossBand: faded("loss", 0.13),
    };
  }

  drawBand(target) {
    if (this.selected < 0) return;
    const { entryCandle, exitCandle, profit } = this.trades;
    target.useBitmapCoordinateSpace(({ context, bitmapSize, horizontalPixelRatio }) => {
      const half = this.spacing() / 2 + 2;
      const left = this.x(entryCandle[this.selected]) - half;
      const right = this.x(exitCandle[this.selected]) + half;
      context.fillStyle = profit[this.selected] < 0 ? this.colours.lossBand : this.colours.gainBand;
      context.fillRect(
        left * horizontalPixelRatio,
        0,
        Math.max(2, right - left) * horizontalPixelRatio,
        bitmapSize.height,
      );
    });
  }

  draw(target) {
    if (this.rows.length === 0) return;
    target.useMediaCoordinateSpace(({ context }) => {
      const crowded = this.inSight > MARK_LIMIT;
      const size = crowded ? 0 : this.inSight > 300 ? 3 : this.inSight > 90 ? 4 : 5.5;
      if (!crowded) this.drawTrades(context, size);
      if (this.selected >= 0) this.drawTrade(context, this.selected, 7, true);
    });
  }

  drawTrades(context, size) {
    const { entryCandle, exitCandle } = this.trades;
    const lines = this.spacing() >= LINES_FROM;
    for (const row of this.rows) {
      if (exitCandle[row] < this.from || entryCandle[row] > this.to || row === this.selected) continue;
      this.drawTrade(context, row, size, lines);
    }
  }

  drawTrade(context, row, size, line) {
    const { entryCandle, exitCandle, entryPrice, exitPrice, quantity, profit, firstOpen } = this.trades;
    const bought = quantity[row] > 0;
    const x1 = this.x(entryCandle[row]);
    const x2 = this.x(exitCandle[row]);
    if (line) {
      context.strokeStyle = profit[row] < 0 ? this.colours.loss : this.colours.gain;
      context.lineWidth = row === this.selected ? 2 : 1;
      context.setLineDash(row === this.selected ? [] : [3, 3]);
      context.beginPath();
      context.moveTo(x1, this.series.priceToCoordinate(entryPrice[row]));
      context.lineTo(x2, this.series.priceToCoordinate(exitPrice[row]));
      context.stroke();
      context.setLineDash([]);
    }
    this.triangle(context, entryCandle[row], x1, bought, size);
    if (row < firstOpen) this.triangle(context, exitCandle[row], x2, !bought, size);
  }

  triangle(context, candle, x, up, size) {
    const price = up ? this.candles.low[candle] : this.candles.high[candle];
    const way = up ? 1 : -1;
    const y = this.series.priceToCoordinate(price) + way * (size * 0.7 + 1);
    context.fillStyle = up ? this.colours.buy : this.colours.sell;
    context.strokeStyle = this.colours.card;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x - size, y + way * size * 1.7);
    context.lineTo(x + size, y + way * size * 1.7);
    context.closePath();
    context.fill();
    if (size > 3) context.stroke();
  }

  x(candle) {
    return this.chart.timeScale().logicalToCoordinate(candle) ?? -1e4;
  }

  spacing() {
    return this.chart.timeScale().options().barSpacing;
  }
}
