/** Called when a listener has thrown: what it was told, and the error. */
export type ListenerFailed = (event: string, error: unknown) => void;

/**
 * Typed events. A listener that throws does not keep the others, or whoever tells the event, from going on; its error
 * is handed to `failed`.
 */
export class Listeners<Events extends object> {
  private readonly byEvent = new Map<keyof Events, readonly ((event: never) => void)[]>();
  private readonly failed: ListenerFailed;

  constructor(failed: ListenerFailed) {
    this.failed = failed;
  }

  /** @returns what ends the listening */
  on<E extends keyof Events>(event: E, listener: (event: Events[E]) => void): () => void {
    this.byEvent.set(event, [...(this.byEvent.get(event) ?? []), listener]);
    return () => {
      this.byEvent.set(
        event,
        (this.byEvent.get(event) ?? []).filter((one) => one !== listener),
      );
    };
  }

  has(event: keyof Events): boolean {
    return (this.byEvent.get(event)?.length ?? 0) > 0;
  }

  /** Tells those who listen now; one that comes or goes meanwhile counts from the next event on. */
  tell<E extends keyof Events>(event: E, told: Events[E]): void {
    for (const listener of this.byEvent.get(event) ?? []) {
      try {
        (listener as (event: Events[E]) => void)(told);
      } catch (error) {
        this.failed(String(event), error);
      }
    }
  }
}

/** Raises an error where nobody else would hear of it: outside of the decoder that it would break. */
export function raiseLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
