import { DUST } from "../../core/dust.js";
import type { Instant } from "../../core/market/bar-size.js";
import type { OrderType } from "../../core/orders/kinds.js";
import { toldPrice } from "./told-number.js";

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

interface Requested {
  readonly quantity: number;
  readonly others: number;
}

interface Stood {
  readonly asked: Terms;
  readonly requested: Requested;
}

/** A change that was asked for and is not answered. */
interface Change {
  /** What stood before it. */
  readonly before: Stood;
  /** Whether it is known to have left. */
  readonly hasLeft: boolean;
  /**
   * Whether the connection is gone that it was asked over, with the process perhaps: that it has left then does not say that
   * it has arrived, and an answer need never come.
   */
  readonly isCutOff: boolean;
}

/** How many changes are remembered that were answered. */
const KEPT = 8;
/** Types whose auxiliary price is the stop. */
const AUX_IS_STOP: readonly OrderType[] = ["stop", "stop-limit", "market-if-touched", "limit-if-touched"];
/** Types whose limit stands until it is changed; that of a trailing one moves by itself. */
const LIMIT_STANDS: readonly OrderType[] = [
  "limit",
  "stop-limit",
  "limit-if-touched",
  "limit-on-open",
  "limit-on-close",
];

/** The terms of an order: as they were asked for, and as the broker says it has them. */
export class OrderTerms {
  /** What was asked for last, with what the broker itself has changed since. */
  asked: Terms;
  /** NaN before the broker has said any. */
  told: ToldTerms = { quantity: Number.NaN, limit: Number.NaN, aux: Number.NaN };
  /** When a change was asked for that is under way; NaN for none. */
  changeAt = Number.NaN;
  /** Since when the broker has yet to tell of units that others of its group have filled; NaN where it has. */
  uncutSince = Number.NaN;
  /**
   * Units of the last change that the broker has had and refused for them; NaN where it has refused none since one was
   * taken. One that it may never have had is no refusal, and of one that asked for another price as well that may be why.
   */
  refused = Number.NaN;
  private readonly type: OrderType;
  private readonly isTrailFraction: boolean;
  /** The changes that are under way, oldest first; each has the terms of those in front of it. */
  private changes: readonly Change[] = [];
  /** What stood before changes that the broker has answered, latest last: told behind those it is late, as like as not. */
  private replaced: readonly Terms[] = [];
  /** What changes have asked for that count as failed: the broker may take one late all the same. */
  private failed: readonly Requested[] = [];
  /** Units that others of its group have filled, of which one cancels the other. */
  private others = 0;
  /** Units that were asked for last, and what others of its group had filled by then. */
  private requested: Requested;

  constructor(type: OrderType, isTrailFraction: boolean, asked: Terms) {
    this.type = type;
    this.isTrailFraction = isTrailFraction;
    this.asked = asked;
    this.requested = { quantity: asked.quantity, others: 0 };
  }

  get isChanging(): boolean {
    return this.changes.length > 0;
  }

  /** Whether a change is under way that has left, as far as is known: only such a one can be refused. */
  get isChangeSent(): boolean {
    return this.changes.some(({ hasLeft }) => hasLeft);
  }

  /** Whether a change is under way that is not known to have left: what the broker says says nothing of it. */
  get isChangeUnsent(): boolean {
    return this.changes.some(({ hasLeft }) => !hasLeft);
  }

  /** Whether a change is under way that may have been lost on its way. */
  get isChangeCutOff(): boolean {
    return this.changes.some(({ isCutOff }) => isCutOff);
  }

  /** Of the changes of an earlier session nobody will hear any more whether they have left: they may have. */
  restored(): void {
    this.changes = this.changes.map(({ before }) => ({ before, hasLeft: true, isCutOff: true }));
  }

  /** What is under way may have been lost with the connection, written or not. */
  connectionLost(): void {
    this.changes = this.changes.map((change) => ({ ...change, isCutOff: true }));
  }

  /** Whether the broker says it has what was asked for, but for what it has yet to take off. */
  get areAgreed(): boolean {
    return this.isTold(this.stood);
  }

