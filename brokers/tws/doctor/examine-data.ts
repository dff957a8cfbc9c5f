import type { Instrument } from "../../../core/market/instrument.js";
import type { Link } from "../connection/link.js";
import { URGENCY } from "../connection/outbox.js";
import { type ContractDetails, requestOf } from "../contracts/contract-details.js";
import { queryOf } from "../contracts/contract-query.js";
import { contractsLike } from "../contracts/contract-questions.js";
import { type Refusal, TwsError } from "../errors.js";
import { type Finding, finding } from "./findings.js";

export interface ExaminedData {
  readonly quotes: "live" | "frozen" | "delayed" | undefined;
  readonly finding: Finding | undefined;
}

/** Tries to get a quote of an instrument, and tells what comes or why none does. */
export async function examineData(
  link: Link,
  instrument: Instrument,
  where: { readonly host: string; readonly port: number },
  wait: number,
): Promise<ExaminedData> {
  const { symbol } = instrument;
  try {
    const found = await link.ask({ ...contractsLike(symbol, queryOf(instrument)), timeOut: wait });
    if (found.length > 0) return await quoteOf(link, found[0], symbol, wait);
    return none(finding("SYMBOL_UNKNOWN", { symbol, text: "none fits" }));
  } catch (error) {
    if (!(error instanceof TwsError)) throw error;
    const { refusal } = error;
    if (refusal === undefined) return none(finding("CONTRACTS_NOT_TOLD", { ...where, symbol }));
    return none(finding("SYMBOL_UNKNOWN", { symbol, text: refusal.text }));
  }
}

/** Codes that say that the data is somebody else's for now. */
const COMPETING = [10197];
/** Codes that say that older data comes instead. */
const DELAYED = [10167];

function quoteOf(link: Link, contract: ContractDetails, symbol: string, wait: number): Promise<ExaminedData> {
  return new Promise((resolve) => {
    let type = LIVE;
    let close = (): void => undefined;
    const end = (data: ExaminedData): void => {
      clearTimeout(timer);
      close();
      resolve(data);
    };
    const timer = setTimeout(() => {
      end(none(finding("NO_QUOTES", { symbol, seconds: wait / 1_000 })));
    }, wait);
    close = link.openStream({
      what: `quotes of ${symbol}`,
      asker: "stream",
      urgency: URGENCY.request,
      send: (api, id) => {
        api.reqMarketDataType(LIVE);
        api.reqMktData(id, requestOf(contract), "", false, false);
      },
      cancel: (api, id) => api.cancelMktData(id),
      answers: {
        marketDataType: (told) => {
          type = told;
        },
        tickPrice: (_, price) => {
          if (price > 0) end(ofType(type, symbol));
        },
      },
      told: (refusal) => {
        const data = ofRefusal(refusal, symbol);
        if (data !== undefined) end(data);
        return data !== undefined;
      },
      ended: (error) => {
        const text = error instanceof Error ? error.message : String(error);
        end(none(finding("SYMBOL_UNKNOWN", { symbol, text })));
      },
    });
  });
}

const LIVE = 1;
const FROZEN = 2;

function ofType(type: number, symbol: string): ExaminedData {
  if (type === LIVE) return { quotes: "live", finding: undefined };
  if (type === FROZEN) return { quotes: "frozen", finding: finding("FROZEN_DATA", { symbol }) };
  return { quotes: "delayed", finding: finding("DELAYED_DATA", { symbol }) };
}

/** What a code about the quotes says of the data; undefined where it says nothing of that. */
function ofRefusal({ code, text, class: kind }: Refusal, symbol: string): ExaminedData | undefined {
  if (COMPETING.includes(code)) return none(finding("COMPETING_SESSION", { text }));
  if (DELAYED.includes(code)) return { quotes: "delayed", finding: finding("DELAYED_DATA", { symbol }) };
  if (kind === "subscription-failed") return none(finding("NO_MARKET_DATA", { symbol, text }));
  return undefined;
}

function none(found: Finding): ExaminedData {
  return { quotes: undefined, finding: found };
}
