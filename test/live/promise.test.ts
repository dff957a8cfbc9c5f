import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { execIdParts } from "../../brokers/tws/account/executions.js";
import type { OrderFact } from "../../brokers/tws/orders/order-fact.js";
import { CLOSES_ONLY } from "../../core/orders/order-book.js";
import { type Fate, isOpen, type ModelOrder } from "./broker-model.js";
import { CON_IDS, INSTRUMENTS, LiveRun } from "./live-run.js";

// Random stories of a session: what the strategy asks for, what the broker does, what is heard of it and what is not,
// and when the process dies. Whatever the story, what the broker has at its end is what the journal has.

type Step =
  | { readonly do: "order"; readonly i: number; readonly buys: boolean; readonly kind: number; readonly units: number }
  | { readonly do: "cancel" | "change" | "broker-cancel" | "reject" | "accept"; readonly n: number }
  | { readonly do: "fill"; readonly n: number; readonly part: number }
  | { readonly do: "correct"; readonly n: number; readonly part: number }
  | { readonly do: "foreign"; readonly i: number; readonly buys: boolean; readonly units: number }
  | { readonly do: "hear"; readonly order: readonly number[]; readonly twice: boolean; readonly lose: number }
  | { readonly do: "close"; readonly i: number; readonly buys: boolean; readonly part: number }
  | { readonly do: "flush" | "flatten" | "look" | "kill" | "roll back" | "midnight" | "arrive" }
  | { readonly do: "slow look"; readonly n: number; readonly moment: number; readonly heard: boolean }
  | { readonly do: "power cut"; readonly sent: number; readonly ask: Extract<Step, { do: "order" }> }
  | { readonly do: "wait"; readonly seconds: number }
  | { readonly do: "fate"; readonly is: Fate };

const n = fc.nat({ max: 30 });
const order = fc.record({
  do: fc.constant("order" as const),
  i: fc.nat({ max: 1 }),
  buys: fc.boolean(),
  kind: fc.nat({ max: 3 }),
  units: fc.integer({ min: 1, max: 200 }),
});
const STEPS: (fc.Arbitrary<Step> | fc.WeightedArbitrary<Step>)[] = [
  { weight: 6, arbitrary: order },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("power cut" as const), sent: fc.nat({ max: 3 }), ask: order }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("slow look" as const),
      n,
      moment: fc.nat({ max: 3 }),
      heard: fc.boolean(),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("fill" as const), n, part: fc.constantFrom(0.25, 0.5, 1) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom(
        "cancel" as const,
        "change" as const,
        "broker-cancel" as const,
        "reject" as const,
        "accept" as const,
        "accept" as const,
      ),
      n,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("correct" as const), n, part: fc.constantFrom(0, 0.5, 1) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("foreign" as const),
      i: fc.nat({ max: 1 }),
      buys: fc.boolean(),
      units: fc.integer({ min: 1, max: 50 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("hear" as const),
      order: fc.array(fc.nat({ max: 50 }), { maxLength: 8 }),
      twice: fc.boolean(),
      lose: fc.constantFrom(0, 0, 0, 2, 3),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom(
        "flush" as const,
        "flush" as const,
        "look" as const,
        "kill" as const,
        "roll back" as const,
        "arrive" as const,
        "flatten" as const,
      ),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("close" as const),
      i: fc.nat({ max: 1 }),
      buys: fc.boolean(),
      part: fc.constantFrom(0, 0.5, 1),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("wait" as const), seconds: fc.integer({ min: 1, max: 20 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("fate" as const),
      is: fc.constantFrom("arrives" as const, "arrives" as const, "lost" as const, "late" as const, "unsent" as const),
    }),
  },
];
const step = fc.oneof(...STEPS);
/** The same, and days that pass: what has ended and what was executed can no longer be told. */
const longStep = fc.oneof(...STEPS, {
  weight: 3,
  arbitrary: fc.record({ do: fc.constant("midnight" as const) }),
});

