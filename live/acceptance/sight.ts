import type { Heard } from "./ear.js";
import { seenOf } from "./forms.js";

/** What a step has seen of a gateway: it is held against what the same step has seen of the other. */
export interface Sight {
  /** By the name of a message, what was seen of each of its fields. */
  readonly messages: ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>;
  /** Labels of messages in the order in which the first of each came. */
  readonly order: readonly string[];
  /** Names of messages that may be missing: of things that an account need not have. */
  readonly optional: (name: string) => boolean;
  /** What was found out, in words: the same on both sides. */
  readonly facts: ReadonlyMap<string, string>;
  /** Lists of which the other side must have everything that the simulated gateway has. */
  readonly lists: ReadonlyMap<string, ReadonlySet<string>>;
  readonly heard: readonly Heard[];
  /** Why some or all of it could not be shown; undefined where all was. */
  readonly notShown: string | undefined;
}

export interface Looking {
  readonly optional?: (name: string) => boolean;
  /** Messages that come when they like: their place among others says nothing. */
  readonly anyOrder?: (label: string) => boolean;
}

/** Gathers what a step sees. */
export class Sighting implements Sight {
  readonly messages = new Map<string, Map<string, Set<string>>>();
  order: readonly string[] = [];
  optional: (name: string) => boolean = () => false;
  readonly facts = new Map<string, string>();
  readonly lists = new Map<string, Set<string>>();
  heard: readonly Heard[] = [];
  notShown: string | undefined;

  /** The messages that answered. */
  look(heard: readonly Heard[], { optional = () => false, anyOrder = () => false }: Looking = {}): void {
    this.heard = heard;
    this.optional = optional;
    this.order = [...new Set(heard.map(({ label }) => label))].filter((label) => !anyOrder(label));
    for (const { name, fields, rows } of heard) {
      for (const one of [fields, ...rows]) {
        for (const [field, [value, look]] of Object.entries(one)) this.seen(name, field).add(seenOf(value, look));
      }
      // One without fields is told, too.
      if (!this.messages.has(name)) this.messages.set(name, new Map());
    }
  }

  fact(name: string, value: string | number | boolean): void {
    this.facts.set(name, typeof value === "boolean" ? (value ? "yes" : "no") : String(value));
  }

  list(name: string, values: Iterable<string>): void {
    this.lists.set(name, new Set(values));
  }

  /** Something of it cannot be shown here, for a reason that is no fault of the gateway's. */
  miss(reason: string): void {
    this.notShown ??= reason;
  }

  private seen(name: string, field: string): Set<string> {
    let fields = this.messages.get(name);
    if (fields === undefined) {
      fields = new Map();
      this.messages.set(name, fields);
    }
    let values = fields.get(field);
    if (values === undefined) {
      values = new Set();
      fields.set(field, values);
    }
    return values;
  }
}

/** Thrown by a step of which nothing can be shown. */
export class NotShown extends Error {}
