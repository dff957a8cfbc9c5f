import { describe, expect, it } from "vitest";
import { IB_BAR_SIZES, ibBarSizeNamed, ibBarSizeOf } from "../../brokers/ib/bar-sizes.js";
import { chunkLimit } from "../../brokers/ib/chunk-limits.js";
import { formatDuration, isAllowed, MOST_OF_UNIT, parseDuration } from "../../brokers/ib/durations.js";
import { incrementAt, MARKET_RULES } from "../../brokers/ib/market-rules.js";
import { AUX_PRICE_IS, IB_ORDER_TYPE, IB_TIMES_IN_FORCE, orderTypeOf } from "../../brokers/ib/order-names.js";
import { canStillFill, IB_ORDER_STATUSES } from "../../brokers/ib/order-statuses.js";
import { OWN_PACING, PACING_RULES } from "../../brokers/ib/pacing.js";
import { PORTS, portName } from "../../brokers/ib/ports.js";
import { assetClassOf, SEC_TYPE_OF } from "../../brokers/ib/products.js";
import { DELAYED_TICK, SIZE_OF_PRICE, TICK_TYPES } from "../../brokers/ib/tick-types.js";
import { usualWhatToShow, WHAT_TO_SHOW, whatToShowNamed } from "../../brokers/ib/what-to-show.js";
import { parseBarSize } from "../../core/market/bar-size.js";
import { ORDER_TYPES, TIMES_IN_FORCE } from "../../core/orders/kinds.js";

describe("bar sizes", () => {
  it("are read back as the size they name, whatever the case", () => {
    for (const one of IB_BAR_SIZES) {
      expect(ibBarSizeNamed(one.name)).toBe(one);
      expect(ibBarSizeNamed(one.name.toUpperCase())).toBe(one);
      expect(ibBarSizeOf(one.size)).toBe(one);
      expect(parseBarSize(one.size.label)).toEqual(one.size);
    }
  });

  it("are spelt as IB spells them: one minute, five minutes, one second in the plural", () => {
    expect(ibBarSizeNamed("1 min")?.size.label).toBe("1min");
    expect(ibBarSizeNamed("1 week")?.size.label).toBe("1week");
    expect(ibBarSizeNamed("1 m")?.size.label).toBe("1month");
    for (const wrong of ["1 sec", "1 mins", "5 min", "7 mins", "1day", ""]) {
      expect(ibBarSizeNamed(wrong), wrong).toBeUndefined();
    }
  });
});

describe("durations", () => {
  it("are a number, a space and a unit; a number alone is seconds", () => {
    expect(parseDuration("20 D")).toEqual({ count: 20, unit: "D" });
    expect(parseDuration("1800")).toEqual({ count: 1800, unit: "S" });
    for (const wrong of ["20D", "D", "1.5 D", "-1 D", "1 H", ""]) expect(parseDuration(wrong), wrong).toBeUndefined();
    expect(formatDuration({ count: 6, unit: "M" })).toBe("6 M");
  });

  it("take the bar sizes of IB's table of steps", () => {
    const allowed = (bar: string, duration: string): boolean => {
      const parsed = parseDuration(duration);
      if (parsed === undefined) throw new Error(duration);
      return isAllowed(parseBarSize(bar), parsed);
    };
    expect(allowed("1sec", "2000 S")).toBe(true);
    expect(allowed("1sec", "2001 S")).toBe(false);
    expect(allowed("1sec", "1 D")).toBe(false);
    expect(allowed("5sec", "1 D")).toBe(true);
    expect(allowed("5sec", "1 W")).toBe(false);
    expect(allowed("10sec", "1 W")).toBe(true);
    expect(allowed("10sec", "1 M")).toBe(false);
    expect(allowed("30sec", "1 M")).toBe(true);
    expect(allowed("30sec", "1 Y")).toBe(false);
    expect(allowed("1min", "1 Y")).toBe(true);
    expect(allowed("1day", "20 Y")).toBe(true);
    expect(allowed("1day", "366 D")).toBe(false);
    expect(allowed("1day", "13 M")).toBe(false);
    expect(allowed("1min", "29 S")).toBe(false);
  });

  it("are planned in chunks that the table allows, with a usual one not above the most", () => {
    const days = { S: 1 / 86_400, D: 1, W: 7, M: 30, Y: 365 };
    for (const { size } of IB_BAR_SIZES) {
      const { usual, most } = chunkLimit(size);
      expect(isAllowed(size, usual), `${size.label} ${formatDuration(usual)}`).toBe(true);
      expect(isAllowed(size, most), `${size.label} ${formatDuration(most)}`).toBe(true);
      expect(usual.count * days[usual.unit]).toBeLessThanOrEqual(most.count * days[most.unit]);
      expect(most.count).toBeLessThanOrEqual(MOST_OF_UNIT[most.unit]);
    }
    expect(chunkLimit(parseBarSize("1hour")).usual).toEqual({ count: 1, unit: "Y" });
    expect(chunkLimit(parseBarSize("1min")).usual).toEqual({ count: 1, unit: "W" });
    expect(chunkLimit(parseBarSize("1sec")).usual).toEqual({ count: 1800, unit: "S" });
  });
});

