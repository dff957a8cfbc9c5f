import type { Instant } from "../../core/market/bar-size.js";
import type { Journal } from "../journal/journal.js";

/** What the kill switch is on for, since when, and whether it was on before it was asked for. */
export interface KillAnswer {
  readonly isOn: boolean;
  readonly reason: string;
  readonly since: Instant;
}

/** Keeps for every start to come that the kill switch is on, and whether it has all positions closed. */
export class KeptKill {
  /** Whether it has closed, or is closing, all positions. */
  flattens = false;
  private readonly journal: Journal;

  constructor(journal: Journal) {
    this.journal = journal;
  }

  /** One that is on keeps its reason and its time, and may still be asked to close positions. */
  keep(asked: string, flatten: boolean, now: Instant): KillAnswer {
    const before = this.journal.killSwitch();
    const isOn = before?.isOn === true;
    const { reason, since } = isOn ? before : { reason: asked, since: now };
    this.flattens = flatten || (isOn && (this.flattens || before.flatten));
    if (!isOn || this.flattens !== before.flatten) {
      this.journal.putKillSwitch({ isOn: true, reason, flatten: this.flattens, since });
    }
    return { isOn, reason, since };
  }

  release(now: Instant): void {
    this.journal.putKillSwitch({ isOn: false, reason: "", flatten: false, since: now });
    this.flattens = false;
  }
}
