import type { CodeClass } from "../../brokers/ib/code.js";
import { classify, IB_CODES } from "../../brokers/ib/codes.js";
import { MARKET_DATA_TYPES } from "../../brokers/ib/tick-types.js";
import { URGENCY } from "../../brokers/tws/connection/outbox.js";
import { MarketState } from "../../brokers/tws/feed/market-state.js";
import { probeQuote } from "../../brokers/tws/feed/quote-probe.js";
import { QuoteStream } from "../../brokers/tws/feed/quote-stream.js";
import { TradeStream } from "../../brokers/tws/feed/trade-stream.js";
import { Instrument } from "../../core/market/instrument.js";
import { NotShown, type Sighting } from "./sight.js";
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
  const isTold = (): boolean => {
    const names = ear.since(place).map(({ name }) => name);
    return NEEDED.every((name) => names.includes(name)) || names.some((name) => /^tick\w+ delayed/.test(name));
  };
  await listen(walk, instrument, MARKET_DATA_TYPES.live, isTold);
  await learnPrice(walk, instrument, place);
  needData(walk, instrument, place);
  noteTicks(walk, sight, instrument, place);
}

/** Has a stream of quotes until something holds of it, or it ends. */
async function listen(walk: Walk, instrument: Instrument, type: number, holds: () => boolean): Promise<void> {
  const link = await walk.link("quotes");
  const nothing = (): void => undefined;
  let hasEnded = false;
  const stream = new QuoteStream(
    instrument.symbol,
    0,
    walk.contractOf(instrument),
    new MarketState([alone(instrument)]),
    {
      gather: nothing,
      trade: nothing,
      dataType: nothing,
      halted: nothing,
      heard: nothing,
      told: () => false,
      ended: () => {
        hasEnded = true;
      },
    },
  );
  const ask = (which: number): void =>
    link.outbox.put(URGENCY.request, { write: () => link.api.reqMarketDataType(which), dropped: nothing });
  ask(type);
  stream.open(link);
  try {
    await walk.until(() => hasEnded || holds(), walk.marketWait(instrument));
  } finally {
    stream.close();
    if (type !== MARKET_DATA_TYPES.live) ask(MARKET_DATA_TYPES.live);
  }
  await walk.settle();
}

/** Ticks of which any is a price near the market. */
const NEAR = ["bid", "last", "close", "delayedBid", "delayedLast", "delayedClose"].map((name) => `tickPrice ${name}`);

/** Notes a price that orders may be far away from: where live data is not to be had, of data that is late. */
async function learnPrice(walk: Walk, instrument: Instrument, place: number): Promise<void> {
  const told = (): number | undefined =>
    walk.ear
      .since(place)
      .filter(({ name }) => NEAR.includes(name))
      .map(({ fields }) => Number(fields.price[0]))
      .findLast((price) => price > 0);
  if (told() === undefined && !walk.prices.has(instrument.symbol)) {
    const { delayed, delayedFrozen } = MARKET_DATA_TYPES;
    await listen(walk, instrument, walk.isOpen(instrument) ? delayed : delayedFrozen, () => told() !== undefined);
  }
  const price = told();
  if (price !== undefined) walk.prices.set(instrument.symbol, price);
}

async function snapshotOf(walk: Walk, sight: Sighting, instrument: Instrument): Promise<void> {
  const { ear } = walk;
  const place = ear.place;
  const link = await walk.link("a snapshot");
  let hasEnded = false;
  const stop = probeQuote(link, instrument.symbol, walk.contractOf(instrument), () => {
    hasEnded = true;
  });
  try {
    await walk.until(() => hasEnded, walk.marketWait(instrument));
  } finally {
    stop();
  }
  await walk.settle();
  needData(walk, instrument, place);
  noteTicks(walk, sight, instrument, place);
}

async function tradesOf(walk: Walk, sight: Sighting, instrument: Instrument): Promise<void> {
  const place = walk.ear.place;
  const link = await walk.link("trades");
  let trades = 0;
  let hasEnded = false;
  const stream = new TradeStream(instrument.symbol, 0, walk.contractOf(instrument), {
    trade: () => {
      trades++;
    },
    told: () => false,
    tradesEnded: () => {
      hasEnded = true;
    },
  });
  stream.open(link, walk.now);
  try {
    await walk.until(() => hasEnded || trades > 1, walk.marketWait(instrument));
  } finally {
    stream.close();
  }
  await walk.settle();
  needData(walk, instrument, place);
  if (trades === 0 && !hasEnded) {
    sight.miss(walk.isOpen(instrument) ? "nothing was traded meanwhile" : "its market is closed");
  }
  sight.look(walk.answers(place, "tickByTick"));
}

function noteTicks(walk: Walk, sight: Sighting, instrument: Instrument, place: number): void {
  if (!walk.isOpen(instrument)) sight.miss("its market is closed");
  sight.look(walk.answers(place, ...TICKS, "marketDataType", "tickReqParams", "tickSnapshotEnd"), {
    optional: (name) => isTick(name) && !NEEDED.includes(name),
    anyOrder: isTick,
  });
}

/** What the codes of market data say where the data is somebody else's, or late: no fault of the gateway's. */
const WITHOUT_DATA: readonly CodeClass[] = ["subscription-failed", "subscription-degraded"];

/** @throws NotShown where the login has no data of an instrument now, or only late data */
function needData(walk: Walk, { symbol }: Instrument, place: number): void {
  for (const { kind, fields } of walk.answers(place, "marketDataType")) {
    if (kind === "marketDataType" && LATE.includes(Number(fields.type[0]))) {
      throw new NotShown(`the login has only delayed data of ${symbol}`);
    }
    if (kind !== "error") continue;
    const code = Number(fields.code[0]);
    const text = String(fields.text[0]);
    const isOfData = IB_CODES[code]?.area === "market data";
    if (isOfData && WITHOUT_DATA.includes(classify(code, "stream", text).class)) throw new NotShown(text);
  }
}

const LATE: readonly number[] = [MARKET_DATA_TYPES.delayed, MARKET_DATA_TYPES.delayedFrozen];

/** The instrument as the only one: its columns have one place. */
function alone(instrument: Instrument): Instrument {
  return new Instrument({ ...instrument }, 0);
}
