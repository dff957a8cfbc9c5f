import { constructAt } from "../../backtest/backtest.js";
import { TwsConnection } from "../../brokers/tws/connection/tws-connection.js";
import type { ContractDetails } from "../../brokers/tws/contracts/contract-details.js";
import { Contracts } from "../../brokers/tws/contracts/contracts.js";
import { TwsFeed } from "../../brokers/tws/feed/tws-feed.js";
import { type TradedContracts, tradedContracts } from "../../brokers/tws/orders/traded-contract.js";
import { TwsOrders } from "../../brokers/tws/orders/tws-orders.js";
import { AccountMask } from "../../brokers/tws/recording/account-mask.js";
import { Desk } from "../../core/desk.js";
import { Engine } from "../../core/engine.js";
import type { EngineOptions } from "../../core/engine-options.js";
import type { Instant } from "../../core/market/bar-size.js";
import { misspeltHandlers } from "../../core/misspelt-handlers.js";
import { resolveParams } from "../../core/params.js";
import { assertStrategyClass, Strategy } from "../../core/strategy.js";
import { localTimeOf } from "../../data/local-time.js";
import { zoneOffsets } from "../../data/zone-offsets.js";
import { LiveBroker } from "../broker/live-broker.js";
import { Journal } from "../journal/journal.js";
import { accountOfLogin } from "../ladder/launch.js";
import { RecordingEngine } from "../recording/recording-engine.js";
import { ofSimulated } from "../simulated-words.js";
import { FactOrder } from "./fact-order.js";
import { HoursWatch } from "./hours-watch.js";
import { JournalArchive } from "./journal-archive.js";
import { Lockstep } from "./lockstep.js";
import { MarketHours } from "./market-hours.js";
import { ServerTime } from "./server-time.js";
import { Session } from "./session.js";
import { SessionClock } from "./session-clock.js";
import { SessionEvidence } from "./session-evidence.js";
import { SessionNews, type SessionNote } from "./session-news.js";
import { type SessionSetup, UNHEARD } from "./session-setup.js";
import type { TimeSource } from "./time-source.js";
import { barsToWarmUp, startOfBars } from "./warm-up.js";

/** Milliseconds that a start waits for the connection. */
const PATIENCE = 30_000;
/** Milliseconds that quotes are waited for at a gateway whose time stands still. */
const STANDSTILL = 50;

/**
 * Brings a session up: connects, opens the journal, holds it against the broker, warms the strategy up, and takes over
 * what the session before has left. The session trades from `begin` on.
 * @throws SeatrialError of the area that is in the way; nothing is left open then
 */
