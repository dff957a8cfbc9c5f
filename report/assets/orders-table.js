import { DataTable } from "./data-table.js";
import { number, quantity } from "./text.js";
import { priceText, whenText } from "./trades-table.js";

/** The table of orders. */
export function ordersTable(host, run) {
  const { orders } = run;
  const price = priceText(run);
  const when = whenText(run);
  const several = run.symbols.length > 1;
  const at = (column) => (row) => price(orders.instrument[row], column[row]);
  const status = (row) => orders.statuses[orders.status[row]];
  const stopped = (row) => status(row) === "denied" || status(row) === "rejected";
  const side = (row) => (orders.side[row] > 0 ? "buy" : "sell");
  const tone = (row) => (stopped(row) ? "loss" : undefined);
  const type = (row) => orders.types[orders.type[row]];
  const unused = new Set();
  if (orders.texts.length === 1) unused.add("Note");
  if (orders.limit.every(Number.isNaN)) unused.add("Limit");
  if (orders.stop.every(Number.isNaN)) unused.add("Stop");
  const columns = [
    { name: "#", title: "Number of the order", right: true, value: (row) => row, text: (row) => number(row, 0) },
    several && {
      name: "Instrument",
      value: (row) => orders.instrument[row],
      text: (row) => run.symbols[orders.instrument[row]],
    },
    { name: "Made", value: (row) => orders.createdAt[row], text: (row) => when(orders.createdAt[row]) },
    { name: "Side", value: (row) => orders.side[row], text: side },
    { name: "Type", value: (row) => orders.type[row], text: type },
    {
      name: "In force",
      title: "Time in force",
      value: (row) => orders.tif[row],
      text: (row) => orders.tifs[orders.tif[row]],
    },
    {
      name: "Quantity",
      right: true,
      value: (row) => orders.quantity[row],
      text: (row) => quantity(orders.quantity[row]),
    },
    { name: "Filled", right: true, value: (row) => orders.filled[row], text: (row) => quantity(orders.filled[row]) },
    {
      name: "Avg. price",
      title: "Average price of its fills",
      right: true,
      value: (row) => orders.averagePrice[row],
      text: at(orders.averagePrice),
    },
    { name: "Limit", right: true, value: (row) => orders.limit[row], text: at(orders.limit) },
    { name: "Stop", right: true, value: (row) => orders.stop[row], text: at(orders.stop) },
    { name: "Fees", right: true, value: (row) => orders.fees[row], text: (row) => number(orders.fees[row], 2) },
    { name: "Status", tone, value: (row) => orders.status[row], text: status },
    {
      name: "Closed",
      title: "When it reached its last state",
      value: (row) => orders.closedAt[row],
      text: (row) => when(orders.closedAt[row]),
    },
    {
      name: "Note",
      title: "Why it was denied, and its tag",
      long: true,
      value: (row) => orders.note[row],
      text: (row) => orders.texts[orders.note[row]],
    },
  ].filter((column) => column && !unused.has(column.name));
  return new DataTable(host, {
    label: "Orders",
    columns,
    count: orders.count,
    filters: [
      ["All orders", () => true],
      ["Filled", (row) => status(row) === "filled"],
      ["Denied or rejected", stopped],
      ["Cancelled or expired", (row) => status(row) === "cancelled" || status(row) === "expired"],
      ["Without an end", (row) => Number.isNaN(orders.closedAt[row])],
    ],
    brief: (row) => [
      [
        `${number(row, 0)} · ${side(row)} ${quantity(orders.quantity[row])}${several ? ` ${run.symbols[orders.instrument[row]]}` : ""}, ${type(row)}`,
        status(row),
        tone(row),
      ],
      [when(orders.createdAt[row]), at(orders.averagePrice)(row)],
      ...(orders.note[row] > 0 ? [[orders.texts[orders.note[row]]]] : []),
    ],
    note:
      orders.total > orders.count
        ? `The first ${number(orders.count, 0)} of ${number(orders.total, 0)} orders; all of them are in orders.csv.`
        : undefined,
  });
}
