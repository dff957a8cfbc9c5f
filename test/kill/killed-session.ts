import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Gateway } from "../../brokers/gateway/gateway.js";
import { DEFAULT_ACCOUNT } from "../../brokers/gateway/gateway-options.js";
import { DAY, type Instant } from "../../core/market/bar-size.js";
import { type Asked, type BrokerTruth, brokerTruth, tapOrders } from "../../live/drill/broker-truth.js";
import { type BookTruth, checkPromise } from "../../live/drill/check-promise.js";
import { LIVE_SESSION } from "../chaos/live-session.js";
import { STORY_MARKET } from "../chaos/story.js";
import type { Decision } from "../random-strategy.js";
import { CLIENT, type KillPoint, type Life, SAID, SETTLE } from "./life.js";
import { Warden } from "./warden.js";

const MINUTE = 60_000;
/** One minute into the first of the market's two days; decisions count from here. */
const START: Instant = Date.UTC(2020, 0, 6, 14, 31);
/** Simulated milliseconds that a life lasts at most. */
const LONGEST_LIFE = 45 * MINUTE;
/** The same of one that only comes to rest. */
const LONGEST_REST = 30 * MINUTE;
/** On the wall: nothing takes so long but a process that hangs. */
const PATIENCE = 120_000;

/** When a session's process is killed: at a point of its own doing, or so many milliseconds after it was started or has begun. */
export type Killing = KillPoint | { readonly since: "start" | "begun"; readonly ms: number };

export interface KilledSessionOptions {
  /** Path of the session's program. */
  readonly program: string;
  readonly seed: number;
  readonly decisions: readonly Decision[];
  readonly isGuarded: boolean;
}

/** How the lives of a session ended, and what holds of it. */
export interface Verdict {
  /** What of the promise does not hold, in sentences. */
  readonly violations: readonly string[];
  readonly broker: BrokerTruth;
  readonly books: BookTruth;
}

/**
 * A session in a process that is killed and started again, at a gateway in this process that lives on. The journal is a
 * file on a disk.
 */
export class KilledSession {
  /** Lives that were killed, and of these those that had not begun to trade. */
  kills = 0;
  early = 0;
  /** What came to the gateway under an order's id so far. */
  readonly asked: readonly Asked[];
  private readonly options: KilledSessionOptions;
  private readonly gateway: Gateway;
  private readonly warden: Warden;
  private readonly folder = mkdtempSync(join(tmpdir(), "seatrial-kill-"));

  private constructor(options: KilledSessionOptions, gateway: Gateway, warden: Warden) {
    this.options = options;
    this.gateway = gateway;
    this.warden = warden;
    this.asked = tapOrders(gateway);
  }

  static async open(options: KilledSessionOptions): Promise<KilledSession> {
    const gateway = await Gateway.listen({
      data: STORY_MARKET,
      port: 0,
      speed: "max",
      from: START,
      ticks: { every: 5_000, spread: 2 },
      seed: options.seed,
      limits: { messageRate: false },
    });
    return new KilledSession(options, gateway, await Warden.join(gateway.lockstepPort));
  }

  get journal(): string {
    return join(this.folder, "journal.sqlite");
  }

  /** Starts the session's process and has it killed. Market time stands still from then on. */
  async liveUntilKilled(killing: Killing): Promise<void> {
    const process = this.start("since" in killing ? { rests: false } : { rests: false, kill: killing });
    const { child } = process;
    const kill = (): void => void child.kill("SIGKILL");
    const timers = [setTimeout(kill, PATIENCE)];
    if ("since" in killing && killing.since === "start") timers.push(setTimeout(kill, killing.ms));
    let hasBegun = false;
    process.said(SAID.begun, () => {
      hasBegun = true;
      if ("since" in killing && killing.since === "begun") timers.push(setTimeout(kill, killing.ms));
      // One that does not come to its point by then is killed where it is.
      void this.warden.letPass(this.warden.now + LONGEST_LIFE, () => this.isConnected).then(kill);
    });
    const { signal, stderr } = await process.ended;
    for (const timer of timers) clearTimeout(timer);
    this.warden.hold();
    if (signal !== "SIGKILL") throw new Error(`A session has ended before it was killed: ${stderr}`);
    this.kills++;
    if (!hasBegun) this.early++;
    await this.whenGone();
  }

  /** Market time passes while no session is there. */
  async pass(ms: number): Promise<void> {
    await this.warden.letPass(this.warden.now + ms);
  }

  /** Market time passes until the same moment of the next day that the first life began at. */
  async passNight(): Promise<void> {
    await this.warden.letPass(START + DAY);
  }

  /** Starts it a last time, lets it come to rest, and holds its journal against the gateway's books. */
  async settle(): Promise<Verdict> {
    const { gateway, warden, asked, folder, journal } = this;
    const process = this.start({ rests: true });
    const { child } = process;
    const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE);
    const violations: string[] = [];
    process.said(SAID.begun, () => {
      void warden.letPass(warden.now + LONGEST_REST, () => this.isConnected).then(() => child.kill("SIGKILL"));
    });
    process.said(SAID.rested, () => {
      // What happens in a step that is under way is told in front of the last look.
      void warden.stand().then(() => child.stdin?.write(`${SETTLE}\n`));
    });
    let hasSettled = false;
    process.said(SAID.settled, (found) => {
      hasSettled = true;
      violations.push(...(JSON.parse(found) as string[]));
    });
    const { stderr } = await process.ended;
    clearTimeout(timer);
    warden.hold();
    if (!hasSettled) violations.push(`the last session has not come to rest: ${stderr}`);
    await this.whenGone();
    const broker = brokerTruth(gateway, asked, DEFAULT_ACCOUNT);
    const books = await LIVE_SESSION.books({ folder, journal });
    violations.push(...checkPromise(broker, books));
    return { violations, broker, books };
  }

  async close(): Promise<void> {
    this.warden.close();
    await this.gateway.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get isConnected(): boolean {
    return this.gateway.clients.get(CLIENT) !== undefined;
  }

  private start(more: Pick<Life, "rests"> & Partial<Life>): LivingProcess {
    const { gateway, options, journal, folder } = this;
    const life: Life = {
      port: gateway.port,
      lockstepPort: gateway.lockstepPort,
      journal,
      seed: options.seed,
      decisions: more.rests ? [] : options.decisions,
      start: START,
      isGuarded: options.isGuarded,
      ...more,
    };
    const file = join(folder, "life.json");
    writeFileSync(file, JSON.stringify(life));
    return new LivingProcess(spawn(process.execPath, [options.program, file]));
  }

  /** The gateway has read all that the process has written, and has seen it go. */
  private async whenGone(): Promise<void> {
    while (this.isConnected) await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** A process that says lines. */
class LivingProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly signal: NodeJS.Signals | null; readonly stderr: string }>;
  private readonly hearers: { readonly word: string; readonly hear: (rest: string) => void }[] = [];

  constructor(child: ChildProcess) {
    this.child = child;
    let stderr = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    if (child.stdout === null) throw new Error("The process has no output.");
    createInterface({ input: child.stdout }).on("line", (line) => {
      for (const { word, hear } of this.hearers) if (line.startsWith(word)) hear(line.slice(word.length));
    });
    this.ended = new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (_code, signal) => resolve({ signal, stderr }));
    });
  }

  /** Has somebody hear the rest of every line that begins with a word. */
  said(word: string, hear: (rest: string) => void): void {
    this.hearers.push({ word, hear });
  }
}