  private get stood(): Stood {
    return { asked: this.asked, requested: this.requested };
  }

  private isTold({ asked, requested }: Stood): boolean {
    const { told } = this;
    const most = Math.max(asked.quantity, requested.quantity);
    if (!(told.quantity >= asked.quantity - DUST && told.quantity <= most + DUST)) return false;
    if (differs(told.limit, asked.limit)) return false;
    return !AUX_IS_STOP.includes(this.type) || !differs(told.aux, asked.stop);
  }

  /**
   * Whether the broker says it has more units than are left to it: a change that crossed the fill of another of its group
   * has given back what the broker had taken off.
   */
  get isTooLarge(): boolean {
    return !this.isChanging && this.told.quantity > this.asked.quantity + DUST;
  }

  change(terms: Terms, at: Instant): void {
    this.changes = [...this.changes, { before: this.stood, hasLeft: false, isCutOff: false }];
    this.changeAt = at;
    this.asked = terms;
    this.requested = { quantity: terms.quantity, others: this.others };
  }

  /**
   * Others of its group have filled so many units, which the broker takes off it by itself. It may have told that before,
   * and may tell it only later: so what is left is reckoned from what was asked for.
   * @param least units that are not taken off it, for then it is cancelled
   * @returns whether the terms are now others
   */
  takeOff(units: number, least: number, at: Instant): boolean {
    this.others += units;
    const quantity = Math.min(this.asked.quantity, this.most);
    if (quantity <= least + DUST || quantity >= this.asked.quantity - DUST) return false;
    this.asked = { ...this.asked, quantity };
    if (this.isChanging && this.areAgreed) this.answered(this.changes.length);
    if (this.told.quantity > quantity + DUST) this.uncutSince = at;
    return true;
  }

  /** Units that the last change has asked for which counts as failed; NaN where none does. */
  get failedLast(): number {
    return this.failed.at(-1)?.quantity ?? Number.NaN;
  }

  /** Units that it and the others of its group were to fill together, by what was asked of it last. */
  get together(): number {
    return this.requested.quantity + this.requested.others;
  }

  /** Units that the broker has, by what it has told last; before it has told any, by what was asked of it. */
  get atBroker(): number {
    const { told, changes, requested } = this;
    if (told.quantity === told.quantity) return told.quantity;
    return Math.max(requested.quantity, ...changes.map(({ before }) => before.requested.quantity));
  }

  /** What is left of what was asked for last, by what others of its group have filled since. */
  get most(): number {
    return this.requested.quantity - (this.others - this.requested.others);
  }

  /**
   * What the broker says an order is. While a change is under way it may not have heard of it.
   * @returns what is now another than was asked for: the size, and the prices perhaps, or these alone
   */
  tell(told: ToldTerms, isOver: boolean, at = Number.NaN): "size" | "prices" | undefined {
    const { quantity } = told;
    if (quantity !== quantity) return undefined;
    this.told = told;
    if (quantity <= this.asked.quantity + DUST) this.uncutSince = Number.NaN;
    if (isOver) return undefined;
    if (this.isChanging) {
      this.noteAnswered();
      return undefined;
    }
    const { limit, stop } = this.asked;
    if (!this.areToldLate) this.asked = this.withToldPrices(this.asked);
    const areOthers = differs(limit, this.asked.limit) || differs(stop, this.asked.stop);
    return this.tellSize(quantity, at) ? "size" : areOthers ? "prices" : undefined;
  }

  private tellSize(quantity: number, at: Instant): boolean {
    // Of exits the broker itself takes off what others of their group have filled.
    if (quantity <= 0 || Math.abs(quantity - this.asked.quantity) <= DUST) return false;
    // What has yet to be taken off is known already.
    const { requested } = this;
    if (quantity > this.most + DUST && quantity <= requested.quantity + DUST) return false;
    if (quantity > requested.quantity) this.requested = this.lateRequest(quantity);
    this.asked = { ...this.asked, quantity: Math.min(quantity, this.most) };
    if (quantity > this.asked.quantity + DUST) this.uncutSince = at;
    return true;
  }

