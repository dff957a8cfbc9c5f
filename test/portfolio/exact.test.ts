import { describe, expect, it } from "vitest";
import { Portfolio } from "../../core/portfolio/portfolio.js";
import { TradeLog } from "../../core/portfolio/trade-log.js";
import { Instrument, Random } from "../../index.js";
import { bookFill } from "../book-fill.js";

/** Decimals of the reference: money and prices as whole numbers of 10^-30. */
const ONE = 10n ** 30n;

/** A decimal of up to nine places as a whole number of 10^-30. */
function exact(value: number, places: number): bigint {
  return BigInt(Math.round(value * 10 ** places)) * 10n ** BigInt(30 - places);
}

/** What a broker's ledger says, in whole numbers: nothing is rounded but the share of a basis, at 10^-30. */
class Ledger {
  cash: bigint;
  readonly quantity: bigint[];
  readonly basis: bigint[];
  readonly realised: bigint[];
  readonly fees: bigint[];
  private readonly instruments: readonly Instrument[];

  constructor(instruments: readonly Instrument[], cash: number) {
    this.instruments = instruments;
    this.cash = exact(cash, 2);
    const zeros = (): bigint[] => instruments.map(() => 0n);
    [this.quantity, this.basis, this.realised, this.fees] = [zeros(), zeros(), zeros(), zeros()];
  }

  fill(i: number, quantity: bigint, price: bigint, fee: bigint): void {
    const multiplier = BigInt(this.instruments[i].multiplier);
    const held = this.quantity[i];
    const value = (quantity * price * multiplier) / ONE;
    let realised = 0n;
    if (held === 0n || held > 0n === quantity > 0n) {
      this.basis[i] += value;
    } else {
      const closed = abs(quantity) < abs(held) ? -quantity : held;
      const share = (this.basis[i] * closed) / held;
      realised = (closed * price * multiplier) / ONE - share;
      this.basis[i] -= share;
      this.basis[i] += ((quantity + closed) * price * multiplier) / ONE;
    }
    this.quantity[i] = held + quantity;
    this.realised[i] += realised;
    this.fees[i] += fee;
    this.cash += (this.instruments[i].assetClass === "future" ? realised : -value) - fee;
  }
}

const abs = (value: bigint): bigint => (value < 0n ? -value : value);

/** How far a number is from a whole number of 10^-30. */
function distance(value: number, reference: bigint): number {
  // The reference is split, so that a large amount costs no digits of the small difference.
  const whole = reference / ONE;
  const rest = Number(reference - whole * ONE) / 1e30;
  return Math.abs(value - Number(whole) - rest);
}

interface Fill {
  i: number;
  quantity: number;
  price: number;
  fee: number;
}

/** Instruments with prices of 2 to 4 decimals and quantities of 0 to 2. */
const SHAPES = [
  { spec: { symbol: "SPY" }, price: 400, prices: 2, quantities: 0 },
  { spec: { symbol: "PENNY" }, price: 0.8, prices: 4, quantities: 0 },
  {
    spec: { symbol: "ESH4", assetClass: "future", multiplier: 50, tickSize: 0.25, future: { expiry: "2024-03-15" } },
    price: 5000,
    prices: 2,
    quantities: 0,
  },
  {
    spec: {
      symbol: "CALL",
      assetClass: "option",
      option: { underlying: "SPY", right: "call", strike: 400, expiry: "2024-03-15" },
    },
    price: 6,
    prices: 2,
    quantities: 0,
  },
  { spec: { symbol: "PART", quantityStep: 0.01 }, price: 1234, prices: 3, quantities: 2 },
] as const;

const instruments = SHAPES.map(({ spec }, i) => new Instrument(spec, i));

/** Random fills with everything that happens to a position: adding, closing a part, closing, turning it over. */
function* fills(count: number, seed: number): Generator<Fill> {
  const random = new Random(seed);
  const held = SHAPES.map(() => 0);
  const fill: Fill = { i: 0, quantity: 0, price: 0, fee: 0 };
  for (let n = 0; n < count; n++) {
    const i = random.int(SHAPES.length);
    const { price, prices, quantities } = SHAPES[i];
    const scale = 10 ** quantities;
    const steps = 1 + random.int(100);
    const kind = random.int(10);
    let units = kind < 5 ? steps * (random.int(2) === 0 ? 1 : -1) : -Math.sign(held[i] || 1) * steps;
    if (kind === 7) units = -held[i] || steps;
    if (kind === 8) units = -held[i] - Math.sign(held[i] || 1) * steps;
    if (Math.abs(held[i] + units) > 2_000) units = -held[i];
    held[i] += units;
    fill.i = i;
    fill.quantity = units / scale;
    fill.price = Math.round(price * (0.9 + 0.2 * random.next()) * 10 ** prices) / 10 ** prices;
    fill.fee = random.int(3) === 0 ? 0 : random.int(50_000) / 10_000;
    yield fill;
  }
}

