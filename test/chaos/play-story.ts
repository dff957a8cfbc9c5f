import { createHash } from "node:crypto";
import { FAULT_KINDS, parseFaultPlan } from "../../brokers/gateway/faults/fault-plan.js";
import { LATE_FAULTS } from "../../brokers/gateway/faults/late-faults.js";
import { Gateway } from "../../brokers/gateway/gateway.js";
import { DEFAULT_ACCOUNT } from "../../brokers/gateway/gateway-options.js";
import type { Instant } from "../../core/market/bar-size.js";
import { Random } from "../../core/random.js";
import { brokerTruth, tapOrders } from "../../live/drill/broker-truth.js";
import { type BookTruth, checkPromise } from "../../live/drill/check-promise.js";
import type { Decision } from "../random-strategy.js";
import { runOnSockets } from "../virtual/run-on-sockets.js";
import { playVirtually } from "../virtual/run-virtually.js";
import type { VirtualProcess } from "../virtual/virtual-time.js";
import type { Course, World } from "../virtual/world.js";
import { EndWatch } from "./check-ends.js";
import { checkGroups, GroupWatch } from "./check-groups.js";
import { checkKilled } from "./check-killed.js";
import { adoptedOf, type Cut, checkCuts, checkOperated, type OperatedBooks, refusedOf } from "./check-operated.js";
import type { Misfortune, OperatorWord, TradeByHand } from "./misfortune.js";
import { OtherClient } from "./other-client.js";
import { STORY_MARKET, type Story, TICKS } from "./story.js";
import type { OrderAdoption } from "./their-orders.js";

/** What a session's program has of the world it lives in. */
export interface Life {
  readonly port: number;
  readonly clientId: number;
  readonly account: string;
  readonly decisions: readonly Decision[];
  /** The instant that decisions count from. */
  readonly start: Instant;
  /** False once it has been killed: what it goes on to write to its disk must not be there. */
  readonly isAlive: () => boolean;
  /** Says that something is on disk for good. */
  readonly committed: () => void;
  /** Whether orders pass the guards. */
  readonly isGuarded: boolean;
  readonly random: Random;
  /** Keeps a line of what the program says. */
  readonly note: (line: string) => void;
  /** Says that an operator's word has left an order so many units, what it has filled included. */
  readonly cut: (ref: string, most: number) => void;
  /** Ends the program by itself; somebody will start it again. */
  readonly exit: () => void;
  /** The price of the moment, for a program that does not ask for quotes. */
  readonly price: (symbol: string) => number;
}

/** A session's program as it runs. */
export interface Program {
  /** How often it has held its books against the broker's, to the end. */
  readonly reconciled: number;
  /** Has it do so once more, as soon as it can. */
  reconcile(): void;
  /** Turns its kill switch on. @returns whether it could */
  turnKillSwitchOn?(flatten: boolean): boolean;
  /** Tells it what an operator knows, where it can be told. */
  operate?(word: OperatorWord): void;
  /** Has it take over an order that others have made. */
  adoptOrder?(ref: string, looks: boolean): void;
  /** The broker's numbers of the orders of others that it takes for working, and as its own. */
  readonly worksElsewhere?: readonly number[];
  /** Whether its kill switch is on. */
  readonly isKillSwitchOn?: boolean;
  /** It has been killed: what the machine takes from it is taken. */
  killed?(): void;
  /** What in its memory is not as on its disk, in sentences. */
  disagreements(): readonly string[];
}

/** What is put to the test: a session's program, and what it leaves on disk. */
export interface Subject<Disk> {
  /** Whether it keeps orders that belong together to what they were to fill together, and calls somebody where it cannot. */
  readonly keepsGroups?: boolean;
  newDisk(): Disk;
  start(disk: Disk, life: Life): Program;
  books(disk: Disk): Promise<BookTruth & Partial<OperatedBooks>>;
  /** Takes away what is on disk. */
  dispose(disk: Disk): void;
}

