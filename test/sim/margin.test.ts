import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cashAccount } from "../../brokers/sim/cash-account.js";
import { marginByName, unlimited } from "../../brokers/sim/margin.js";
import { type AccountView, type MarginModel, MarginTerms, type Promised } from "../../brokers/sim/margin-model.js";
import { MARGIN_ROWS } from "../../brokers/sim/margin-rows.js";
import { regT } from "../../brokers/sim/reg-t.js";
import { Instrument, type InstrumentSpec } from "../../core/market/instrument.js";
import { formatDenial } from "../../core/orders/denial.js";
import { Portfolio } from "../../core/portfolio/portfolio.js";
import { bookFill } from "../book-fill.js";

const DATE = 20240603;

class Account implements AccountView {
  readonly holdings: Portfolio;
  readonly promised: Promised;
  readonly model: MarginModel;
  date = DATE;

  constructor(model: MarginModel, cash: number, ...specs: InstrumentSpec[]) {
    const instruments = specs.map((spec, i) => new Instrument(spec, i));
    this.holdings = new Portfolio(instruments, "USD", cash);
    for (let c = 0; c < this.holdings.currencies.length; c++) this.holdings.setRate(c, 1);
    const column = (): Float64Array => new Float64Array(instruments.length);
    this.promised = { funds: new Float64Array(this.holdings.currencies.length), buys: column(), sells: column() };
    this.model = model;
  }

  /** The denial of an order, in words; "" when it is let through. */
  ask(instrument: number, quantity: number, price: number, fee = 0): string {
    const denial = this.model.refusal(this, this.terms(instrument, quantity, price, fee));
    return denial === undefined ? "" : formatDenial(denial);
  }

  /** What an order sets aside while it works. */
  needed(instrument: number, quantity: number, price: number, fee: number): number {
    const terms = this.terms(instrument, quantity, price, fee);
    this.model.refusal(this, terms);
    return terms.needed;
  }

  private terms(instrument: number, quantity: number, price: number, fee: number): MarginTerms {
    return Object.assign(new MarginTerms(), { instrument, quantity, price, tradeDate: this.date, fee });
  }

  fill(instrument: number, quantity: number, price: number, fee = 0): this {
    this.model.filled(this, instrument, quantity, price, this.date);
    bookFill(this.holdings, instrument, quantity, price, fee);
    return this;
  }

  /** Lets an order work instead of filling. */
  work(instrument: number, quantity: number, price: number, fee = 0): void {
    const currency = this.holdings.currencyOf[instrument];
    this.promised.funds[currency] += this.needed(instrument, quantity, price, fee);
    if (quantity > 0) this.promised.buys[instrument] += quantity;
    else this.promised.sells[instrument] -= quantity;
  }

  mark(instrument: number, price: number): this {
    this.holdings.setMark(instrument, Float64Array.of(price), 0);
    return this;
  }

  excess(): number {
    return this.model.excess(this, this.date);
  }

  liquidations(): readonly { instrument: number; quantity: number }[] {
    return this.model.liquidations(this, this.date);
  }

  /** Carries out a margin call at the marks. */
  liquidate(): void {
    for (const { instrument, quantity } of this.liquidations()) {
      bookFill(this.holdings, instrument, quantity, this.holdings.mark[instrument], 0);
    }
  }
}

const SPY: InstrumentSpec = { symbol: "SPY" };
const GOOG: InstrumentSpec = { symbol: "GOOG" };
const ES: InstrumentSpec = {
  symbol: "ESZ6",
  assetClass: "future",
  multiplier: 50,
  tickSize: 0.25,
  future: { expiry: "2026-12-18", initialMargin: 13_200, maintenanceMargin: 12_000 },
};
const CALL: InstrumentSpec = {
  symbol: "SPYC110",
  assetClass: "option",
  option: { underlying: "SPY", right: "call", strike: 110, expiry: "2026-12-18" },
};
const PUT: InstrumentSpec = {
  symbol: "SPYP90",
  assetClass: "option",
  option: { underlying: "SPY", right: "put", strike: 90, expiry: "2026-12-18" },
};

