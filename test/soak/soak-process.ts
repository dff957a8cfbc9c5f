// Two sessions in a process of their own that live through many days: `node <bundle of this> <file of its task>`. It
// tells of every day, and ends by itself once nothing keeps it alive any more.

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { AccountMask } from "../../brokers/tws/recording/account-mask.js";
import { type Instant, parseBarSize } from "../../core/market/bar-size.js";
import { Instrument } from "../../core/market/instrument.js";
import { isSent } from "../../core/orders/kinds.js";
import type { StrategyClass } from "../../core/strategy.js";
import { tradeDates } from "../../data/trade-dates.js";
import { SessionLog } from "../../live/log/session-log.js";
import { openSession } from "../../live/session/open-session.js";
import type { Session } from "../../live/session/session.js";
import { SessionViewer } from "../../live/session/session-viewer.js";
import SmaCross from "../../strategies/sma-cross.js";
import { DailyOrders } from "./daily-orders.js";
import { CLIENTS, type DayFigures, SAID, type SoakTask, type TradedDay } from "./day-figures.js";
import { dayEnd, soakedDays, soakSessions, ZONE } from "./soak-market.js";

/** Logs beside the current one. */
const KEPT_LOGS = 5;
/** Milliseconds on the wall behind which sockets are closed, and the timers gone that pace messages. */
const SETTLED = 1_500;
/** Turns between two looks at a session, as its screen takes them. */
const LOOK_EVERY = 500;

const { port, lockstepPort, folder, days } = JSON.parse(readFileSync(process.argv[2], "utf8")) as SoakTask;
setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
const hours = soakSessions();
const dates = tradeDates(hours, ZONE);

/** A session, and what of it has been told. */
class Soaked {
  readonly session: Session;
  private readonly symbol: string;
  private readonly log: SessionLog;
  private readonly viewer: SessionViewer;
  private turns = 0;
  private orders = 0;
  private fills = 0;
  private denied = 0;

  private constructor(session: Session, symbol: string, log: SessionLog) {
    this.session = session;
    this.symbol = symbol;
    this.log = log;
    this.viewer = new SessionViewer(session, session.now);
  }

  static async open(clientId: number, symbol: string, strategy: StrategyClass, params = {}): Promise<Soaked> {
    const at: { session?: Session } = {};
    const now = (): Instant => at.session?.now ?? hours.open[0];
    const log = new SessionLog(join(folder, `${symbol}.log`), {
      session: symbol,
      mask: new AccountMask(),
      keep: KEPT_LOGS,
      // The machine's days are those of the market here.
      now,
      sessionTime: now,
    });
    const session = await openSession(
      {
        name: symbol,
        mode: "simulated",
        strategy,
        params,
        file: `${symbol}.ts`,
        hash: "0",
        instruments: [new Instrument({ symbol }, 0)],
        size: parseBarSize("1min"),
        hoursOf: () => ({ sessions: hours, tradeDates: dates }),
        cash: 1_000_000,
        baseCurrency: "USD",
        journal: join(folder, `${symbol}.sqlite`),
        connection: {
          address: { host: "127.0.0.1", port, clientId },
          perSecond: 10_000,
          // However long the gateway is away by its own time.
          times: { waits: [5], breakAfter: Infinity },
        },
        lockstep: { port: lockstepPort, speed: Infinity },
        log: log.strategy,
      },
      ({ level, event, text, data }) => log.event(level, event.toUpperCase().replaceAll(/[ -]/g, "_"), text, data),
    );
    at.session = session;
    return new Soaked(session, symbol, log);
  }

  /** Has something called behind each of its turns. */
  begin(behind: () => void): void {
    this.session.onTurn = () => {
      if (++this.turns % LOOK_EVERY === 0) this.viewer.view();
      behind();
    };
    this.session.begin();
  }

  /** What it has done since the last time. */
  day(): TradedDay {
    const { engine } = this.session.parts;
    const denied = [...engine.flow.denials.values()].reduce((sum, { count }) => sum + count, 0);
    const files = readdirSync(folder).filter((name) => name.startsWith(this.symbol));
    const bytes = (pattern: RegExp): number =>
      files.filter((name) => pattern.test(name)).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
    const day: TradedDay = {
      strategy: this.session.parts.setup.strategy.name,
      symbol: this.symbol,
      orders: engine.book.length - this.orders,
      fills: engine.fills.length - this.fills,
      denied: denied - this.denied,
      held: engine.portfolio.quantity[0],
      working: this.sent,
      journal: bytes(/\d\.sqlite/),
      archive: bytes(/-archive/),
      log: bytes(/\.log$/),
      logs: files.filter((name) => name.endsWith(".log")).length,
    };
    this.orders = engine.book.length;
    this.fills = engine.fills.length;
    this.denied = denied;
    return day;
  }

  /** Orders that work at the broker: one for a market that is closed waits here. */
  private get sent(): number {
    const { working, book } = this.session.parts.engine;
    return working.lists.flatMap((_, i) => working.of(i)).filter((row) => isSent(book.status[row])).length;
  }

  stop(): void {
    this.session.stop();
    this.log.close();
  }
}

function handles(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

function say(word: string, what?: unknown): void {
  process.stdout.write(`${what === undefined ? word : `${word} ${JSON.stringify(what)}`}\n`);
}

const soaked = [
  await Soaked.open(CLIENTS[0], "SYN1", SmaCross as StrategyClass, { fast: 5, slow: 15 }),
  await Soaked.open(CLIENTS[1], "SYN2", DailyOrders),
];
const places = soakedDays(hours, days);
const look = (): void => {
  const place = places[0];
  if (place === undefined || soaked.some(({ session }) => session.now < dayEnd(hours, place))) return;
  places.shift();
  collect();
  collect();
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  const told: DayFigures = {
    date: dates[place],
    sessions: soaked.map((one) => one.day()),
    heap: heapUsed,
    buffers: arrayBuffers,
    rss,
    handles: handles(),
  };
  say(SAID.day, told);
  if (places.length > 0) return;
  setImmediate(() => {
    for (const one of soaked) one.stop();
    setTimeout(() => setImmediate(() => say(SAID.left, handles())), SETTLED);
  });
};
for (const one of soaked) one.begin(look);
say(SAID.begun);
