import { duration } from "../../data/checks/words.js";
import type { FetchProgress } from "../../data/history/fetch-outcome.js";
import { Progress } from "../progress.js";
import { numberText } from "./figures.js";

/** So many answers tell how long one takes. */
const ENOUGH = 3;

/** The progress bar of a download: bars, how many a second, and the time left. */
export class FetchMeter {
  private readonly begun = performance.now();
  private readonly progress = new Progress(
    "{bar} {percentage} %  {value}/{total} requests, {bars} bars, {rate}/s, {left}",
  );

  readonly update = ({ bars, done, planned }: FetchProgress): void => {
    const passed = performance.now() - this.begun;
    const left = done < ENOUGH ? "…" : `${duration(roundedUp(((planned - done) * passed) / done))} left`;
    const rate = numberText(Math.round(bars / Math.max(1, passed / 1000)));
    this.progress.update(done, planned, { bars: numberText(bars), rate, left });
  };

  end(): void {
    this.progress.end();
  }
}

/** Whole seconds, and whole minutes from two on. */
function roundedUp(ms: number): number {
  const unit = ms < 120_000 ? 1_000 : 60_000;
  return Math.ceil(ms / unit) * unit;
}