function takeStep(run: LiveRun, one: Step): void | Promise<void> {
  const { model } = run;
  const openOrders = model.orders.filter((order) => isOpen(order) && order.orderId > 0);
  const rows = run.engine.book.length;
  switch (one.do) {
    case "order":
      return ask(run, one);
    case "cancel":
    case "change": {
      if (rows === 0) return;
      const row = one.n % rows;
      run.act((orders) => {
        const order = orders.handle(row);
        if (!order.isWorking) return;
        if (one.do === "cancel") orders.cancel(order);
        else orders.modify(order, { quantity: order.quantity + 1 });
      });
      return;
    }
    case "accept":
      if (openOrders.length > 0) model.accept(openOrders[one.n % openOrders.length]);
      return;
    case "broker-cancel":
      if (openOrders.length > 0) model.end(openOrders[one.n % openOrders.length], "Cancelled");
      return;
    case "reject": {
      const fresh = openOrders.filter(({ filled }) => filled === 0);
      if (fresh.length > 0) model.reject(fresh[one.n % fresh.length], 201, "Order rejected - reason:random");
      return;
    }
    case "fill": {
      if (openOrders.length === 0) return;
      const order = openOrders[one.n % openOrders.length];
      const left = order.quantity - order.filled;
      model.fill(order, one.part === 1 ? left : Math.max(1, Math.floor(left * one.part)), 100 + (one.n % 7));
      return;
    }
    case "correct": {
      const own = model.executions.filter(({ orderId }) => orderId > 0);
      if (own.length === 0) return;
      const execution = own[one.n % own.length];
      model.correct(execution, Math.floor(execution.shares * one.part), execution.price + 1);
      return;
    }
    case "foreign":
      model.foreignFill(CON_IDS[one.i], INSTRUMENTS[one.i].symbol, one.buys ? 1 : -1, one.units, 100);
      return;
    case "hear":
      hear(run, one);
      return;
    case "close":
      return closeWhileFilling(run, one);
    case "flatten":
      run.engine.hear(run.now, () => run.engine.flatten("flatten"));
      return;
    case "flush":
      run.turn();
      return;
    case "look":
      run.look();
      return;
    case "slow look":
      slowLook(run, one);
      return;
    case "arrive":
      model.arrive();
      return;
    case "midnight":
      model.passMidnight();
      run.pass(9 * 3_600_000);
      return;
    case "power cut":
      return powerCut(run, one);
    case "roll back":
      model.rollBackIds();
      return;
    case "wait":
      run.pass(one.seconds * 1_000);
      return;
    case "fate":
      model.fateOf = () => one.is;
      return;
    case "kill":
      run.kill();
      return run.open().then(() => run.showPrices());
  }
}

function ask(run: LiveRun, { i, buys, kind, units }: Extract<Step, { do: "order" }>): void {
  const side = buys ? "buy" : "sell";
  const away = buys ? -1 : 1;
  run.act((orders) => {
    if (kind === 0) orders.submit(INSTRUMENTS[i], side, units);
    else if (kind === 1) orders.submit(INSTRUMENTS[i], side, units, { limit: 100 + away, tif: "GTC" });
    else if (kind === 2)
      orders.bracket(INSTRUMENTS[i], side, units, { stopLoss: 100 + 9 * away, takeProfit: 100 - 9 * away });
    else {
      const one = { instrument: INSTRUMENTS[i], side, quantity: units } as const;
      orders.oco([
        { ...one, limit: 100 + away },
        { ...one, limit: 100 + 2 * away },
      ]);
    }
  });
}

/** The process dies while it hands over what it has committed. */
function powerCut(run: LiveRun, { sent, ask: asked }: Extract<Step, { do: "power cut" }>): Promise<void> {
  const { model } = run;
  const { place } = model;
  let left = sent;
  model.place = (intents) => {
    place.call(model, intents.slice(0, left));
    left = Math.max(0, left - intents.length);
    if (left === 0) throw new Error("the power fails");
  };
  ask(run, asked);
  try {
    run.broker.flush();
  } catch (error) {
    expect(error).toHaveProperty("message", "the power fails");
  }
  model.place = place;
  run.kill();
  return run.open().then(() => run.showPrices());
}

