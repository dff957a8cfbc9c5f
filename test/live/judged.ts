import type { Guard, GuardChain, OrderUnderTest } from "../../core/guards/index.js";
import type { Instant } from "../../core/market/bar-size.js";
import type { Denial } from "../../core/orders/denial.js";

/** An order that was judged as it was to leave. */
export interface Judged {
  readonly at: Instant;
  readonly quantity: number;
  /** The names of all guards that would have stopped it, had each been the only one. */
  readonly objectors: readonly string[];
  /** What became of it: undefined where it may leave. */
  readonly denial: Denial | undefined;
}

/** Notes of every order from now on what each guard of a chain says of it, those behind the first that objects too. */
export function judgedBy(chain: GuardChain): readonly Judged[] {
  const judged: Judged[] = [];
  const { guards } = chain as unknown as { readonly guards: readonly Guard[] };
  const watch = (check: (order: OrderUnderTest) => Denial | undefined) => (order: OrderUnderTest) => {
    const objectors = guards.filter((one) => objects(one, order)).map(({ name }) => name);
    const denial = check(order);
    judged.push({ at: order.now, quantity: order.quantity, objectors, denial });
    return denial;
  };
  chain.check = watch(chain.check.bind(chain));
  chain.checkReleased = watch(chain.checkReleased.bind(chain));
  return judged;
}

function objects(guard: Guard, order: OrderUnderTest): boolean {
  return guard.check(order) !== undefined && !(guard.reducingPasses && order.reducing);
}
