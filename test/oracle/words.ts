import { type Deed, symbolOf, type Terms } from "./deed.js";
import type { OrderEnd, Outcome } from "./outcome.js";
import type { Moment, Story } from "./story.js";

/** A story as a person tells it. */
export function inWords({ rules, slotsPerSession, markets, deeds }: Story): string {
  const bars = markets.map((market, i) => {
    const rows = market.map((bar, slot) => {
      if (bar === undefined) return `  ${slot}: none`;
      const { open, high, low, close, volume } = bar;
      return `  ${slot}: ${open} ${high} ${low} ${close}${rules.volumeLimit > 0 ? ` volume ${volume}` : ""}`;
    });
    return [`bars of ${symbolOf(i)}, ${slotsPerSession} to a session:`, ...rows].join("\n");
  });
  const settings = Object.entries(rules).map(([name, value]) => `${name}=${value}`);
  return [settings.join(" "), ...bars, ...deeds.map(({ when, deed }) => `${whenOf(when)}: ${deedInWords(deed)}`)].join(
    "\n",
  );
}

function whenOf(when: Moment): string {
  return when.on === "fill" ? `on fill ${when.fill}` : `after bar ${when.slot} of ${symbolOf(when.instrument)}`;
}

export function deedInWords(deed: Deed): string {
  switch (deed.does) {
    case "order":
    case "child":
      return `${termsOf(deed.terms, deed.instrument)}${deed.does === "child" ? ` behind working order ${deed.parent}` : ""}`;
    case "bracket": {
      const { terms, instrument, loss, profit, exits, exitTif } = deed;
      return `bracket ${termsOf(terms, instrument)}, loss ${loss} profit ${profit}: ${exits} ${exitTif}`;
    }
    case "oco":
      return `oco ${deed.legs.map(({ terms, instrument }) => termsOf(terms, instrument)).join(" / ")}`;
    case "cancel all":
      return `cancel all of ${symbolOf(deed.instrument)}`;
    default: {
      const { does, which, ...changes } = deed;
      return `${does} working order ${which} ${JSON.stringify(changes)}`;
    }
  }
}

/** Prices are ticks from where the instrument stands. */
function termsOf({ side, quantity, ...rest }: Terms, instrument: number): string {
  const others = Object.entries(rest).map(([name, value]) => `${name} ${value}`);
  return `${side} ${quantity} ${symbolOf(instrument)} ${others.join(" ")}`;
}

export function outcomeInWords({ fills, orders }: Outcome): string[] {
  return [
    ...fills.map(
      ({ order, slot, at, price, quantity }) => `order ${order}, bar ${slot} ${at}: ${quantity} at ${price}`,
    ),
    ...endsInWords(orders),
  ];
}

export function endsInWords(orders: readonly OrderEnd[]): string[] {
  return orders.map(({ status, filled, quantity }, id) => {
    // What one that has ended was still to fill nobody asks any more.
    const size = status === "working" ? ` of ${quantity}` : "";
    return `order ${id}: ${status}, ${filled}${size} filled`;
  });
}
