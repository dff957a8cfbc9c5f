import type { Evidence } from "../evidence.js";
import { Blocked } from "./blocked.js";
import { ClockSkew } from "./clock-skew.js";
import { Connection } from "./connection.js";
import { DataType } from "./data-type.js";
import { FrozenQuote } from "./frozen-quote.js";
import type { GuardSettings } from "./guard-settings.js";
import { Halted } from "./halted.js";

/** The guards that only a session with evidence of its connection and its market data can have. */
export class LiveGuards {
  readonly connection: Connection;
  readonly dataType: DataType | undefined;
  readonly frozenQuote: FrozenQuote | undefined;
  readonly halted: Halted | undefined;
  readonly blocked: Blocked;
  readonly clockSkew: ClockSkew | undefined;

  /** Connection and blocks always stand, for the promise that nothing is lost rests on them. */
  constructor(evidence: Evidence, settings: GuardSettings) {
    this.connection = new Connection(evidence);
    this.dataType = settings.dataType === false ? undefined : new DataType(evidence, settings.reducingPasses ?? true);
    this.frozenQuote = settings.frozenQuote === false ? undefined : new FrozenQuote(evidence, settings.frozenQuote);
    this.halted = settings.halted === false ? undefined : new Halted(evidence);
    this.blocked = new Blocked(evidence);
    this.clockSkew = settings.clockSkew === false ? undefined : new ClockSkew(evidence, settings.clockSkew);
  }
}