/** A position is closed, and one of its exits fills in the moment before that is heard of. */
function closeWhileFilling(run: LiveRun, { i, buys, part }: Extract<Step, { do: "close" }>): void {
  const { model } = run;
  const instrument = INSTRUMENTS[i];
  const held = run.enginePosition(i);
  if (held === 0) {
    run.act((orders) => orders.submit(instrument, buys ? "buy" : "sell", 10));
    run.turn();
  }
  const isExit = (one: ModelOrder): boolean => isOpen(one) && one.symbol === instrument.symbol && one.side * held < 0;
  const exit = model.orders.find((one) => one.orderId > 0 && isExit(one));
  if (exit === undefined && held !== 0) {
    run.act((orders) => orders.submit(instrument, held > 0 ? "sell" : "buy", Math.abs(held), { limit: 100 }));
    run.turn();
  }
  const units = exit === undefined ? 0 : Math.floor((exit.quantity - exit.filled) * part);
  if (exit !== undefined && units > 0) model.fill(exit, units, 100);
  run.act((orders) => orders.closePosition(instrument));
  run.turn();
}

/** The lists of the account are read one after the other, and while they are an order fills, is cancelled or is made. */
function slowLook(run: LiveRun, { n, moment, heard }: Extract<Step, { do: "slow look" }>): void {
  const { model } = run;
  const since = run.broker.beginReconcile(run.now);
  const happen = (at: number): void => {
    if (at !== moment) return;
    const open = model.orders.filter((order) => isOpen(order) && order.orderId > 0);
    const order = open[n % Math.max(1, open.length)];
    if (n % 5 === 0) run.act((orders) => orders.submit(INSTRUMENTS[0], "buy", 1 + n));
    else if (order !== undefined && n % 5 === 1) model.end(order, "Cancelled");
    else if (order !== undefined) model.fill(order, order.quantity - order.filled, 100);
    if (heard) model.deliver();
    run.turn();
  };
  happen(0);
  const { openOrders } = model.state();
  happen(1);
  const { completedOrders } = model.state();
  happen(2);
  const { executions } = model.state();
  happen(3);
  const { positions } = model.state();
  const whole = { hasAllOrders: true, hasAllExecutions: true, hasAllPositions: true };
  run.lookAt({ openOrders, completedOrders, executions, positions, ...whole }, since);
}

/** What the broker has told arrives in another order, partly twice, partly not at all. */
function hear(run: LiveRun, { order, twice, lose }: Extract<Step, { do: "hear" }>): void {
  const { model } = run;
  const told: OrderFact[] = [...model.told];
  model.told = [];
  for (const [to, from] of order.entries()) {
    if (from >= told.length || to >= told.length) continue;
    [told[to], told[from]] = [told[from], told[to]];
  }
  const kept = lose === 0 ? told : told.filter((fact, k) => fact.kind === "written" || k % lose !== 0);
  for (const fact of twice ? [...kept, ...kept] : kept) model.onFact(fact);
  run.turn();
}

/** Everything the broker would still tell is heard, and the account is looked at until nothing is open. */
function finish(run: LiveRun): void {
  run.model.arrive();
  run.settle();
  for (let i = 0; i < 4; i++) {
    run.look();
    run.settle();
    run.pass(12_000);
  }
  run.look();
}

/** A closing order is sent when what was to be cancelled for it can fill no more, and all it has filled is known. */
function holdClosings(run: LiveRun): void {
  run.model.beforePlace = (intents) => {
    for (const { ref, side, instrument } of intents) {
      const record = run.ledger.byRef(ref);
      if (record === undefined || (record.intent.flags & CLOSES_ONLY) === 0) continue;
      const { symbol } = instrument;
      expect(record.intent.quantity, `what is closed of ${symbol}`).toBeLessThanOrEqual(-side * run.position(symbol));
      for (const one of run.model.orders) {
        const other = run.ledger.byRef(one.ref);
        if (one.symbol !== symbol || one.side !== side || other === undefined) continue;
        if (!other.wantsCancel && Number.isNaN(other.cancelAt)) continue;
        expect(isOpen(one), `${one.ref} can still fill`).toBe(false);
        expect(other.filled, `what is known of ${one.ref}`).toBeGreaterThanOrEqual(one.filled);
      }
    }
  };
}

