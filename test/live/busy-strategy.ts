import { Random } from "../../core/random.js";
import {
  atr,
  type Bar,
  type Fill,
  type Instrument,
  type Order,
  type Side,
  Strategy,
  type StrategyClass,
  sma,
} from "../../index.js";
import { marketOf } from "./wanted-market.js";

const MINUTE = 60_000;
const SOURCE = "synthetic:symbols=2,bars=1170,bar=1min,start=2020-01-06,seed=11";
const [SESSIONS] = marketOf({ source: SOURCE, end: Infinity }).sessions;
export const BUSY_FROM = SESSIONS.open[0] + 300 * MINUTE;
/** Over two closes, into the third session. */
const END = SESSIONS.close[2] - 200 * MINUTE;
/** What is on its way still where the data ends is not waited for. */
const LAST = END - 20 * MINUTE;
export const BUSY_MARKET = marketOf({ source: SOURCE, end: END });
const MOST_WORKING = 14;
/** Orders for the close are refused from ten minutes before it: by the broker at once in a backtest, later in a session. */
const CUT_OFF = 12 * MINUTE;
/** On orders that answer a fill, which are answered no more. */
const ANSWER = "answer";

/**
 * Uses every command and handler there is. What it does is drawn anew from each moment: two events of an instant may be
 * told in another order in a session.
 */
export function busy(seed: number): StrategyClass {
  class Busy extends Strategy {
    private readonly average = this.indicator(sma(5));
    private readonly range = this.indicator(atr(3), { bar: "5min" });
    #random = new Random(seed);

    constructor() {
      super();
      for (const { symbol } of BUSY_MARKET.instruments) this.subscribe(symbol, "5min");
      const [one, two] = BUSY_MARKET.instruments.map(({ symbol }) => symbol);
      this.schedule({ beforeClose: 5 }, () => {
        this.#drawAt("before close");
        if (this.#random.int(2) === 0) this.closePosition(one);
      });
      this.schedule({ afterOpen: 3 }, () => {
        this.#drawAt("after open");
        this.target(two, this.#one([-40, 40, 80]));
      });
      this.schedule({ every: 17 }, () => {
        const goodTill = this.clock.now + 7 * MINUTE;
        if (this.#mayAct) this.buy(one, 10, { limit: this.#at(one, -0.0005), tif: "GTD", goodTill });
      });
    }

    override onSessionOpen(instrument: Instrument): void {
      this.#drawAt("open", instrument.symbol);
      const hasPrice = this.price(instrument) > 0;
      if (this.#mayAct && hasPrice && this.#random.int(3) === 0)
        this.sell(instrument, 15, { limit: this.#at(instrument.symbol, 0.001) });
    }

    override onSessionClose(instrument: Instrument): void {
      const { symbol } = instrument;
      this.#drawAt("close", symbol);
      const deeds: readonly (() => unknown)[] = [
        () => this.buy(instrument, 20, { type: "market-on-open" }),
        () => this.sell(instrument, 20, { limit: this.#at(symbol, 0.0005) }),
        () =>
          this.bracket(instrument, "buy", 30, {
            stopLoss: this.#at(symbol, -0.01),
            takeProfit: this.#at(symbol, 0.01),
          }),
        () => this.buy(instrument, 25),
      ];
      deeds[this.#random.int(6)]?.();
    }

    override onFill({ order, instrument, side, quantity }: Fill): void {
      if (!this.#mayAct || order.tag === ANSWER) return;
      this.#drawAt("fill", instrument.symbol, quantity, order.type);
      const sign = side === "buy" ? 1 : -1;
      const exit = { instrument, side: side === "buy" ? "sell" : "buy", quantity, tag: ANSWER } as const;
      const at = (away: number): number => this.#at(instrument.symbol, sign * away);
      const deeds: readonly (() => unknown)[] = [
        () =>
          this.oco([
            { ...exit, tif: "GTC", limit: at(0.001) },
            { ...exit, tif: "GTC", stop: at(-0.001) },
          ]),
        () => this.submit({ ...exit, trail: 0.08 }),
      ];
      deeds[this.#random.int(5)]?.();
    }

    override onBar({ instrument, size }: Bar): void {
      if (!this.#mayAct) return;
      const { symbol } = instrument;
      this.#drawAt("bar", symbol, size.label);
      if (size.label === "5min") {
        if (this.range.isReady && this.#random.int(3) === 0)
          this.targetValue(instrument, this.#one([0, 3_000, -3_000, 6_000]));
        return;
      }
      const working = this.workingOrders(instrument).filter(({ status }) => status !== "pending cancel");
      if (working.length > MOST_WORKING) this.cancelAll(instrument);
      else this.#act(instrument, working);
    }

    #act(instrument: Instrument, working: readonly Order[]): void {
      const { symbol } = instrument;
      const side = this.#one<Side>(["buy", "sell"]);
      const sign = side === "buy" ? 1 : -1;
      const order = { instrument, side, quantity: 30 };
      const at = (away: number): number => this.#at(symbol, sign * away);
      const some = working.length > 0 ? this.#one(working) : undefined;
      const isLate = SESSIONS.close.some((close) => close >= this.clock.now && close - this.clock.now < CUT_OFF);
      const near = this.#random.normal() * 0.0004;
      const deeds: readonly (() => unknown)[] = [
        () => !isLate && this.submit({ ...order, type: "market-on-close" }),
        () => !isLate && this.submit({ ...order, type: "limit-on-close", limit: at(0.002) }),
        () => this.submit({ ...order, tif: this.#one(["IOC", "FOK"]), limit: at(near) }),
        () => this.submit({ ...order, limit: at(-0.0004) }),
        () => this.submit({ ...order, stop: at(0.0004), limit: at(0.0006) }),
        () => this.submit({ ...order, type: "limit-if-touched", stop: at(-0.0004), limit: at(-0.0003) }),
        () => this.submit({ ...order, trail: 0.06, limitOffset: 0.02 }),
        () =>
          this.bracket(instrument, side, 50, {
            takeProfit: at(0.001),
            stopLoss: at(-0.001),
            exitTif: this.#one(["DAY", "GTC"]),
          }),
        () => some && this.cancel(some),
        () => some?.type === "limit" && this.modify(some, { limit: at(near) }),
        () => this.#random.int(3) === 0 && this.closePosition(instrument),
        () => this.average.crossedAbove(this.price(symbol)) && this.target(instrument, 10),
      ];
      // On every other bar nothing is done.
      deeds[this.#random.int(24)]?.();
    }

    get #mayAct(): boolean {
      return this.clock.now < LAST;
    }

    #drawAt(...keys: readonly (string | number)[]): void {
      let hash = seed;
      for (const letter of [this.clock.now, ...keys].join(" ")) hash = (Math.imul(hash, 31) + letter.charCodeAt(0)) | 0;
      this.#random = new Random(hash >>> 0);
    }

    #at(symbol: string, away: number): number {
      return Math.round(this.price(symbol) * (1 + away) * 100) / 100;
    }

    #one<T>(choices: readonly T[]): T {
      return choices[this.#random.int(choices.length)];
    }
  }
  return Busy;
}