export interface Outcome {
  /** What did not hold, in sentences. */
  readonly violations: readonly string[];
  /** Of every byte that arrived, where and when. */
  readonly digest: string;
  /** What the program has said. */
  readonly notes: readonly string[];
  /** What the run came to. */
  readonly counts: Readonly<Record<"orders" | "executions" | "lives" | "faults", number>>;
}

const CLIENT = 7;
/** A program that has ended by itself is started again after so long. */
const RESTART = 60_000;
const LIFE_STREAM = 9_002;
const HOUR = 60 * 60_000;
const PATIENCE = HOUR;
const REST = 5 * 60_000;
/** How often it is looked whether orders are too large, and for how long one may be. */
const LOOK = 5_000;
const PATIENCE_WITH_SIZES = 60_000;
/** The longest that a fault has something come late. */
const LATEST = 120_000;
/** How often books are held against the gateway's until they agree. */
const AUDITS = 3;

/** Plays it on a virtual net: the same again, to the last byte, whenever it is repeated. */
export function playStory<Disk>(story: Story, subject: Subject<Disk>): Promise<Outcome> {
  const options = { origin: story.scene.from, seed: story.seed };
  return playVirtually(options, (world) => new Play(world, story, subject).run());
}

/** Plays it through real sockets, whose moods are the machine's: it may go another way when it is repeated. */
export function playOnSockets<Disk>(story: Story, subject: Subject<Disk>): Promise<Outcome> {
  const options = { origin: story.scene.from, seed: story.seed };
  return runOnSockets(options, (world) => new Play(world, story, subject).run());
}

/** A kill that waits for so many more writes or commits. */
interface PlannedKill {
  readonly by: "write" | "commit";
  readonly at: number;
  readonly down: number;
  left: number;
}

class Play<Disk> {
  private readonly world: World;
  private readonly story: Story;
  private readonly subject: Subject<Disk>;
  private readonly disk: Disk;
  private gateway!: Gateway;
  private others!: OtherClient;
  private host: VirtualProcess | undefined;
  private process: VirtualProcess | undefined;
  private program: Program | undefined;
  private readonly programs: VirtualProcess[] = [];
  private readonly auditors: VirtualProcess[] = [];
  private readonly notes: string[] = [];
  private readonly random: Random;
  private readonly kills: PlannedKill[];
  /** Whether a session's kill switch was turned on: it stays on over every restart. */
  private hasKillSwitch = false;
  private disturbancesSeen = 0;
  private readonly cuts = new Map<string, Cut>();
  /** Symbols of which units were moved to another account. */
  private readonly transferred = new Set<string>();

  constructor(world: World, story: Story, subject: Subject<Disk>) {
    this.world = world;
    this.story = story;
    this.subject = subject;
    this.disk = subject.newDisk();
    this.random = new Random(story.seed, LIFE_STREAM);
    this.kills = story.misfortunes.flatMap((one): PlannedKill[] => {
      const { kind } = one;
      if (kind === "kill at write") return [{ by: "write", at: one.at, left: one.write, down: one.down }];
      if (kind === "kill at commit") return [{ by: "commit", at: one.at, left: one.commit, down: one.down }];
      return [];
    });
  }