  /**
   * What stands behind a size that nothing asks for: a change that counted as failed and was taken late, of which others of
   * its group have filled a part since; or what the broker has made of it by itself.
   */
  private lateRequest(quantity: number): Requested {
    const { failed, others } = this;
    const late = failed.findLast((one) => Math.abs(one.quantity - quantity) <= DUST);
    const isLeft = late !== undefined && quantity - (others - late.others) > DUST;
    return isLeft ? late : { quantity, others };
  }

  /** The broker has what the last of the changes asked for, or one in front of it: those up to there are answered. */
  private noteAnswered(): void {
    const { changes } = this;
    if (this.areAgreed) {
      this.answered(changes.length);
      return;
    }
    const taken = changes.findLastIndex(
      ({ hasLeft }, i) => hasLeft && this.isTold(changes[i + 1]?.before ?? this.stood),
    );
    this.answered(taken + 1);
  }

  /** So many of the changes are answered. */
  private answered(count: number): void {
    const { changes } = this;
    this.replaced = [...this.replaced, ...changes.slice(0, count).map(({ before }) => before.asked)].slice(-KEPT);
    if (count < changes.length) {
      this.changes = changes.slice(count);
      return;
    }
    this.settle();
    this.refused = Number.NaN;
  }

  /** Whether the broker has told prices, and others than were asked for. */
  get arePricesOthers(): boolean {
    const { limit, stop } = this.withToldPrices(this.asked);
    return differs(limit, this.asked.limit) || differs(stop, this.asked.stop);
  }

  /** The prices that the broker has told are those of before a change that it has answered. */
  private get areToldLate(): boolean {
    const { limit, stop } = this.withToldPrices(this.asked);
    return this.arePricesOthers && this.replaced.some((one) => !differs(one.limit, limit) && !differs(one.stop, stop));
  }

  /** A look at the account has found the order as it was told last. @returns whether its prices are now others */
  found(): boolean {
    if (this.isChanging || !this.arePricesOthers) return false;
    this.asked = this.withToldPrices(this.asked);
    return true;
  }

  /** The prices that the broker has told, where it has. */
  private withToldPrices(terms: Terms): Terms {
    const { told, type } = this;
    const isLimitTold = LIMIT_STANDS.includes(type) && !Number.isNaN(toldPrice(told.limit));
    const isStopTold = AUX_IS_STOP.includes(type) && !Number.isNaN(toldPrice(told.aux));
    if (!isLimitTold && !isStopTold) return terms;
    return { ...terms, limit: isLimitTold ? told.limit : terms.limit, stop: isStopTold ? told.aux : terms.stop };
  }

  /** The first of the changes of which that was not known has left, or certainly has not. @returns whether the terms are now others */
  changeSent(hasLeft: boolean, at: Instant): boolean {
    const place = this.changes.findIndex((change) => !change.hasLeft);
    if (place < 0) return false;
    const earlier = this.changes.slice(0, place);
    const later = this.changes.slice(place + 1);
    if (hasLeft) {
      this.changes = [...earlier, { ...this.changes[place], hasLeft }, ...later];
      // From now on it can be answered.
      this.changeAt = at;
      return false;
    }
    if (later.length > 0) {
      this.leaveOut(place);
      return false;
    }
    if (earlier.length === 0) return this.goBack();
    this.leaveOutLast();
    return true;
  }

  /** The last change will not come about: what the one in front of it asked for is under way still. */
  private leaveOutLast(): void {
    const earlier = this.changes.slice(0, -1);
    const { before } = this.changes[earlier.length];
    this.changes = earlier;
    this.requested = before.requested;
    const { quantity } = before.asked;
    this.asked = { ...before.asked, quantity: this.most > 0 ? Math.min(quantity, this.most) : quantity };
    // The broker may have told of that one already.
    if (this.areAgreed) this.answered(earlier.length);
  }

