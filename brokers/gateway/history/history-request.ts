import { type ContractQuery, readContract, skipLegs } from "../contracts/contract-fields.js";
import type { FieldReader } from "../wire/field-reader.js";

/** A request for historical bars as it came. */
export interface HistoryRequest {
  readonly request: number;
  readonly contract: ContractQuery;
  readonly endDateTime: string;
  readonly barSize: string;
  readonly duration: string;
  readonly regular: boolean;
  readonly whatToShow: string;
  readonly formatDate: number;
  readonly keepUpToDate: boolean;
}

export function readHistoryRequest(fields: FieldReader): HistoryRequest {
  const request = fields.int();
  const contract = readContract(fields);
  fields.bool();
  const endDateTime = fields.text();
  const barSize = fields.text();
  const duration = fields.text();
  const regular = fields.bool();
  const whatToShow = fields.text();
  const formatDate = fields.int();
  if (contract.secType === "BAG") skipLegs(fields);
  const keepUpToDate = fields.bool();
  fields.text();
  fields.end();
  return { request, contract, endDateTime, barSize, duration, regular, whatToShow, formatDate, keepUpToDate };
}

export interface HeadTimestampRequest {
  readonly request: number;
  readonly contract: ContractQuery;
  readonly regular: boolean;
  readonly whatToShow: string;
  readonly formatDate: number;
}

export function readHeadTimestampRequest(fields: FieldReader): HeadTimestampRequest {
  const request = fields.int();
  const contract = readContract(fields);
  fields.bool();
  const regular = fields.bool();
  const whatToShow = fields.text();
  const formatDate = fields.int();
  fields.end();
  return { request, contract, regular, whatToShow, formatDate };
}

export interface HistoricalTicksRequest {
  readonly request: number;
  readonly contract: ContractQuery;
  readonly start: string;
  readonly end: string;
  readonly count: number;
  readonly whatToShow: string;
  readonly regular: boolean;
  readonly ignoreSize: boolean;
}

export function readHistoricalTicksRequest(fields: FieldReader): HistoricalTicksRequest {
  const request = fields.int();
  const contract = readContract(fields);
  fields.bool();
  const start = fields.text();
  const end = fields.text();
  const count = fields.int();
  const whatToShow = fields.text();
  const regular = fields.bool();
  const ignoreSize = fields.bool();
  fields.text();
  fields.end();
  return { request, contract, start, end, count, whatToShow, regular, ignoreSize };
}

export interface RealTimeBarsRequest {
  readonly request: number;
  readonly contract: ContractQuery;
  readonly seconds: number;
  readonly whatToShow: string;
  readonly regular: boolean;
}

export function readRealTimeBarsRequest(fields: FieldReader): RealTimeBarsRequest {
  fields.int();
  const request = fields.int();
  const contract = readContract(fields);
  const seconds = fields.int();
  const whatToShow = fields.text();
  const regular = fields.bool();
  fields.text();
  fields.end();
  return { request, contract, seconds, whatToShow, regular };
}

export interface HistogramRequest {
  readonly request: number;
  readonly contract: ContractQuery;
  readonly regular: boolean;
  readonly period: string;
}

export function readHistogramRequest(fields: FieldReader): HistogramRequest {
  const request = fields.int();
  const contract = readContract(fields);
  fields.bool();
  const regular = fields.bool();
  const period = fields.text();
  fields.end();
  return { request, contract, regular, period };
}
