import type { BrokerAccount } from "../../core/broker.js";
import { closeAfter } from "../../core/calendar/session-time.js";
import type { Sessions } from "../../core/calendar/sessions.js";
import { MINUTE } from "../../core/market/bar-size.js";
import type { SimAccount } from "./account.js";
import type { MarginModel } from "./margin-model.js";

/** How long before its close a session's account is held against the rates of the night. */
const BEFORE_NIGHT = 10 * MINUTE;

// What a position means for a margin call, as bits.

const HELD = 1;
/** It can owe: short, or a future. */
const OWES = 2;
/** An option or a future: its requirement does not just move with its own price, and by no more than that. */
const INTRICATE = 4;

/**
 * When the account has to be held against its margin again. Asking the model at every instant would cost more than
 * everything else in the loop, and most answers follow from the one before: an account that owes nothing cannot be
 * called; one with a single plain position loses at most twice what its equity loses, so until half of the excess is
 * gone there is nothing to ask. With several plain positions, what one gains may hide in equity what another needs more:
 * their requirement rises by no more than all of them together have moved, so that has to stay within a quarter of the
 * excess as well. Accounts with futures, options, or several currencies of which they owe one, and under
 * a model that does not promise as much (`needsMoveWithValue`), are asked at every instant.
 */
export class MarginWatch {
  /** Ask when equity is below this; -Infinity for never, Infinity for always. */
  below = Number.NEGATIVE_INFINITY;
  /** Ask when positions have moved by more than this: see `Portfolio.moved`. */
  movedPast = Infinity;
  /** Ask at this instant at the latest: rates may change with the trade date. */
  until = Infinity;
  private readonly account: BrokerAccount;
  private readonly view: SimAccount;
  private readonly margin: MarginModel;
  private readonly calls: boolean;
  private readonly oneCurrency: boolean;
  private readonly movesWithValue: boolean;
  /** The bits above of each position, and how many positions have each: a fill changes one of them. */
  private readonly states: Uint8Array;
  private readonly intricate: Uint8Array;
  private readonly isFuture: Uint8Array;
  private held = 0;
  private owing = 0;
  private intricates = 0;
  /** The highest instrument that is held, or -1. */
  private last = -1;

  constructor(account: BrokerAccount, view: SimAccount, margin: MarginModel) {
    const { instruments } = account.market;
    this.account = account;
    this.view = view;
    this.margin = margin;
    this.calls = margin.callsMargin;
    this.movesWithValue = margin.needsMoveWithValue === true;
    this.oneCurrency = account.portfolio.currencies.length === 1;
    this.states = new Uint8Array(instruments.length);
    this.isFuture = Uint8Array.from(instruments, ({ assetClass }) => (assetClass === "future" ? 1 : 0));
    this.intricate = Uint8Array.from(instruments, ({ assetClass }) =>
      assetClass === "future" || assetClass === "option" ? 1 : 0,
    );
  }

  /** Called when a position has changed. */
  changed(instrument: number, now: number, tradeDate: number): void {
    if (!this.calls) return;
    this.note(instrument);
    // Several are asked at the end of the instant, once for all its fills.
    this.renew(now, this.isSimple && this.held === 1 && this.owes ? this.excess(tradeDate) : 0);
  }

  /**
   * Called when the account is held against its margin.
   * @param excess what it has above it; 0 where that is not known
   */
  renew(now: number, excess: number): void {
    this.below = Number.NEGATIVE_INFINITY;
    this.movedPast = Infinity;
    this.until = Infinity;
    if (!this.calls || !this.owes) return;
    const { portfolio } = this.account;
    const several = this.held > 1;
    // What the night's rule remembers grows with each look at it, whether one position is held or several.
    const isNightAsked = this.margin.countsFills && this.isBeforeNight(now);
    const isPlain = excess > 0 && this.isSimple && !isNightAsked;
    this.below = isPlain ? portfolio.equity - excess / 2 : Infinity;
    if (isPlain && several) this.movedPast = portfolio.moved + excess / 4;
    const close = closeAfter(this.sessions, now);
    this.until = close - BEFORE_NIGHT > now ? close - BEFORE_NIGHT : close;
  }

  /** An instrument goes through a split: what a short position needs a share may rise. The account is asked next. */
  split(): void {
    if (this.until < Infinity) this.below = Infinity;
  }

  /** Whether the account is to be asked at the end of this instant. */
  get isDue(): boolean {
    const { portfolio } = this.account;
    return portfolio.equity < this.below || portfolio.moved > this.movedPast;
  }

  /** Whether the night is near: what its rates do not carry is closed in the last minutes of the session. */
  isBeforeNight(now: number): boolean {
    return closeAfter(this.sessions, now - 1) - now <= BEFORE_NIGHT;
  }

  /** The sessions whose end is the night: of what is held, the instrument that stands last. */
  private get sessions(): Sessions {
    return this.account.market.sessions[Math.max(0, this.last)];
  }

  private excess(tradeDate: number): number {
    const { margin, view } = this;
    return margin.excessAtLeast === undefined ? margin.excess(view, tradeDate) : margin.excessAtLeast(view, tradeDate);
  }

  /** Whether there is a bound at all: where rates move, what is owed and what is needed move without equity. */
  private get isSimple(): boolean {
    return this.intricates === 0 && this.oneCurrency && this.movesWithValue;
  }

  /** Whether the account can owe anything. */
  private get owes(): boolean {
    return this.owing !== 0 || this.owesCash();
  }

  private owesCash(): boolean {
    const { portfolio } = this.account;
    if (this.oneCurrency) return portfolio.totalCash < 0;
    for (let c = 0; c < portfolio.currencies.length; c++) if (portfolio.cash(c) < 0) return true;
    return false;
  }

  private note(instrument: number): void {
    const { states } = this;
    const units = this.account.portfolio.quantity[instrument];
    const before = states[instrument];
    let after = 0;
    if (units !== 0) {
      after = HELD;
      if (units < 0 || this.isFuture[instrument] === 1) after |= OWES;
      if (this.intricate[instrument] === 1) after |= INTRICATE;
    }
    if (after === before) return;
    states[instrument] = after;
    this.held += (after & HELD) - (before & HELD);
    this.owing += ((after & OWES) - (before & OWES)) / OWES;
    this.intricates += ((after & INTRICATE) - (before & INTRICATE)) / INTRICATE;
    if (after !== 0) this.last = Math.max(this.last, instrument);
    else if (instrument === this.last) while (this.last >= 0 && states[this.last] === 0) this.last--;
  }
}
