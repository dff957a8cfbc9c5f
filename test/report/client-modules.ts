import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { PackedColumn } from "../../report/packed-columns.js";
import { projectRoot } from "../shared-data.js";

/** What tests use of report/assets, the JavaScript that runs in the page. */
export interface ColumnsModule {
  unpackBytes(base64: string, deflated: boolean): Promise<Uint8Array>;
  unpackColumn(bytes: Uint8Array, column: PackedColumn): Float64Array;
}

export interface TextModule {
  number(value: number, decimals: number): string;
  signed(value: number, decimals: number): string;
  priceChange(from: number, to: number, decimals: number): string;
  compact(value: number): string;
  quantity(value: number): string;
  dateOf(wall: number): number;
  wallClock(zone: { since: readonly number[]; offset: readonly number[] }): (instant: number) => number;
}

export interface ChartTimesModule {
  shownTimes(instants: Float64Array, clock: (instant: number) => number, byDate: boolean): Float64Array;
  firstAtOrAfter(times: Float64Array, time: number): number;
  candleAt(series: { time: Float64Array; timeIs: "start" | "end" }, instant: number): number;
}

/** A module of the page, loaded here as the ES module that it is. */
export async function clientModule<Module>(name: string): Promise<Module> {
  return (await import(pathToFileURL(join(projectRoot, "report", "assets", name)).href)) as Module;
}
