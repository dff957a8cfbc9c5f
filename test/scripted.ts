import {
  type Account,
  type BacktestOptions,
  type BacktestResult,
  type Bar,
  type BarSeries,
  type Bracket,
  type BracketOptions,
  backtest,
  type Clock,
  type ConnectionEvent,
  type Denial,
  type Fill,
  type GuardTrip,
  type History,
  type IndicatorSpec,
  type Instrument,
  type Order,
  type OrderChanges,
  type OrderOptions,
  type OrderRequest,
  type Pin,
  type Position,
  type Quote,
  type Random,
  type Reading,
  type Schedule,
  type Side,
  Strategy,
  type StrategyClass,
  type Trade,
} from "../index.js";

type Which = Instrument | string;

/** A strategy's commands as a test calls them from outside of its class. */
export interface Trader {
  readonly account: Account;
  readonly clock: Clock;
  readonly random: Random;
  readonly instruments: readonly Instrument[];
  readonly params: Readonly<Record<string, unknown>>;
  readonly log: Record<"debug" | "info" | "warn" | "error", (message: string, data?: unknown) => void>;
  state: Record<string, unknown>;
  indicator<Output extends string>(spec: IndicatorSpec<Output>, pin?: Pin): Reading<Output>;
  subscribe(which: Which, bar: string): void;
  warmUp(bars: number): void;
  buy(which: Which, quantity: number, options?: OrderOptions): Order;
  sell(which: Which, quantity: number, options?: OrderOptions): Order;
  target(which: Which, quantity: number, options?: OrderOptions): Order | undefined;
  targetValue(which: Which, value: number, options?: OrderOptions): Order | undefined;
  targetPercent(which: Which, fraction: number, options?: OrderOptions): Order | undefined;
  bracket(which: Which, side: Side, quantity: number, options: BracketOptions): Bracket;
  oco(requests: readonly OrderRequest[]): Order[];
  submit(request: OrderRequest): Order;
  modify(order: Order, changes: OrderChanges): Denial | undefined;
  cancel(order: Order): void;
  cancelAll(which?: Which): void;
  closePosition(which: Which, options?: OrderOptions): Order | undefined;
  instrument(symbol: string): Instrument;
  position(which: Which): Position;
  price(which: Which): number;
  quote(which: Which): Quote;
  workingOrders(which?: Which): Order[];
  hasWorkingOrders(which: Which): boolean;
  schedule(when: Schedule, task: () => unknown, of?: Which): void;
  history(which: Which, count: number, bar?: string): History;
}

/** What a strategy of a test does; only the handlers that are given exist in its class. */
export interface Plan {
  declare?(trader: Trader): void;
  onStart?(trader: Trader): unknown;
  /** `n` counts the bars handed out, from 0. */
  onBar?(trader: Trader, bar: Bar, n: number): unknown;
  onBars?(trader: Trader, bars: readonly Bar[], n: number): unknown;
  onQuote?(trader: Trader, quote: Quote, n: number): unknown;
  onTrade?(trader: Trader, trade: Trade, n: number): unknown;
  onOrder?(trader: Trader, order: Order, n: number): unknown;
  onFill?(trader: Trader, fill: Fill, n: number): unknown;
  onGuard?(trader: Trader, trip: GuardTrip, n: number): unknown;
  onSessionOpen?(trader: Trader, instrument: Instrument, n: number): unknown;
  onSessionClose?(trader: Trader, instrument: Instrument, n: number): unknown;
  onConnection?(trader: Trader, event: ConnectionEvent, n: number): unknown;
  onStop?(trader: Trader): unknown;
}

/** A plan, or what to do on bars by their number. */
export type Script = Plan | Readonly<Record<number, (trader: Trader, bar: Bar) => unknown>>;

/** A strategy's class that follows a script. */
export function scripted(script: Script): StrategyClass {
  const plan = planOf(script);
  class Scripted extends Strategy {
    constructor() {
      super();
      plan.declare?.(this as unknown as Trader);
    }
  }
  for (const [name, handler] of Object.entries(plan)) {
    if (name === "declare") continue;
    let n = 0;
    Object.defineProperty(Scripted.prototype, name, {
      writable: true,
      configurable: true,
      value(this: Trader, argument: never): unknown {
        return (handler as (trader: Trader, argument: never, n: number) => unknown).call(plan, this, argument, n++);
      },
    });
  }
  return Scripted;
}

function planOf(script: Script): Plan {
  const keys = Object.keys(script);
  if (keys.length === 0 || Number.isNaN(Number(keys[0]))) return script as Plan;
  const byBar = script as Readonly<Record<number, (trader: Trader, bar: Bar) => unknown>>;
  return { onBar: (trader, bar, n) => void byBar[n]?.(trader, bar) };
}

/** A market without costs, guards, margin and holidays, so that a test meets the one thing it is about. */
export const PLAIN = {
  calendar: "bars",
  fees: "none",
  slippage: "none",
  margin: "unlimited",
  guards: false,
  benchmark: false,
  cash: 100_000,
} as const satisfies Partial<BacktestOptions>;

export type Settings = Partial<BacktestOptions>;

/** Runs a script over bars in a plain market. */
export function run(
  data: BarSeries | readonly BarSeries[],
  script: Script,
  settings: Settings = {},
): Promise<BacktestResult> {
  const series = Array.isArray(data) ? (data as readonly BarSeries[]) : [data as BarSeries];
  return backtest({ ...PLAIN, strategy: scripted(script), data: series, ...settings });
}

/**
 * The fills in words, such as "bar 1 open: buy 100 at 101.5": the bar by its number in the instrument's finest series,
 * and "open" for a fill at its open. Quotes and trades have no bar: "30s: buy 100 at 101.5". With several
 * instruments the symbol stands behind the quantity.
 */
export function fillsOf(result: BacktestResult): string[] {
  const { fills, series, finest, instruments } = result;
  return Array.from({ length: fills.length }, (_, f) => {
    const i = fills.instrument[f];
    const row = fills.row[f];
    const quantity = fills.quantity[f];
    const bar = finest[i] < 0 ? undefined : series[finest[i]];
    const at = bar !== undefined && row >= 0 && fills.time[f] === bar.start[row] ? " open" : "";
    const when = row >= 0 ? `bar ${row}${at}` : `${(fills.time[f] - Date.UTC(2024, 0, 8, 14, 30)) / 1000}s`;
    const what = instruments.length > 1 ? ` ${instruments[i].symbol}` : "";
    const price = Number(fills.price[f].toPrecision(12));
    return `${when}: ${quantity > 0 ? "buy" : "sell"} ${Math.abs(quantity)}${what} at ${price}`;
  });
}

/** Runs a script and tells its fills. */
export async function fillsOfRun(
  data: BarSeries | readonly BarSeries[],
  script: Script,
  settings: Settings = {},
): Promise<string[]> {
  return fillsOf(await run(data, script, settings));
}

/** What an equity curve says at each of its instants. */
export function equityOf(result: BacktestResult): number[] {
  return Array.from(result.equity.value.subarray(0, result.equity.length));
}
