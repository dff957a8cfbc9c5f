import { Random } from "../../../core/random.js";
import type { Listing } from "../contracts/listing.js";
import type { Simulation } from "../simulation/simulation.js";
import { REQUEST } from "../wire/message-ids.js";
import { parseSpan } from "./fault-fields.js";
import { FAULT_KINDS, type FaultPlan, fieldsOf, type PlannedFault } from "./fault-plan.js";
import type { FaultTarget } from "./fault-target.js";

/** The stream of chance that faults are drawn from. */
const FAULT_STREAM = 77;

/** What a fault did, for the log. */
export interface FaultEvent {
  readonly at: number;
  readonly name: string;
  readonly what: "begins" | "ends";
}

/**
 * Makes faults happen when their plan says, in simulated time; and, where the plan leaves some to chance, draws them from
 * the seed. The same plan, seed and requests make the same faults again.
 */
export class FaultRunner {
  /** What has happened, in order. */
  readonly events: FaultEvent[] = [];
  private readonly target: FaultTarget;
  private readonly simulation: Simulation;
  private readonly random: Random;
  private readonly say: (line: string) => void;
  /** Requests that have been counted, by their name. */
  private readonly counts = new Map<string, number>();
  private readonly waiting: PlannedFault[] = [];
  private readonly afterOrder: (() => void)[] = [];

  /** @param say hears of every fault that begins or ends */
  constructor(
    plan: FaultPlan,
    target: FaultTarget,
    simulation: Simulation,
    listing: Listing,
    seed: number,
    say: (line: string) => void = () => undefined,
  ) {
    this.say = say;
    this.target = target;
    this.simulation = simulation;
    this.random = new Random(seed, FAULT_STREAM);
    for (const fault of plan.faults) this.plan(fault, listing);
    if (plan.random !== undefined) this.drawNext(plan.random.every, plan.random.names);
  }

  /** A request has been dealt with. */
  handled(messageId: number): void {
    const name = NAMES.get(messageId);
    if (name === undefined) return;
    if (name === "placeOrder") for (const act of this.afterOrder.splice(0)) act();
    if (this.waiting.length === 0) return;
    const count = (this.counts.get(name) ?? 0) + 1;
    this.counts.set(name, count);
    for (const fault of [...this.waiting]) {
      if (fault.when.kind !== "request" || fault.when.request !== name || fault.when.count !== count) continue;
      this.waiting.splice(this.waiting.indexOf(fault), 1);
      this.begin(fault);
    }
  }

  /** Has something done once the next order has been dealt with. */
  afterNextOrder(act: () => void): void {
    this.afterOrder.push(act);
  }

  private plan(fault: PlannedFault, listing: Listing): void {
    const { simulation } = this;
    const { when } = fault;
    if (when.kind === "request") {
      this.waiting.push(fault);
      return;
    }
    let at: number;
    if (when.kind === "after") at = simulation.now + when.ms;
    else if (when.kind === "at") at = when.instant;
    else at = nextEdge(listing, when.edge, simulation.now - when.ms) + when.ms;
    if (at < Infinity) simulation.at(at, () => this.begin(fault));
  }

  private begin({ name, fields, lasts }: PlannedFault): void {
    const kind = FAULT_KINDS[name];
    this.note(name, "begins");
    kind.begin(this.target, fields);
    if (kind.end === undefined) return;
    this.simulation.after(lasts, () => {
      this.note(name, "ends");
      kind.end?.(this.target, fields);
    });
  }

  private drawNext(every: number, names: readonly string[]): void {
    // Between half and one and a half times as long as on average.
    const wait = Math.round(every * (0.5 + this.random.next()));
    this.simulation.after(wait, () => {
      const name = names[this.random.int(names.length)];
      const kind = FAULT_KINDS[name];
      const lasts = kind.lasts === undefined ? 0 : Math.min(parseSpan(kind.lasts) ?? 0, every / 2);
      this.begin({ name, when: { kind: "after", ms: 0 }, fields: fieldsOf(name, kind, {}), lasts });
      this.drawNext(every, names);
    });
  }

  private note(name: string, what: FaultEvent["what"]): void {
    this.events.push({ at: this.simulation.now, name, what });
    this.say(`fault ${name} ${what}`);
  }
}

const NAMES: ReadonlyMap<number, string> = new Map(Object.entries(REQUEST).map(([name, id]) => [id, name]));

/** The first open or close of a listing's sessions at or after an instant; Infinity for none. */
function nextEdge({ sessions }: Listing, edge: "open" | "close", from: number): number {
  const edges = edge === "open" ? sessions.open : sessions.close;
  for (const instant of edges) if (instant >= from) return instant;
  return Infinity;
}
