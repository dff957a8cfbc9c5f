/**
 * A price on the instrument's grid of ticks. `towards` is +1 to round up, -1 to round down, 0 for the nearest; a price
 * that lies on the grid but for binary rounding stays. A tick of 0 leaves every price as it is.
 */
export function roundPrice(price: number, tick: number, towards: number): number {
  if (tick === 0) return price;
  const steps = price / tick;
  const near = Math.round(steps);
  let rounded = near;
  if (Math.abs(steps - near) > 1e-7) rounded = towards > 0 ? Math.ceil(steps) : towards < 0 ? Math.floor(steps) : near;
  // 2143 x 0.01 is 21.430000000000003 in binary: ten decimals give the price that was meant.
  return Math.round(rounded * tick * 1e10) / 1e10;
}

/**
 * The amount by which a stop trails, on the grid of ticks: rounded down, for a stop that lies further away protects later,
 * and to a tick at least, where it would stand at the price itself.
 */
export function roundTrail(trail: number, tick: number): number {
  return Math.max(roundPrice(trail, tick, -1), tick);
}
