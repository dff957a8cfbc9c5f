import type { Arguments } from "yargs";
import type { OrderIntent } from "../brokers/tws/orders/order-intent.js";
import type { AccountMargin, FittedIntent, WhatIf } from "../brokers/tws/orders/order-port.js";
import { tradedContracts } from "../brokers/tws/orders/traded-contract.js";
import { TwsOrders } from "../brokers/tws/orders/tws-orders.js";
import type { Instrument } from "../core/market/instrument.js";
import { ORDER_TYPES } from "../core/orders/kinds.js";
import { resolveType } from "../core/orders/order-request.js";
import { accountAmong, shortAccount } from "../live/ladder/launch.js";
import { moneyCell, priceCell, unitsCell } from "../live/screen/cells.js";
import { type Tws, withTws } from "./connect-tws.js";
import { CONNECTION_FLAGS, connectionChoice } from "./connection-flags.js";
import { CONTRACT_FLAGS, contractChoice, saidOf } from "./contract-flags.js";
import { JSON_FLAG, STORE_FLAGS, storePlace } from "./data/store-flags.js";
import { CliError } from "./errors.js";
import { asWrongUsage, DONE } from "./exit-code.js";
import { Flags, type FlagTable } from "./flags.js";
import { KeptContracts } from "./kept-contracts.js";
import { textTable } from "./text-table.js";

export const tells = `Asks IB what an order would do to the margin of an account, and what it would cost. It is not sent.

  symbol  Such as AAPL or EUR.USD, or ESZ6 with --kind future`;

export const flags = {
  buy: { type: "string", describe: "Units to buy" },
  sell: { type: "string", describe: "Units to sell" },
  limit: { type: "string", describe: "Its limit [at the market]" },
  stop: { type: "string", describe: "Its stop price" },
  account: { type: "string", describe: "The account that would trade [the login's only one]" },
  ...CONTRACT_FLAGS,
  ...CONNECTION_FLAGS,
  ...STORE_FLAGS,
  ...JSON_FLAG,
} as const satisfies FlagTable;

/** What is asked about. Prices are NaN where there is none. */
interface Question {
  readonly side: 1 | -1;
  readonly quantity: number;
  readonly limit: number;
  readonly stop: number;
}

export async function run(given: Arguments): Promise<number> {
  const line = new Flags(given, flags, 1);
  for (const flag of line.unknown.keys()) line.refuse(flag);
  const symbol = line.arguments.at(0);
  if (symbol === undefined) throw new CliError("ARGUMENT_MISSING", { command: "whatif", what: "a symbol" });
  const question = questionOf(line);
  const said = saidOf(line);
  const choice = contractChoice(line, [symbol]);
  const { path, instruments } = await storePlace(line);
  return withTws(connectionChoice(line), async (tws) => {
    const connection = await tws.connect();
    const account = accountAmong(line.text("account"), { accounts: connection.accounts, place: tws.place });
    const kept = await KeptContracts.open(path, tws, { instruments, readonly: true });
    try {
      const instrument = kept.instrument(symbol, said);
      const contracts = await tradedContracts(kept.contracts, [instrument], () => choice ?? kept.choiceOf(symbol));
      const told = await ask(tws, new TwsOrders({ connection, account, contracts }), instrument, question);
      const shown = { ...told, account: shortAccount(account) };
      process.stdout.write(line.switch("json") ? `${JSON.stringify(jsonOf(shown), null, 2)}\n` : textOf(shown));
      return DONE;
    } finally {
      kept.close();
    }
  });
}

/** @throws CliError ORDER_SIDE, FLAG_VALUE */
function questionOf(line: Flags): Question {
  const above = "a number above 0";
  const isAbove = (value: number): boolean => value > 0;
  const buy = line.number("buy", above, isAbove);
  const sell = line.number("sell", above, isAbove);
  if (buy !== undefined && sell !== undefined) throw new CliError("ORDER_SIDE", { problem: "this is two" });
  const quantity = buy ?? sell;
  if (quantity === undefined) throw new CliError("ORDER_SIDE", { problem: "none is given" });
  const price = (name: "limit" | "stop"): number => line.number(name, "a price", Number.isFinite) ?? Number.NaN;
  return { side: buy === undefined ? -1 : 1, quantity, limit: price("limit"), stop: price("stop") };
}

