import type { Instant } from "../market/bar-size.js";
import type { Denial } from "../orders/denial.js";
import type { BelievedPrices } from "./believed-prices.js";
import type { Guard, OrderUnderTest } from "./guard.js";
import type { LossFigures } from "./loss-figures.js";

/** One of `fraction` and `amount` at least, the smaller of which counts. */
export interface LossLimitOptions {
  /** As a fraction of equity, such as 0.03, */
  readonly fraction?: number;
  /** or as an amount of the base currency. */
  readonly amount?: number;
  /** Also close every position and deny everything for the rest of the day (of a drawdown: of the run). */
  readonly flatten?: boolean;
}

/** Equity at the start of the day and at its highest, kept by the engine for the two guards below, and what they did. */
export class EquityWatch {
  // NaN first, though the constructor sets them again: a number that begins whole makes the compiler begin anew.
  /** NaN while what the account is worth is not known. */
  dayStart = Number.NaN;
  peak = Number.NaN;
  /** When the day ends and the next begins; Infinity while nobody asks for days. */
  dayEnd = Infinity;
  /** Whether a limit has closed everything, and stopped the day or the run. */
  isDayStopped = false;
  isRunStopped = false;
  /** What the run has begun with. */
  readonly cash: number = Number.NaN;
  /** What an earlier part of the run has left, until a day has begun. */
  private kept: LossFigures | undefined = undefined;
  /** The equity of then, where another one comes of what is traded now: the figures wait until that is known. */
  private before = Number.NaN;

  constructor(cash: number) {
    this.dayStart = cash;
    this.peak = cash;
    this.cash = cash;
  }

  /**
   * Goes on with what an earlier part of the run has left. Other cash is neither lost nor gained; with other instruments
   * the account is as far from peak and the day's start as it was.
   * @param drawdown the limit of now: another one than then stops nothing before it is reached again
   */
  restore(kept: LossFigures, symbols: readonly string[], drawdown: string | undefined): void {
    const isSame = kept.symbols.length === symbols.length && symbols.every((symbol) => kept.symbols.includes(symbol));
    const added = isSame ? this.cash - kept.cash : 0;
    this.kept = { ...kept, dayStart: kept.dayStart + added };
    this.peak = kept.peak + added;
    this.before = isSame ? Number.NaN : kept.equity;
    this.isRunStopped = kept.isRunStopped && kept.drawdown === drawdown;
  }

  /** When the figures are of that an earlier part has left; NaN for none. */
  get keptAt(): Instant {
    return this.kept?.at ?? Number.NaN;
  }

  /** A day begins; with the run it may be one that an earlier part of it has begun. */
  beginDay(equity: number, dayEnd: Instant, isKept: boolean): void {
    this.dayEnd = dayEnd;
    this.dayStart = isKept ? (this.kept as LossFigures).dayStart : equity;
    this.isDayStopped = isKept && this.kept?.isDayStopped === true;
    if (!isKept && this.isWaiting) this.dayStart = Number.NaN;
    this.kept = undefined;
  }

  /** What the account is worth now, at prices that are believed; NaN while that is not known. */
  mark(equity: number): void {
    if (equity !== equity) return;
    if (this.isWaiting) {
      this.dayStart += equity - this.before;
      this.peak += equity - this.before;
      this.before = Number.NaN;
    }
    if (equity > this.peak) this.peak = equity;
    if (this.dayStart !== this.dayStart) this.dayStart = equity;
  }

  /** Whether peak and day's start are those of other instruments, since it is not known what these are worth. */
  get isWaiting(): boolean {
    return this.before === this.before;
  }
}

/** Denies entries by what equity has lost; exits pass. */
abstract class LossLimit implements Guard {
  abstract readonly name: string;
  readonly reducingPasses = true;
  readonly options: LossLimitOptions;
  protected readonly watch: EquityWatch;
  private readonly believed: BelievedPrices;

  constructor(watch: EquityWatch, believed: BelievedPrices, options: LossLimitOptions) {
    this.watch = watch;
    this.believed = believed;
    this.options = options;
  }

  check(order: OrderUnderTest): Denial | undefined {
    const { portfolio } = order;
    if (portfolio.equity !== portfolio.equity || this.believed.isUnpriced(portfolio)) {
      return this.unknown;
    }
    const believed = this.believed.equity(portfolio);
    // An entry can wait for a price to be confirmed: the worse of what there is counts.
    return this.verdict(believed < portfolio.equity ? believed : portfolio.equity);
  }

  /** The denial that this equity means, or undefined, as while there is nothing yet that a loss could be told from. */
  verdict(equity: number): Denial | undefined {
    const { base } = this;
    const loss = base - equity;
    const limit = this.limitOf(base);
    return loss >= limit ? this.denial(loss, limit) : undefined;
  }

  /** The limit in words. */
  get text(): string {
    return `${this.options.fraction ?? ""} ${this.options.amount ?? ""}`;
  }

  /** What a loss is told from; NaN while that is not known. */
  protected get base(): number {
    return this.watch.isWaiting ? Number.NaN : this.from;
  }

  /** While nobody knows what the account is worth. */
  protected abstract readonly unknown: Denial;
  protected abstract denial(loss: number, limit: number): Denial;
  protected abstract get from(): number;

  private limitOf(base: number): number {
    return Math.min(this.options.amount ?? Infinity, (this.options.fraction ?? Infinity) * base);
  }
}

/** No entry once the day has lost too much. */
export class DailyLoss extends LossLimit {
  readonly name = "dailyLoss";
  protected readonly unknown: Denial = { code: "DAILY_LOSS", details: { loss: "unknown" } };

  protected get from(): number {
    return this.watch.dayStart;
  }

  protected denial(loss: number, limit: number): Denial {
    return { code: "DAILY_LOSS", details: { loss, limit } };
  }
}

/** No entry once equity has fallen too far from its peak. */
export class DrawdownLimit extends LossLimit {
  readonly name = "drawdown";
  protected readonly unknown: Denial = { code: "DRAWDOWN", details: { loss: "unknown" } };

  protected get from(): number {
    return this.watch.peak;
  }

  protected denial(loss: number, limit: number): Denial {
    return { code: "DRAWDOWN", details: { loss, limit } };
  }
}
