import { completedOrders, openOrders } from "../../brokers/tws/account/account-questions.js";
import { readBrokerState } from "../../brokers/tws/account/broker-state.js";
import { TwsError } from "../../brokers/tws/errors.js";
import type { OrderIntent } from "../../brokers/tws/orders/order-intent.js";
import type { Instrument } from "../../core/market/instrument.js";
import { NotShown, type Sighting } from "./sight.js";
import type { Step } from "./step.js";
import type { Walk } from "./walk.js";

/** How far below the market orders are placed that must never fill, as a share of it; and where they are moved to. */
const FAR = 0.7;
const FARTHER = 0.65;
/** A bracket's exits: around a fill that never comes. */
const FAR_TARGET = 1.3;
const FAR_STOP = 0.5;

/** Only what one of these says is an answer to an order. */
const ANSWERED = ["PreSubmitted", "Submitted", "Filled", "Cancelled", "ApiCancelled", "Inactive"];

/** Orders that never fill: placed, changed, found again, cancelled; and what is said of those that cannot be. */
export function orderSteps(instrument: Instrument): Step[] {
  const about = { instrument };
  return [
    {
      ...about,
      name: "what-if",
      relies: "an order that only asks is answered with the margin and the commission it would take, and is gone",
      run: (walk, sight) => whatIf(walk, sight, instrument),
    },
    {
      ...about,
      name: "far-away limit order",
      relies: "an order is told as it stands, with its permId, its orderRef and its account",
      run: async (walk, sight) => {
        const { ear, own } = walk;
        const far = farAway(walk, instrument, FAR);
        // What TWS says of an id below the highest is seen with this one.
        walk.passedOver = far.orderId;
        const order = farAway(walk, instrument, FAR);
        const place = ear.place;
        own.place([order]);
        walk.order = order;
        await walk.until(() => hasAnswered(walk, place, order.orderId));
        await walk.settle();
        noteOrders(walk, sight, place, [order]);
      },
    },
    {
      ...about,
      name: "list of open orders",
      relies: "an open order is listed with what it was placed with, and its status",
      run: async (walk, sight) => {
        const order = working(walk);
        const place = walk.ear.place;
        const before = permIdOf(walk, order.orderId);
        const listed = await (await walk.link("the open orders")).askUnnumbered(openOrders(walk.times.answer));
        await walk.settle();
        sight.fact(
          "the order is listed",
          listed.some(({ orderRef }) => orderRef === order.ref),
        );
        noteOrders(walk, sight, place, [order], "openOrderEnd");
        sight.fact("its permId is as before", permIdOf(walk, order.orderId) === before);
      },
    },
    {
      ...about,
      name: "order changed",
      relies: "an order that is sent again with its id is changed, and is told as it stands now",
      run: async (walk, sight) => {
        const order = working(walk);
        const { ear, own } = walk;
        const before = permIdOf(walk, order.orderId);
        const { limit } = farAway(walk, instrument, FARTHER);
        const place = ear.place;
        const changed = { ...order, limit };
        own.change(changed);
        walk.order = changed;
        const isTold = (): boolean =>
          ear.told("openOrder", place).some(([id, , told]) => id === order.orderId && told.lmtPrice === limit);
        await walk.until(isTold);
        await walk.settle();
        noteOrders(walk, sight, place, [changed]);
        sight.fact("its limit is the new one", isTold());
        sight.fact("its permId is as before", permIdOf(walk, order.orderId) === before);
      },
    },
    {
      ...about,
      name: "order over a reconnect",
      relies: "after a reconnect with the same client id an open order is listed with the same ids",
      run: async (walk, sight) => {
        const order = working(walk);
        const place = walk.ear.place;
        const before = permIdOf(walk, order.orderId);
        await reconnect(walk, sight);
        const state = await readBrokerState(await walk.link("the account"), walk.times.answer);
        await walk.settle();
        const found = state.openOrders.find(({ orderRef }) => orderRef === order.ref);
        sight.fact("the order is listed", found !== undefined);
        sight.fact("its order id is as before", found?.orderId === order.orderId);
        sight.fact("its client id is as before", found?.clientId === walk.connection.clientId);
        sight.fact("its permId is as before", found?.permId === before);
        sight.fact("its limit is as before", found?.limitPrice === order.limit);
        noteOrders(walk, sight, place, [order], "nextValidId", "managedAccounts", "openOrderEnd");
      },
    },
    {
      ...about,
      name: "order cancelled",
      relies: "a cancel is confirmed by a status that ends the order",
      run: async (walk, sight) => {
        const order = working(walk);
        const place = walk.ear.place;
        walk.own.cancel(order.orderId);
        await walk.until(() => walk.own.hasEnded(order.orderId));
        await walk.settle();
        noteOrders(walk, sight, place, [order]);
      },
    },
    {
      ...about,
      name: "list of completed orders",
      relies: "an order that has ended is listed with its permId, its orderRef and how it ended",
      run: async (walk, sight) => {
        const order = placed(walk);
        const place = walk.ear.place;
        const link = await walk.link("the completed orders");
        const ask = async (): Promise<boolean> =>
          (await link.askUnnumbered(completedOrders(walk.times.answer))).some(({ orderRef }) => orderRef === order.ref);
        // It may take a moment until it is on the list.
        let isListed = await ask();
        for (let time = 0; time < 3 && !isListed; time++) {
          await walk.settle();
          isListed = await ask();
        }
        await walk.settle();
        sight.fact("the order is listed", isListed);
        const told = walk.ear.told("completedOrder", place).find(([, { orderRef }]) => orderRef === order.ref);
        sight.fact("its permId is as before", told?.[1].permId === permIdOf(walk, order.orderId));
        sight.look(
          walk
            .news(place, [order.orderId], "completedOrdersEnd")
            .filter(
              ({ kind, told: [, one] }) =>
                kind !== "completedOrder" || (one as { orderRef?: string }).orderRef === order.ref,
            ),
        );
      },
    },
    {
      ...about,
      name: "cancel of an order that has ended",
      relies: "a cancel that comes too late is refused with a code of its own",
      run: async (walk, sight) => refusedCancel(walk, sight, placed(walk).orderId),
    },
    {
      ...about,
      name: "cancel of an order that never was",
      relies: "a cancel of an unknown order is refused with a code of its own",
      run: async (walk, sight) => refusedCancel(walk, sight, farAway(walk, instrument, FAR).orderId),
    },
    {
      ...about,
      name: "order id below the highest",
      relies: "a new order with an id below one that was used is refused",
      run: async (walk, sight) => {
        const { passedOver, own, ear } = walk;
        if (passedOver === undefined) throw new NotShown("no order was placed");
        const order = { ...farAway(walk, instrument, FAR), orderId: passedOver };
        const place = ear.place;
        own.place([order]);
        await walk.until(() => own.hasEnded(passedOver) || hasAnswered(walk, place, passedOver));
        await walk.settle();
        sight.fact("it was refused", own.hasEnded(passedOver));
        sight.look(walk.news(place, [passedOver]));
        if (!own.hasEnded(passedOver)) own.cancel(passedOver);
      },
    },
    {
      ...about,
      name: "bracket",
      relies:
        "orders of a family that are sent one behind the other become active together, the exits held by their parent",
      run: async (walk, sight) => {
        const entry = farAway(walk, instrument, FAR);
        const exit = { ...exitOf(entry), parent: entry.orderId };
        const price = priceOf(walk, instrument);
        const target = walk.own.intent({ ...exit, type: "limit", limit: price * FAR_TARGET, stop: Number.NaN });
        const stop = walk.own.intent({ ...exit, type: "stop", limit: Number.NaN, stop: price * FAR_STOP });
        const place = walk.ear.place;
        walk.bracket = [entry, target, stop];
        walk.own.place(walk.bracket);
        await walk.until(() => walk.bracket.every(({ orderId }) => hasAnswered(walk, place, orderId)));
        await walk.settle();
        noteOrders(walk, sight, place, walk.bracket);
        for (const [i, name] of ["entry", "target", "stop"].entries()) {
          sight.fact(`the ${name} stands as`, lastStatus(walk, place, walk.bracket[i].orderId));
        }
        const parents = walk.ear
          .told("openOrder", place)
          .filter(([id]) => id === target.orderId || id === stop.orderId);
        sight.fact(
          "exits name their parent",
          parents.every(([, , { parentId }]) => parentId === entry.orderId),
        );
      },
    },
    {
      ...about,
      name: "bracket cancelled",
      relies: "the cancel of a parent ends its children as well",
      run: async (walk, sight) => {
        const { bracket, own, ear } = walk;
        if (bracket.length === 0) throw new NotShown("no bracket was placed");
        const place = ear.place;
        own.cancel(bracket[0].orderId);
        await walk.until(() => bracket.every(({ orderId }) => own.hasEnded(orderId)));
        await walk.settle();
        noteOrders(walk, sight, place, bracket);
      },
    },
  ];
}