  /**
   * The first of the changes that can have been answered was refused; the others are another matter.
   * @returns whether the terms are now others
   */
  changeRefused(): boolean {
    const { changes } = this;
    if (changes.length < 2) return this.noneTaken(true);
    const place = this.answeredNext;
    const isLast = place === changes.length - 1;
    const asked = changes[place + 1]?.before.asked ?? this.asked;
    if (isLast) this.leaveOutLast();
    else this.leaveOut(place);
    // Which of the terms in front of it the broker has is not known: it may have refused any other price.
    if (changes.slice(0, place + 1).every(({ before }) => arePricesSame(asked, before.asked))) {
      this.refused = asked.quantity;
    }
    return isLast;
  }

  /** Which change an answer is of: answers to those that were cut off went with their connection. */
  private get answeredNext(): number {
    const { changes } = this;
    const place = changes.findIndex(({ hasLeft, isCutOff }) => hasLeft && !isCutOff);
    return place >= 0
      ? place
      : Math.max(
          0,
          changes.findIndex(({ hasLeft }) => hasLeft),
        );
  }

  /**
   * None of the changes that are under way was taken: the broker has the order as it was.
   * @param wasHad whether the broker has had them
   * @returns whether the terms are now others
   */
  noneTaken(wasHad: boolean): boolean {
    const { asked, changes } = this;
    const isBack = this.goBack();
    if (isBack && wasHad && arePricesSame(asked, changes[0].before.asked)) this.refused = asked.quantity;
    return isBack;
  }

  /** Takes a change out that will not come about: the one that was asked for behind it stands in its place. */
  private leaveOut(place: number): void {
    const { before } = this.changes[place];
    this.changes = this.changes.toSpliced(place, 2, { ...this.changes[place + 1], before });
  }

  private goBack(): boolean {
    const { changes, told } = this;
    this.settle();
    if (changes.length === 0) return false;
    const { asked, requested } = changes[0].before;
    const failed = changes.map((_, i) => changes[i + 1]?.before.requested ?? this.requested);
    this.failed = [...this.failed, ...failed].slice(-KEPT);
    this.requested = requested;
    // Meanwhile the broker may have taken units off it by itself.
    const stands = told.quantity > 0 ? told.quantity : asked.quantity;
    const quantity = this.most > 0 && stands <= this.requested.quantity ? Math.min(stands, this.most) : stands;
    this.asked = { ...this.withToldPrices(asked), quantity };
    return true;
  }

  /** Where `denominator` units stood, `numerator` stand: with the broker as well, which has yet to say so. */
  split(numerator: number, denominator: number): void {
    const price = (value: number): number => (value * denominator) / numerator;
    const units = (value: number): number => (value * numerator) / denominator;
    const splitTerms = ({ quantity, limit, stop, trail }: Terms): Terms => ({
      quantity: units(quantity),
      limit: price(limit),
      stop: price(stop),
      trail: this.isTrailFraction ? trail : price(trail),
    });
    const splitRequest = ({ quantity, others }: Requested): Requested => ({
      quantity: units(quantity),
      others: units(others),
    });
    const { told, changes } = this;
    this.others = units(this.others);
    this.requested = splitRequest(this.requested);
    this.asked = splitTerms(this.asked);
    this.replaced = this.replaced.map(splitTerms);
    this.failed = this.failed.map(splitRequest);
    this.told = {
      quantity: units(told.quantity),
      limit: price(told.limit),
      aux: this.isTrailFraction ? told.aux : price(told.aux),
    };
    this.changes = changes.map(({ before, ...known }) => ({
      before: { asked: splitTerms(before.asked), requested: splitRequest(before.requested) },
      ...known,
    }));
  }

  private settle(): void {
    this.changes = [];
    this.changeAt = Number.NaN;
  }
}

function arePricesSame(a: Terms, b: Terms): boolean {
  return !differs(a.limit, b.limit) && !differs(a.stop, b.stop) && !differs(a.trail, b.trail);
}

/** Whether two prices are known and not the same. */
export function differs(a: number, b: number): boolean {
  return a === a && b === b && Math.abs(a - b) > DUST;
}
