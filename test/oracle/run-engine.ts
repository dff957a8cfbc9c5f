import { BarSeries, type Fill, Instrument, type Order, parseBarSize } from "../../index.js";
import { run, type Trader } from "../scripted.js";
import { command, endsOf } from "./command.js";
import { type Deed, instrumentNamed, symbolOf } from "./deed.js";
import type { Outcome } from "./outcome.js";
import { slotOf, slotsOf } from "./slots.js";
import { deedsOnBar, deedsOnFill, latestClose, type Story } from "./story.js";

/** What the framework makes of a story, through the public `backtest()`. */
export async function runEngine(story: Story): Promise<Outcome> {
  const made: Order[] = [];
  const lastSlot = new Map(slotsOf(story).map(({ end, index }) => [end, index]));
  const act = (trader: Trader, deeds: readonly Deed[]): void => {
    const slot = lastSlot.get(trader.clock.now) as number;
    const standsAt = (instrument: number): number => latestClose(story, instrument, slot);
    for (const deed of deeds) command(trader, made, deed, standsAt);
  };
  const { rules } = story;
  const result = await run(
    story.markets.map((_, i) => seriesOf(story, i)),
    {
      onBar: (trader, bar) => {
        const instrument = instrumentNamed(bar.instrument.symbol);
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
    orders: endsOf(made),
  };
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
