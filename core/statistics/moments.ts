/**
 * Below this a standard deviation of returns is rounding and not movement: a return is a quotient near 1 less 1, so
 * it carries an error of about 1e-16, and what is divided by such a deviation would look like a huge ratio.
 */
export const ROUNDING = 1e-14;

/** Arithmetic mean; undefined for no values. */
export function mean(values: Float64Array): number | undefined {
  const count = values.length;
  if (count === 0) return undefined;
  let sum = 0;
  for (let at = 0; at < count; at++) sum += values[at];
  return sum / count;
}

/** Sample standard deviation, sqrt(sum((x - mean)^2) / (n - 1)), in two passes; undefined for fewer than 2 values. */
export function standardDeviation(values: Float64Array): number | undefined {
  const count = values.length;
  const centre = mean(values);
  if (centre === undefined || count < 2) return undefined;
  return Math.sqrt(centralSum(values, centre, 2) / (count - 1));
}

/**
 * Skewness G1, adjusted for the sample: sqrt(n (n - 1)) / (n - 2) x m3 / m2^1.5, with mk = sum((x - mean)^k) / n.
 * 0 for a symmetrical distribution, below 0 where the long tail is on the side of losses. Undefined for fewer than
 * 3 values or no spread. Source: Joanes & Gill (1998), "Comparing measures of sample skewness and kurtosis".
 */
export function skewness(values: Float64Array): number | undefined {
  const count = values.length;
  const centre = mean(values);
  if (centre === undefined || count < 3) return undefined;
  const m2 = centralSum(values, centre, 2) / count;
  if (Math.sqrt(m2) < ROUNDING) return undefined;
  const m3 = centralSum(values, centre, 3) / count;
  return ((Math.sqrt(count * (count - 1)) / (count - 2)) * m3) / m2 ** 1.5;
}

/**
 * Excess kurtosis G2, adjusted for the sample: (n - 1) / ((n - 2)(n - 3)) x ((n + 1)(m4 / m2^2 - 3) + 6).
 * 0 for the normal distribution, above 0 for fatter tails. Undefined for fewer than 4 values or no spread.
 * Source: Joanes & Gill (1998).
 */
export function excessKurtosis(values: Float64Array): number | undefined {
  const count = values.length;
  const centre = mean(values);
  if (centre === undefined || count < 4) return undefined;
  const m2 = centralSum(values, centre, 2) / count;
  if (Math.sqrt(m2) < ROUNDING) return undefined;
  const m4 = centralSum(values, centre, 4) / count;
  return ((count - 1) / ((count - 2) * (count - 3))) * ((count + 1) * (m4 / (m2 * m2) - 3) + 6);
}

function centralSum(values: Float64Array, centre: number, power: 2 | 3 | 4): number {
  let sum = 0;
  for (let at = 0; at < values.length; at++) {
    const deviation = values[at] - centre;
    const square = deviation * deviation;
    sum += power === 2 ? square : power === 3 ? square * deviation : square * square;
  }
  return sum;
}
