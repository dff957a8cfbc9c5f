import type { PortName } from "../../ib/ports.js";
import type { Finding } from "./findings.js";

/** What stands behind a port that listens. */
export interface ExaminedPort {
  readonly port: number;
  /** What usually has this port; undefined for another one. */
  readonly name: PortName | undefined;
  readonly findings: readonly Finding[];
  /** Undefined where it has not come so far. */
  readonly serverVersion: number | undefined;
  /** Letters and the last two digits. */
  readonly accounts: readonly string[];
  readonly roundTripMs: number | undefined;
  /** TWS's clock less this machine's. */
  readonly skewMs: number | undefined;
  /** What kind of quotes came. */
  readonly quotes: "live" | "frozen" | "delayed" | undefined;
}

export interface DoctorReport {
  readonly host: string;
  readonly clientId: number;
  readonly symbol: string;
  /** Ports on which something listens. */
  readonly ports: readonly ExaminedPort[];
  /** What concerns no port in particular. */
  readonly findings: readonly Finding[];
}

/** Everything that was found, in the order of the report. */
export function allFindings(report: DoctorReport): Finding[] {
  return [...report.findings, ...report.ports.flatMap(({ findings }) => findings)];
}

/** Whether a session could begin: something listens, and nothing stands in the way. */
export function isHealthy(report: DoctorReport): boolean {
  return allFindings(report).every(({ severity }) => severity !== "problem");
}
