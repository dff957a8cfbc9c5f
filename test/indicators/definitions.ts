/**
 * Recursive indicators once more, over whole columns and put in other words than the streaming ones, to hold these
 * against. Slow and plain on purpose; nothing here is shared with core/indicators.
 */

/** TA-Lib's EMA: the simple mean of the first n, then k x value + (1 - k) x average before. NaN until then. */
export function emaOf(values: readonly number[], n: number, k = 2 / (n + 1)): number[] {
  const result: number[] = new Array(values.length).fill(Number.NaN);
  const first = values.findIndex((value) => !Number.isNaN(value));
  if (first < 0 || values.length < first + n) return result;
  let average = values.slice(first, first + n).reduce((total, value) => total + value, 0) / n;
  result[first + n - 1] = average;
  for (let row = first + n; row < values.length; row++) {
    average = k * values[row] + (1 - k) * average;
    result[row] = average;
  }
  return result;
}

/** Wilder: (n - 1) / n of the average before and 1 / n of the value. */
export function wilderOf(values: readonly number[], n: number): number[] {
  return emaOf(values, n, 1 / n);
}

export interface Columns {
  readonly high: readonly number[];
  readonly low: readonly number[];
  readonly close: readonly number[];
}

/** Wilder's true range, as the greatest of three. */
export function trueRangeOf({ high, low, close }: Columns): number[] {
  return high.map((top, row) =>
    row === 0
      ? Number.NaN
      : Math.max(top - low[row], Math.abs(top - close[row - 1]), Math.abs(low[row] - close[row - 1])),
  );
}

/**
 * Wilder's parabolic by the conventions of TA-Lib's SAR, seen from the side of the trade: `side` 1 while long, and
 * while short every price with its sign turned, so that one set of rules serves both.
 */
export function parabolicOf({ high, low }: Columns, step: number, maximum: number): number[] {
  const fell = low[0] - low[1];
  let side = fell > 0 && fell > high[1] - high[0] ? -1 : 1;
  const far = (row: number): number => (side > 0 ? high[row] : -low[row]);
  const near = (row: number): number => (side > 0 ? low[row] : -high[row]);
  let stop = near(0);
  let extreme = far(1);
  let fraction = step;
  const result = [Number.NaN];
  for (let row = 1; row < high.length; row++) {
    const before = Math.max(row - 1, 1);
    if (near(row) > stop) {
      result.push(side * stop);
      if (far(row) > extreme) fraction = Math.min(fraction + step, maximum);
      extreme = Math.max(extreme, far(row));
    } else {
      const reached = Math.max(extreme, far(row), far(before));
      result.push(side * reached);
      side = -side;
      stop = -reached;
      extreme = far(row);
      fraction = step;
    }
    stop = Math.min(stop + fraction * (extreme - stop), near(row), near(before));
  }
  return result;
}

/** Supertrend as four columns: the two bands, each held until a close has gone beyond it; the side; the value. */
export function supertrendOf(columns: Columns, multiplier: number, period: number): { value: number; up: boolean }[] {
  const { high, low, close } = columns;
  const reach = wilderOf(trueRangeOf(columns), period).map((width) => multiplier * width);
  const middle = high.map((top, row) => (top + low[row]) / 2);
  const hold = (sign: 1 | -1): number[] => {
    const band: number[] = [];
    middle.forEach((mid, row) => {
      const free = sign * mid + reach[row];
      const kept = row > 0 && sign * close[row - 1] <= band[row - 1];
      band.push(kept ? Math.min(free, band[row - 1]) : free);
    });
    return band.map((value) => sign * value);
  };
  const [upper, lower] = [hold(1), hold(-1)];
  let up = false;
  return close.map((price, row) => {
    up = up ? price >= lower[row] : price > upper[row];
    return { value: up ? lower[row] : upper[row], up };
  });
}