function holdPromise(run: LiveRun): void {
  const { model, ledger, engine } = run;
  for (const [ref, count] of run.refsHanded()) expect(count, `${ref} was handed over`).toBe(1);
  const ids = model.handed.map(({ orderId }) => orderId);
  expect(new Set(ids).size, "order ids are used once").toBe(ids.length);
  // What was sent is in the journal, and says the same.
  for (const intent of model.handed) {
    const record = ledger.byRef(intent.ref);
    expect(record?.intent.quantity).toBe(intent.quantity);
    expect(record?.intent.orderId).toBe(intent.orderId);
  }
  for (const [i, conId] of CON_IDS.entries()) {
    const { symbol } = INSTRUMENTS[i];
    const broker = model.positions.get(conId) ?? 0;
    const own = run.position(symbol);
    expect(own + (ledger.foreign.get(conId) ?? 0), `position of ${symbol}`).toBeCloseTo(broker, 9);
    expect(ledger.blockOf(symbol), `block of ${symbol}`).toBeUndefined();
    expect(engine.portfolio.quantity[i], `the run's position of ${symbol}`).toBeCloseTo(own, 9);
    const filled = model.orders.filter((one) => one.conId === conId && one.ref.startsWith(run.journal.id));
    const sum = filled.reduce((total, one) => total + one.side * one.filled, 0);
    expect(own, `what the session's orders filled of ${symbol}`).toBeCloseTo(sum, 9);
  }
  const known = new Map([...ledger.executions.values()].map((one) => [`${one.base} ${one.revision}`, one]));
  for (const { execId, shares, price } of model.executions) {
    const { base, revision } = execIdParts(execId);
    expect(known.get(`${base} ${revision}`)).toMatchObject({ quantity: shares, price });
  }
  expect(known.size).toBe(model.executions.length);
  const open = model.orders.filter((one) => isOpen(one) && one.orderId > 0).map(({ ref }) => ref);
  expect(ledger.open.map(({ intent }) => intent.ref).sort()).toEqual(open.sort());
  const working = Array.from({ length: engine.book.length }, (_, row) => row).filter(
    (row) => engine.desk.orders.handle(row).isWorking,
  );
  expect(working).toHaveLength(open.length);
}

describe("whatever is cut, killed, lost, doubled or reordered", () => {
  it("nothing is sent twice, no execution is lost or counted twice, and positions are the broker's", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (story) => {
        const run = await LiveRun.start();
        run.books = true;
        holdClosings(run);
        try {
          for (const one of story) await takeStep(run, one);
          finish(run);
          holdPromise(run);
          const before = run.journal.entries().length;
          run.look();
          expect(run.journal.entries()).toHaveLength(before);
        } finally {
          run.close();
        }
      }),
      {
        numRuns: Number(process.env.SEATRIAL_STORIES ?? 60),
      },
    );
  }, 600_000);

  it("over days, of which the broker cannot tell all, a position is the broker's or its instrument is blocked", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(longStep, { minLength: 5, maxLength: 40 }), async (story) => {
        const run = await LiveRun.start();
        run.books = true;
        try {
          for (const one of story) await takeStep(run, one);
          run.model.passMidnight();
          finish(run);
          const { model, ledger, engine } = run;
          for (const [ref, count] of run.refsHanded()) expect(count, `${ref} was handed over`).toBe(1);
          for (const [i, conId] of CON_IDS.entries()) {
            const { symbol } = INSTRUMENTS[i];
            const own = run.position(symbol);
            expect(engine.portfolio.quantity[i], `the run's position of ${symbol}`).toBeCloseTo(own, 9);
            const broker = model.positions.get(conId) ?? 0;
            const difference = broker - own - (ledger.foreign.get(conId) ?? 0);
            const shown = ledger.blocks.get(symbol)?.get("difference");
            if (Math.abs(difference) < 1e-9) expect(shown, `difference of ${symbol}`).toBeUndefined();
            else expect(shown?.difference, `difference of ${symbol}`).toBeCloseTo(difference, 9);
            if (shown === undefined) expect(ledger.blockOf(symbol), `block of ${symbol}`).toBeUndefined();
          }
          // What the broker can still tell is all known.
          const working = model.orders.filter((one) => isOpen(one) && one.orderId > 0).map(({ ref }) => ref);
          const open = new Set(ledger.open.map(({ intent }) => intent.ref));
          for (const ref of working) expect(open).toContain(ref);
        } finally {
          run.close();
        }
      }),
      { numRuns: Number(process.env.SEATRIAL_STORIES ?? 60) },
    );
  }, 600_000);
});
