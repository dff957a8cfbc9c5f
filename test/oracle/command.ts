import type { Order } from "../../index.js";
import type { Trader } from "../scripted.js";
import { type Deed, instrumentNamed, symbolOf } from "./deed.js";
import type { OrderEnd } from "./outcome.js";
import { changesOf, exitsOf, IN_PERCENT, optionsOf } from "./terms.js";

/**
 * Does a deed through the commands of a strategy; what it orders is put down in `made`.
 * @param standsAt where an instrument stands, by which the prices of a story are told
 */
export function command(trader: Trader, made: Order[], deed: Deed, standsAt: (instrument: number) => number): void {
  const { now } = trader.clock;
  const working = made.filter((order) => order.isWorking);
  switch (deed.does) {
    case "order":
    case "child": {
      const { instrument, terms } = deed;
      const { side, quantity } = terms;
      const options = optionsOf(terms, standsAt(instrument), now);
      if (deed.does === "child" && working.length === 0) return;
      const parent = deed.does === "child" ? { parent: working[deed.parent % working.length] } : {};
      made.push(trader.submit({ instrument: symbolOf(instrument), side, quantity, ...options, ...parent }));
      return;
    }
    case "bracket": {
      const { instrument, terms, exitTif } = deed;
      const price = standsAt(instrument);
      const options = { ...optionsOf(terms, price, now), ...exitsOf(deed, price), exitTif };
      const bracket = trader.bracket(symbolOf(instrument), terms.side, terms.quantity, options);
      for (const order of [bracket.entry, bracket.stopLoss, bracket.takeProfit]) if (order) made.push(order);
      return;
    }
    case "oco":
      made.push(
        ...trader.oco(
          deed.legs.map(({ instrument, terms }) => ({
            instrument: symbolOf(instrument),
            side: terms.side,
            quantity: terms.quantity,
            ...optionsOf(terms, standsAt(instrument), now),
          })),
        ),
      );
      return;
    case "modify": {
      if (working.length === 0) return;
      const order = working[deed.which % working.length];
      const triggered = order.history.some(({ status }) => status === "triggered");
      const instrument = instrumentNamed(order.instrument.symbol);
      const changes = changesOf(
        deed,
        { type: order.type, triggered, inPercent: order.tag === IN_PERCENT },
        standsAt(instrument),
      );
      if (changes !== undefined) trader.modify(order, changes);
      return;
    }
    case "cancel":
      if (working.length > 0) trader.cancel(working[deed.which % working.length]);
      return;
    case "cancel all":
      trader.cancelAll(symbolOf(deed.instrument));
  }
}

/** How the orders stand at the end. */
export function endsOf(made: readonly Order[]): OrderEnd[] {
  return made.map(({ status, filled, quantity }) => ({ status: wordOf(status), filled, quantity }));
}

function wordOf(status: Order["status"]): string {
  switch (status) {
    case "filled":
    case "cancelled":
    case "expired":
    case "denied":
    case "rejected":
      return status;
    default:
      return "working";
  }
}