describe("a million random fills", () => {
  it("leave cash, cost basis and realised profit within a millionth of exact decimal arithmetic", {
    timeout: 20_000,
  }, () => {
    const portfolio = new Portfolio(instruments, "USD", 1_000_000);
    const ledger = new Ledger(instruments, 1_000_000);
    const worst = { cash: 0, basis: 0, realised: 0, fees: 0, quantity: 0 };
    let n = 0;
    let turned = 0;
    for (const { i, quantity, price, fee } of fills(1_000_000, 11)) {
      const before = portfolio.quantity[i];
      bookFill(portfolio, i, quantity, price, fee);
      ledger.fill(i, exact(quantity, 2), exact(price, 4), exact(fee, 4));
      if (before * portfolio.quantity[i] < 0) turned++;
      if (++n % 97 !== 0 && n !== 1_000_000) continue;
      worst.cash = Math.max(worst.cash, distance(portfolio.cash(0), ledger.cash));
      worst.basis = Math.max(worst.basis, distance(portfolio.costBasis(i), ledger.basis[i]));
      worst.realised = Math.max(worst.realised, distance(portfolio.realised(i), ledger.realised[i]));
      worst.fees = Math.max(worst.fees, distance(portfolio.fees(i), ledger.fees[i]));
      worst.quantity = Math.max(worst.quantity, distance(portfolio.quantity[i], ledger.quantity[i]));
    }
    expect(turned).toBeGreaterThan(50_000);
    for (const [name, far] of Object.entries(worst)) expect(far, name).toBeLessThan(1e-6);
  });

  it("leave equity equal to cash and what the positions are worth", () => {
    const portfolio = new Portfolio(instruments, "USD", 1_000_000);
    let n = 0;
    for (const { i, quantity, price, fee } of fills(50_000, 12)) {
      bookFill(portfolio, i, quantity, price, fee);
      if (++n % 13 !== 0) continue;
      let value = portfolio.cash(0);
      instruments.forEach((instrument, k) => {
        const held = portfolio.quantity[k];
        if (held === 0) return;
        value +=
          held * portfolio.mark[k] * instrument.multiplier -
          (instrument.assetClass === "future" ? portfolio.costBasis(k) : 0);
      });
      expect(Math.abs(portfolio.equity - value)).toBeLessThan(1e-6);
    }
  });

  it("leave a flat position without basis, average price or unrealised profit", () => {
    const portfolio = new Portfolio(instruments, "USD", 1_000_000);
    let flat = 0;
    for (const { i, quantity, price, fee } of fills(50_000, 13)) {
      bookFill(portfolio, i, quantity, price, fee);
      if (portfolio.quantity[i] !== 0) {
        expect(portfolio.averagePrice(i)).toBeGreaterThan(0);
        continue;
      }
      flat++;
      expect([portfolio.costBasis(i), portfolio.unrealised(i), portfolio.notional(i)]).toEqual([0, 0, 0]);
      expect(portfolio.averagePrice(i)).toBeNaN();
    }
    expect(flat).toBeGreaterThan(1000);
  });
});

