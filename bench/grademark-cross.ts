import { syntheticBars } from "../data/synthetic/synthetic-bars.js";
import { type GrademarkBar, openPeers, type PeerFrame, type PeerStrategy, type Peers } from "./peers.js";
import type { Run, Workload } from "./workload.js";

interface CrossBar extends GrademarkBar {
  readonly fast: number;
  readonly slow: number;
}

/**
 * The SMA cross in grademark, in the market both ways. It knows no reversal: it closes at the open after the cross and
 * goes the other way from the bar behind. Bars are objects in a frame made beforehand; the averages are computed inside
 * the run, as ours are, by rolling sums in `prepIndicators`: forty times as fast as the rolling windows of its own
 * documentation.
 */
export function workload(bars: number): Workload {
  const peers = openPeers();
  const [columns] = syntheticBars({ bars });
  const rows: GrademarkBar[] = Array.from({ length: bars }, (_, row) => ({
    time: new Date(columns.end[row]),
    open: columns.open[row],
    high: columns.high[row],
    low: columns.low[row],
    close: columns.close[row],
    volume: columns.volume[row],
  }));
  return { bars, ready: () => new GrademarkRun(peers, new peers.DataFrame(rows)) };
}

class GrademarkRun implements Run {
  private readonly peers: Peers;
  private readonly frame: PeerFrame<GrademarkBar>;
  private readonly strategy: PeerStrategy<GrademarkBar, CrossBar>;
  private trades = 0;

  constructor(peers: Peers, frame: PeerFrame<GrademarkBar>) {
    this.peers = peers;
    this.frame = frame;
    this.strategy = {
      prepIndicators: ({ inputSeries }) => new peers.DataFrame(withAverages(inputSeries)),
      entryRule: (enter, { bar }) => {
        if (bar.fast > bar.slow) enter({ direction: "long" });
        else if (bar.fast < bar.slow) enter({ direction: "short" });
      },
      exitRule: (exit, { bar, position }) => {
        if (position.direction === "long" ? bar.fast < bar.slow : bar.fast > bar.slow) exit();
      },
    };
  }

  go(): void {
    this.trades = this.peers.backtest(this.strategy, this.frame).length;
  }

  tally(): { orders: number; fills: number; denials: number } {
    return { orders: 2 * this.trades, fills: 2 * this.trades, denials: 0 };
  }
}

function withAverages(bars: Iterable<GrademarkBar>): CrossBar[] {
  const window = new Float64Array(30);
  const out: CrossBar[] = [];
  let fast = 0;
  let slow = 0;
  for (const { time, open, high, low, close, volume } of bars) {
    const row = out.length;
    // A place holds the close of 30 bars ago until this one takes it; of 10 bars ago, that of 20 places behind.
    fast += close - (row < 10 ? 0 : window[(row + 20) % 30]);
    slow += close - window[row % 30];
    window[row % 30] = close;
    out.push({
      time,
      open,
      high,
      low,
      close,
      volume,
      fast: row < 9 ? Number.NaN : fast / 10,
      slow: row < 29 ? Number.NaN : slow / 30,
    });
  }
  return out;
}
