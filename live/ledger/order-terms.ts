import type { Instant } from "../../core/market/bar-size.js";
import type { OrderType } from "../../core/orders/kinds.js";
import { DUST } from "./fill-count.js";

/** What an order may be, as far as the broker lets a client change it. NaN where there is none. */
export interface Terms {
  readonly quantity: number;
  readonly limit: number;
  readonly stop: number;
  readonly trail: number;
}

/** The broker's words for an order's terms; NaN where it has none. */
export interface ToldTerms {
  readonly quantity: number;
  readonly limit: number;
  /** Stop price, or of a trailing order how far it follows. */
  readonly aux: number;
}

/** Types whose auxiliary price is the stop. */
const AUX_IS_STOP: readonly OrderType[] = ["stop", "stop-limit", "market-if-touched", "limit-if-touched"];

/** The terms of an order: as they were asked for, and as the broker says it has them. */
export class OrderTerms {
  /** What was asked for last, with what the broker itself has changed since. */
  asked: Terms;
  /** NaN before the broker has said any. */
  told: ToldTerms = { quantity: Number.NaN, limit: Number.NaN, aux: Number.NaN };
  /** When a change was asked for that is under way; NaN for none. */
  changeAt = Number.NaN;
  private readonly type: OrderType;
  private readonly isTrailFraction: boolean;
  /** What stood before that change. */
  private before: Terms | undefined = undefined;

  constructor(type: OrderType, isTrailFraction: boolean, asked: Terms) {
    this.type = type;
    this.isTrailFraction = isTrailFraction;
    this.asked = asked;
  }

  get isChanging(): boolean {
    return this.before !== undefined;
  }

  /** Whether the broker says it has what was asked for. */
  get areAgreed(): boolean {
    const { asked, told } = this;
    if (Math.abs(told.quantity - asked.quantity) > DUST || differs(told.limit, asked.limit)) return false;
    return !AUX_IS_STOP.includes(this.type) || !differs(told.aux, asked.stop);
  }

  change(terms: Terms, at: Instant): void {
    this.before ??= this.asked;
    this.changeAt = at;
    this.asked = terms;
  }

  /**
   * What the broker says an order is. While a change is under way it may not have heard of it.
   * @returns whether the terms are now others than those that were asked for
   */
  tell(told: ToldTerms, isOver: boolean): boolean {
    const { quantity } = told;
    if (quantity !== quantity) return false;
    this.told = told;
    if (isOver) return false;
    if (this.before !== undefined) {
      if (this.areAgreed) this.settle();
      return false;
    }
    // Of exits the broker itself takes off what others of their group have filled.
    if (quantity <= 0 || Math.abs(quantity - this.asked.quantity) <= DUST) return false;
    this.asked = { ...this.asked, quantity };
    return true;
  }

  /** The change was refused, or never left. @returns whether the terms are now others */
  changeFailed(): boolean {
    const { before, told } = this;
    this.settle();
    if (before === undefined) return false;
    // Meanwhile the broker may have taken units off it by itself.
    const quantity = told.quantity > 0 ? told.quantity : before.quantity;
    const limit = told.limit === told.limit ? told.limit : before.limit;
    this.asked = { ...before, quantity, limit };
    return true;
  }

  /** Where `denominator` units stood, `numerator` stand. */
  split(numerator: number, denominator: number): void {
    const price = (value: number): number => (value * denominator) / numerator;
    const { quantity, limit, stop, trail } = this.asked;
    this.asked = {
      quantity: (quantity * numerator) / denominator,
      limit: price(limit),
      stop: price(stop),
      trail: this.isTrailFraction ? trail : price(trail),
    };
  }

  private settle(): void {
    this.before = undefined;
    this.changeAt = Number.NaN;
  }
}

function differs(a: number, b: number): boolean {
  return a === a && b === b && Math.abs(a - b) > DUST;
}
