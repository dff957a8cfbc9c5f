import type { FieldReader } from "../wire/field-reader.js";
import type { ClientSession } from "./client-session.js";

/** Answers one kind of request. The message id has been read; what it does not read is an error. */
export type RequestHandler = (client: ClientSession, fields: FieldReader) => void;

/** A part of the gateway that answers requests: contracts, history, orders. */
export interface Service {
  /** By message id. */
  readonly requests: Readonly<Record<number, RequestHandler>>;
  /** A client is gone: its streams end. */
  left?(client: ClientSession): void;
}
