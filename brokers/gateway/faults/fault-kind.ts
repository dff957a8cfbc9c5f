import type { FaultFields, FieldRules } from "./fault-fields.js";
import type { FaultTarget } from "./fault-target.js";

/** One kind of fault. */
export interface FaultKind {
  /** What happens, in a sentence or two; docs/simulated-gateway.md is held to it. */
  readonly says: string;
  /** What can be set beside when it happens. */
  readonly fields: FieldRules;
  /** How long it lasts where nobody says; a kind without it happens at once and is over. */
  readonly lasts?: string;
  begin(target: FaultTarget, fields: FaultFields): void;
  end?(target: FaultTarget, fields: FaultFields): void;
}

export type FaultKinds = Readonly<Record<string, FaultKind>>;
