import { closeAfter } from "./calendar/session-time.js";
import type { Sessions } from "./calendar/sessions.js";
import { EngineParts } from "./engine-parts.js";
import type { RestoredBundle, RestoredRun } from "./orders/restored-run.js";
import type { FillReport } from "./portfolio/fill-report.js";

/**
 * What may be asked of a run from outside of its strategy, between two instants: to go on from an earlier one, to stop
 * trading or to close all, to book what no order has brought, to keep other hours. A backtest needs none of it.
 */
export abstract class EngineControls extends EngineParts {
  /** Orders that an earlier part of the run has held: they wait on from the start. */
  protected heldBefore: readonly RestoredBundle[] = [];

  /**
   * Goes on from what an earlier part of the run has left. Called when the run is warm and has not started.
   * @returns the rows of its orders, in the order of the list
   */
  restore(run: RestoredRun): number[] {
    const { portfolio, guards } = this;
    for (const { instrument, quantity, averagePrice, realised, fees } of run.positions) {
      const isPriced = portfolio.mark[instrument] === portfolio.mark[instrument];
      portfolio.carry(instrument, quantity, averagePrice, realised, fees);
      // What was paid says nothing of what it is worth now.
      if (!isPriced && quantity !== 0) guards.believed.carried(instrument);
    }
    if (run.losses !== undefined) guards.restoreLosses(run.losses);
    const rows = this.desk.orders.restore(run.orders);
    this.heldBefore = run.held.map(({ kind, orders }) => ({ kind, orders: orders.map((place) => rows[place]) }));
    return rows;
  }

  /** Turns the kill switch on: no new orders; cancels what could increase a position, and closes all if asked to. */
  kill(reason: string, flatten = false): void {
    this.guards.killSwitch.turnOn(reason);
    if (flatten) this.flow.flatten("kill switch");
    else this.flow.cancelIncreasing();
  }

  /** Turns the kill switch off: orders may be made again. */
  release(): void {
    this.guards.killSwitch.turnOff();
  }

  /**
   * Cancels every order and closes every position at the market, past all guards.
   * @param instrument the only one of which this is done; -1 for all
   */
  flatten(tag: string, instrument = -1): void {
    this.flow.flatten(tag, instrument);
  }

  /** Closes all to end the run: from here on no order is made that could open anything anew. */
  closeDown(tag: string): void {
    this.guards.isClosing = true;
    this.flow.flatten(tag);
  }

  /**
   * Books what no order of the run has brought, such as what came by hand or by a transfer: signed units at a price, or
   * without units a fee alone. Called as `hear` tells. The report's order is written here.
   */
  adjust(instrument: number, report: FillReport, tag: string): void {
    if (report.quantity === 0) this.portfolio.charge(instrument, report.fee);
    else this.flow.adjust(instrument, report, tag);
  }

  /**
   * Gives an instrument, and all that share its table of sessions, other ones: an exchange has decreed an early close, or
   * none. The table is changed where it lies. Called as `hear` tells.
   */
  changeHours(instrument: number, sessions: Sessions): void {
    const { market, watch, clock } = this;
    market.sessions[instrument].become(sessions);
    this.larger.hoursChanged();
    this.agenda.hoursChanged(clock.now);
    this.flow.hoursChanged();
    if (watch.dayEnd < Infinity) {
      const [first] = market.sessions;
      const close = closeAfter(first, clock.now);
      // A day that is over by the new hours ends when it would have.
      watch.dayEnd = first.contains(clock.now) ? close : Math.min(watch.dayEnd, close);
    }
  }
}
