import type { Deed, Terms } from "./deed.js";
import { cutToEntry, end, resize } from "./groups.js";
import { isAlive, isAwake, isExit, type Run, type SimOrder } from "./model.js";
import { changesOf, type ExitPrices, exitsOf, optionsOf } from "./terms.js";
import { beginTrail, isOnOpen, isTrailing } from "./triggers.js";

/** Does what a strategy does in a handler, now. */
export function carryOut(run: Run, deed: Deed): void {
  const working = run.orders.filter(isAlive);
  run.bundles++;
  switch (deed.does) {
    case "order":
      make(run, deed.instrument, deed.terms);
      return;
    case "child":
      if (working.length > 0) make(run, deed.instrument, deed.terms, { parent: working[deed.parent % working.length] });
      return;
    case "bracket":
      makeBracket(run, deed);
      return;
    case "oco": {
      const group = run.groups++;
      // Each leg leaves when its own market takes it.
      const forOpening = run.bundles++;
      const legs = deed.legs.map(({ instrument, terms }) => make(run, instrument, terms, { group }));
      for (const leg of legs) if (isOnOpen(leg)) leg.bundle = forOpening;
      // They stand together or not at all.
      if (legs.some(({ status }) => status === "denied")) for (const leg of legs) leg.status = "denied";
      return;
    }
    case "modify":
      if (working.length > 0) modify(run, working[deed.which % working.length], deed);
      return;
    case "cancel":
      if (working.length > 0) end(run, working[deed.which % working.length], "cancelled");
      return;
    case "cancel all":
      for (const order of working)
        if (order.instrument === deed.instrument && isAlive(order)) end(run, order, "cancelled");
  }
}

/** "An order made at a session's close belongs to the next session. It is held, and leaves at the next open." */
function make(
  run: Run,
  instrument: number,
  terms: Terms,
  links: { parent?: SimOrder; group?: number; prices?: { limit?: number; stop?: number } } = {},
): SimOrder {
  const options = optionsOf(terms, run.standsAt(instrument), run.now);
  const order: SimOrder = {
    id: run.orders.length,
    instrument,
    buy: terms.side === "buy",
    type: terms.type,
    tif: terms.tif ?? "DAY",
    goodTill: options.goodTill,
    parent: links.parent,
    bundle: run.bundles,
    trail: terms.trail,
    trailPercent: terms.trailPercent,
    limitOffset: terms.limitOffset ?? 0,
    group: links.group,
    quantity: terms.quantity,
    filled: 0,
    limit: links.prices?.limit ?? options.limit,
    stop: links.prices?.stop ?? options.stop,
    status: "working",
    triggered: false,
    createdAt: run.now,
    madeAt: run.now,
    turn: run.turns++,
    takesPartFrom: run.arrival(),
    outsideRth: terms.outsideRth ?? false,
    rested: false,
    wokenAt: Number.NEGATIVE_INFINITY,
    wokenAtOpenOf: undefined,
    birth: undefined,
    triedAtOpen: false,
    doneInside: false,
  };
  if (run.isDenied(order)) order.status = "denied";
  else if (run.isHeld(order)) order.status = "held";
  // "A trailing stop starts behind the latest price when it is made, or at the `stop` it was given."
  if (isTrailing(order) && order.stop === undefined && isAwake(order)) beginTrail(run, order);
  run.orders.push(order);
  if (order.status === "working" && order.parent !== undefined && isExit(order)) cutToEntry(run, order, order.parent);
  return order;
}

function makeBracket(run: Run, deed: Deed & { does: "bracket" }): void {
  const { instrument, terms, exitTif } = deed;
  const exits = exitsOf(deed, run.standsAt(instrument));
  const { stopLoss, takeProfit, trailingStop } = exits;
  const made = run.orders.length;
  const parent = make(run, instrument, terms);
  const group = run.groups++;
  const base = {
    side: terms.side === "buy" ? "sell" : "buy",
    quantity: terms.quantity,
    tif: exitTif,
    outsideRth: terms.outsideRth ?? false,
  } as const;
  const links = { parent, group };
  if (trailingStop !== undefined) make(run, instrument, { ...base, type: "trailing-stop", trail: trailingStop }, links);
  if (stopLoss !== undefined)
    make(run, instrument, { ...base, type: "stop" }, { ...links, prices: { stop: stopLoss } });
  if (takeProfit !== undefined)
    make(run, instrument, { ...base, type: "limit" }, { ...links, prices: { limit: takeProfit } });
  // A bracket is judged as one, by its entry.
  if (parent.status === "denied" || isCrossed(run, deed, exits))
    for (const order of run.orders.slice(made)) order.status = "denied";
}

/** "One that enters at the market while the price is beyond an exit is denied", or while there is none. */
function isCrossed(run: Run, { instrument, terms }: Deed & { does: "bracket" }, exits: ExitPrices): boolean {
  if (terms.type !== "market") return false;
  const price = run.lastPrice(instrument) ?? Number.NaN;
  const sign = terms.side === "buy" ? 1 : -1;
  const isBetween = (exit: number | undefined, way: number): boolean => exit === undefined || way * (exit - price) > 0;
  return !isBetween(exits.stopLoss, -sign) || !isBetween(exits.takeProfit, sign);
}

/**
 * "A modified order counts as made now; exits that had the size of their entry, or of what others had left of it, follow
 * a change of it. A quantity at or below what has filled cancels the rest." It keeps its turn among the orders that reach
 * the market.
 */
function modify(run: Run, order: SimOrder, deed: Deed & { does: "modify" }): void {
  const inPercent = order.trailPercent !== undefined;
  const changes = changesOf(deed, { ...order, inPercent }, run.standsAt(order.instrument));
  if (changes === undefined) return;
  const { quantity = order.quantity, limit, stop } = changes;
  if (quantity <= order.filled) {
    end(run, order, "cancelled");
    return;
  }
  order.madeAt = run.now;
  if (order.status === "working") order.takesPartFrom = Math.max(order.takesPartFrom, run.arrival());
  resize(run, order, quantity);
  if (limit !== undefined && limit !== order.limit) {
    order.limit = limit;
    // "A modification of its limit has an order come anew; one of its size alone lets it rest on where it did."
    order.rested = false;
  }
  if (stop !== undefined) order.stop = stop;
  // "The stop stands where it stood, and is drawn closer by what comes."
  if (changes.trail !== undefined) order.trail = changes.trail;
  if (changes.trailPercent !== undefined) order.trailPercent = deed.trail;
  // "One that is made larger is cut again."
  const { parent } = order;
  if (parent !== undefined && isExit(order) && (order.status === "working" || !isAlive(parent)))
    cutToEntry(run, order, parent);
}
