import { IbError } from "../../brokers/ib/errors.js";
import { contractHours } from "../../brokers/tws/contracts/contract-hours.js";
import { queryOf } from "../../brokers/tws/contracts/contract-query.js";
import { contractsLike, marketRule, symbolsLike } from "../../brokers/tws/contracts/contract-questions.js";
import type { Instrument } from "../../core/market/instrument.js";
import { NotShown } from "./sight.js";
import type { Step } from "./step.js";
import type { Walk } from "./walk.js";

/** A symbol that nobody has. */
const NOBODYS = "QZXJKVW";

export function contractSteps(instruments: readonly Instrument[]): Step[] {
  return [...instruments.flatMap(ofInstrument), similarSymbols(instruments[0]), MISSING];
}

function ofInstrument(instrument: Instrument): Step[] {
  const { symbol } = instrument;
  return [
    {
      name: `contract of ${symbol}`,
      relies: "a description finds one contract, and its number the same; its hours and their zone can be read",
      run: async (walk, sight) => {
        const place = walk.ear.place;
        const link = await walk.link("a contract");
        const found = await link.ask({ ...contractsLike(symbol, queryOf(instrument)), timeOut: walk.times.answer });
        const numbers = new Set(found.map(({ conId }) => conId));
        sight.fact("contracts that fit", numbers.size);
        const [{ conId }] = found;
        const query = queryOf(instrument, { conId });
        const again = await link.ask({ ...contractsLike(symbol, query), timeOut: walk.times.answer });
        sight.fact("found by its number", again.length > 0 && again.every((one) => one.conId === conId));
        sight.fact("its hours", hoursOf(walk, instrument));
        const { exchanges, marketRules } = found[0];
        sight.fact("a market rule for each exchange", exchanges.length === marketRules.length);
        sight.look(walk.answers(place, "contractDetails", "contractDetailsEnd"));
      },
    },
    {
      name: `price steps of ${symbol}`,
      relies: "the market rule of its exchange tells the steps of its prices",
      run: async (walk, sight) => {
        const { marketRules, exchanges, exchange } = walk.contractOf(instrument);
        const rule = marketRules[Math.max(exchanges.indexOf(exchange), 0)];
        if (rule === undefined) throw new NotShown("the contract names no market rule");
        const place = walk.ear.place;
        const steps = await (await walk.link("a market rule")).askUnnumbered(marketRule(rule));
        sight.fact(
          "steps rise with the price",
          steps.every(({ lowEdge }, i) => i === 0 || lowEdge > steps[i - 1].lowEdge),
        );
        sight.fact("the first is from 0 on", steps[0]?.lowEdge === 0);
        sight.look(walk.answers(place, "marketRule"));
      },
    },
  ];
}

function hoursOf(walk: Walk, instrument: Instrument): string {
  try {
    const { trading, liquid } = contractHours(walk.contractOf(instrument), walk.findZone);
    return trading.dates.length > 0 && liquid.dates.length > 0 ? "can be read" : "are not told";
  } catch (error) {
    if (error instanceof IbError) return error.message;
    throw error;
  }
}

function similarSymbols({ symbol }: Instrument): Step {
  return {
    name: "similar symbols",
    relies: "symbols that resemble one are told with their kind, exchange and currency",
    run: async (walk, sight) => {
      const place = walk.ear.place;
      const found = await (await walk.link("similar symbols")).ask(symbolsLike(symbol.slice(0, 3)));
      sight.fact("some are found", found.length > 0);
      sight.look(walk.answers(place, "symbolSamples"));
    },
  };
}

const MISSING: Step = {
  name: "contract that is not there",
  relies: "code 200 says that there is no such contract",
  run: async (walk, sight) => {
    const place = walk.ear.place;
    const query = { symbol: NOBODYS, secType: "STK", exchange: "SMART", currency: "USD" };
    const found = await (await walk.link("a contract")).ask({
      ...contractsLike(NOBODYS, query),
      timeOut: walk.times.answer,
    });
    sight.fact("contracts that fit", found.length);
    sight.look(walk.answers(place, "contractDetails", "contractDetailsEnd"));
  },
};
