/**
 * P(Z <= x) of a standard normal variable, within 1e-14.
 * Near the middle by the series 1/2 + phi(x) (x + x^3/3 + x^5/(3 x 5) + ...), whose terms all have one sign; in the
 * tails by Laplace's continued fraction phi(x) / (x + 1/(x + 2/(x + ...))), which keeps its relative accuracy there.
 * Source: Abramowitz & Stegun (1964), 26.2.11 and 26.2.14.
 */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) return Number.NaN;
  const distance = Math.abs(x);
  if (distance > 38) return x > 0 ? 1 : 0;
  const density = Math.exp((-distance * distance) / 2) / Math.sqrt(2 * Math.PI);
  if (distance > 4) {
    let fraction = distance;
    for (let term = 80; term >= 1; term--) fraction = distance + term / fraction;
    return x > 0 ? 1 - density / fraction : density / fraction;
  }
  let term = distance;
  let sum = distance;
  for (let odd = 3; term > sum * 1e-17; odd += 2) {
    term *= (distance * distance) / odd;
    sum += term;
  }
  return x > 0 ? 0.5 + density * sum : 0.5 - density * sum;
}
