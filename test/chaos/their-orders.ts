import type { Random } from "../../core/random.js";

/** Another client of the account, or a hand in TWS, makes an order; `which` is its name in the story. */
export interface TheirOrder {
  readonly kind: "their order";
  readonly at: number;
  readonly which: number;
  readonly symbol: string;
  readonly side: 1 | -1;
  readonly quantity: number;
  /** How far its limit lies beyond the price of the moment, as a fraction: from 0 on it can fill at once. */
  readonly away: number;
  readonly tif: "DAY" | "GTC";
  readonly isByHand: boolean;
}

/** What its maker does with it later: another size or limit, or its cancel. */
export type TheirDeed =
  | { readonly kind: "their cancel"; readonly at: number; readonly which: number }
  | {
      readonly kind: "their change";
      readonly at: number;
      readonly which: number;
      /** 0 leaves it as it is. */
      readonly quantity: number;
      readonly away: number;
    };

/** An operator tells the session to take it over. */
export interface OrderAdoption {
  readonly kind: "adopt order";
  readonly at: number;
  readonly which: number;
  /** Whether the session is to look at the account first. */
  readonly looks: boolean;
}

/** What goes wrong about then, as misfortunes say it. */
type Trouble =
  | { readonly kind: "kill"; readonly at: number; readonly down: number }
  | { readonly kind: "sever"; readonly at: number; readonly heard: number };

type Drawn = TheirOrder | TheirDeed | OrderAdoption | Trouble;

interface Bounds {
  readonly symbols: readonly string[];
  readonly end: number;
  /** Draws a moment. */
  readonly moment: () => number;
}

const MINUTE = 60_000;

/** An order of others, what becomes of it, and what an operator says of it; with what goes wrong about then. */
export function drawTheirOrder(random: Random, which: number, { symbols, end, moment }: Bounds): Drawn[] {
  const one = <T>(choices: readonly T[]): T => choices[random.int(choices.length)];
  const at = moment();
  const isLarge = random.int(3) === 0;
  const order: TheirOrder = {
    kind: "their order",
    at,
    which,
    symbol: one(symbols),
    side: one([1, -1]),
    quantity: isLarge ? 500 + random.int(2_500) : 1 + random.int(200),
    away: one([-0.05, -0.002, -0.0008, -0.0003, 0.001]),
    tif: one(["DAY", "GTC"]),
    isByHand: random.int(3) === 0,
  };
  const later = (most: number): number => Math.min(end, at + random.int(most));
  const drawn: Drawn[] = [order];
  for (let words = one([0, 1, 1, 1, 2]); words > 0; words--) {
    drawn.push({ kind: "adopt order", at: later(one([3_000, MINUTE, 2 * MINUTE])), which, looks: random.int(4) > 0 });
  }
  if (random.int(3) === 0) {
    const quantity = one([0, 0, 1 + random.int(300)]);
    drawn.push({ kind: "their change", at: later(4 * MINUTE), which, quantity, away: one([-0.05, -0.0005, 0.001]) });
  }
  if (random.int(2) === 0) drawn.push({ kind: "their cancel", at: later(one([MINUTE, 5 * MINUTE])), which });
  const near = Math.max(0, later(3 * MINUTE));
  const down = random.int(2) === 0 ? 500 : random.int(MINUTE);
  if (random.int(4) === 0) drawn.push({ kind: "kill", at: near, down });
  else if (random.int(6) === 0) drawn.push({ kind: "sever", at: near, heard: random.int(20_000) });
  return drawn;
}