  *run(): Course<Outcome> {
    const { time, net } = this.world;
    const { scene } = this.story;
    const digest = createHash("sha1");
    net.onArrival = (to, what) => digest.update(`${time.now} ${to.owner.name} `).update(what);
    const faults = this.story.misfortunes.flatMap((one) => (one.kind === "fault" ? [one.fault] : []));
    const host = time.start("gateway", async () => {
      this.gateway = await Gateway.listen({
        data: STORY_MARKET,
        port: 0,
        from: scene.from,
        beat: scene.end > HOUR ? 1_000 : 250,
        ticks: { every: TICKS, spread: 2 },
        seed: this.story.seed,
        faults: parseFaultPlan(faults),
      });
    });
    this.host = host;
    yield { ms: 0 };
    if (host.failures.length > 0) throw host.failures[0];
    const asked = tapOrders(this.gateway);
    this.others = new OtherClient(this.gateway, (symbol) => this.priceOf(symbol));
    net.onWrite = ({ owner }) => {
      if (owner === this.process) this.count("write");
    };
    for (const one of this.story.misfortunes) this.plan(one);
    this.begin();
    const groups = new GroupWatch(this.gateway, asked, CLIENT);
    const ends = new EndWatch(this.gateway);
    for (let at = 0; at < scene.end; at += LOOK) {
      const { isPeace } = this;
      if (this.subject.keepsGroups === true) groups.look(isPeace, this.notes, this.patience);
      ends.look(isPeace, this.program?.worksElsewhere ?? []);
      yield { ms: LOOK };
    }
    // However long something lasts, it ends.
    yield { ms: 3 * scene.longest + HOUR, until: () => this.isCalm };
    const violations = yield* this.settle();
    violations.push(...groups.broken, ...ends.broken, ...(yield* this.audit(asked)));
    const broker = brokerTruth(this.gateway, asked, DEFAULT_ACCOUNT);
    this.subject.dispose(this.disk);
    for (const { failures } of [host, ...this.programs, ...this.auditors, time.world])
      violations.push(...failures.map((error) => `thrown: ${textOf(error)}`));
    const counts = {
      orders: broker.orders.length,
      executions: broker.executions.length,
      lives: this.programs.length,
      faults: this.gateway.faultEvents.length,
    };
    return { violations, digest: digest.digest("hex"), notes: this.notes, counts };
  }

  private plan(one: Misfortune): void {
    const { time, net } = this.world;
    if (one.kind === "kill switch") {
      time.after(one.at, () => this.turnKillSwitchOn(one.flatten));
    }
    if (one.kind === "by hand") time.after(one.at, () => this.tradeByHand(one), this.host);
    if (one.kind === "operator") time.after(one.at, () => this.operate(one));
    if (one.kind === "their order") time.after(one.at, () => this.say(this.others.make(one)), this.host);
    if (one.kind === "their cancel" || one.kind === "their change")
      time.after(one.at, () => this.say(this.others.does(one)), this.host);
    if (one.kind === "adopt order") time.after(one.at, () => this.adoptOrder(one));
    if (one.kind === "kill") time.after(one.at, () => this.kill(one.down));
    if (one.kind === "stall") {
      time.after(one.at, () => {
        for (const end of net.connections) end.stall(one.lasts);
      });
    }
    if (one.kind === "sever") {
      time.after(one.at, () => {
        for (const end of net.connections) end.sever(one.heard);
      });
    }
  }

  /** Starts the session's program. */
  private begin(): void {
    const { time } = this.world;
    if (this.process?.isAlive === true) return;
    const process: VirtualProcess = time.start("session", () => {
      this.program = this.subject.start(this.disk, {
        port: this.gateway.port,
        clientId: CLIENT,
        account: DEFAULT_ACCOUNT,
        decisions: this.story.decisions,
        start: this.story.scene.from,
        isAlive: () => process.isAlive,
        committed: () => {
          if (process.isAlive) this.count("commit");
        },
        exit: () => {
          if (process.isAlive) this.kill(RESTART);
        },
        isGuarded: this.story.seed % 2 === 0,
        random: this.random,
        cut: (ref, most) => {
          if (process.isAlive) this.cuts.set(ref, { most, at: this.gateway.simulation.now });
        },
        note: (line) => this.notes.push(`${(time.now / 1_000).toFixed(3)} ${line}`),
        price: (symbol) => this.priceOf(symbol),
      });
    });
    this.process = process;
    this.programs.push(process);
  }

  private kill(down: number): void {
    const { time } = this.world;
    if (this.process?.isAlive !== true) return;
    time.kill(this.process);
    this.program?.killed?.();
    this.program = undefined;
    time.after(down, () => this.begin(), time.world);
  }

