import type { RequestLog, SentRequest } from "../history/paced-request.js";
import type { StoreFile } from "./store-file.js";

interface Row {
  id: number;
  sent: number;
  identity: string;
  family: string;
  small: number;
  cost: number;
}

/**
 * The requests for history of every process that downloads into this store, for as long as they matter to a source: the
 * next process after one that was killed paces itself by them, and two at once share what is allowed.
 */
export class RequestTable implements RequestLog {
  private readonly file: StoreFile;
  private readonly keep: number;
  private last = 0;

  /** @param keep milliseconds after which a request is forgotten: longer than every window */
  constructor(file: StoreFile, keep: number) {
    this.file = file;
    this.keep = keep;
  }

  alone<T>(work: () => T): T {
    return this.file.transaction(work);
  }

  unread(): SentRequest[] {
    const rows = this.file.use(
      (db) =>
        db
          .prepare("select id, sent, identity, family, small, cost from request where id > ? order by id")
          .all(this.last) as Row[],
    );
    if (rows.length > 0) this.last = rows[rows.length - 1].id;
    return rows.map(({ sent, identity, family, small, cost }) => ({
      at: sent,
      request: { identity, family, small: small === 1, cost },
    }));
  }

  note({ request, at }: SentRequest): void {
    const { identity, family, small, cost } = request;
    this.file.use((db) => {
      db.prepare("delete from request where sent < ?").run(at - this.keep);
      db.prepare("insert into request (sent, identity, family, small, cost) values (?, ?, ?, ?, ?)").run(
        at,
        identity,
        family,
        small ? 1 : 0,
        cost,
      );
    });
  }
}
