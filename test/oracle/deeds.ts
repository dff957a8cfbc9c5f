import { cutToEntry, end, resize } from "./groups.js";
import { isAlive, isAwake, isExit, type Run, type SimOrder } from "./model.js";
import { type Deed, latestClose, type Terms } from "./story.js";
import { changesOf, exitsOf, optionsOf } from "./terms.js";
import { isOnOpen, isTrailing, stopBehind } from "./triggers.js";

/** Does what a strategy does in a handler, at the end of the slot under way. */
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
      for (const { instrument, terms } of deed.legs) {
        const leg = make(run, instrument, terms, { group });
        if (isOnOpen(leg)) leg.bundle = forOpening;
      }
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
  const { slot, story } = run;
  const close = latestClose(story, instrument, slot.index);
  const options = optionsOf(terms, close, slot.end);
  // "With `same-close` an order made at the very instant of the close still trades in that session."
  const isHeld = slot.closesSession && story.rules.fill === "next-open";
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
    status: isHeld ? "held" : "working",
    triggered: false,
    madeAt: slot.end,
    turn: run.turns++,
    takesPartFrom: slot.end,
    wokenAtOpenOf: undefined,
    birth: undefined,
    triedAtOpen: false,
    doneInside: false,
  };
  // "A trailing stop starts behind the latest price when it is made, or at the `stop` it was given."
  if (isTrailing(order) && order.stop === undefined && isAwake(order)) order.stop = stopBehind(order, close);
  run.orders.push(order);
  if (!isHeld && order.parent !== undefined && isExit(order)) cutToEntry(run, order, order.parent);
  return order;
}

function makeBracket(run: Run, deed: Deed & { does: "bracket" }): void {
  const { instrument, terms, exitTif } = deed;
  const close = latestClose(run.story, instrument, run.slot.index);
  const { stopLoss, takeProfit, trailingStop } = exitsOf(deed, close);
  const parent = make(run, instrument, terms);
  const group = run.groups++;
  const base = { side: terms.side === "buy" ? "sell" : "buy", quantity: terms.quantity, tif: exitTif } as const;
  const links = { parent, group };
  if (trailingStop !== undefined) make(run, instrument, { ...base, type: "trailing-stop", trail: trailingStop }, links);
  if (stopLoss !== undefined)
    make(run, instrument, { ...base, type: "stop" }, { ...links, prices: { stop: stopLoss } });
  if (takeProfit !== undefined)
    make(run, instrument, { ...base, type: "limit" }, { ...links, prices: { limit: takeProfit } });
}

/**
 * "A modified order counts as made now; exits that had the size of their entry, or of what others had left of it, follow
 * a change of it. A quantity at or below what has filled cancels the rest." It keeps its turn among the orders that reach
 * the market.
 */
function modify(run: Run, order: SimOrder, deed: Deed & { does: "modify" }): void {
  const changes = changesOf(deed, order, latestClose(run.story, order.instrument, run.slot.index));
  if (changes === undefined) return;
  const { quantity = order.quantity, limit, stop } = changes;
  if (quantity <= order.filled) {
    end(run, order, "cancelled");
    return;
  }
  order.madeAt = run.slot.end;
  resize(run, order, quantity);
  if (limit !== undefined) order.limit = limit;
  if (stop !== undefined) order.stop = stop;
  // "One that is made larger is cut again."
  const { parent } = order;
  if (parent !== undefined && isExit(order) && (order.status === "working" || !isAlive(parent)))
    cutToEntry(run, order, parent);
}