  /** As a command that the session's program is sent: what it does then dies with it. */
  private turnKillSwitchOn(flatten: boolean): void {
    const { process, program } = this;
    if (process?.isAlive !== true) return;
    const turn = (): void => {
      if (program?.turnKillSwitchOn?.(flatten) === true) this.hasKillSwitch = true;
    };
    this.world.time.after(0, turn, process);
  }

  /** As somebody does in TWS, who sees there what the account holds. */
  private tradeByHand({ symbol, share, units, isTransfer }: TradeByHand): void {
    const { services } = this.gateway;
    const listing = services.listings.find((one) => one.symbol === symbol);
    if (listing === undefined) return;
    const { quantity } = services.desk(DEFAULT_ACCOUNT).portfolio;
    const held = quantity[listing.instrument.index];
    const traded = units - Math.sign(held) * Math.ceil(share * Math.abs(held));
    if (traded === 0) return;
    const action = traded > 0 ? "BUY" : "SELL";
    if (isTransfer) {
      quantity[listing.instrument.index] = held + traded;
      this.transferred.add(symbol);
    } else services.placeByHand({ symbol: listing.localSymbol, action, quantity: Math.abs(traded), limit: undefined });
    const what = isTransfer ? "transferred" : "by hand";
    this.notes.push(`${(this.world.time.now / 1_000).toFixed(3)} ${what} ${traded} ${symbol} of ${held}`);
  }

  /**
   * Units that have gone without a trade may be what an order has filled of which there is no trace: the session takes them
   * for that where nothing else explains them, and says so.
   */
  private isTakenForFill(violation: string): boolean {
    return [...this.transferred].some(
      (symbol) =>
        violation.includes(` ${symbol}) has filled `) &&
        this.notes.some((note) => note.includes(" FILL_RECOVERED ") && note.includes(` ${symbol} `)),
    );
  }

  private adoptOrder({ which, looks }: OrderAdoption): void {
    const { process, program } = this;
    const ref = this.others.refOf(which);
    if (ref === undefined || process?.isAlive !== true) return;
    this.world.time.after(0, () => program?.adoptOrder?.(ref, looks), process);
  }

  private say(line: string): void {
    this.notes.push(`${(this.world.time.now / 1_000).toFixed(3)} ${line}`);
  }

  private operate(word: OperatorWord): void {
    const { process, program } = this;
    if (process?.isAlive === true) this.world.time.after(0, () => program?.operate?.(word), process);
  }

  private count(by: "write" | "commit"): void {
    for (const kill of this.kills) {
      if (kill.by !== by || kill.left === 0 || this.world.time.now < kill.at) continue;
      kill.left--;
      if (kill.left === 0) this.kill(kill.down);
    }
  }

  /** Whether nothing is wrong any more but what a request may yet set off. */
  private get isCalm(): boolean {
    const lasting = this.gateway.faultEvents.filter(({ name }) => FAULT_KINDS[name].end !== undefined);
    const begun = lasting.filter(({ what }) => what === "begins").length;
    return this.process?.isAlive === true && 2 * begun === lasting.length;
  }

  /** Whether nothing is wrong but that the broker is late, and nothing has been for a while. */
  private get isPeace(): boolean {
    const { time } = this.world;
    const going = this.gateway.faultEvents.filter(
      ({ name }) => FAULT_KINDS[name].end !== undefined && !(name in LATE_FAULTS),
    );
    const begun = going.filter(({ what }) => what === "begins").length;
    const isCalm = this.process?.isAlive === true && 2 * begun === going.length;
    const disturbances =
      this.programs.length + this.gateway.faultEvents.filter(({ name }) => !(name in LATE_FAULTS)).length;
    const isNew = disturbances !== this.disturbancesSeen;
    this.disturbancesSeen = disturbances;
    const isDisturbed = this.story.misfortunes.some(
      (one) => (one.kind === "stall" || one.kind === "sever") && time.now >= one.at && time.now < one.at + 2 * REST,
    );
    return isCalm && !isNew && !isDisturbed;
  }

