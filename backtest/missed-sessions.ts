import type { Sessions } from "../core/calendar/sessions.js";

/** So many sessions without data at an end of a run are no matter, unless they are a large part of it. */
const FEW = 5;
export const SHARE_OF_RUN = 0.1;

/**
 * Sessions of an instrument that lie between two instants: its own, or where these were taken from its data and end
 * with it, those of the instrument that has the most.
 */
export function sessionsBetween(sessions: readonly Sessions[], index: number, from: number, to: number): number {
  const own = sessions[index];
  const goesOn = own.length > 0 && own.open[own.length - 1] >= from;
  return goesOn ? wholeBetween(own, from, to) : Math.max(...sessions.map((one) => wholeBetween(one, from, to)));
}

/** Whether so many sessions without data, over a span of a run, are worth a word. Both spans in ms. */
export function isWorthAWord(missed: number, span: number, run: number): boolean {
  return missed > FEW || (missed > 0 && span > SHARE_OF_RUN * run);
}

function wholeBetween({ open, close }: Sessions, from: number, to: number): number {
  let whole = 0;
  for (let i = open.length - 1; i >= 0 && open[i] >= from; i--) if (close[i] <= to) whole++;
  return whole;
}
