import { type BarSize, DAY, HOUR } from "../../core/market/bar-size.js";
import { isDatesOnly, type Steps, shownBarSize, stepsOf } from "./bar-step.js";
import { FileError } from "./errors.js";

/** A file is taken at its times' word where they would look like this by chance once in so many files. */
const CHANCE = 1e6;

/**
 * Refuses a bar size that the times of a file speak against. One too small is the dangerous one: a daily bar taken for
 * a minute's would be handed out, close and all, a minute after the open. But bars may be missing, so a smaller size is
 * refused only where all rows lie as those of the larger size do, and too many for that to be chance. Of larger sizes
 * only days, weeks and months are looked at here; smaller bars that overlap are found row by row.
 *
 * @param wall the times as written, epoch ms as if the clock showed UTC
 * @throws FileError CSV_BAR_SIZE_CONTRADICTED
 */
export function refuseContradiction(given: BarSize, wall: Float64Array, file: string): void {
  const steps = stepsOf(wall);
  const shown = shownBarSize(wall, steps);
  if (typeof shown === "string" || !contradicts(given, shown, wall, steps)) return;
  throw new FileError("CSV_BAR_SIZE_CONTRADICTED", { file, given: given.label, shown: shown.label });
}

function contradicts(given: BarSize, shown: BarSize, wall: Float64Array, { commonest }: Steps): boolean {
  if (given.ms > shown.ms) return given.ms >= DAY && shown.ms >= DAY && given.ms > 1.5 * commonest;
  if (given.ms === shown.ms || wall.length < 2) return false;
  if (given.ms < DAY && isDatesOnly(wall)) return true;
  const [weight, lies] = likeBarsOf(shown);
  if (Math.max(2, (weight * shown.ms) / given.ms) ** (wall.length - 1) < CHANCE) return false;
  for (let row = 1; row < wall.length; row++) if (!lies(wall[row], wall[row] - wall[row - 1])) return false;
  return true;
}

/**
 * Whether a row lies as bars of a size do, at its time and at its step behind the row in front; and by how much that is
 * less telling than steps which must be met exactly.
 */
function likeBarsOf({ ms }: BarSize): [weight: number, lies: (time: number, step: number) => boolean] {
  if (ms < DAY) return [1, (time, step) => step % ms === 0 || time % ms === 0];
  // A day's rows may be an hour off, where their times are those of another zone. Weekends have no bars.
  if (ms === DAY) return [1 / 3, (_, step) => (step + HOUR) % DAY <= 2 * HOUR];
  return [5 / 7, (_, step) => step >= 0.6 * ms];
}
