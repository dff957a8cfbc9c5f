import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as library from "@stoqey/ib";
import { clientOf } from "../../brokers/tws/client/tws-client.js";
import { DUST } from "../../core/dust.js";
import { parseBarSize } from "../../core/market/bar-size.js";
import { Instrument } from "../../core/market/instrument.js";
import { isWorking } from "../../core/orders/kinds.js";
import { openDatabase } from "../../data/sqlite.js";
import type { BookTruth } from "../../live/drill/check-promise.js";
import { sessionBooks } from "../../live/drill/session-books.js";
import { Journal } from "../../live/journal/journal.js";
import { isMadeElsewhere } from "../../live/ledger/made-elsewhere.js";
import { openSession } from "../../live/session/open-session.js";
import type { Session } from "../../live/session/session.js";
import { deciding } from "../random-strategy.js";
import { type OperatedBooks, operatedOf } from "./check-operated.js";
import type { OperatorWord } from "./misfortune.js";
import { OperatorHand } from "./operator-hand.js";
import type { Life, Program, Subject } from "./play-story.js";
import { STORY_MARKET, STORY_SYMBOLS } from "./story.js";

// Loaded before the first run: in a virtual world nothing comes from outside.
(await openDatabase(":memory:")).close();

/** A folder of a file system in memory, where there is one: a disk's own time is not what is tried on virtual time. */
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

/** A whole live session over a strategy that does what the story decides, whose journals lie in folders of this one. */
function liveSession(place: string): Subject<Disk> {
  return {
    keepsGroups: true,
    newDisk() {
      const folder = mkdtempSync(join(place, "seatrial-chaos-"));
      return { folder, journal: join(folder, "journal.sqlite") };
    },
    start: (disk, life) => new LiveProgram(disk, life),
    books: readBooks,
    dispose: ({ folder }) => rmSync(folder, { recursive: true, force: true }),
  };
}

export const LIVE_SESSION = liveSession(existsSync(SHM) ? SHM : tmpdir());
/** The same, with its journals on a disk. */
export const LIVE_SESSION_ON_DISK = liveSession(tmpdir());

class LiveProgram implements Program {
  reconciled = 0;
  private readonly life: Life;
  private session: Session | undefined;
  private hand: OperatorHand | undefined;
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

  get isKillSwitchOn(): boolean {
    return this.session?.parts.engine.guards.killSwitch.isOn === true;
  }

  turnKillSwitchOn(flatten: boolean): boolean {
    if (this.session?.state !== "running") return false;
    this.session.kill("chaos", flatten);
    return true;
  }

  operate(word: OperatorWord): void {
    if (this.session?.state !== "running") return;
    this.hand ??= new OperatorHand(this.session, this.life.note, this.life.cut);
    void this.hand.tell(word);
  }

  get worksElsewhere(): readonly number[] {
    if (this.session?.state !== "running") return [];
    const { ledger } = this.session.parts;
    const working = ledger.open.filter((record) => record.end === undefined && isMadeElsewhere(ledger, record));
    return working.map(({ permId }) => permId);
  }

  adoptOrder(ref: string, looks: boolean): void {
    if (this.session?.state !== "running") return;
    this.hand ??= new OperatorHand(this.session, this.life.note, this.life.cut);
    void this.hand.adoptOrder(ref, looks);
  }

  killed(): void {
    // The machine closes its files.
    living?.journal?.close();
    living = undefined;
  }

  disagreements(): readonly string[] {
    if (this.session === undefined) return ["no session is running"];
    const { engine, ledger, setup } = this.session.parts;
    const orders = ledger.records.flatMap((record) => {
      const { row, isOpen, state, intent } = record;
      if (row >= 0 && !isOpen && isWorking(engine.book.status[row]))
        return [`the order ${intent.ref} works in the engine, and is ${state} in its ledger`];
      const isMissing = row < 0 && record.end === undefined && isMadeElsewhere(ledger, record);
      return isMissing ? [`the order ${intent.ref} works in the ledger, and the engine has none`] : [];
    });
    const differences = setup.instruments.flatMap(({ symbol, index }) => {
      const held = engine.portfolio.quantity[index];
      const booked = ledger.holdings.get(symbol)?.quantity ?? 0;
      if (Math.abs(held - booked) <= DUST) return [];
      return [`the engine holds ${held} ${symbol}, its ledger ${booked}`];
    });
    return [...this.failed, ...(this.hand?.broken ?? []), ...differences, ...orders];
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

async function readBooks({ journal: path }: Disk): Promise<BookTruth & OperatedBooks> {
  const journal = await Journal.openExisting(path);
  try {
    return { ...sessionBooks(journal, journal.openLedger()), operated: operatedOf(journal) };
  } finally {
    journal.close();
  }
}
