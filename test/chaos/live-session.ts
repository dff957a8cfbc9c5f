import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as library from "@stoqey/ib";
import { clientOf } from "../../brokers/tws/client/tws-client.js";
import { parseBarSize } from "../../core/market/bar-size.js";
import { Instrument } from "../../core/market/instrument.js";
import { openDatabase } from "../../data/sqlite.js";
import { Journal } from "../../live/journal/journal.js";
import { DUST } from "../../live/ledger/fill-count.js";
import type { Ledger } from "../../live/ledger/ledger.js";
import type { OrderRecord } from "../../live/ledger/order-record.js";
import { openSession } from "../../live/session/open-session.js";
import type { Session } from "../../live/session/session.js";
import { deciding } from "../random-strategy.js";
import type { BookedFill, BookedIntent, BookTruth, Fate } from "./check-promise.js";
import type { Life, Program, Subject } from "./play-story.js";
import { STORY_MARKET, STORY_SYMBOLS } from "./story.js";

// Loaded before the first run: in a virtual world nothing comes from outside.
(await openDatabase(":memory:")).close();

/** A folder of a file system in memory, where there is one: a disk's own time is not what is tried here. */
const SHM = "/dev/shm";

/** The market's instruments as a user would name them. */
const INSTRUMENTS = STORY_SYMBOLS.map((symbol, index) => new Instrument({ symbol }, index));

/** Where a session keeps its journal. */
interface Disk {
  readonly folder: string;
  readonly journal: string;
}

/** The life whose journal commits now. */
let living: { readonly life: Life; journal: Journal | undefined } | undefined;

const commit = Journal.prototype.commit;
Journal.prototype.commit = function (this: Journal): void {
  const { isPending } = this;
  commit.call(this);
  if (living === undefined || !isPending) return;
  living.journal = this;
  living.life.committed();
};

/** A whole live session over a strategy that does what the story decides. */
export const LIVE_SESSION: Subject<Disk> = {
  newDisk() {
    const folder = mkdtempSync(join(existsSync(SHM) ? SHM : tmpdir(), "seatrial-chaos-"));
    return { folder, journal: join(folder, "journal.sqlite") };
  },
  start: (disk, life) => new LiveProgram(disk, life),
  books: readBooks,
  dispose: ({ folder }) => rmSync(folder, { recursive: true, force: true }),
};

class LiveProgram implements Program {
  reconciled = 0;
  private readonly life: Life;
  private session: Session | undefined;
  private wantsReconcile = false;
  private readonly failed: string[] = [];

  constructor(disk: Disk, life: Life) {
    this.life = life;
    living = { life, journal: undefined };
    void this.run(disk).catch((error: unknown) => {
      life.note(`the session has not come up: ${String(error)}`);
      life.exit();
    });
  }

  reconcile(): void {
    this.wantsReconcile = true;
    this.look();
  }

  killed(): void {
    // The machine closes its files.
    living?.journal?.close();
    living = undefined;
  }

  disagreements(): readonly string[] {
    if (this.session === undefined) return ["no session is running"];
    const { engine, ledger, setup } = this.session.parts;
    const differences = setup.instruments.flatMap(({ symbol, index }) => {
      const held = engine.portfolio.quantity[index];
      const booked = ledger.holdings.get(symbol)?.quantity ?? 0;
      if (Math.abs(held - booked) <= DUST) return [];
      return [`the engine holds ${held} ${symbol}, its ledger ${booked}`];
    });
    return [...this.failed, ...differences];
  }

  private async run({ journal }: Disk): Promise<void> {
    const { life } = this;
    const { random } = life;
    this.session = await openSession(
      {
        name: "chaos",
        mode: "paper",
        strategy: deciding(life.decisions, life.start, "quotes"),
        file: "chaos.ts",
        hash: "0",
        instruments: INSTRUMENTS,
        size: parseBarSize("1min"),
        hoursOf: ({ index }) => ({
          sessions: STORY_MARKET.sessions[index],
          tradeDates: STORY_MARKET.tradeDates[index],
        }),
        cash: 1_000_000,
        baseCurrency: "USD",
        guards: life.isGuarded ? {} : false,
        journal,
        connection: {
          address: { host: "127.0.0.1", port: life.port, clientId: life.clientId },
          makeClient: async (address, hooks) => clientOf(library, address, hooks),
        },
        draw: () => random.next(),
      },
      ({ level, event, text }) => {
        life.note(`${level} ${event} ${text}`);
        // The strategies of stories never throw.
        if (event === "STRATEGY_FAILED") this.failed.push(text);
      },
    );
    this.session.parts.connection.events.on("failed", ({ error, nextAt }) => {
      if (nextAt !== undefined) return;
      life.note(`the connection is given up: ${error.message}`);
      life.exit();
    });
    this.session.begin();
    this.look();
  }

  /** Asks until it is told all. */
  private look(): void {
    if (!this.wantsReconcile || this.session === undefined) return;
    const again = (): void => void setTimeout(() => this.look(), 5_000);
    this.session.reconcile().then(({ isFull }) => {
      if (!isFull) {
        again();
        return;
      }
      this.wantsReconcile = false;
      this.reconciled++;
    }, again);
  }
}

async function readBooks({ journal: path }: Disk): Promise<BookTruth> {
  const journal = await Journal.openExisting(path);
  try {
    const entries = journal.entries();
    const ledger = journal.openLedger();
    const symbolOf = new Map(
      entries.flatMap((entry) => ("conId" in entry ? [[entry.conId, entry.symbol] as const] : [])),
    );
    const changes = new Map<number, number>();
    for (const entry of entries) {
      if (entry.kind !== "request" || entry.what !== "change") continue;
      changes.set(entry.intent, (changes.get(entry.intent) ?? 0) + 1);
    }
    return {
      clientId: journal.owner.clientId,
      intents: ledger.records.map((record) => intentOf(record, changes.get(record.intent.id) ?? 0)),
      fills: fillsOf(ledger),
      positions: positionsOf(ledger, symbolOf),
      blocked: new Set(STORY_SYMBOLS.filter((symbol) => ledger.blockOf(symbol) !== undefined)),
    };
  } finally {
    journal.close();
  }
}

function intentOf(record: OrderRecord, changes: number): BookedIntent {
  const { ref, orderId, symbol, side, quantity } = record.intent;
  return { ref, orderId, symbol, quantity: side * quantity, filled: record.filled, fate: fateOf(record), changes };
}

function fateOf({ state, end }: OrderRecord): Fate {
  const code = end?.denial.code;
  if (code === "UNSENT") return "unsent";
  if (code === "LOST") return "lost";
  if (state === "rejected") return "refused";
  if (state === "lost" || state === "unknown") return state;
  return state === "filled" || state === "cancelled" || state === "expired" ? "over" : "working";
}

function fillsOf(ledger: Ledger): BookedFill[] {
  return [...ledger.executions.values()].map(({ base, intent, symbol, side, quantity, price }) => ({
    execId: base,
    ref: intent === 0 ? "" : ledger.refOf(intent),
    symbol,
    quantity: side * quantity,
    price,
  }));
}

function positionsOf(ledger: Ledger, symbolOf: ReadonlyMap<number, string>): Map<string, number> {
  const positions = new Map([...ledger.holdings].map(([symbol, { quantity }]) => [symbol, quantity]));
  for (const [conId, quantity] of ledger.foreign) {
    const symbol = symbolOf.get(conId) ?? `contract ${conId}`;
    positions.set(symbol, (positions.get(symbol) ?? 0) + quantity);
  }
  return positions;
}
