import { backtest } from "../../backtest/backtest.js";
import { Gateway } from "../../brokers/gateway/gateway.js";
import type { GatewayData } from "../../brokers/gateway/gateway-data.js";
import type { Engine } from "../../core/engine.js";
import type { Instant } from "../../core/market/bar-size.js";
import { type TickRules, ticksFromBars } from "../../core/market/bar-ticks.js";
import { ORDER_TYPES } from "../../core/orders/kinds.js";
import type { ParamValue } from "../../core/params.js";
import type { StrategyClass } from "../../core/strategy.js";
import { Lockstep } from "../../live/session/lockstep.js";
import { openSession } from "../../live/session/open-session.js";
import { setupFor } from "./sessions.js";
import { FOUR_CORNERS } from "./wanted-market.js";

/** What is to be done in the same way, whichever way it goes. */
export interface OneRun {
  readonly strategy: StrategyClass;
  readonly params?: Readonly<Record<string, ParamValue>>;
  readonly data: GatewayData;
  readonly from: Instant;
  /** How quotes and trades are made from its bars; the four corners by default. */
  readonly ticks?: TickRules;
}

/** What a run has done: each order as it was made, and each fill. */
export interface Deeds {
  readonly orders: readonly string[];
  readonly fills: readonly string[];
}

type Book = Pick<
  Engine["book"],
  "length" | "side" | "type" | "instrument" | "quantity" | "parent" | "group" | "createdAt"
>;

function deedsOf(book: Book, fills: Engine["fills"], data: GatewayData): Deeds {
  const symbol = (i: number): string => data.instruments[i].symbol;
  return {
    orders: Array.from({ length: book.length }, (_, row) =>
      [
        new Date(book.createdAt[row]).toISOString(),
        book.side[row] > 0 ? "buy" : "sell",
        // What is left of an order among others follows their fills, and may be on its way still where the run ends.
        ...(book.parent[row] < 0 && book.group[row] < 0 ? [book.quantity[row]] : []),
        ORDER_TYPES[book.type[row]],
        symbol(book.instrument[row]),
      ].join(" "),
    ),
    fills: Array.from({ length: fills.length }, (_, i) => i)
      // A backtest tells the quotes of an instant in front of its trades, a gateway one instrument behind the other.
      .sort((a, b) => fills.time[a] - fills.time[b] || fills.instrument[a] - fills.instrument[b] || a - b)
      .map((i) => [fills.order[i], symbol(fills.instrument[i]), fills.quantity[i], fills.price[i]].join(" ")),
  };
}

export async function inBacktest({
  strategy,
  params = {},
  data,
  from,
  ticks: rules = FOUR_CORNERS,
}: OneRun): Promise<Deeds> {
  const ticks = data.series.map((series) => ticksFromBars(series, rules));
  const { orders, fills } = await backtest({
    strategy,
    params,
    data: data.series,
    quotes: ticks.map(({ quotes }) => quotes),
    trades: ticks.flatMap(({ trades }) => trades ?? []),
    sessions: Object.fromEntries(data.instruments.map(({ symbol }, i) => [symbol, data.sessions[i]])),
    from,
    cash: 1_000_000,
    fees: "ib-fixed",
    slippage: "none",
    margin: "reg-t",
  });
  return deedsOf(orders, fills, data);
}

/** Through a gateway that listens at these ports, of this process or of another one, until the data has ended. */
export async function throughGateway(
  { strategy, params = {}, data }: OneRun,
  ports: { readonly port: number; readonly lockstepPort: number },
): Promise<Deeds> {
  const session = await openSession(setupFor(ports, data, strategy, { params }), () => undefined);
  try {
    const { engine, time } = session.parts;
    const last = Math.max(...data.series.map((series) => series.end[series.length - 1]));
    await new Promise<void>((resolve) => {
      // Behind the data there is nothing to compare with.
      session.onTurn = () => {
        if (session.now > last) resolve();
      };
      if (time instanceof Lockstep) time.onOver = resolve;
      session.begin();
    });
    return deedsOf(engine.book, engine.fills, data);
  } finally {
    session.stop();
  }
}

/** Through a gateway in this process. */
export async function inOneProcess(run: OneRun): Promise<Deeds> {
  const gateway = await Gateway.listen({
    data: run.data,
    port: 0,
    speed: "max",
    ticks: FOUR_CORNERS,
    from: run.from,
    limits: { messageRate: false },
  });
  try {
    return await throughGateway(run, gateway);
  } finally {
    await gateway.close();
  }
}
