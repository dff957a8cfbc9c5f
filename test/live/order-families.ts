import { Random } from "../../core/random.js";
import {
  type Bar,
  type Instrument,
  type Order,
  type OrderOptions,
  type Side,
  Strategy,
  type StrategyClass,
} from "../../index.js";
import { marketOf } from "./wanted-market.js";

const MINUTE = 60_000;
const SOURCE = "synthetic:symbols=2,bars=780,bar=1min,start=2020-01-06,seed=11";
export const FAMILY_FROM = marketOf({ source: SOURCE, end: Infinity }).sessions[0].open[1] + 30 * MINUTE;
const END = FAMILY_FROM + 60 * MINUTE;
/** What is on its way still where the data ends is not waited for. */
const LAST = END - 10 * MINUTE;
export const FAMILY_MARKET = marketOf({ source: SOURCE, end: END });
const MOST_WORKING = 12;

type Kind = "limit" | "stop" | "trail" | "market";

/**
 * Makes orders that belong together, and changes and cancels some of them now and then. Its chance goes on where a session
 * is started anew.
 */
export function families(seed: number): StrategyClass {
  const random = new Random(seed);
  class Families extends Strategy {
    #close = Number.NaN;

    override onBar({ instrument, close }: Bar): void {
      if (this.clock.now > LAST) return;
      this.#close = close;
      const working = this.workingOrders(instrument).filter(({ status }) => status !== "pending cancel");
      const hasRoom = working.length <= MOST_WORKING;
      const some = working.length > 0 ? this.#one(working) : undefined;
      const deeds: readonly (() => unknown)[] = [
        () => hasRoom && this.#family(instrument),
        () => hasRoom && this.#family(instrument),
        () => hasRoom && this.#bracket(instrument),
        () => hasRoom && this.#bracket(instrument),
        () =>
          this.oco([
            { instrument, side: "sell", quantity: 50, tif: "GTC", ...this.#priced("sell", "limit") },
            { instrument, side: "sell", quantity: this.#one([50, 80]), tif: "GTC", ...this.#priced("sell", "stop") },
          ]),
        () => this.target(instrument, this.#one([-50, 0, 50, 100])),
        () => some && this.#child(some, opposite(some.side), some.quantity, ["limit", "stop", "trail"]),
        () => some && this.#change(some),
        () => some && this.cancel(some),
        () => random.int(4) === 0 && this.closePosition(instrument),
      ];
      // On nearly every other bar nothing is done.
      deeds[random.int(18)]?.();
    }

    /** An entry with up to four children that are in no group: most of them exits, of all, of a part, and of too much. */
    #family(instrument: Instrument): void {
      const side = this.#one<Side>(["buy", "sell"]);
      const quantity = this.#one([100, 60, 40]);
      const how = this.#priced(side, this.#one<Kind>(["limit", "stop", "market"]));
      const entry = this.submit({ instrument, side, quantity, tif: "GTC", ...how });
      for (let children = random.int(5); children > 0 && entry.isWorking; children--) {
        const isExit = random.int(5) > 0;
        const units = Math.ceil(quantity * this.#one([1, 1, 0.5, 0.3, 1.5]));
        this.#child(entry, isExit ? opposite(side) : side, units, [
          "limit",
          "limit",
          "stop",
          "stop",
          "market",
          "trail",
        ]);
      }
    }

    /** One to which an exit of its own is added every other time. */
    #bracket(instrument: Instrument): void {
      const side = this.#one<Side>(["buy", "sell"]);
      const sign = side === "buy" ? 1 : -1;
      const entry = this.#one([{}, { limit: this.#at(-sign * this.#near()) }]) as { limit?: number };
      const level = entry.limit ?? this.#close;
      const beyond = (away: number): number => cents(level * (1 + sign * away));
      const loss = this.#one([{ stopLoss: beyond(-0.001) }, { trailingStop: 0.1 }]);
      const exits = { takeProfit: beyond(0.001), ...loss };
      const made = this.bracket(instrument, side, this.#one([100, 60, 40]), { ...entry, ...exits, tif: "GTC" });
      if (made.entry.isWorking && random.int(2) === 0)
        this.#child(made.entry, opposite(side), this.#one([20, 40, 100]), ["limit", "stop"]);
    }

    #child(parent: Order, side: Side, quantity: number, kinds: readonly Kind[]): void {
      const { instrument } = parent;
      this.submit({ instrument, side, quantity, tif: "GTC", parent, ...this.#priced(side, this.#one(kinds)) });
    }

    #change(order: Order): void {
      const price = this.#at(random.normal() * 0.0005);
      const quantity = Math.ceil(order.quantity * this.#one([0.5, 1, 1.5]));
      if (order.type === "limit") this.modify(order, { quantity, limit: price });
      else if (order.type === "stop") this.modify(order, { quantity, stop: price });
    }

    #priced(side: Side, kind: Kind): OrderOptions {
      const sign = side === "buy" ? 1 : -1;
      if (kind === "limit") return { limit: this.#at(-sign * this.#near()) };
      if (kind === "stop") return { stop: this.#at(sign * this.#near()) };
      return kind === "trail" ? { trail: 0.1 } : {};
    }

    #at(away: number): number {
      return cents(this.#close * (1 + away));
    }

    #near(): number {
      return (0.2 + random.next()) * 0.001;
    }

    #one<T>(choices: readonly T[]): T {
      return choices[random.int(choices.length)];
    }
  }
  return Families;
}

function opposite(side: Side): Side {
  return side === "buy" ? "sell" : "buy";
}

function cents(price: number): number {
  return Math.round(price * 100) / 100;
}
