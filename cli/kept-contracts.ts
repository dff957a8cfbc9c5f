import { existsSync } from "node:fs";
import { ContractMemory } from "../brokers/tws/contracts/contract-cache.js";
import type { ContractDetails } from "../brokers/tws/contracts/contract-details.js";
import { type ContractHours, contractHours } from "../brokers/tws/contracts/contract-hours.js";
import type { ContractChoice } from "../brokers/tws/contracts/contract-query.js";
import { contractSpec } from "../brokers/tws/contracts/contract-spec.js";
import { Contracts } from "../brokers/tws/contracts/contracts.js";
import type { PriceSteps } from "../brokers/tws/contracts/price-steps.js";
import { TwsError } from "../brokers/tws/errors.js";
import { Instrument, type InstrumentSpec } from "../core/market/instrument.js";
import { specOfSymbol } from "../data/open-data.js";
import { type BarStore, openStore } from "../data/store/bar-store.js";
import { ContractTable } from "../data/store/contract-table.js";
import { findZone } from "../data/zone-offsets.js";
import type { Tws } from "./connect-tws.js";

export interface KeepingOptions {
  /** Milliseconds after which an answer is asked for again. */
  readonly maxAge?: number;
  /** Whether the store is only read. */
  readonly readonly?: boolean;
  /** What the configuration says of instruments. */
  readonly instruments: readonly InstrumentSpec[];
}

/**
 * IB's contracts with what a store keeps of them from one command to the next. Where there is no store none is made
 * until there is something to keep, so that a command which fails leaves nothing behind.
 */
export class KeptContracts {
  readonly contracts: Contracts;
  private readonly path: string;
  private readonly place: string;
  private readonly options: KeepingOptions;
  private readonly memory = new ContractMemory();
  private opened: BarStore | undefined;

  private constructor(path: string, tws: Tws, options: KeepingOptions, store: BarStore | undefined) {
    this.path = path;
    this.place = tws.place;
    this.options = options;
    this.opened = store;
    const { maxAge } = options;
    this.contracts = new Contracts(tws, {
      cache: store === undefined ? this.memory : new ContractTable(store.file, this.place),
      ...(maxAge !== undefined && { maxAge }),
    });
  }

  /** @throws StoreError as openStore */
  static async open(path: string, tws: Tws, options: KeepingOptions): Promise<KeptContracts> {
    const { readonly = false } = options;
    return new KeptContracts(path, tws, options, existsSync(path) ? await openStore(path, { readonly }) : undefined);
  }

  /** The store, made now if need be: one that is only read, in memory. @throws StoreError */
  async store(): Promise<BarStore> {
    if (this.opened === undefined) {
      this.opened = await openStore(this.options.readonly ? ":memory:" : this.path);
      this.memory.copyTo(new ContractTable(this.opened.file, this.place));
    }
    return this.opened;
  }

  /** The store, where there is one so far. */
  get existing(): BarStore | undefined {
    return this.opened;
  }

  close(): void {
    this.opened?.close();
  }

  /** What the store or the configuration says of an instrument; undefined where neither does. */
  known(symbol: string): Partial<InstrumentSpec> | undefined {
    const stored = this.opened?.instrument(symbol);
    const configured = this.options.instruments.find((one) => one.symbol === symbol);
    return stored === undefined && configured === undefined ? undefined : { ...stored, ...configured };
  }

  /**
   * The instrument to look for under a symbol.
   * @param said what the command line says of it
   * @throws MarketError INSTRUMENT_INVALID
   */
  instrument(symbol: string, said: Partial<InstrumentSpec> = {}): Instrument {
    // The step of its prices is what will be asked for.
    return new Instrument({ tickSize: 0, ...specOfSymbol(symbol), ...this.known(symbol), ...said, symbol });
  }

  /** Which contract was chosen where several fit. */
  choiceOf(symbol: string): ContractChoice | undefined {
    const conId = this.opened && new ContractTable(this.opened.file, this.place).choice(symbol);
    return conId === undefined ? undefined : { conId };
  }

  /**
   * A symbol as IB spells it: IB takes small letters for large ones, and without its own spelling one contract would be
   * two instruments. What the store or the configuration knows keeps its name.
   */
  spelled(symbol: string, details: ContractDetails): string {
    const isSame = details.symbol.toLowerCase() === symbol.toLowerCase();
    return isSame && this.known(symbol) === undefined ? details.symbol : symbol;
  }

  /**
   * What the store and the configuration know of an instrument, and where they know nothing IB.
   * @throws TwsError where IB has it not, or has several
   */
  async lookUp(symbol: string): Promise<Instrument> {
    const known = this.instrument(symbol);
    const isStored = this.opened?.instrument(symbol) !== undefined;
    const { contracts } = this;
    try {
      const details = await contracts.one(known, this.choiceOf(symbol));
      if (isStored) return known;
      const spelled = this.spelled(symbol, details);
      if (spelled !== symbol) return await this.lookUp(spelled);
      const found = { details, steps: await contracts.steps(details), hours: contractHours(details, findZone) };
      return new Instrument({ ...specOfContract(known, found), ...this.known(symbol) });
    } catch (error) {
      // One that was there once is no mistake of the command line: what is missing of it is told with the others.
      if (isStored && error instanceof TwsError && error.code === "CONTRACT_UNKNOWN") return known;
      throw error;
    }
  }

  /** Remembers which contract a symbol is, and what that says of it where nothing is stored yet. */
  async choose(instrument: Instrument, found: FoundContract): Promise<void> {
    const store = await this.store();
    const choices = new ContractTable(store.file, this.place);
    const symbol = this.spelled(instrument.symbol, found.details);
    store.transaction(() => {
      for (const name of new Set([instrument.symbol, symbol])) choices.choose(name, found.details.conId);
      if (store.list(symbol).length === 0) store.putInstrument({ ...specOfContract(instrument, found), symbol });
    });
  }
}

/** A contract with all that is told of it. */
export interface FoundContract {
  readonly details: ContractDetails;
  readonly steps: PriceSteps;
  readonly hours: ContractHours;
}

/** An instrument as its contract has it. */
export function specOfContract(instrument: Instrument, { details, steps, hours }: FoundContract): InstrumentSpec {
  // The step of ordinary prices: cheap shares have a finer one.
  const tickSize = steps.increments.at(-1)?.increment ?? details.minTick;
  return { ...contractSpec(instrument, details), tickSize, timeZone: hours.timeZone };
}