describe("the log of trades", () => {
  it("reconciles with the portfolio: profits of trades and open lots are realised and unrealised profit less fees", () => {
    const portfolio = new Portfolio(instruments, "USD", 1_000_000);
    const trades = new TradeLog(instruments.length);
    let n = 0;
    for (const { i, quantity, price, fee } of fills(40_000, 14)) {
      bookFill(portfolio, i, quantity, price, fee);
      // Now and then several fills belong to one order.
      trades.fill(Math.floor(n++ / 3), i, -1, quantity, price, fee, n, instruments[i].multiplier);
      if (n % 997 !== 0) continue;
      for (let k = 0; k < instruments.length; k++) {
        let profit = 0;
        for (let t = 0; t < trades.length; t++) if (trades.instrument[t] === k) profit += trades.profit[t];
        let open = 0;
        for (const lot of trades.openLots(k)) {
          profit += lot.quantity * (portfolio.mark[k] - lot.price) * instruments[k].multiplier - lot.fee;
          open += lot.quantity;
        }
        const booked = portfolio.realised(k) + portfolio.unrealised(k) - portfolio.fees(k);
        expect(Math.abs(profit - booked)).toBeLessThan(1e-4);
        expect(Math.abs(open - portfolio.quantity[k])).toBeLessThan(1e-6);
      }
    }
  });

  it("closes the oldest lot first, and shares fees by quantity", () => {
    const trades = new TradeLog(1);
    trades.fill(0, 0, 0, 100, 10, 1, 1, 1);
    trades.fill(1, 0, 1, 100, 20, 1, 2, 1);
    trades.fill(2, 0, 2, -150, 30, 3, 3, 1);
    const rows = Array.from({ length: trades.length }, (_, t) => [
      trades.entryOrder[t],
      trades.exitOrder[t],
      trades.quantity[t],
      trades.entryPrice[t],
      trades.exitPrice[t],
      trades.profit[t],
      trades.fees[t],
    ]);
    expect(rows).toEqual([
      [0, 2, 100, 10, 30, 2000 - 1 - 2, 3],
      [1, 2, 50, 20, 30, 500 - 0.5 - 1, 1.5],
    ]);
    expect(trades.openLots(0)).toMatchObject([{ quantity: 50, price: 20, fee: 0.5 }]);
  });

  it("makes one trade of the partial fills of one exit, and one lot of those of one entry", () => {
    const trades = new TradeLog(1);
    trades.fill(0, 0, 0, 30, 10, 1, 1, 1);
    trades.fill(0, 0, 1, 70, 20, 1, 2, 1);
    trades.fill(1, 0, 2, -40, 30, 1, 3, 1);
    trades.fill(1, 0, 3, -60, 40, 1, 4, 1);
    expect(trades.length).toBe(1);
    expect([trades.quantity[0], trades.entryPrice[0], trades.exitPrice[0], trades.fees[0]]).toEqual([100, 17, 36, 4]);
    expect(trades.profit[0]).toBeCloseTo(1900 - 4, 9);
    expect(trades.openLots(0)).toEqual([]);
  });

  it("turns a position by closing what is held and opening the rest", () => {
    const trades = new TradeLog(1);
    trades.fill(0, 0, 0, 100, 10, 0, 1, 1);
    trades.fill(1, 0, 1, -150, 12, 3, 2, 1);
    expect([trades.length, trades.quantity[0], trades.profit[0]]).toEqual([1, 100, 200 - 2]);
    expect(trades.openLots(0)).toMatchObject([{ quantity: -50, price: 12, fee: 1 }]);
  });
});

describe("a portfolio", () => {
  const one = (cash = 10_000): Portfolio => new Portfolio([new Instrument({ symbol: "SPY" })], "USD", cash);

  it("keeps the average price when a part is sold, and realises that part", () => {
    const portfolio = one();
    bookFill(portfolio, 0, 10, 100, 0);
    bookFill(portfolio, 0, 10, 110, 0);
    bookFill(portfolio, 0, -5, 120, 0);
    expect([portfolio.averagePrice(0), portfolio.realised(0), portfolio.costBasis(0)]).toEqual([105, 75, 1575]);
  });

  it("takes fees from cash and never from profit", () => {
    const portfolio = one();
    bookFill(portfolio, 0, 10, 100, 1);
    bookFill(portfolio, 0, -10, 101, 1);
    expect([portfolio.cash(0), portfolio.realised(0), portfolio.fees(0), portfolio.equity]).toEqual([
      10_008, 10, 2, 10_008,
    ]);
  });

  it("of quantities in tenths comes to exactly nothing when all is sold", () => {
    const portfolio = one();
    for (const quantity of [0.1, 0.2, 0.7, -0.3, -0.7]) bookFill(portfolio, 0, quantity, 100, 0);
    expect(portfolio.quantity[0]).toBe(0);
    expect(portfolio.costBasis(0)).toBe(0);
  });

  it("takes cash that comes from outside, such as a dividend", () => {
    const portfolio = one();
    portfolio.addCash(0, 12.34);
    expect([portfolio.equity, portfolio.totalCash]).toEqual([10_012.34, 10_012.34]);
  });
});