describe("kinds of history", () => {
  it("are had of the products of IB's table", () => {
    expect(whatToShowNamed("trades")?.products).not.toContain("CASH");
    expect(whatToShowNamed("MIDPOINT")?.products).toContain("CASH");
    expect(whatToShowNamed("ADJUSTED_LAST")).toMatchObject({ pages: false, streams: false });
    expect(whatToShowNamed("BID_ASK")?.cost).toBe(2);
    expect(whatToShowNamed("LAST")).toBeUndefined();
    expect(WHAT_TO_SHOW.filter((one) => one.streams).map((one) => one.name)).toEqual([
      "TRADES",
      "MIDPOINT",
      "BID",
      "ASK",
    ]);
  });

  it("are trades where there are any, else the middle", () => {
    expect(usualWhatToShow("STK")).toBe("TRADES");
    expect(usualWhatToShow("CASH")).toBe("MIDPOINT");
    expect(usualWhatToShow("CRYPTO")).toBe("AGGTRADES");
  });
});

describe("names of orders", () => {
  it("lead from our type to IB's and back", () => {
    for (const type of ORDER_TYPES) {
      const tif = type.endsWith("-on-open") ? "OPG" : "DAY";
      expect(orderTypeOf(IB_ORDER_TYPE[type], tif)).toBe(type);
    }
    expect(orderTypeOf("REL", "DAY")).toBeUndefined();
    expect(IB_TIMES_IN_FORCE).toEqual(TIMES_IN_FORCE);
  });

  it("say where a second price is kept", () => {
    expect(AUX_PRICE_IS.stop).toBe("stop");
    expect(AUX_PRICE_IS["trailing-stop"]).toBe("trail");
    expect(AUX_PRICE_IS.limit).toBeUndefined();
  });

  it("tell which states can still fill", () => {
    expect(Object.keys(IB_ORDER_STATUSES).filter((status) => canStillFill(status) === false)).toEqual([
      "ApiCancelled",
      "Cancelled",
      "Filled",
      "Inactive",
    ]);
    expect(canStillFill("PendingCancel")).toBe(true);
    expect(canStillFill("Lost")).toBeUndefined();
  });
});

describe("other words", () => {
  it("give each delayed tick one live tick, and each price its size", () => {
    expect(new Set(DELAYED_TICK.values()).size).toBe(DELAYED_TICK.size);
    expect(SIZE_OF_PRICE.get(TICK_TYPES.bid)).toBe(TICK_TYPES.bidSize);
    expect(SIZE_OF_PRICE.get(TICK_TYPES.delayedLast)).toBe(TICK_TYPES.delayedLastSize);
    expect(new Set(Object.values(TICK_TYPES)).size).toBe(Object.keys(TICK_TYPES).length);
  });

  it("lead from our kinds of instrument to IB's and back", () => {
    for (const kind of ["stock", "index", "future", "forex", "option"] as const) {
      expect(assetClassOf(SEC_TYPE_OF[kind])).toBe(kind);
    }
    expect(assetClassOf("STK", "ETF")).toBe("etf");
    expect(assetClassOf("BOND")).toBeUndefined();
  });

  it("keep our own pacing inside IB's", () => {
    for (const rule of PACING_RULES) {
      const own = OWN_PACING.find((one) => one.name === rule.name);
      expect(own?.window).toBe(rule.window);
      expect(own?.most).toBeLessThanOrEqual(rule.most);
      expect(own?.smallBarsOnly === false || rule.smallBarsOnly).toBe(true);
    }
  });

  it("find the step of a price by the last edge that is not above it", () => {
    const rule = MARKET_RULES.get(32) ?? [];
    expect(incrementAt(rule, 0.5)).toBe(0.0001);
    expect(incrementAt(rule, 1)).toBe(0.01);
    expect(incrementAt(rule, -5)).toBe(0.01);
    expect(incrementAt([], 5)).toBeNaN();
  });

  it("name the four usual ports", () => {
    for (const [name, port] of Object.entries(PORTS)) expect(portName(port)).toBe(name);
    expect(portName(80)).toBeUndefined();
  });
});