export async function openSession(setup: SessionSetup, tell: (note: SessionNote) => void): Promise<Session> {
  const { strategy: type } = setup;
  assertStrategyClass(type, (type as { name?: string } | undefined)?.name ?? String(type));
  const desk = new Desk(type.name, resolveParams(type.name, type.paramSpecs, setup.params ?? {}));
  const { atStart = UNHEARD } = setup;
  await atStart.heard();
  const strategy = atStart.apart(() => constructAt({ strategy: type }, desk));
  let session: Session | undefined;
  const connection = new TwsConnection({
    ...setup.connection,
    synchronise: async (link) => session?.synchronise(link),
  });
  const opened: { close(): void }[] = [{ close: () => connection.close() }];
  try {
    await connection.open(setup.patience ?? PATIENCE);
    // Before anything can be told of an account.
    const { mask = new AccountMask() } = setup;
    mask.learn(connection.accounts);
    const { address } = setup.connection;
    const account = accountOfLogin(setup.mode === "live" ? "live" : "paper", setup.account, {
      accounts: connection.accounts,
      place: `${address.host}:${address.port}`,
      port: address.port,
    });
    const contracts = await contractsOf(setup, connection);
    const time = await timeOf(setup, connection);
    opened.push({ close: () => time.source.end() });
    const clock = new SessionClock(time.now);
    const words = setup.mode === "simulated" ? ofSimulated : undefined;
    const news = new SessionNews(() => session?.shownNow ?? clock.now, tell, words);
    const owner = { session: setup.name, account, clientId: address.clientId, strategy: type.name };
    setup.makeWay?.();
    const journal = await Journal.open(setup.journal, owner, setup.draw ?? Math.random);
    opened.push(journal);
    const { instruments } = setup;
    const calendars = instruments.map((instrument) => setup.hoursOf(instrument, time.now));
    const archive = new JournalArchive(journal, calendars[0].sessions);
    await archive.move(time.now);
    const ledger = journal.openLedger();
    const details = instruments.map(({ symbol }) => (contracts.get(symbol) as { details: ContractDetails }).details);
    const conIds = details.map(({ conId }) => conId);
    const port = new TwsOrders({ connection, account, contracts });
    opened.push(port);
    const broker = new LiveBroker({
      journal,
      ledger,
      port,
      instruments,
      conIds,
      news,
    });
    const hours = new MarketHours(instruments, calendars);
    const hoursWatch = new HoursWatch({
      hours,
      news,
      details,
      now: () => clock.now,
      asks: () => (connection.isUsable ? connection : undefined),
      apply: (changes) => {
        if (session !== undefined) session.changeHours(changes);
        else hours.change(changes);
      },
    });
    hoursWatch.start();
    const feed = feedOf(setup, desk, strategy, connection, details, clock, hours);
    opened.push(feed);
    const facts = new FactOrder(port, () => feed.arrived);
    const clockSkew = (): number => (setup.lockstep === undefined ? connection.clock.now - Date.now() : 0);
    const evidence = new SessionEvidence({
      connection,
      feed,
      isReconciled: () => session?.isReconciled === true,
      blocked: (i) => {
        const block = ledger.blockOf(instruments[i].symbol);
        return block && { code: "RECONCILE", details: { instrument: instruments[i].symbol, reason: block.why } };
      },
      clockSkew,
    });
    const state = journal.state();
    const options: EngineOptions = {
      feed,
      broker,
      strategy,
      desk,
      sessions: hours.tables,
      cash: setup.cash,
      baseCurrency: setup.baseCurrency,
      evidence,
      // Equity is shown as it stands, and a session may last for months.
      keepsEquity: false,
      from: time.now,
      localTime: (i) => (session, minutes) => localTimeOf(instruments[i], hours.datesOf(i))(session, minutes),
      ...(setup.rates !== undefined && { rates: setup.rates }),
      ...(setup.guards !== undefined && { guards: setup.guards }),
      ...(setup.seed !== undefined && { seed: setup.seed }),
      ...(setup.log !== undefined && { log: setup.log }),
      ...(setup.strict !== undefined && { strict: setup.strict }),
      ...(state !== undefined && { state: JSON.parse(state) as Record<string, unknown> }),
    };
    const { file, hash } = setup;
    const recording = setup.recording?.();
    if (recording !== undefined) opened.push({ close: () => recording.discard() });
    const engine =
      recording === undefined ? new Engine(options) : RecordingEngine.over(options, recording, { file, hash });
    news.engine = engine;
    session = new Session({
      setup,
      account,
      mask,
      connection,
      time: time.source,
      clock,
      journal,
      archive,
      ledger,
      port,
      broker,
      feed,
      facts,
      engine,
      news,
      hours,
      hoursWatch,
      clockSkew,
      conIds,
      recording,
    });
    for (const text of misspeltHandlers(strategy)) news.note("handler", text, undefined, "warn");
    await session.warmUp();
    return session;
  } catch (error) {
    for (const one of opened.reverse()) one.close();
    throw error;
  }
}

async function contractsOf(setup: SessionSetup, connection: TwsConnection): Promise<TradedContracts> {
  const contracts = new Contracts(connection, setup.contracts === undefined ? {} : { cache: setup.contracts });
  return tradedContracts(contracts, setup.instruments, setup.choiceOf);
}

/** Joins the gateway's time, or takes that of TWS; and what time it is. */
async function timeOf(
  { lockstep, connection: { address } }: SessionSetup,
  connection: TwsConnection,
): Promise<{ source: TimeSource; now: Instant }> {
  if (lockstep === undefined) {
    const source = new ServerTime(connection);
    return { source, now: source.now };
  }
  const source = new Lockstep({ ...lockstep, connection, clientId: address.clientId });
  return { source, now: await source.join() };
}

function feedOf(
  setup: SessionSetup,
  desk: Desk,
  strategy: Strategy,
  connection: TwsConnection,
  contracts: readonly ContractDetails[],
  clock: SessionClock,
  marketHours: MarketHours,
): TwsFeed {
  const { instruments, size, what, hours = "regular" } = setup;
  const { tables } = marketHours;
  const count = barsToWarmUp(desk, size);
  const needsTrades = strategy.onTrade !== Strategy.prototype.onTrade;
  return new TwsFeed({
    connection,
    instruments,
    contracts,
    series: instruments.map((instrument, i) => ({
      instrument,
      size,
      what: what ?? (instrument.assetClass === "forex" ? "midpoint" : "trades"),
      hours,
      from: startOfBars(hours === "all" ? tables[i].extended : tables[i], size, count, clock.now),
    })),
    trades: instruments.map(() => needsTrades),
    sessions: tables,
    tradeDates: instruments.map((_, i) => marketHours.datesOf(i)),
    zones: instruments.map(({ timeZone }) => zoneOffsets(timeZone)),
    clock,
    // Where time stands still until the session has begun, a quote that does not come at once does not come.
    ...(setup.lockstep !== undefined && { patience: { quotes: STANDSTILL } }),
    ...setup.feed,
  });
}
