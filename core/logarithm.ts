const LN2 = 0.6931471805599453;
const SQRT_HALF = 0.7071067811865476;

/**
 * The natural logarithm of x, 0 < x <= 1, from additions, multiplications and divisions alone, which IEEE 754 fixes to
 * the last bit. `Math.log` may differ in the last digit from one engine to the next, and one digit is enough to change
 * every later number of a seeded random series. Agrees with `Math.log` to a few units in the last place.
 *
 * x is doubled until it lies above sqrt(1/2), then ln x = 2 artanh((x - 1) / (x + 1)) by its series.
 * Takes -log2(x) steps: one on average for a uniform x.
 */
export function logarithm(x: number): number {
  let halvings = 0;
  let m = x;
  while (m < SQRT_HALF) {
    m *= 2;
    halvings++;
  }
  const s = (m - 1) / (m + 1);
  // |s| <= 0.172, so that the first term left out is below 1e-18.
  const q = s * s;
  const series =
    1 +
    q *
      (1 / 3 +
        q *
          (1 / 5 +
            q *
              (1 / 7 +
                q *
                  (1 / 9 +
                    q *
                      (1 / 11 + q * (1 / 13 + q * (1 / 15 + q * (1 / 17 + q * (1 / 19 + q * (1 / 21 + q / 23))))))))));
  return 2 * s * series - halvings * LN2;
}
