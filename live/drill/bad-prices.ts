import type { FaultEvent } from "../../brokers/gateway/faults/fault-runner.js";
import { type Instant, MINUTE } from "../../core/market/bar-size.js";
import type { OrderRecord } from "../ledger/order-record.js";
import type { Session } from "../session/session.js";
import { inWords, madeOrder } from "./made-orders.js";

/** No order that opens or adds to a position should rest on a quote older than that. */
const OLDEST = MINUTE;

/** Failures of prices, and what prices are under them. */
const SPOILT: Readonly<Record<string, string>> = {
  "no-prices": "a missing price",
  "delayed-data": "a delayed price",
  "frozen-data": "a frozen price",
};

/**
 * Finds orders that open or add to a position on a price that is not to be trusted: missing, crossed, old or delayed.
 * It goes by the quote that the session had and by what the gateway knows it has sent, whatever the guards say. Orders
 * that reduce a position are free to leave: to be out is safe on any price.
 */
export class BadPrices {
  readonly found: string[] = [];

  /** Looks at the orders that a turn has made, behind that turn. */
  look(session: Session, from: number, events: readonly FaultEvent[]): void {
    const { ledger, setup } = session.parts;
    for (const record of ledger.records.slice(from)) {
      const index = setup.instruments.findIndex(({ symbol }) => symbol === record.intent.symbol);
      if (index < 0 || isReducing(record, ledger.holdings.get(record.intent.symbol)?.quantity ?? 0)) continue;
      const why = faultOf(session, index) ?? spoiltAt(events, session.now);
      if (why !== undefined) this.found.push(`${inWords(madeOrder(record))} was made on ${why}`);
    }
  }
}

function isReducing({ intent }: OrderRecord, held: number): boolean {
  return intent.parent !== 0 || (held * intent.side < 0 && intent.quantity <= Math.abs(held));
}

/** What is wrong with the quote that the session has. */
function faultOf({ parts: { engine, feed } }: Session, index: number): string | undefined {
  const bid = engine.market.bid(index);
  const ask = engine.market.ask(index);
  if (!(bid > 0) || !(ask > 0)) return "a missing price";
  if (bid > ask) return `a crossed quote, ${bid} bid and ${ask} asked`;
  const age = feed.quoteAge(index);
  if (!(age <= OLDEST)) return `a quote that was ${Math.round(age / 1000)} s old`;
  return undefined;
}

/** What the gateway has made of its prices. What begins at this very instant cannot be known yet; what ends then is over. */
function spoiltAt(events: readonly FaultEvent[], now: Instant): string | undefined {
  for (const [name, what] of Object.entries(SPOILT)) {
    const last = events.findLast(
      (event) => event.name === name && (event.at < now || (event.at === now && event.what === "ends")),
    );
    if (last?.what === "begins") return what;
  }
  return undefined;
}