describe("a cash account", () => {
  it("buys with all of its cash, fee included, and not a cent more", () => {
    const account = new Account(cashAccount(), 10_001, SPY);
    expect(account.ask(0, 100, 100, 1)).toBe("");
    expect(account.ask(0, 100, 100, 1.01)).toBe("CASH: needed=10001.01 available=10001.00 currency=USD");
  });

  it("counts the cash that working buys have been promised", () => {
    const account = new Account(cashAccount(), 10_000, SPY, GOOG);
    account.work(0, 60, 100);
    expect(account.ask(1, 50, 100)).toBe("CASH: needed=5000.00 available=4000.00 currency=USD");
    expect(account.ask(1, 40, 100)).toBe("");
  });

  it("sells what it holds and refuses to sell short, working sells included", () => {
    const account = new Account(cashAccount(), 10_000, SPY).fill(0, 100, 100);
    expect(account.ask(0, -100, 100)).toBe("");
    expect(account.ask(0, -150, 100)).toBe("SHORT_SALE: account=cash held=100 selling=150");
    account.work(0, -60, 100);
    expect(account.ask(0, -40, 100)).toBe("");
    expect(account.ask(0, -41, 100)).toBe("SHORT_SALE: account=cash held=40 selling=41");
  });

  it("says parts of a unit that it refuses to sell short with all their decimals", () => {
    const account = new Account(cashAccount(), 10_000, SPY).fill(0, 1.666, 100);
    expect(account.ask(0, -1.6665, 100)).toBe("SHORT_SALE: account=cash held=1.666 selling=1.6665");
  });

  it("buys options for their premium and writes none", () => {
    const account = new Account(cashAccount(), 500, SPY, CALL);
    expect(account.ask(1, 1, 5)).toBe("");
    expect(account.ask(1, 2, 5)).toBe("CASH: needed=1000.00 available=500.00 currency=USD");
    expect(account.ask(1, -1, 5)).toBe("SHORT_SALE: account=cash held=0 selling=1");
  });

  it("needs cash of the instrument's own currency", () => {
    const account = new Account(cashAccount(), 10_000, SPY, { symbol: "SAP", currency: "EUR" });
    expect(account.ask(1, 10, 100)).toBe("CASH: needed=1000.00 available=0.00 currency=EUR");
    account.holdings.addCash(1, 1_000);
    expect(account.ask(1, 10, 100)).toBe("");
  });

  it("carries futures on their initial margin, long or short, and keeps that cash from other purchases", () => {
    const account = new Account(cashAccount(), 30_000, SPY, ES);
    expect(account.ask(1, -2, 5_000)).toBe("");
    expect(account.ask(1, 3, 5_000)).toBe("MARGIN: needed=39600.00 available=30000.00 currency=USD");
    account.fill(1, 2, 5_000);
    expect(account.ask(0, 36, 100)).toBe("");
    expect(account.ask(0, 37, 100)).toBe("CASH: needed=3700.00 available=3600.00 currency=USD");
    expect(account.ask(1, -2, 5_000)).toBe("");
  });

  it("closes futures its cash no longer carries, and leaves what is paid for alone", () => {
    const account = new Account(cashAccount(), 40_000, SPY, ES).fill(0, 100, 100).fill(1, 2, 5_000);
    expect(account.liquidations()).toEqual([]);
    // 30,000 of cash less 100 points x 50 x 2 lost leaves 20,000 for a maintenance of 24,000
    account.mark(1, 4_900);
    expect(account.excess()).toBe(-4_000);
    expect(account.liquidations()).toEqual([{ instrument: 1, quantity: -1 }]);
  });

  it("never spends below zero when orders fill at the price they were checked with", () => {
    const steps = fc.array(
      fc.record({
        instrument: fc.nat(1),
        quantity: fc.integer({ min: -200, max: 200 }),
        price: fc.integer({ min: 100, max: 20_000 }),
        fee: fc.integer({ min: 0, max: 500 }),
        works: fc.boolean(),
      }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(steps, (orders) => {
        const account = new Account(cashAccount(), 10_000, SPY, GOOG);
        const working: { instrument: number; quantity: number; price: number; fee: number; needed: number }[] = [];
        const book = (o: { instrument: number; quantity: number; price: number; fee: number }): void => {
          // A sale pays its fee out of its proceeds.
          const fee = o.quantity > 0 ? o.fee : Math.min(o.fee, -o.quantity * o.price);
          account.fill(o.instrument, o.quantity, o.price, fee);
          expect(account.holdings.cash(0)).toBeGreaterThanOrEqual(-1e-6);
          expect(account.holdings.quantity[o.instrument]).toBeGreaterThanOrEqual(0);
        };
        for (const { instrument, quantity, price, fee, works } of orders) {
          const order = { instrument, quantity, price: price / 100, fee: fee / 100 };
          if (quantity === 0 || account.ask(instrument, quantity, order.price, order.fee) !== "") continue;
          if (works) {
            const needed = account.needed(instrument, quantity, order.price, order.fee);
            account.work(instrument, quantity, order.price, order.fee);
            working.push({ ...order, needed });
          } else book(order);
        }
        for (const order of working) {
          account.promised.funds[0] -= order.needed;
          book(order);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("a Regulation T account", () => {
  it("buys for twice its equity and not for more", () => {
    const account = new Account(regT(), 10_000, SPY);
    expect(account.ask(0, 200, 100)).toBe("");
    expect(account.ask(0, 201, 100)).toBe("MARGIN: needed=10050.00 available=10000.00");
    expect(account.ask(0, 200, 100, 1)).toBe("MARGIN: needed=10001.00 available=10000.00");
  });

  it("turns a position round only as far as it could open the other side", () => {
    const account = new Account(regT(), 10_000, SPY).fill(0, 200, 100).mark(0, 80);
    // equity 6,000 carries 150 shares short; to keep 200 long it takes 4,000 only
    expect(account.excess()).toBe(2_000);
    expect(account.ask(0, -200, 80)).toBe("");
    expect(account.ask(0, -350, 80)).toBe("");
    expect(account.ask(0, -351, 80)).toBe("MARGIN: needed=6040.00 available=6000.00");
    expect(account.ask(0, -400, 80)).toBe("MARGIN: needed=8000.00 available=6000.00");
    expect(account.ask(0, -350, 80, 1)).toBe("MARGIN: needed=6001.00 available=6000.00");
  });

  it("sells nothing short below an equity of 2,000, not even by turning a long position round", () => {
    const account = new Account(regT(), 1_900, SPY).fill(0, 19, 100);
    expect(account.ask(0, -19, 100)).toBe("");
    expect(account.ask(0, -20, 100)).toBe("MINIMUM_EQUITY: needed=2000.00 equity=1900.00");
  });

  it("calls margin when a fully margined long position has fallen by a third", () => {
    // 200 shares at 100 with 10,000 borrowed: equity 25 % of value at 10,000 / (0.75 x 200) = 66.67
    const account = new Account(regT(), 10_000, SPY).fill(0, 200, 100);
    expect(account.excess()).toBe(5_000);
    account.mark(0, 66.67);
    expect(account.excess()).toBeCloseTo(0.5, 9);
    expect(account.liquidations()).toEqual([]);
    account.mark(0, 66.66);
    expect(account.excess()).toBeCloseTo(-1, 9);
    expect(account.liquidations()).toEqual([{ instrument: 0, quantity: -1 }]);
    // at 60: equity 2,000 against 3,000; 1,000 / 15 a share is 66.7 shares
    account.mark(0, 60);
    expect(account.liquidations()).toEqual([{ instrument: 0, quantity: -67 }]);
    account.liquidate();
    expect(account.excess()).toBeGreaterThanOrEqual(0);
  });

  it("keeps 30 % on a short position through a squeeze, and buys back until it does again", () => {
    // 100 short at 100: proceeds 10,000 and equity 5,000, the 150 % of Regulation T
    const account = new Account(regT(), 5_000, SPY);
    expect(account.ask(0, -100, 100)).toBe("");
    expect(account.ask(0, -101, 100)).toBe("MARGIN: needed=5050.00 available=5000.00");
    account.fill(0, -100, 100);
    expect(account.excess()).toBe(2_000);
    // at 120: equity 3,000 against 3,600; 600 / 36 a share is 16.7 shares
    account.mark(0, 120);
    expect(account.excess()).toBe(-600);
    expect(account.liquidations()).toEqual([{ instrument: 0, quantity: 17 }]);
  });

  it("buys back all of a short that has cost more than the account had", () => {
    const account = new Account(regT(), 5_000, SPY).fill(0, -100, 100).mark(0, 180);
    expect(account.holdings.equity).toBe(-3_000);
    expect(account.liquidations()).toEqual([{ instrument: 0, quantity: 100 }]);
  });

  it("asks 5.00 a share of cheap shorts, and of those below 5.00 their value or 2.50", () => {
    const keeps = (price: number): number => {
      const account = new Account(regT(), 100_000, SPY).fill(0, -100, price);
      return account.model.maintenance(account, DATE) / 100;
    };
    expect(keeps(20)).toBe(6);
    expect(keeps(16.67)).toBeCloseTo(5.001, 12);
    expect(keeps(16.66)).toBe(5);
    expect(keeps(5)).toBe(5);
    expect(keeps(4.99)).toBeCloseTo(4.99, 12);
    expect(keeps(2)).toBe(2.5);
  });

  it("needs no less to open a short than to keep it", () => {
    const account = new Account(regT(), 10_000, SPY);
    expect(account.ask(0, -3_000, 4)).toBe("MARGIN: needed=12000.00 available=10000.00");
    expect(account.ask(0, -2_500, 4)).toBe("");
  });

  it("takes what an order loses against the mark off the equity", () => {
    const account = new Account(regT(), 10_000, SPY).mark(0, 90);
    // 181 x 100 x 50 % + 181 x 10 lost at once
    expect(account.ask(0, 181, 100)).toBe("MARGIN: needed=10860.00 available=10000.00");
    expect(account.ask(0, 166, 100)).toBe("");
  });

  it("never refuses an order that reduces, deep in a margin call too", () => {
    const account = new Account(regT(), 10_000, SPY).fill(0, 200, 100).mark(0, 40);
    expect(account.excess()).toBeLessThan(0);
    expect(account.ask(0, -50, 40, 10)).toBe("");
    expect(account.ask(0, -200, 40, 10)).toBe("");
    expect(account.ask(0, 1, 40)).toMatch(/^MARGIN: /);
  });

  it("lets an order through zero when it needs less margin on the other side", () => {
    const account = new Account(regT(), 10_000, SPY).fill(0, 200, 100);
    expect(account.ask(0, -400, 100)).toBe("");
    expect(account.ask(0, -401, 100)).toBe("MARGIN: needed=50.00 available=0.00");
  });

  it("counts the margin that working orders have been promised", () => {
    const account = new Account(regT(), 10_000, SPY, GOOG);
    account.work(0, 150, 100);
    expect(account.ask(1, 51, 100)).toBe("MARGIN: needed=2550.00 available=2500.00");
    account.work(1, -50, 100);
    expect(account.ask(0, 1, 100)).toBe("MARGIN: needed=50.00 available=0.00");
  });

  it("takes a second closing order for what it is: a short sale", () => {
    const account = new Account(regT(), 10_000, SPY).fill(0, 200, 100);
    account.work(0, -200, 100);
    expect(account.promised.funds[0]).toBe(0);
    expect(account.ask(0, -200, 100)).toBe("MARGIN: needed=10000.00 available=0.00");
  });

  it("takes a second buy to cover for what it is: a purchase", () => {
    const account = new Account(regT(), 5_000, SPY).fill(0, -100, 100);
    account.work(0, 100, 100);
    expect(account.promised.funds[0]).toBe(0);
    expect(account.ask(0, 100, 100)).toBe("MARGIN: needed=5000.00 available=0.00");
  });

  it("lends nothing below an equity of 2,000 and sells nothing short", () => {
    const account = new Account(regT(), 1_500, SPY);
    expect(account.ask(0, 15, 100)).toBe("");
    expect(account.ask(0, 16, 100)).toBe("MARGIN: needed=1600.00 available=1500.00");
    expect(account.ask(0, -1, 100)).toBe("MINIMUM_EQUITY: needed=2000.00 equity=1500.00");
  });

  it("carries futures on the figures of the instrument", () => {
    const account = new Account(regT(), 30_000, ES);
    expect(account.ask(0, 2, 5_000)).toBe("");
    expect(account.ask(0, -3, 5_000)).toBe("MARGIN: needed=39600.00 available=30000.00");
    account.fill(0, 2, 5_000).mark(0, 4_930);
    expect(account.excess()).toBe(-1_000);
    expect(account.liquidations()).toEqual([{ instrument: 0, quantity: -1 }]);
  });

  it("takes a fraction of notional for futures without figures, says so, and names a root it does not know", () => {
    const bare: InstrumentSpec = { symbol: "ESZ6", assetClass: "future", multiplier: 50, tickSize: 0.25 };
    const account = new Account(regT(), 20_000, bare, { ...bare, symbol: "XXZ6" });
    expect(account.ask(0, 1, 5_000)).toBe("");
    expect(account.ask(0, 2, 5_000)).toBe("MARGIN: needed=33000.00 available=20000.00");
    expect(account.model.assumptions(DATE, DATE).join(" ")).toContain("an estimate");
    expect(() => account.ask(1, 1, 5_000)).toThrow("No margin is known for the future XXZ6 (root XX).");
  });

  it("pays long options in full", () => {
    const account = new Account(regT(), 10_000, SPY, CALL);
    expect(account.ask(1, 20, 5)).toBe("");
    expect(account.ask(1, 21, 5)).toBe("MARGIN: needed=10500.00 available=10000.00");
  });

  it("holds 20 % of the underlying less what it is out of the money against a short option", () => {
    const account = new Account(regT(), 10_000, SPY, CALL, PUT).mark(0, 100);
    // call: 20 - 10 = 10 a share, and 10 % of 100; put: 20 - 10 = 10, over 10 % of 90
    expect(account.ask(1, -10, 2)).toBe("");
    expect(account.ask(1, -11, 2)).toBe("MARGIN: needed=11000.00 available=10000.00");
    expect(account.ask(2, -10, 2)).toBe("");
    account.fill(1, -10, 2);
    expect(account.model.maintenance(account, DATE)).toBe(10_000);
    // SPY at 115: 23 a share less nothing, and the option at 8 has lost 6,000
    account.mark(0, 115).mark(1, 8);
    expect(account.excess()).toBe(4_000 - 23_000);
    expect(account.liquidations()).toEqual([{ instrument: 1, quantity: 9 }]);
  });

  it("holds 2 % of a major currency pair and 5 % of another", () => {
    const pair = (symbol: string): InstrumentSpec => ({ symbol, assetClass: "forex" });
    const account = new Account(regT(), 10_000, pair("EUR.USD"), pair("USD.MXN"));
    expect(account.ask(0, 400_000, 1.25)).toBe("");
    expect(account.ask(0, 401_000, 1.25)).toMatch(/^MARGIN: /);
    account.holdings.setRate(1, 0.05);
    expect(account.ask(1, 200_000, 20)).toBe("");
    expect(account.ask(1, 201_000, 20)).toBe("MARGIN: needed=10050.00 available=10000.00");
  });

  it("sells the position with the largest margin first", () => {
    const account = new Account(regT(), 10_000, SPY, GOOG).fill(0, 50, 100).fill(1, 150, 100).mark(0, 60).mark(1, 65);
    // 10,000 borrowed of 12,750: equity 2,750 against 3,187.50; 437.50 / 16.25 a share of GOOG
    expect(account.excess()).toBe(-437.5);
    expect(account.liquidations()).toEqual([{ instrument: 1, quantity: -27 }]);
  });

  it("is within its margin or flat after a margin call, whatever it held", () => {
    const specs = [SPY, GOOG, ES, { symbol: "EUR.USD", assetClass: "forex" as const }, CALL];
    const starts = [100, 50, 5_000, 1.1, 4];
    const sizes = [300, 500, 3, 200_000, 20];
    const held = fc.tuple(...sizes.map((size) => fc.integer({ min: -size, max: size })));
    const moves = fc.tuple(...sizes.map(() => fc.integer({ min: -60, max: 150 })));
    fc.assert(
      fc.property(held, moves, fc.integer({ min: 1_000, max: 60_000 }), (quantities, percents, cash) => {
        const account = new Account(regT(), cash, ...specs);
        quantities.forEach((quantity, i) => {
          if (quantity !== 0) account.fill(i, quantity, starts[i]);
        });
        for (const [i, percent] of percents.entries()) account.mark(i, starts[i] * (1 + percent / 100));
        const equity = account.holdings.equity;
        const calls = account.liquidations();
        if (account.excess() >= 0) expect(calls).toEqual([]);
        for (const { instrument, quantity } of calls) {
          expect(Math.sign(quantity)).toBe(-Math.sign(account.holdings.quantity[instrument]));
        }
        account.liquidate();
        expect(account.holdings.equity).toBeCloseTo(equity, 4);
        const flat = account.holdings.quantity.every((quantity) => quantity === 0);
        expect(flat || account.excess() >= -1e-5).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it("never opens a position that a margin call follows at the same price", () => {
    const orders = fc.array(fc.record({ instrument: fc.nat(1), quantity: fc.integer({ min: -400, max: 400 }) }), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(
        orders,
        fc.integer({ min: 2_000, max: 50_000 }),
        fc.constantFrom("reg-t", "reg-t-intraday"),
        (list, cash, name) => {
          const account = new Account(marginByName(name), cash, SPY, GOOG).mark(0, 100).mark(1, 12);
          for (const { instrument, quantity } of list) {
            const price = account.holdings.mark[instrument];
            if (quantity === 0 || account.ask(instrument, quantity, price, 1) !== "") continue;
            account.fill(instrument, quantity, price, 1);
          }
          // Orders that reduce are never refused, so their fees may take a full account a little below.
          expect(account.excess()).toBeGreaterThanOrEqual(-list.length);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("margin inside the day", () => {
  it("removes the 25,000 of the pattern day trader rule on 2026-06-04", () => {
    const needs = (date: number): number => MARGIN_ROWS.intradayEquity.at(date).rate;
    expect([20010927, 20010928, 20260603, 20260604].map(needs)).toEqual([2_000, 25_000, 25_000, 2_000]);
    const account = new Account(regT({ intraday: true }), 10_000, SPY);
    account.date = 20260603;
    expect(account.ask(0, 400, 100)).toBe("MARGIN: needed=20000.00 available=10000.00");
    account.date = 20260604;
    expect(account.ask(0, 400, 100)).toBe("");
    expect(account.ask(0, 401, 100)).toBe("MARGIN: needed=10025.00 available=10000.00");
  });

  it("lends four to one inside the day and sells down to two to one before its end", () => {
    const account = new Account(regT({ intraday: true }), 10_000, SPY);
    account.date = 20260604;
    account.fill(0, 350, 100);
    expect(account.excess()).toBe(1_250);
    // 350 x 100 x 50 % = 17,500 against 10,000: 7,500 / 50 a share
    expect(account.model.overnight(account, account.date)).toEqual([{ instrument: 0, quantity: -150 }]);
    account.fill(0, -150, 100);
    expect(account.model.overnight(account, account.date)).toEqual([]);
  });

  it("asks Regulation T's half of what was bought, not of what has fallen since", () => {
    const account = new Account(regT({ intraday: true }), 10_000, SPY);
    account.date = 20260604;
    account.fill(0, 200, 100);
    expect(account.model.overnight(account, account.date)).toEqual([]);
    account.date = 20260605;
    account.mark(0, 70);
    expect(account.excess()).toBe(500);
    expect(account.model.overnight(account, account.date)).toEqual([]);
    // one share more is a purchase the account has no memorandum for
    account.fill(0, 1, 70);
    expect(account.model.overnight(account, account.date)).toEqual([{ instrument: 0, quantity: -1 }]);
  });
});

describe("margin by name", () => {
  it("reads every form and names the nearest for a slip", () => {
    for (const name of ["cash", "reg-t", "reg-t-intraday", "unlimited"]) {
      expect(marginByName(name).name).toBe(name);
      expect(
        marginByName(name)
          .assumptions(DATE, DATE)
          .every((line) => /^[A-Z].*\.$/.test(line)),
      ).toBe(true);
    }
    expect(() => marginByName("regt")).toThrow('The margin "regt" is not known. Did you mean reg-t?');
  });

  it("refuses nothing and calls nothing when unlimited", () => {
    const account = new Account(unlimited(), 0, SPY);
    expect(account.ask(0, 1e9, 100)).toBe("");
    account.fill(0, 1_000, 100).mark(0, 1);
    expect(account.liquidations()).toEqual([]);
  });
});

describe("a denial in words", () => {
  it("prints whole numbers as such, others with two decimals, and small ones with what they have", () => {
    expect(formatDenial({ code: "RATE", details: { count: 11, limit: 10.5, share: 0.00012 } })).toBe(
      "RATE: count=11 limit=10.50 share=0.0001200",
    );
    expect(formatDenial({ code: "KILL_SWITCH", details: {} })).toBe("KILL_SWITCH");
  });
});