/** Orders that fill: one unit bought and sold again. */
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
  ];
}

async function whatIf(walk: Walk, sight: Sighting, instrument: Instrument): Promise<void> {
  const { ear, own } = walk;
  const place = ear.place;
  const asked = farAway(walk, instrument, FAR);
  await own.whatIf(asked);
  await walk.settle();
  // It takes the id behind the one of its intent.
  const orderId = walk.connection.orderIds.used;
  sight.look(walk.news(place, [orderId]));
  const listed = await (await walk.link("the open orders")).askUnnumbered(openOrders(walk.times.answer));
  sight.fact(
    "it is no open order",
    listed.every(({ orderRef }) => orderRef !== asked.ref),
  );
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

async function refusedCancel(walk: Walk, sight: Sighting, orderId: OrderIntent["orderId"]): Promise<void> {
  const place = walk.ear.place;
  walk.own.cancel(orderId);
  await walk.until(() => walk.ear.told("error", place).some(([, , id]) => id === orderId));
  await walk.settle();
  sight.look(walk.news(place, [orderId]));
}

/** Drops the socket, and waits until the connection is there again by itself. */
async function reconnect(walk: Walk, sight: Sighting): Promise<void> {
  const { connection, times } = walk;
  const link = await walk.link("a reconnect");
  const place = walk.ear.place;
  link.fail(new TwsError("CONNECTION_LOST", { what: "the walk", reason: "it was dropped on purpose" }));
  const isBack = await walk.until(() => connection.link !== link && connection.isUsable, times.reconnect);
  sight.fact("it is connected again", isBack);
  if (!isBack) throw new NotShown("there was no connection any more");
  const [next] = walk.ear.told("nextValidId", place);
  sight.fact("the next order id is above all that were used", next !== undefined && next[0] > walk.own.highestId);
}

/** What was told of orders: their messages, and whether what they were placed with came back. */
function noteOrders(
  walk: Walk,
  sight: Sighting,
  place: number,
  orders: readonly OrderIntent[],
  ...more: readonly string[]
): void {
  const ids: number[] = orders.map(({ orderId }) => orderId);
  const heard = walk.news(place, ids, ...more).filter(({ kind }) => kind !== "completedOrder");
  sight.look(heard);
  const open = walk.ear.told("openOrder", place).filter(([id]) => ids.includes(id));
  const intentOf = (id: number): OrderIntent | undefined => orders.find(({ orderId }) => orderId === id);
  const came = (name: string, isSo: (told: (typeof open)[number], order: OrderIntent) => boolean): void => {
    if (open.length > 0)
      sight.fact(
        name,
        open.every((told) => isSo(told, intentOf(told[0]) as OrderIntent)),
      );
  };
  came("its orderRef comes back", ([, , { orderRef }], { ref }) => orderRef === ref);
  came("its account comes back", ([, , { account }]) => account === walk.account);
  came("its quantity comes back", ([, , { totalQuantity }], { quantity }) => totalQuantity === quantity);
  came("its contract comes back", ([, { conId }], { instrument }) => conId === walk.contractOf(instrument).conId);
  const permIds = new Map<number, Set<number | undefined>>();
  for (const { kind, id, fields } of heard) {
    if (kind !== "openOrder" && kind !== "orderStatus") continue;
    const known = permIds.get(id ?? 0) ?? new Set();
    permIds.set(id ?? 0, known.add(fields.permId?.[0] as number | undefined));
  }
  if (permIds.size > 0)
    sight.fact(
      "one permId an order",
      [...permIds.values()].every(({ size }) => size === 1),
    );
  if (orders.length === 1) sight.fact("its last status", lastStatus(walk, place, ids[0]));
}

function lastStatus(walk: Walk, place: number, orderId: number): string {
  return walk.ear.told("orderStatus", place).findLast(([id]) => id === orderId)?.[1] ?? "not told";
}

/** As it was told last. */
function permIdOf(walk: Walk, orderId: number): number | undefined {
  return walk.ear.told("openOrder", 0).findLast(([id]) => id === orderId)?.[2].permId;
}

function hasAnswered(walk: Walk, place: number, orderId: number): boolean {
  return ANSWERED.includes(lastStatus(walk, place, orderId)) || walk.own.hasEnded(orderId);
}

/** The order of the walk, while it is open. */
function working(walk: Walk): OrderIntent {
  const order = placed(walk);
  if (walk.own.hasEnded(order.orderId)) throw new NotShown("the order did not stay open");
  return order;
}

/** The order of the walk, where there is one. */
function placed(walk: Walk): OrderIntent {
  if (walk.order === undefined) throw new NotShown("no order was placed");
  return walk.order;
}

/** One unit to be bought far below the market: it cannot fill, and ends with the day. */
function farAway(walk: Walk, instrument: Instrument, share: number): OrderIntent {
  return walk.ordering.intent({
    ...oneUnit(walk, instrument),
    side: 1,
    type: "limit",
    limit: priceOf(walk, instrument) * share,
  });
}

/** The least that can be traded. */
function oneUnit(walk: Walk, instrument: Instrument) {
  const { minSize, sizeIncrement } = walk.contractOf(instrument);
  return {
    instrument,
    tif: "DAY",
    quantity: Math.max(1, minSize, sizeIncrement),
    limit: Number.NaN,
    stop: Number.NaN,
    outsideRth: false,
    isExit: false,
    parent: 0,
  } as const;
}

function exitOf({ instrument, quantity, tif, outsideRth }: OrderIntent) {
  return { instrument, quantity, tif, outsideRth, side: -1, isExit: true };
}

function priceOf(walk: Walk, { symbol }: Instrument): number {
  const price = walk.prices.get(symbol);
  if (price === undefined || !(price > 0))
    throw new NotShown(`no price of ${symbol} is known, so no order of it is made`);
  return price;
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && new Set([...one, ...other]).size === one.length;
}
