import { MARKET_DATA_TYPES } from "../../brokers/ib/tick-types.js";
import { URGENCY } from "../../brokers/tws/connection/outbox.js";
import type { Refusal } from "../../brokers/tws/errors.js";
import { MarketState } from "../../brokers/tws/feed/market-state.js";
import { probeQuote, type Snapshot } from "../../brokers/tws/feed/quote-probe.js";
import { QuoteStream } from "../../brokers/tws/feed/quote-stream.js";
import { TradeStream } from "../../brokers/tws/feed/trade-stream.js";
import { Instrument } from "../../core/market/instrument.js";
import type { Sighting } from "./sight.js";
import type { Step } from "./step.js";
import type { Walk } from "./walk.js";

const TICKS = ["tickPrice", "tickSize", "tickGeneric", "tickString"];
/** What a stream of quotes must tell; what else it tells depends on the product and the hour. */
const NEEDED = ["tickPrice bid", "tickPrice ask"];
const isTick = (name: string): boolean => TICKS.some((kind) => name.startsWith(`${kind} `));

export function marketSteps(instrument: Instrument): Step[] {
  const { symbol, assetClass } = instrument;
  const trades: Step = {
    name: `trades of ${symbol} one by one`,
    relies: "each trade is told with its time, price and size",
    instrument,
    run: (walk, sight) => tradesOf(walk, sight, instrument),
  };
  return [
    {
      name: `quotes of ${symbol}`,
      relies: "a stream of quotes says of what type its data is, and tells bid and ask with their sizes",
      instrument,
      run: (walk, sight) => quotesOf(walk, sight, instrument),
    },
    {
      name: `snapshot of ${symbol}`,
      relies: "a snapshot tells the quote as it is, and that it is over",
      instrument,
      run: (walk, sight) => snapshotOf(walk, sight, instrument),
    },
    // Currencies have none.
    ...(assetClass === "forex" ? [] : [trades]),
  ];
}

async function quotesOf(walk: Walk, sight: Sighting, instrument: Instrument): Promise<void> {
  const { ear } = walk;
  const place = ear.place;
  const link = await walk.link("quotes");
  const state = new MarketState([alone(instrument)]);
  const refusals: Refusal[] = [];
  let failure: unknown;
  const stream = new QuoteStream(instrument.symbol, 0, walk.contractOf(instrument), state, {
    gather: () => undefined,
    trade: () => undefined,
    dataType: (_, type) => {
      state.dataType[0] = type;
    },
    halted: () => undefined,
    heard: () => undefined,
    told: (_, refusal) => {
      refusals.push(refusal);
      return false;
    },
    ended: (_, error) => {
      failure = error;
    },
  });
  link.outbox.put(URGENCY.request, {
    write: () => link.api.reqMarketDataType(MARKET_DATA_TYPES.live),
    dropped: () => undefined,
  });
  stream.open(link);
  try {
    const isTold = (): boolean => {
      const names = ear.since(place).map(({ name }) => name);
      return NEEDED.every((name) => names.includes(name)) || names.some((name) => /^tick\w+ delayed/.test(name));
    };
    await walk.until(() => failure !== undefined || isTold(), walk.marketWait(instrument));
  } finally {
    stream.close();
  }
  await walk.settle();
  const [type] = state.dataType;
  if (failure !== undefined) sight.miss(refusals.at(-1)?.text ?? String(failure));
  else if (type === MARKET_DATA_TYPES.delayed || type === MARKET_DATA_TYPES.delayedFrozen) {
    sight.miss(`the login has only delayed data of ${instrument.symbol}`);
  } else if (!walk.isOpen(instrument)) sight.miss("its market is closed");
  const [bid] = state.bid;
  if (bid > 0) walk.prices.set(instrument.symbol, bid);
  noteTicks(walk, sight, place);
}

async function snapshotOf(walk: Walk, sight: Sighting, instrument: Instrument): Promise<void> {
  const { ear } = walk;
  const place = ear.place;
  const link = await walk.link("a snapshot");
  let answer: { readonly snapshot: Snapshot | undefined } | undefined;
  const stop = probeQuote(link, instrument.symbol, walk.contractOf(instrument), (snapshot) => {
    answer = { snapshot };
  });
  try {
    await walk.until(() => answer !== undefined, walk.marketWait(instrument));
  } finally {
    stop();
  }
  await walk.settle();
  if (answer !== undefined && answer.snapshot === undefined) sight.miss(refusalSince(walk, place));
  else if (!walk.isOpen(instrument)) sight.miss("its market is closed");
  noteTicks(walk, sight, place);
}

async function tradesOf(walk: Walk, sight: Sighting, instrument: Instrument): Promise<void> {
  const place = walk.ear.place;
  const link = await walk.link("trades");
  let trades = 0;
  let failure: unknown;
  const stream = new TradeStream(instrument.symbol, 0, walk.contractOf(instrument), {
    trade: () => {
      trades++;
    },
    told: () => false,
    tradesEnded: (_, error) => {
      failure = error;
    },
  });
  stream.open(link, walk.now);
  try {
    await walk.until(() => failure !== undefined || trades > 1, walk.marketWait(instrument));
  } finally {
    stream.close();
  }
  await walk.settle();
  if (failure !== undefined) sight.miss(refusalSince(walk, place));
  else if (trades === 0) sight.miss(walk.isOpen(instrument) ? "nothing was traded meanwhile" : "its market is closed");
  sight.look(walk.answers(place, "tickByTick"));
}

function noteTicks(walk: Walk, sight: Sighting, place: number): void {
  sight.look(walk.answers(place, ...TICKS, "marketDataType", "tickReqParams", "tickSnapshotEnd"), {
    optional: (name) => isTick(name) && !NEEDED.includes(name),
    anyOrder: isTick,
  });
}

/** What TWS said instead of data. */
function refusalSince(walk: Walk, place: number): string {
  const said = walk.answers(place).find(({ kind }) => kind === "error");
  return said === undefined ? "nothing came" : `code ${said.fields.code[0]}: ${said.fields.text[0]}`;
}

/** The instrument as the only one: its columns have one place. */
function alone(instrument: Instrument): Instrument {
  return new Instrument({ ...instrument }, 0);
}
