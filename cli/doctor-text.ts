import { PORT_LABELS } from "../brokers/tws/doctor/doctor.js";
import { allFindings, type DoctorReport, type ExaminedPort } from "../brokers/tws/doctor/doctor-report.js";
import type { Finding, Severity } from "../brokers/tws/doctor/findings.js";
import type { Paint } from "../report/paint.js";

/** What the doctor found, for a terminal of 80 columns. Ends with a newline. */
export function doctorText(report: DoctorReport, paint: Paint): string {
  const lines = [
    ...report.findings.flatMap((one) => findingLines(one, paint)),
    ...report.ports.flatMap((port) => portLines(port, report, paint)),
    verdict(report, paint),
  ];
  return `${lines.join("\n")}\n`;
}

function portLines(port: ExaminedPort, { symbol }: DoctorReport, paint: Paint): string[] {
  const label = port.name === undefined ? "" : `  ${PORT_LABELS[port.name]}`;
  const known: string[] = [];
  if (port.serverVersion !== undefined) known.push(`version ${port.serverVersion}`);
  if (port.accounts.length > 0) known.push(`${port.accounts.join(", ")}`);
  if (port.roundTripMs !== undefined) known.push(`answers in ${Math.max(1, Math.round(port.roundTripMs))} ms`);
  if (port.quotes !== undefined) known.push(`${symbol} ${port.quotes}`);
  return [
    paint.bold(`${port.port}${label}`),
    ...(known.length === 0 ? [] : [`  ${known.join(" · ")}`]),
    ...port.findings.flatMap((one) => findingLines(one, paint)),
    "",
  ];
}

const MARKS: Readonly<Record<Severity, string>> = { problem: "✗", warning: "!", note: "·" };

function findingLines({ code, severity, says, remedy }: Finding, paint: Paint): string[] {
  const colour = { problem: paint.loss, warning: paint.warn, note: paint.dim }[severity];
  return [colour(`  ${MARKS[severity]} ${code}`), ...wrapped(says), ...wrapped(remedy).map(paint.dim)];
}

function verdict(report: DoctorReport, paint: Paint): string {
  const problems = allFindings(report).filter(({ severity }) => severity === "problem").length;
  if (problems === 0) return paint.gain("Nothing is in the way.");
  return paint.loss(problems === 1 ? "One thing is in the way." : `${problems} things are in the way.`);
}

const WIDTH = 76;

function wrapped(text: string): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].map((one) => `    ${one}`);
}
