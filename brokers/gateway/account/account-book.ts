import { DAY, type Instant } from "../../../core/market/bar-size.js";
import type { Participant, Simulation } from "../simulation/simulation.js";
import type { ZoneTimes } from "../zones.js";
import type { AccountFigures } from "./account-figures.js";
import { type AccountMargin, type AccountValue, accountValues } from "./account-values.js";

/** The figures of all accounts, and the midnights that begin their days. */
export class AccountBook implements Participant {
  due: Instant;
  readonly all: readonly AccountFigures[];
  private readonly simulation: Simulation;
  private readonly operator: ZoneTimes;
  private readonly marginOf: (account: string) => AccountMargin;

  constructor(
    all: readonly AccountFigures[],
    simulation: Simulation,
    operator: ZoneTimes,
    marginOf: (account: string) => AccountMargin,
  ) {
    this.all = all;
    this.simulation = simulation;
    this.operator = operator;
    this.marginOf = marginOf;
    this.due = this.nextMidnight();
  }

  get(account: string): AccountFigures | undefined {
    return this.all.find((one) => one.account === account);
  }

  values(figures: AccountFigures): AccountValue[] {
    return accountValues(figures, this.marginOf(figures.account));
  }

  onTick(): void {}

  onDue(): void {
    for (const figures of this.all) figures.beginDay();
    this.due = this.nextMidnight();
  }

  onInstantEnd(): void {}

  private nextMidnight(): Instant {
    const { now } = this.simulation;
    const day = Math.floor((now + this.operator.offsetAt(now)) / DAY);
    return this.operator.instantAtOrAfter((day + 1) * DAY);
  }
}
