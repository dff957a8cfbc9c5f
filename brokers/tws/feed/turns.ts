/** At most so many at once: whoever comes later waits for one to be done. */
export class Turns<Owner> {
  private readonly most: number;
  private readonly active = new Set<Owner>();
  private readonly waiting = new Map<Owner, () => void>();

  constructor(most: number) {
    this.most = most;
  }

  /** Has `run` called, at once or when it is the owner's turn; one that has a turn keeps it. */
  take(owner: Owner, run: () => void): void {
    if (this.active.has(owner) || this.active.size < this.most) {
      this.waiting.delete(owner);
      this.active.add(owner);
      run();
    } else {
      this.waiting.set(owner, run);
    }
  }

  /** The owner's turn is over, or not wanted any more. */
  done(owner: Owner): void {
    this.waiting.delete(owner);
    if (!this.active.delete(owner)) return;
    const next = this.waiting.entries().next().value;
    if (next !== undefined) this.take(...next);
  }
}
