import { alternate } from "./alternate.js";
import type { Case, Figure, Plan } from "./case.js";
import { installPeers } from "./peers.js";
import { demandTrading, rate } from "./replay-cases.js";
import type { Pass } from "./workload-process.js";

/** More bars, as objects, would measure the garbage collector; a rate needs no more. */
const MOST_PEER_BARS = 1_000_000;

/** How fast we are beside other frameworks of the same language, on the same bars and rules. */
export const PEER_CASES: readonly Case[] = [
  {
    name: "SMA 10/30 cross against grademark on the same bars",
    about:
      "Rates of both, grademark over a million bars; it has no fees, no slippage and no equity curve. " +
      "Its averages are rolling sums inside the run, far quicker than the way it documents.",
    unit: "times as fast",
    target: 15,
    better: "higher",
    measure: measureGrademark,
  },
];

async function measureGrademark({ bars, rounds, note }: Plan): Promise<Figure> {
  installPeers();
  const [ours, theirs] = await alternate(
    [
      { name: "sma-cross", bars, instruments: 1 },
      { name: "grademark-cross", bars: Math.min(bars, MOST_PEER_BARS), instruments: 1 },
    ],
    rounds,
  );
  demandTrading(ours);
  demandTrading(theirs);
  note(`a trade every ${barsATrade(ours).toFixed(1)} bars, in grademark every ${barsATrade(theirs, 2).toFixed(1)}`);
  const detail = `${rate(ours).toFixed(1)} M bars/s beside ${rate(theirs).toFixed(2)}`;
  return { value: rate(ours) / rate(theirs), detail };
}

/** A turn from long to short is one fill of ours, but an exit and an entry of grademark's. */
function barsATrade([{ bars, runs, fills }]: readonly Pass[], fillsATrade = 1): number {
  return (bars / runs / fills) * fillsATrade;
}
