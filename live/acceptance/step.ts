import type { Instrument } from "../../core/market/instrument.js";
import type { Sighting } from "./sight.js";
import type { Walk } from "./walk.js";

/** One thing that the adapter relies on, and how it is shown. */
export interface Step {
  readonly name: string;
  /** What is relied on, in a sentence. */
  readonly relies: string;
  /** Whose hours decide what can be shown: what is right while its market is open may not be while it is closed. */
  readonly instrument?: Instrument;
  /** Sends what there is to send, and notes what comes of it. */
  run(walk: Walk, sight: Sighting): Promise<void>;
}
