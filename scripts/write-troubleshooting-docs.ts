// Writes docs/troubleshooting.md from the tables of IB's codes and of what the doctor finds:
// `npx jiti scripts/write-troubleshooting-docs.ts`. A test holds the page and the tables together.

import { writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Asker, CODE_CLASSES, type CodeArea, type IbCode } from "../brokers/ib/code.js";
import { IB_CODES } from "../brokers/ib/codes.js";
import { FINDINGS, type Severity } from "../brokers/tws/doctor/findings.js";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const AREAS: readonly (readonly [area: CodeArea, heading: string])[] = [
  ["connection", "The connection"],
  ["farm", "Data farms"],
  ["market data", "Market data"],
  ["history", "Historical data"],
  ["order", "Orders"],
  ["account", "Account data"],
  ["request", "Any request"],
];

const ASKERS: Readonly<Record<Asker, string>> = {
  order: "to an order",
  "order change": "to a change of an order",
  "order cancel": "to a cancel",
  history: "to a request for history",
  stream: "to a stream",
  request: "to another request",
  nobody: "to no request",
};

/** The whole page. */
export function troubleshootingPage(): string {
  return `${HEAD}\n${findings()}\n${CODES_HEAD}\n${classes()}\n${AREAS.map(([area, heading]) => section(area, heading)).join("\n")}`;
}

const SEVERITIES: Readonly<Record<Severity, string>> = {
  problem: "in the way",
  warning: "may be in the way",
  note: "worth knowing",
};

function findings(): string {
  const rows = Object.entries(FINDINGS).map(
    ([code, { severity, says, remedy }]) =>
      `| \`${code}\` | ${cell(says)} | ${SEVERITIES[severity]} | ${cell(remedy)} |`,
  );
  return [
    "## What the doctor finds",
    "",
    "| finding | what is found | | what to do |",
    "|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}

function classes(): string {
  const rows = Object.entries(CODE_CLASSES).map(([name, what]) => `| ${name} | ${what} |`);
  return ["### Classes", "", "| class | what Seatrial does |", "|---|---|", ...rows, ""].join("\n");
}

function section(area: CodeArea, heading: string): string {
  const rows = Object.entries(IB_CODES)
    .filter(([, entry]) => entry.area === area)
    .flatMap(([code, entry]) => rowsOf(code, entry));
  return [`### ${heading}`, "", "| code | what it means | class | what to do |", "|---|---|---|---|", ...rows, ""].join(
    "\n",
  );
}

/** A row for the code, and one for each case in which it means something else. */
function rowsOf(code: string, entry: IbCode): string[] {
  const row = (name: string, one: { says: string; class: string; remedy: string }): string =>
    `| ${name} | ${cell(one.says)} | ${one.class} | ${cell(one.remedy)} |`;
  const cases = (entry.cases ?? []).map((one) => {
    const when = [
      ...(one.asker === undefined ? [] : [ASKERS[one.asker]]),
      ...(one.text === undefined ? [] : [`"${plain(one.text)}"`]),
    ];
    return row(`${code}, ${when.join(", ")}`, one);
  });
  return [row(`\`${code}\``, entry), ...cases];
}

/** A pattern as words: the first of its alternatives. */
function plain(pattern: RegExp): string {
  return pattern.source.split("|")[0].replaceAll("?", "").replaceAll("\\b", "");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}

const HEAD = `# Troubleshooting

What \`npx seatrial doctor\` finds, and what the codes of TWS and IB Gateway mean; each with what to do about it. Look
here when no connection comes about, or for a number that stands in a log, in the terminal or in TWS. The page is written
by \`npx jiti scripts/write-troubleshooting-docs.ts\` from the tables in \`brokers/tws/doctor/findings.ts\` and
\`brokers/ib/codes.ts\` of the repository; a test fails where they differ. Errors of Seatrial itself are in
[errors.md](errors.md); how TWS is set up is in [tws-setup.md](tws-setup.md).

When something cannot be explained, run the command again with \`--record traffic.jsonl\` and send the file in: it has
every message of the connection, with account ids masked. Balances, positions and orders are in it as they are.
`;

const CODES_HEAD = `## What the codes of TWS and IB Gateway mean

The same code may mean different things, depending on what it answers and on its text: 200 kills an order, and is only an
answer to a request. Such cases stand below their code, with what it answers or with words of the text. The texts are
English only where TWS is set to "Show API error messages in English". A code that is not listed leaves an order
uncertain: Seatrial asks for open orders, completed orders and executions, and never assumes.
`;

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const file = join(root, "docs", "troubleshooting.md");
  writeFileSync(file, troubleshootingPage());
  console.log(`${relative(process.cwd(), file)} is written.`);
}
