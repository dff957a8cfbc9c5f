import { DAY, type Instant } from "../../../core/market/bar-size.js";
import type { Instrument } from "../../../core/market/instrument.js";
import type { PriceIncrement } from "../../ib/market-rules.js";
import type { Question } from "../connection/question.js";
import type { UnnumberedQuestion } from "../connection/unnumbered.js";
import { TwsError } from "../errors.js";
import { type CachedAnswer, type ContractCache, ContractMemory } from "./contract-cache.js";
import { type ContractDetails, describeContract } from "./contract-details.js";
import { type ContractChoice, type ContractQuery, queryOf } from "./contract-query.js";
import { contractsLike, marketRule, type SimilarContract, symbolsLike } from "./contract-questions.js";
import { PriceSteps } from "./price-steps.js";

/** What contracts are asked over: a connection or one of its links. */
export interface Asks {
  ask<T>(question: Question<T>): Promise<T>;
  askUnnumbered<T>(question: UnnumberedQuestion<T>): Promise<T>;
}

/** What is found for an instrument. */
export type Resolution =
  | {
      readonly kind: "one";
      readonly details: ContractDetails;
      /** When IB said so, epoch ms UTC. */
      readonly fetchedAt: Instant;
    }
  /** Several fit: the user has to choose. */
  | { readonly kind: "several"; readonly candidates: readonly ContractDetails[] }
  /** None fits; these have a similar symbol or name. */
  | { readonly kind: "none"; readonly similar: readonly SimilarContract[] };

export interface ContractsOptions {
  /** Default: as long as the process lasts. */
  readonly cache?: ContractCache;
  /** Milliseconds after which an answer is asked for again. Default a day: IB tells the hours of the next five. */
  readonly maxAge?: number;
  /** Where the time is told. Default: this machine's. */
  readonly now?: () => Instant;
}

/** IB's contracts: which one an instrument is, its details, and the steps of its prices; each asked for once a day. */
export class Contracts {
  private readonly asks: Asks;
  private readonly cache: ContractCache;
  private readonly maxAge: number;
  private readonly now: () => Instant;
  /** Questions under way, so that two who want the same ask once. */
  private readonly underWay = new Map<string, Promise<unknown>>();

  constructor(asks: Asks, options: ContractsOptions = {}) {
    this.asks = asks;
    this.cache = options.cache ?? new ContractMemory();
    this.maxAge = options.maxAge ?? DAY;
    this.now = options.now ?? Date.now;
  }

  /** Looks for the contract of an instrument. @throws TwsError */
  async resolve(instrument: Instrument, choice?: ContractChoice): Promise<Resolution> {
    const { value, fetchedAt } = await this.find(instrument.symbol, queryOf(instrument, choice));
    const candidates = distinct(value);
    if (candidates.length === 1) return { kind: "one", details: candidates[0], fetchedAt };
    if (candidates.length > 1) return { kind: "several", candidates };
    return { kind: "none", similar: await this.similar(instrument.symbol) };
  }

  /**
   * The one contract of an instrument.
   * @throws TwsError CONTRACT_UNKNOWN, CONTRACT_AMBIGUOUS with the contracts to choose from, and of the connection
   */
  async one(instrument: Instrument, choice?: ContractChoice): Promise<ContractDetails> {
    const found = await this.resolve(instrument, choice);
    if (found.kind === "one") return found.details;
    const { symbol } = instrument;
    if (found.kind === "several") {
      const candidates = found.candidates.map(describeContract).join("; ");
      const [{ conId: number }] = found.candidates;
      throw new TwsError("CONTRACT_AMBIGUOUS", { symbol, count: found.candidates.length, candidates, number });
    }
    const { assetClass, exchange, currency } = instrument;
    throw new TwsError("CONTRACT_UNKNOWN", { symbol, assetClass, exchange, currency, hint: hintOf(found.similar) });
  }

  /** The steps of a contract's prices on the exchange it was asked for at. @throws TwsError */
  async steps(details: ContractDetails): Promise<PriceSteps> {
    const place = details.exchanges.indexOf(details.exchange);
    // Parallel lists; one that is routed by IB itself has the rule of the first.
    const rule = details.marketRules[Math.max(place, 0)];
    const smallest = new PriceSteps([{ lowEdge: 0, increment: details.minTick }], false);
    if (rule === undefined) return smallest;
    try {
      return new PriceSteps(await this.rule(rule), true);
    } catch (error) {
      if (error instanceof TwsError && error.code === "REQUEST_TIMED_OUT") return smallest;
      throw error;
    }
  }

  /** A hint, and no reason to fail where it is not answered. */
  private async similar(symbol: string): Promise<readonly SimilarContract[]> {
    try {
      return (await this.once(`symbols ${symbol}`, () => this.asks.ask(symbolsLike(symbol)))).value;
    } catch (error) {
      if (error instanceof TwsError) return [];
      throw error;
    }
  }

  private find(what: string, query: ContractQuery): Promise<Answer<readonly ContractDetails[]>> {
    const key = `details ${JSON.stringify(query)}`;
    return this.once(key, () => this.asks.ask(contractsLike(what, query)));
  }

  private async rule(id: number): Promise<readonly PriceIncrement[]> {
    return (await this.once(`rule ${id}`, () => this.asks.askUnnumbered(marketRule(id)))).value;
  }

  /** From the cache where it is young enough, else asked for. An empty answer is not kept: it may be found tomorrow. */
  private once<T extends readonly unknown[]>(key: string, ask: () => Promise<T>): Promise<Answer<T>> {
    const kept = this.cache.get(key);
    if (kept !== undefined && this.now() - kept.fetchedAt < this.maxAge) return Promise.resolve(kept as Answer<T>);
    const asked = this.underWay.get(key) as Promise<Answer<T>> | undefined;
    if (asked !== undefined) return asked;
    const asking = ask()
      .then((value) => {
        const answer = { fetchedAt: this.now(), value };
        if (value.length > 0) this.cache.set(key, answer);
        return answer;
      })
      .finally(() => this.underWay.delete(key));
    this.underWay.set(key, asking);
    return asking;
  }
}

type Answer<T> = CachedAnswer & { readonly value: T };

/** One of each number: a contract may come once for every exchange. */
function distinct(found: readonly ContractDetails[]): readonly ContractDetails[] {
  return [...new Map(found.map((details) => [details.conId, details])).values()];
}

function hintOf(similar: readonly SimilarContract[]): string {
  if (similar.length === 0) return "";
  const names = similar
    .slice(0, 5)
    .map(({ symbol, secType, primaryExchange, currency }) => `${symbol} (${secType} ${primaryExchange} ${currency})`);
  return `Similar: ${names.join(", ")}. `;
}
