import type { Instant } from "../../core/market/bar-size.js";
import type { StoreFile } from "./store-file.js";

/** An answer about contracts, and when it was given. */
export interface StoredAnswer {
  readonly fetchedAt: Instant;
  /** Whatever JSON can hold. */
  readonly value: unknown;
}

/**
 * What a broker has said of contracts, by question, and which contract the user has chosen for a symbol. A store that is
 * only read takes no answers.
 */
export class ContractTable {
  private readonly file: StoreFile;
  private readonly source: string;

  /** @param source who answers, such as the address of a TWS: a simulated one has other contracts */
  constructor(file: StoreFile, source: string) {
    this.file = file;
    this.source = source;
  }

  get(question: string): StoredAnswer | undefined {
    const row = this.file.use(
      (db) =>
        db
          .prepare("select fetched, answer from contract_answer where source = ? and question = ?")
          .get(this.source, question) as { fetched: number; answer: string } | undefined,
    );
    return row && { fetchedAt: row.fetched, value: JSON.parse(row.answer) };
  }

  set(question: string, { fetchedAt, value }: StoredAnswer): void {
    if (this.file.readonly) return;
    this.file.use((db) =>
      db
        .prepare("insert or replace into contract_answer (source, question, fetched, answer) values (?, ?, ?, ?)")
        .run(this.source, question, fetchedAt, JSON.stringify(value)),
    );
  }

  /** The number of the contract that was chosen for a symbol. */
  choice(symbol: string): number | undefined {
    return this.file.use(
      (db) =>
        db.prepare("select contract from contract_choice where symbol = ?").pluck().get(symbol) as number | undefined,
    );
  }

  choose(symbol: string, contract: number): void {
    this.file.use((db) =>
      db.prepare("insert or replace into contract_choice (symbol, contract) values (?, ?)").run(symbol, contract),
    );
  }
}