interface Told {
  readonly intent: OrderIntent;
  readonly told: WhatIf;
}

/** @throws CliError ORDER_UNITS, INTERRUPTED; TwsError of an order that cannot be, and of the connection */
async function ask(tws: Tws, orders: TwsOrders, instrument: Instrument, question: Question): Promise<Told> {
  const { limit, stop } = question;
  const type = resolveType({
    ...(Number.isFinite(limit) && { limit }),
    ...(Number.isFinite(stop) && { stop }),
  });
  const { intent, changed } = fitted(orders, {
    ref: "",
    // A what-if takes one of its own.
    orderId: orders.nextOrderId(),
    instrument,
    ...question,
    type: ORDER_TYPES[type],
    tif: "DAY",
    trail: Number.NaN,
    isTrailFraction: false,
    limitOffset: Number.NaN,
    goodTill: Number.NaN,
    outsideRth: false,
    isExit: false,
    parent: 0,
    group: "",
  });
  const units = changed.find(({ field }) => field === "quantity");
  if (units !== undefined) {
    // A session rounds down what its strategy computes; here it was typed, and meant.
    const steps = Number.isInteger(units.to) && !Number.isInteger(units.from) ? "whole units" : "larger steps";
    const { symbol } = instrument;
    throw new CliError("ORDER_UNITS", { symbol, steps, quantity: units.from, below: units.to });
  }
  const interrupted = new Promise<never>((_, reject) => {
    tws.signal.addEventListener("abort", () => reject(new CliError("INTERRUPTED")), { once: true });
  });
  try {
    return { intent, told: await Promise.race([orders.whatIf(intent), interrupted]) };
  } finally {
    orders.close();
  }
}

/** @throws TwsError QUANTITY_TOO_SMALL, PRICE_TOO_SMALL: the command line has to be changed */
function fitted(orders: TwsOrders, intent: OrderIntent): FittedIntent {
  try {
    return orders.fit(intent);
  } catch (error) {
    throw asWrongUsage(error);
  }
}

const ROWS: readonly (readonly [label: string, name: keyof AccountMargin])[] = [
  ["initial margin", "initialMargin"],
  ["maintenance margin", "maintenanceMargin"],
  ["equity with loan", "equityWithLoan"],
];

function textOf({ intent, told, account }: Told & { readonly account: string }): string {
  const cell = (value: number): string => moneyCell(Number.isFinite(value) ? value : null);
  const prices = [intent.stop, intent.limit].filter(Number.isFinite).map(priceCell);
  const what = [intent.side > 0 ? "buy" : "sell", unitsCell(intent.quantity), intent.instrument.symbol, intent.type];
  const table = textTable(
    [
      { head: "" },
      { head: "now", align: "right" },
      { head: "with it", align: "right" },
      { head: "change", align: "right" },
    ],
    ROWS.map(([label, name]) => {
      const [before, after] = [told.before[name], told[name]];
      return [label, cell(before), cell(after), cell(after - before)];
    }),
  );
  const { commission, commissionCurrency, warning } = told;
  const fee = `commission ${cell(commission)} ${commissionCurrency}`.trimEnd();
  return [
    `${[...what, prices.join("/")].filter((word) => word !== "").join(" ")} on ${account}, which is not sent:\n`,
    table,
    `${fee}\n${warning === "" ? "" : `\nIB says: ${warning}\n`}`,
  ].join("\n");
}

function jsonOf({ intent, told, account }: Told & { readonly account: string }): object {
  const known = (value: number): number | null => (Number.isFinite(value) ? value : null);
  const margin = (one: AccountMargin): object => Object.fromEntries(ROWS.map(([, name]) => [name, known(one[name])]));
  return {
    account,
    symbol: intent.instrument.symbol,
    side: intent.side > 0 ? "buy" : "sell",
    quantity: intent.quantity,
    type: intent.type,
    limit: known(intent.limit),
    stop: known(intent.stop),
    before: margin(told.before),
    after: margin(told),
    commission: known(told.commission),
    commissionCurrency: told.commissionCurrency,
    warning: told.warning,
  };
}
