import { BarSeries, type Fill, Instrument, type Order, parseBarSize } from "../../index.js";
import { run, type Trader } from "../scripted.js";
import type { Outcome } from "./outcome.js";
import { slotOf, slotsOf } from "./slots.js";
import { type Deed, deedsOnBar, deedsOnFill, latestClose, type Story, symbolOf } from "./story.js";
import { changesOf, exitsOf, optionsOf } from "./terms.js";

/** What the framework makes of a story, through the public `backtest()`. */
export async function runEngine(story: Story): Promise<Outcome> {
  const made: Order[] = [];
  const lastSlot = new Map(slotsOf(story).map(({ end, index }) => [end, index]));
  const act = (trader: Trader, deeds: readonly Deed[]): void => {
    const slot = lastSlot.get(trader.clock.now) as number;
    for (const deed of deeds) carryOut(story, trader, made, deed, slot);
  };
  const { rules } = story;
  const result = await run(
    story.markets.map((_, i) => seriesOf(story, i)),
    {
      onBar: (trader, bar) => {
        const instrument = story.markets.findIndex((_, i) => symbolOf(i) === bar.instrument.symbol);
        act(trader, deedsOnBar(story, instrument, lastSlot.get(bar.end) as number));
      },
      onFill: (trader, _fill: Fill, n) => act(trader, deedsOnFill(story, n)),
    },
    {
      intrabar: rules.intrabar,
      limitFill: rules.limitFill,
      fill: rules.fill,
      slippage: `ticks:${rules.slippageTicks}`,
      ...(rules.volumeLimit > 0 && { volumeLimit: rules.volumeLimit }),
    },
  );
  const { fills, series, finest } = result;
  return {
    fills: Array.from({ length: fills.length }, (_, f) => {
      const bars = series[finest[fills.instrument[f]]];
      const row = fills.row[f];
      return {
        order: fills.order[f],
        slot: lastSlot.get(bars.end[row]) as number,
        at: fills.time[f] === bars.start[row] ? "open" : "inside",
        price: fills.price[f],
        quantity: Math.abs(fills.quantity[f]),
      };
    }),
    orders: made.map(({ status, filled, quantity }) => ({ status: wordOf(status), filled, quantity })),
  };
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

function seriesOf(story: Story, instrument: number): BarSeries {
  const size = parseBarSize(story.slotsPerSession === 1 ? "1day" : "1hour");
  const series = new BarSeries(new Instrument({ symbol: symbolOf(instrument), tickSize: 1 }), size);
  story.markets[instrument].forEach((bar, index) => {
    if (bar === undefined) return;
    const { start, end } = slotOf(story, index);
    series.append(start, end, bar.open, bar.high, bar.low, bar.close, bar.volume);
  });
  return series;
}

function carryOut(story: Story, trader: Trader, made: Order[], deed: Deed, slot: number): void {
  const { now } = trader.clock;
  const working = made.filter((order) => order.isWorking);
  switch (deed.does) {
    case "order":
    case "child": {
      const { instrument, terms } = deed;
      const { side, quantity } = terms;
      const options = optionsOf(terms, latestClose(story, instrument, slot), now);
      if (deed.does === "child" && working.length === 0) return;
      const parent = deed.does === "child" ? { parent: working[deed.parent % working.length] } : {};
      made.push(trader.submit({ instrument: symbolOf(instrument), side, quantity, ...options, ...parent }));
      return;
    }
    case "bracket": {
      const { instrument, terms, exitTif } = deed;
      const close = latestClose(story, instrument, slot);
      const options = { ...optionsOf(terms, close, now), ...exitsOf(deed, close), exitTif };
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
            ...optionsOf(terms, latestClose(story, instrument, slot), now),
          })),
        ),
      );
      return;
    case "modify": {
      if (working.length === 0) return;
      const order = working[deed.which % working.length];
      const triggered = order.history.some(({ status }) => status === "triggered");
      const instrument = story.markets.findIndex((_, i) => symbolOf(i) === order.instrument.symbol);
      const changes = changesOf(deed, { type: order.type, triggered }, latestClose(story, instrument, slot));
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
