import { DUST } from "../dust.js";

/** A multiple of a decimal step without its binary tail: 0.30000000000000004 becomes 0.3. */
export function roundToStep(value: number): number {
  return Math.floor(value) === value ? value : Math.round(value * 1e9) / 1e9;
}

/**
 * The multiple of a step that a difference of quantities means: a position that many fills have made is a hair off one,
 * and would otherwise ask for an order that no step allows. What is further from a multiple stays, and is refused.
 */
export function nearStep(value: number, step: number): number {
  const steps = Math.round(value / step);
  return Math.abs(value / step - steps) < 1e-3 ? roundToStep(steps * step) : roundToStep(value);
}

/** As many whole steps as there are in a quantity of either sign, nearer to zero: what is left over is a part of one. */
export function wholeSteps(quantity: number, step: number): number {
  return roundToStep(Math.trunc(quantity / step + Math.sign(quantity) * DUST) * step);
}
