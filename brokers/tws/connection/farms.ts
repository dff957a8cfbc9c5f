import type { Instant } from "../../../core/market/bar-size.js";

/** One of IB's data farms, as TWS last told of it. */
export interface Farm {
  /** As TWS writes it, such as "usfarm" or "ushmds". */
  readonly name: string;
  readonly isOk: boolean;
  /** Since when, by our clock. */
  readonly since: Instant;
}

/** The farms that TWS has told of. A broken one is no reason to drop the socket, and one that nobody heard of is fine. */
export class Farms {
  private readonly byName = new Map<string, Farm>();

  get all(): readonly Farm[] {
    return [...this.byName.values()];
  }

  get broken(): readonly Farm[] {
    return this.all.filter((farm) => !farm.isOk);
  }

  /** Nothing is known any more: the connection is gone. */
  forget(): void {
    this.byName.clear();
  }

  /**
   * Notes what a message says, such as "Market data farm connection is broken:usfarm".
   * @returns the farm where that is news: broken, or whole again; not where it is first told to be fine
   */
  told(text: string, isOk: boolean, at: Instant): Farm | undefined {
    const name = text.slice(text.lastIndexOf(":") + 1).trim();
    const before = this.byName.get(name);
    if (before?.isOk === isOk) return undefined;
    const farm = { name, isOk, since: at };
    this.byName.set(name, farm);
    return before === undefined && isOk ? undefined : farm;
  }
}
