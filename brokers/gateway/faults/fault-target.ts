import type { Farm } from "../session/farms.js";
import type { FaultState } from "./fault-state.js";

/** An order as if it were made by hand in TWS. */
export interface ManualOrder {
  readonly symbol: string;
  readonly action: string;
  readonly quantity: number;
  /** Undefined for a market order. */
  readonly limit: number | undefined;
}

/** What faults can lay hands on. */
export interface FaultTarget {
  readonly state: FaultState;
  /** Closes the sockets of all clients: by a proper end, or by a reset. */
  disconnect(how: "end" | "reset"): void;
  /** No byte leaves for any client; where it does not read either, the sockets are half open. */
  setSilence(isSilent: boolean, reads: boolean): void;
  /** Cuts what clients are sent into pieces. */
  setPieces(bytes: number): void;
  /** Tells every client a message that answers no request. */
  tell(code: number, text: string): void;
  tellFarm(farm: Farm, isOk: boolean): void;
  /** All streams are lost. */
  forgetStreams(): void;
  /** Bars that keep up to date die. */
  killLiveBars(): void;
  /** Something about quotes has changed that is no tick. */
  refreshQuotes(): void;
  /** TWS has IB again: what waited is done and told. */
  resume(): void;
  placeByHand(order: ManualOrder): void;
  /** Has something done once the next order of a client has been dealt with. */
  afterNextOrder(act: () => void): void;
}