  /** What asks for a smaller size may take effect late or be refused; of a group that is done the broker cuts the others. */
  private get patience(): number {
    const kinds = ["late-change", "refuse-change", "late-cut"];
    const lates = kinds.filter((kind) =>
      this.story.misfortunes.some((one) => one.kind === "fault" && one.fault.fault === kind),
    );
    return PATIENCE_WITH_SIZES + lates.length * LATEST;
  }

  private get wasLate(): boolean {
    return this.gateway.faultEvents.some(({ name }) => name in LATE_FAULTS);
  }

  /** How often something has gone wrong, or a session has begun, which reads the account for itself. */
  private get disturbances(): number {
    return this.gateway.faultEvents.length + this.programs.length;
  }

  /** Waits until the books have been held against the broker's three times, in peace. */
  private *settle(): Course<string[]> {
    for (let held = 0; held < 3; ) {
      const before = this.disturbances;
      if (!(yield* this.reconcile())) return ["the session has not come to rest within an hour"];
      const isPeace = this.disturbances === before;
      // The last look is the end: an order of which nothing is told may expire behind any other.
      if (isPeace && held === 2) break;
      // What the reading itself may have set off comes to its end, and does not count as peace.
      yield { ms: REST };
      yield { ms: 3 * this.story.scene.longest + HOUR, until: () => this.isCalm };
      held = this.disturbances === before ? held + 1 : 0;
    }
    return [];
  }

  /**
   * Holds the session's books against the gateway's. What is on its way at just this moment nobody has heard: only what
   * another look has not put right either is wrong.
   */
  private *audit(asked: ReturnType<typeof tapOrders>): Course<string[]> {
    const { time } = this.world;
    for (let looks = 1; ; looks++) {
      const found = [...(this.program?.disagreements() ?? [])];
      const broker = brokerTruth(this.gateway, asked, DEFAULT_ACCOUNT);
      if (this.subject.keepsGroups === true) {
        found.push(...checkGroups(this.gateway, asked, CLIENT, this.notes, this.wasLate));
      }
      const isKilled = this.program?.isKillSwitchOn === true;
      if (!isKilled && this.hasKillSwitch) found.push("the kill switch was turned on, and is off");
      const auditor = time.start("auditor", async () => {
        const books = await this.subject.books(this.disk);
        const { operated = [] } = books;
        const adopted = adoptedOf(operated, books.intents);
        if (isKilled) found.push(...checkKilled(broker, CLIENT, adopted, refusedOf(this.notes)));
        const broken = checkPromise(broker, books).filter((one) => !this.isTakenForFill(one));
        found.push(...broken, ...checkOperated(broker, books.clientId, operated, this.notes));
        found.push(...checkCuts(broker, books.clientId, this.cuts, this.notes));
      });
      yield { ms: 0 };
      this.auditors.push(auditor);
      if (found.length === 0 || looks === AUDITS || !(yield* this.reconcile())) return found;
    }
  }

  /**
   * Has the session hold its books against the broker's, whatever life it is in. What it asks may itself bring a fault
   * about, such as a night without IB: the hour counts from when that has ended. @returns whether it did
   */
  private *reconcile(): Course<boolean> {
    const { time } = this.world;
    const latest = time.now + 3 * this.story.scene.longest;
    let since = time.now;
    let asked: Program | undefined;
    let count = 0;
    while (asked === undefined || asked !== this.program || asked.reconciled === count) {
      if (!this.isCalm && time.now < latest) since = time.now;
      if (time.now - since > PATIENCE) return false;
      if (asked !== this.program && this.program !== undefined) {
        asked = this.program;
        count = asked.reconciled;
        asked.reconcile();
      }
      yield { ms: 1_000 };
    }
    return true;
  }

  private priceOf(symbol: string): number {
    const { listings } = this.gateway.services;
    const listing = listings.find((one) => one.symbol === symbol);
    return listing === undefined
      ? Number.NaN
      : this.gateway.services.desk(DEFAULT_ACCOUNT).portfolio.mark[listing.instrument.index];
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
