/** The order ids of each client id, which outlive its connections: what was used once is never valid again. */
export class OrderIds {
  private readonly next = new Map<number, number>();

  /** The lowest id that the client may use. Asking does not use it up. */
  nextOf(clientId: number): number {
    return this.next.get(clientId) ?? 1;
  }

  /** Notes an id as used. */
  use(clientId: number, orderId: number): void {
    if (orderId >= this.nextOf(clientId)) this.next.set(clientId, orderId + 1);
  }
}
