/**
 * Quantile of values in rising order, interpolated linearly between neighbours: Hyndman & Fan's type 7, the default of
 * NumPy, R and spreadsheets. Undefined for no values.
 * Source: Hyndman & Fan (1996), "Sample Quantiles in Statistical Packages".
 */
export function quantile(sorted: Float64Array, probability: number): number | undefined {
  const count = sorted.length;
  if (count === 0) return undefined;
  const place = (count - 1) * probability;
  const below = Math.floor(place);
  const low = sorted[below];
  return below + 1 < count ? low + (place - below) * (sorted[below + 1] - low) : low;
}

/**
 * Historical value at risk: the loss that was not exceeded on `confidence` of the days, as a fraction of equity,
 * positive for a loss. It is the negative of the (1 - confidence) quantile of the returns; no distribution is assumed.
 */
export function valueAtRisk(returns: Float64Array, confidence = 0.95): number | undefined {
  const edge = quantile(returns.slice().sort(), 1 - confidence);
  return edge === undefined ? undefined : 0 - edge;
}

/**
 * Historical expected shortfall: the mean loss of the worst (1 - confidence) of the days, positive for a loss. Where
 * that is not a whole number of days, the last one counts by its fraction; a mean of the days up to a quantile instead
 * would jump when two days are equal but for rounding. Undefined for no returns.
 * Source: Acerbi & Tasche (2002), "Expected Shortfall: A Natural Coherent Alternative to Value at Risk".
 */
export function expectedShortfall(returns: Float64Array, confidence = 0.95): number | undefined {
  if (returns.length === 0) return undefined;
  const sorted = returns.slice().sort();
  const days = sorted.length * (1 - confidence);
  let sum = 0;
  for (let at = 0; at < days; at++) sum += sorted[at] * Math.min(1, days - at);
  return 0 - sum / days;
}
