import type { BrokerAccount } from "../../core/broker.js";
import { closeAfter } from "../../core/calendar/session-time.js";
import { MINUTE } from "../../core/market/bar-size.js";
import type { AssetClass } from "../../core/market/instrument.js";
import type { SimAccount } from "./account.js";
import type { MarginModel } from "./margin-model.js";

/** Kinds whose requirement moves with their own price alone, and by no more than the price does. */
const PLAIN: readonly AssetClass[] = ["stock", "etf", "index", "forex"];

/** How long before its close a session's account is held against the rates of the night. */
const BEFORE_NIGHT = 10 * MINUTE;

/**
 * When the account has to be held against its margin again. Asking the model at every instant would cost more than
 * everything else in the loop, and most answers follow from the one before: an account that owes nothing cannot be
 * called; one with a single plain position loses at most twice what its equity loses, so until half of the excess is
 * gone there is nothing to ask. Accounts with several positions are asked at every instant.
 */
export class MarginWatch {
  /** Ask when equity is below this; -Infinity for never, Infinity for always. */
  below = Number.NEGATIVE_INFINITY;
  /** Ask at this instant at the latest: rates may change with the trade date. */
  until = Infinity;
  private readonly account: BrokerAccount;
  private readonly view: SimAccount;
  private readonly margin: MarginModel;

  constructor(account: BrokerAccount, view: SimAccount, margin: MarginModel) {
    this.account = account;
    this.view = view;
    this.margin = margin;
  }

  /** Called when positions have changed, and after the account has been held against its margin. */
  renew(now: number, tradeDate: number): void {
    this.below = Number.NEGATIVE_INFINITY;
    this.until = Infinity;
    const { portfolio, market } = this.account;
    if (!this.margin.callsMargin) return;
    const { quantity } = portfolio;
    let owes = portfolio.totalCash < 0;
    let held = -1;
    let plain = true;
    for (let i = 0; i < quantity.length; i++) {
      if (quantity[i] === 0) continue;
      plain = plain && held < 0 && PLAIN.includes(market.instruments[i].assetClass);
      held = i;
      if (quantity[i] < 0 || market.instruments[i].assetClass === "future") owes = true;
    }
    if (!owes) return;
    const excess = plain && held >= 0 ? this.margin.excess(this.view, tradeDate) : 0;
    this.below = excess > 0 ? portfolio.equity - excess / 2 : Infinity;
    const close = closeAfter(market.sessions[Math.max(0, held)], now);
    this.until = close - BEFORE_NIGHT > now ? close - BEFORE_NIGHT : close;
  }

  /** Whether the night is near: what its rates do not carry is closed in the last minutes of the session. */
  isBeforeNight(now: number): boolean {
    const { sessions } = this.account.market;
    return closeAfter(sessions[0], now - 1) - now <= BEFORE_NIGHT;
  }
}
