import { DAY, type Instant } from "../../../core/market/bar-size.js";
import type { Participant, Simulation } from "../simulation/simulation.js";
import type { ZoneTimes } from "../zones.js";
import type { AccountFigures } from "./account-figures.js";
import { type AccountMargin, type AccountValue, accountValues } from "./account-values.js";

/**
 * The figures of all accounts, and the midnights that begin their days: looked for whenever something moves or is asked,
 * for in between nothing can change.
 */
export class AccountBook implements Participant {
  readonly due = Infinity;
  private readonly figures: readonly AccountFigures[];
  private readonly simulation: Simulation;
  private readonly operator: ZoneTimes;
  private readonly marginOf: (account: string) => AccountMargin;
  private midnight: Instant;

  constructor(
    figures: readonly AccountFigures[],
    simulation: Simulation,
    operator: ZoneTimes,
    marginOf: (account: string) => AccountMargin,
  ) {
    this.figures = figures;
    this.simulation = simulation;
    this.operator = operator;
    this.marginOf = marginOf;
    this.midnight = this.nextMidnight();
  }

  get all(): readonly AccountFigures[] {
    this.look();
    return this.figures;
  }

  get(account: string): AccountFigures | undefined {
    return this.all.find((one) => one.account === account);
  }

  values(figures: AccountFigures): AccountValue[] {
    this.look();
    return accountValues(figures, this.marginOf(figures.account));
  }

  /** Begins a new day where midnight has passed. */
  look(): void {
    if (this.simulation.now < this.midnight) return;
    for (const one of this.figures) one.beginDay();
    this.midnight = this.nextMidnight();
  }

  onTick(): void {
    this.look();
  }

  onDue(): void {}

  onInstantEnd(): void {}

  private nextMidnight(): Instant {
    const { now } = this.simulation;
    const day = Math.floor((now + this.operator.offsetAt(now)) / DAY);
    return this.operator.instantAtOrAfter((day + 1) * DAY);
  }
}
