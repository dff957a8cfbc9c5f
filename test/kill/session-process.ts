// A live session in a process of its own, for tests that kill it: `node <bundle of this> <file of its life>`. What makes
// it die in the middle of something is put around the session's parts here; they themselves know nothing of it.

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { makeTwsClient } from "../../brokers/tws/client/tws-client.js";
import { TwsOrders } from "../../brokers/tws/orders/tws-orders.js";
import { DUST } from "../../core/dust.js";
import { parseBarSize } from "../../core/market/bar-size.js";
import { Instrument } from "../../core/market/instrument.js";
import { Random } from "../../core/random.js";
import { Journal } from "../../live/journal/journal.js";
import { openSession } from "../../live/session/open-session.js";
import type { Session } from "../../live/session/session.js";
import { STORY_MARKET, STORY_SYMBOLS } from "../chaos/story.js";
import { deciding } from "../random-strategy.js";
import { CLIENT, type Deed, type Life, SAID, SETTLE } from "./life.js";

/** Simulated milliseconds between the two looks of a session that comes to rest. */
const REST = 5 * 60_000;
const IDENTITY_STREAM = 9_101;

const life = JSON.parse(readFileSync(process.argv[2], "utf8")) as Life;
let left = life.kill?.count ?? 0;

/** Does something that the process may be killed in front of, or right behind. */
function doing<T>(deed: Deed, act: () => T): T {
  const { kill } = life;
  const isLast = kill?.deed === deed && --left === 0;
  if (isLast && kill.side === "before") die();
  const result = act();
  if (isLast) die();
  return result;
}

/** Does not come back. */
function die(): void {
  process.kill(process.pid, "SIGKILL");
}

const { commit } = Journal.prototype;
Journal.prototype.commit = function (this: Journal): void {
  if (this.isPending) doing("commit", () => commit.call(this));
  else commit.call(this);
};
const { place } = TwsOrders.prototype;
TwsOrders.prototype.place = function (this: TwsOrders, intents): void {
  doing("place", () => place.call(this, intents));
};

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function fail(error: unknown): void {
  console.error(error);
  process.exit(1);
}

/** Resolves when so much simulated time has passed. */
function rest(session: Session): Promise<void> {
  const until = session.now + REST;
  return new Promise((resolve) => {
    const turned = session.onTurn;
    session.onTurn = () => {
      turned?.();
      if (session.now < until) return;
      session.onTurn = turned;
      resolve();
    };
  });
}

/** Holds the books against the broker's until it was told all. */
async function look(session: Session): Promise<void> {
  while (!(await session.reconcile()).isFull);
}

/** What in the session's memory is not as on its disk, in sentences. */
function disagreements({ parts: { engine, ledger, setup } }: Session): string[] {
  return setup.instruments.flatMap(({ symbol, index }) => {
    const held = engine.portfolio.quantity[index];
    const booked = ledger.holdings.get(symbol)?.quantity ?? 0;
    return Math.abs(held - booked) <= DUST ? [] : [`the engine holds ${held} ${symbol}, its ledger ${booked}`];
  });
}

try {
  const random = new Random(life.seed, IDENTITY_STREAM);
  const session = await openSession(
    {
      name: "kill",
      mode: "simulated",
      strategy: deciding(life.decisions, life.start, "quotes"),
      file: "kill.ts",
      hash: "0",
      instruments: STORY_SYMBOLS.map((symbol, index) => new Instrument({ symbol }, index)),
      size: parseBarSize("1min"),
      hoursOf: ({ index }) => ({ sessions: STORY_MARKET.sessions[index], tradeDates: STORY_MARKET.tradeDates[index] }),
      cash: 1_000_000,
      baseCurrency: "USD",
      guards: life.isGuarded ? {} : false,
      journal: life.journal,
      connection: {
        address: { host: "127.0.0.1", port: life.port, clientId: CLIENT },
        perSecond: 10_000,
        makeClient: async (address, hooks) => {
          const client = await makeTwsClient(address, hooks);
          const { api } = client;
          const send = api.placeOrder.bind(api);
          api.placeOrder = (...order) => doing("message", () => send(...order));
          return client;
        },
      },
      lockstep: { port: life.lockstepPort, speed: Infinity },
      draw: () => random.next(),
    },
    () => undefined,
  );
  session.onTurn = () => doing("turn", () => undefined);
  session.parts.connection.events.on("failed", ({ error, nextAt }) => {
    if (nextAt === undefined) fail(error);
  });
  session.begin();
  say(SAID.begun);
  if (life.rests) {
    await look(session);
    await rest(session);
    await look(session);
    createInterface({ input: process.stdin }).on("line", (line) => {
      if (line !== SETTLE) return;
      // What was told until now is in front of the answers of this look.
      look(session).then(() => {
        const found = disagreements(session);
        session.stop();
        say(`${SAID.settled} ${JSON.stringify(found)}`);
        process.exit(0);
      }, fail);
    });
    say(SAID.rested);
  }
} catch (error) {
  fail(error);
}
