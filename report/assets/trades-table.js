import { DataTable } from "./data-table.js";
import { dateOf, dateText, momentText, number, percent, plural, quantity, signed, wallClock } from "./text.js";

/** The table of trades; `onRow` is called with the trade that is chosen. */
export function tradesTable(host, run, onRow) {
  const { trades } = run;
  const several = run.symbols.length > 1;
  const price = priceText(run);
  const when = whenText(run);
  const tone = (row) => (trades.profit[row] > 0 ? "gain" : trades.profit[row] < 0 ? "loss" : undefined);
  const symbol = (row) => run.symbols[trades.instrument[row]];
  const side = (row) => (trades.quantity[row] < 0 ? "short" : "long");
  const isOpen = (row) => row >= trades.firstOpen;
  const columns = [
    {
      name: "#",
      title: "Number, in order of exit",
      right: true,
      value: (row) => row,
      text: (row) => number(row + 1, 0),
    },
    several && { name: "Instrument", value: (row) => trades.instrument[row], text: symbol },
    { name: "Side", value: (row) => Math.sign(trades.quantity[row]), text: side },
    {
      name: "Quantity",
      title: "Units",
      right: true,
      value: (row) => Math.abs(trades.quantity[row]),
      text: (row) => quantity(Math.abs(trades.quantity[row])),
    },
    {
      name: "Entry",
      title: "Time of entry",
      value: (row) => trades.entryTime[row],
      text: (row) => when(trades.entryTime[row]),
    },
    {
      name: "Entry price",
      right: true,
      value: (row) => trades.entryPrice[row],
      text: (row) => price(trades.instrument[row], trades.entryPrice[row]),
    },
    {
      name: "Exit",
      title: "Time of exit",
      value: (row) => trades.exitTime[row],
      text: (row) => (isOpen(row) ? "still open" : when(trades.exitTime[row])),
    },
    {
      name: "Exit price",
      title: "Of a trade still open the last price",
      right: true,
      value: (row) => trades.exitPrice[row],
      text: (row) => price(trades.instrument[row], trades.exitPrice[row]),
    },
    {
      name: "Profit",
      title: `After fees, in ${run.currency}`,
      right: true,
      tone,
      value: (row) => trades.profit[row],
      text: (row) => signed(trades.profit[row], 2),
    },
    {
      name: "Return",
      title: "Profit / entry value",
      right: true,
      tone,
      value: (row) => trades.return[row],
      text: (row) => percent(trades.return[row], 2) || "–",
    },
    {
      name: "Fees",
      title: `In ${run.currency}`,
      right: true,
      value: (row) => trades.fees[row],
      text: (row) => number(trades.fees[row], 2),
    },
    {
      name: "Bars",
      title: "Bars held",
      right: true,
      value: (row) => trades.bars[row],
      text: (row) => number(trades.bars[row], 0),
    },
    {
      name: "MAE",
      title: "Furthest move against the trade / entry price",
      right: true,
      value: (row) => trades.mae[row],
      text: (row) => share(-trades.mae[row]),
    },
    {
      name: "MFE",
      title: "Furthest move in favour of the trade / entry price",
      right: true,
      value: (row) => trades.mfe[row],
      text: (row) => share(trades.mfe[row]),
    },
  ].filter(Boolean);
  return new DataTable(host, {
    label: "Trades",
    columns,
    count: trades.count,
    filters: [
      ["All trades", () => true],
      ["Winners", (row) => trades.profit[row] > 0],
      ["Losers", (row) => trades.profit[row] < 0],
      ["Long", (row) => trades.quantity[row] > 0],
      ["Short", (row) => trades.quantity[row] < 0],
    ],
    note:
      trades.total > trades.count
        ? `The first ${number(trades.count, 0)} of ${number(trades.total, 0)} trades; all of them are in trades.csv.`
        : "Choose a trade to see it on the chart.",
    brief: (row) => [
      [
        `${number(row + 1, 0)} · ${side(row)} ${quantity(Math.abs(trades.quantity[row]))}${several ? ` ${symbol(row)}` : ""}`,
        signed(trades.profit[row], 2),
        tone(row),
      ],
      [
        `${when(trades.entryTime[row])} at ${price(trades.instrument[row], trades.entryPrice[row])}`,
        percent(trades.return[row], 2) || "–",
        tone(row),
      ],
      [
        `${isOpen(row) ? "still open, now" : `${when(trades.exitTime[row])} at`} ${price(trades.instrument[row], trades.exitPrice[row])}`,
        plural(trades.bars[row], "bar"),
      ],
    ],
    onRow,
    rowLabel: (row) => `Show trade ${row + 1} on the chart`,
  });
}

/** One trade in a sentence. */
export function tradeText(run, row) {
  const { trades } = run;
  const price = priceText(run);
  const when = whenText(run);
  const instrument = trades.instrument[row];
  const side = trades.quantity[row] < 0 ? "short" : "long";
  const exit = row >= trades.firstOpen ? "still open, now" : `${when(trades.exitTime[row])} at`;
  return [
    `Trade ${number(row + 1, 0)}: ${side} ${quantity(Math.abs(trades.quantity[row]))} ${run.symbols[instrument]}`,
    `${when(trades.entryTime[row])} at ${price(instrument, trades.entryPrice[row])} → ${exit} ${price(instrument, trades.exitPrice[row])}`,
    `${signed(trades.profit[row], 2)} ${run.currency} (${percent(trades.return[row], 2) || "–"})`,
    plural(trades.bars[row], "bar"),
  ];
}

/** Instants in print: a date alone where every bar is a day or more. */
export function whenText(run) {
  const clock = wallClock(run.zone);
  const daily = run.series.length > 0 && run.series.every((series) => series.daily);
  return (instant) => {
    if (Number.isNaN(instant)) return "";
    return daily ? dateText(dateOf(clock(instant))) : momentText(clock(instant));
  };
}

/** Prices in print, in the decimals of their instrument. */
export function priceText(run) {
  const decimals = run.symbols.map((_, instrument) => run.series[run.finest[instrument]]?.decimals ?? 4);
  return (instrument, price) => number(price, decimals[instrument]);
}

function share(fraction) {
  return Number.isNaN(fraction) ? "" : `${number(fraction * 100, 2)}\u00a0%`;
}
