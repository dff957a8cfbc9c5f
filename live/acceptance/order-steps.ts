import { completedOrders, openOrders } from "../../brokers/tws/account/account-questions.js";
import { readBrokerState } from "../../brokers/tws/account/broker-state.js";
import type { OrderIntent } from "../../brokers/tws/orders/order-intent.js";
import type { Instrument } from "../../core/market/instrument.js";
import { lastStatus, noteOrders, permIdOf } from "./note-orders.js";
import { oneUnit } from "./one-unit.js";
import { FAR, FAR_STOP, FAR_TARGET, FARTHER, priceOf } from "./order-prices.js";
import { reconnect } from "./reconnect.js";
import { NotShown, type Sighting } from "./sight.js";
import type { Step } from "./step.js";
import type { Walk } from "./walk.js";

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
          walk.ownOpen(place).some(([id, , told]) => id === order.orderId && told.lmtPrice === limit);
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
        const parents = walk.ownOpen(place).filter(([id]) => id === target.orderId || id === stop.orderId);
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

async function refusedCancel(walk: Walk, sight: Sighting, orderId: OrderIntent["orderId"]): Promise<void> {
  const place = walk.ear.place;
  walk.own.cancel(orderId);
  await walk.until(() => walk.ear.told("error", place).some(([, , id]) => id === orderId));
  await walk.settle();
  sight.look(walk.news(place, [orderId]));
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

function exitOf({ instrument, quantity, tif, outsideRth }: OrderIntent) {
  return { instrument, quantity, tif, outsideRth, side: -1, isExit: true };
}
