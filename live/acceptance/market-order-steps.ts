import { readBrokerState } from "../../brokers/tws/account/broker-state.js";
import type { Instrument } from "../../core/market/instrument.js";
import { noteOrders, permIdOf } from "./note-orders.js";
import { oneUnit } from "./one-unit.js";
import { FAR_TARGET, priceOf } from "./order-prices.js";
import { reconnect } from "./reconnect.js";
import { NotShown, type Sighting } from "./sight.js";
import type { Step } from "./step.js";
import type { Walk } from "./walk.js";

/** Orders that fill: one unit bought and sold again, and two that exits close. */
export function marketOrderSteps(instrument: Instrument, isAllowed: boolean): Step[] {
  const refuseUnless = (walk: Walk): void => {
    if (!isAllowed) throw new NotShown("--allow-market is not given");
    if (!walk.isOpen(instrument)) throw new NotShown("its market is closed");
  };
  const symbol = instrument.symbol;
  return [
    {
      name: `${symbol} bought at the market`,
      relies: "a fill is told as an execution, as the order's status, and with its commission behind the execution",
      instrument,
      run: async (walk, sight) => {
        refuseUnless(walk);
        await trade(walk, sight, instrument, 1);
      },
    },
    {
      name: `position of ${symbol}`,
      relies: "what was bought is among the positions",
      instrument,
      run: async (walk, sight) => {
        refuseUnless(walk);
        const held = (await readBrokerState(await walk.link("the positions"), walk.times.answer)).positions;
        const { conId } = walk.contractOf(instrument);
        sight.fact(
          "it is held",
          held.some((one) => one.conId === conId && one.account === walk.account),
        );
      },
    },
    {
      name: `${symbol} sold again`,
      relies: "the execution that closes a position is told like the one that opened it, with the profit it made",
      instrument,
      run: async (walk, sight) => {
        refuseUnless(walk);
        if (!walk.own.held.has(symbol)) throw new NotShown("nothing was bought");
        await trade(walk, sight, instrument, -1);
      },
    },
    {
      name: "executions after a reconnect",
      relies: "executions of the day are told again, with the same ids and their commissions",
      instrument,
      run: async (walk, sight) => {
        refuseUnless(walk);
        if (walk.executed.size === 0) throw new NotShown("nothing was executed");
        const place = walk.ear.place;
        await reconnect(walk, sight);
        const { executions } = await readBrokerState(await walk.link("the account"), walk.times.answer);
        await walk.settle();
        const again = executions.filter(({ orderRef }) => walk.own.hasMade(orderRef));
        sight.fact(
          "executions have the same ids",
          isSame(
            again.map(({ execId }) => execId),
            [...walk.executed.keys()],
          ),
        );
        sight.fact(
          "each comes with its commission",
          again.every(({ execId, commission }) => commission === walk.executed.get(execId)),
        );
        const ids = new Set(again.map(({ orderId }) => orderId));
        sight.look(walk.news(place, [...ids], "execDetailsEnd").filter(({ kind }) => kind !== "completedOrder"));
      },
    },
    {
      name: `two exits of one entry of ${symbol}`,
      relies: "children of an order that stand in a group each are no group: the other works on when one has filled",
      instrument,
      run: async (walk, sight) => {
        refuseUnless(walk);
        await exitsApart(walk, sight, instrument);
      },
    },
  ];
}

/** Buys two units with an exit for each: one sells at once, the other waits for what the market is far from. */
async function exitsApart(walk: Walk, sight: Sighting, instrument: Instrument): Promise<void> {
  const { ordering: own } = walk;
  const unit = oneUnit(walk, instrument);
  const held = (): number => own.held.get(instrument.symbol) ?? 0;
  const entry = own.intent({ ...unit, side: 1, type: "market", quantity: 2 * unit.quantity });
  const exit = { ...unit, side: -1, isExit: true, parent: entry.orderId };
  const soon = own.intent({ ...exit, type: "market" });
  const never = own.intent({ ...exit, type: "limit", limit: priceOf(walk, instrument) * FAR_TARGET });
  own.place([entry, ...[soon, never].map((one) => ({ ...one, group: one.ref }))]);
  await walk.until(() => own.hasEnded(soon.orderId) && held() === unit.quantity, walk.times.fill);
  await walk.settle();
  sight.fact("one has filled", held() === unit.quantity);
  sight.fact("the other works on", !own.hasEnded(never.orderId));
  const working = [entry, soon, never].filter(({ orderId }) => !own.hasEnded(orderId));
  for (const { orderId } of working) own.cancel(orderId);
  await walk.until(() => working.every(({ orderId }) => own.hasEnded(orderId)));
  // Beside one that may still fill, selling might sell more than is held: the end of the walk sees to what is left then.
  if (held() > 0 && working.every(({ orderId }) => own.hasEnded(orderId))) {
    own.place([own.intent({ ...unit, side: -1, type: "market", quantity: held() })]);
    await walk.until(() => held() === 0, walk.times.fill);
  }
  sight.fact("nothing is left", held() === 0);
}

/** Buys (+1) or sells (-1) one unit at the market, and waits until it has filled. */
export async function trade(walk: Walk, sight: Sighting, instrument: Instrument, side: number): Promise<void> {
  const { ear, ordering: own } = walk;
  const place = ear.place;
  const order = own.intent({ ...oneUnit(walk, instrument), side, type: "market" });
  own.place([order]);
  const executions = () => ear.told("execDetails", place).filter(([, , { orderRef }]) => orderRef === order.ref);
  const reports = () => new Map(ear.told("commissionReport", place).map(([one]) => [one.execId, one.commission]));
  const isWhole = (): boolean =>
    own.hasEnded(order.orderId) &&
    executions().length > 0 &&
    executions().every(([, , { execId }]) => reports().has(execId));
  await walk.until(isWhole, walk.times.fill);
  await walk.settle();
  for (const [, , { execId }] of executions()) {
    const commission = reports().get(execId);
    if (execId !== undefined && commission !== undefined) walk.executed.set(execId, commission);
  }
  // IB tells the status of a fill before its execution or behind it.
  noteOrders(walk, sight, place, [order]);
  sight.order = sight.order.filter((label) => !/^(openOrder|orderStatus) /.test(label));
  const [execution] = executions();
  sight.fact("it is filled", executions().length > 0);
  sight.fact(
    "each execution has its commission",
    executions().every(([, , { execId }]) => reports().has(execId)),
  );
  sight.fact("the execution names the order", execution?.[2].orderId === order.orderId);
  sight.fact("the execution has its permId", execution?.[2].permId === permIdOf(walk, order.orderId));
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && new Set([...one, ...other]).size === one.length;
}
