import type { Instant } from "../market/bar-size.js";
import type { CorporateActions, Dividend, Split } from "../market/corporate-actions.js";

/** What is to be done with an instrument when an action falls due. */
export interface ActionsTold {
  dividend(instrument: number, dividend: Dividend): void;
  split(instrument: number, split: Split): void;
}

interface Event {
  readonly instrument: number;
  readonly time: Instant;
  readonly dividend?: Dividend;
  readonly split?: Split;
}

/**
 * The splits and dividends of a run's instruments in order of time. At one instant the dividends come first: they are
 * told for a unit as it was before a split of the same day.
 */
export class CorporateEvents {
  private readonly events: readonly Event[];
  private next = 0;

  constructor(actions: readonly CorporateActions[]) {
    const events = actions.flatMap(({ splits, dividends }, instrument): Event[] => [
      ...dividends.map((dividend) => ({ instrument, time: dividend.time, dividend })),
      ...splits.map((split) => ({ instrument, time: split.time, split })),
    ]);
    const rank = ({ split }: Event): number => (split === undefined ? 0 : 1);
    this.events = events.sort((a, b) => a.time - b.time || rank(a) - rank(b) || a.instrument - b.instrument);
  }

  /** When the next one falls due, epoch ms UTC; Infinity after the last. */
  get due(): Instant {
    return this.next < this.events.length ? this.events[this.next].time : Infinity;
  }

  /** What fell due by `instant` lies before the run. */
  skip(instant: Instant): void {
    while (this.due <= instant) this.next++;
  }

  /** Tells all that are due by now, each once. */
  tell(now: Instant, told: ActionsTold): void {
    for (; this.due <= now; this.next++) {
      const { instrument, dividend, split } = this.events[this.next];
      if (dividend !== undefined) told.dividend(instrument, dividend);
      if (split !== undefined) told.split(instrument, split);
    }
  }
}
