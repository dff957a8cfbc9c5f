import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseBarSize } from "../core/market/bar-size.js";
import { Instrument } from "../core/market/instrument.js";
import type { Quote } from "../core/market/quote.js";
import { Strategy } from "../core/strategy.js";
import { compileEarly } from "../live/session/compile-early.js";
import { openSession } from "../live/session/open-session.js";
import type { Session } from "../live/session/session.js";
import { sessionMarket } from "./session-market.js";
import { startGateway } from "./start-gateway.js";

/** Milliseconds between two orders. */
const ORDER_EVERY = 50;

/** Trades one instrument after the other, a unit back and forth, each on a quote of it. */
export class Trader extends Strategy {
  private quotes = 0;
  private next = 0;
  private due = 0;

  override onQuote(quote: Quote): void {
    this.quotes++;
    if (quote.instrument.index !== this.next || this.clock.now < this.due) return;
    this.due = this.clock.now + ORDER_EVERY;
    this.next = (this.next + 1) % this.instruments.length;
    this.target(quote.instrument, this.position(quote.instrument).isFlat ? 1 : 0);
  }

  get seen(): number {
    return this.quotes;
  }
}

/** A session at a gateway in a process of its own, with its journal on the disk. */
export interface MeasuredSession {
  readonly session: Session;
  readonly trader: Trader;
  end(): void;
}

/** Brings a session of so many instruments up, as its command does; it trades from its `begin` on. */
export async function measuredSession(instruments: number): Promise<MeasuredSession> {
  compileEarly();
  const gateway = await startGateway(instruments);
  const folder = mkdtempSync(join(tmpdir(), "seatrial-bench-"));
  const market = sessionMarket(instruments);
  const session = await openSession(
    {
      name: "bench",
      mode: "simulated",
      strategy: Trader,
      file: "bench.ts",
      hash: "bench",
      instruments: market.instruments.map((one) => new Instrument({ ...one, exchange: "SMART" }, one.index)),
      size: parseBarSize("1min"),
      hoursOf: ({ index }) => ({ sessions: market.sessions[index], tradeDates: market.tradeDates[index] }),
      cash: 1_000_000,
      baseCurrency: "USD",
      // The market's time is years ago.
      guards: { clockSkew: false },
      journal: join(folder, "journal.sqlite"),
      connection: { address: { host: "127.0.0.1", port: gateway.port, clientId: 7 }, perSecond: 1_000 },
    },
    () => undefined,
  );
  return {
    session,
    trader: session.parts.engine.strategy as Trader,
    end: () => {
      session.stop();
      gateway.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
