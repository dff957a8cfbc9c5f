import { type ContractQuery, readContract, skipLegs } from "../contracts/contract-fields.js";
import type { FieldReader } from "../wire/field-reader.js";

export interface MarketDataRequest {
  readonly request: number;
  readonly contract: ContractQuery;
  /** Ids of generic ticks between commas. */
  readonly genericTicks: string;
  readonly snapshot: boolean;
}

export function readMarketDataRequest(fields: FieldReader): MarketDataRequest {
  fields.int();
  const request = fields.int();
  const contract = readContract(fields);
  if (contract.secType === "BAG") skipLegs(fields);
  if (fields.bool()) for (let left = 3; left > 0; left--) fields.text();
  const genericTicks = fields.text();
  const snapshot = fields.bool();
  const regulatory = fields.bool();
  fields.text();
  fields.end();
  return { request, contract, genericTicks, snapshot: snapshot || regulatory };
}

export interface TickByTickRequest {
  readonly request: number;
  readonly contract: ContractQuery;
  readonly kind: string;
  readonly count: number;
  readonly ignoreSize: boolean;
}

export function readTickByTickRequest(fields: FieldReader): TickByTickRequest {
  const request = fields.int();
  const contract = readContract(fields);
  const kind = fields.text();
  const count = fields.int();
  const ignoreSize = fields.bool();
  fields.end();
  return { request, contract, kind, count, ignoreSize };
}

export interface DepthRequest {
  readonly request: number;
  readonly contract: ContractQuery;
  readonly rows: number;
  readonly isSmart: boolean;
}

export function readDepthRequest(fields: FieldReader): DepthRequest {
  fields.int();
  const request = fields.int();
  const contract = readContract(fields);
  const rows = fields.int();
  const isSmart = fields.bool();
  fields.text();
  fields.end();
  return { request, contract, rows, isSmart };
}
