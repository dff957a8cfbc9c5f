import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { CONNECTION_FAULTS } from "../../brokers/gateway/faults/connection-faults.js";
import { DATA_FAULTS } from "../../brokers/gateway/faults/data-faults.js";
import type { FieldRule } from "../../brokers/gateway/faults/fault-fields.js";
import type { FaultKind, FaultKinds } from "../../brokers/gateway/faults/fault-kind.js";
import { parseFaultPlan } from "../../brokers/gateway/faults/fault-plan.js";
import { ORDER_FAULTS } from "../../brokers/gateway/faults/order-faults.js";
import { parsePartnerLine } from "../../brokers/gateway/lockstep/lockstep-line.js";
import { SERVER_VERSION } from "../../brokers/gateway/session/handshake.js";
import { REQUEST } from "../../brokers/gateway/wire/message-ids.js";
import { LIMITS, PACING_RULES } from "../../brokers/ib/pacing.js";
import { GATEWAY_FLAGS } from "../../cli/gateway-flags.js";
import { startGateway } from "../gateway/started.js";
import { projectRoot } from "../shared-data.js";
import { rowsUnder, tableRows } from "./page-tables.js";

const page = readFileSync(join(projectRoot, "docs", "simulated-gateway.md"), "utf8");
const blocks = (kind: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${kind}\\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map((match) => match[1]);

/** A field as the page tells it, with what it is by default. */
function fieldText(name: string, { says, fallback }: FieldRule): string {
  const tail = fallback === undefined ? ", needed" : fallback === "" ? "" : ` [${fallback}]`;
  return `\`${name}\`: ${says}${tail}`;
}

function rowOf([name, kind]: [string, FaultKind]): string[] {
  const fields = Object.entries(kind.fields).map(([field, rule]) => fieldText(field, rule));
  return [name, kind.says, kind.lasts ?? "at once", fields.length === 0 ? "none" : fields.join("; ")];
}

describe("docs/simulated-gateway.md", () => {
  it.each<[string, FaultKinds]>([
    ["### Of the connection", CONNECTION_FAULTS],
    ["### Of data", DATA_FAULTS],
    ["### Of orders", ORDER_FAULTS],
  ])("lists every fault under %s with what it does and its fields, and no other", (heading, kinds) => {
    expect(rowsUnder(page, heading)).toEqual(Object.entries(kinds).map(rowOf));
  });

  it("names every flag, and no other", () => {
    const named = new Set([...page.matchAll(/--([a-z][a-z-]+)/g)].map((match) => match[1]));
    expect([...named].sort()).toEqual(Object.keys(GATEWAY_FLAGS).sort());
  });

  it("states the defaults that help does", () => {
    for (const [flag, fallback] of tableRows(page, "flag", "default")) {
      const { describe: help } = GATEWAY_FLAGS[flag.slice(2) as keyof typeof GATEWAY_FLAGS];
      if (!["none", "off"].includes(fallback))
        expect(help, flag).toContain(`[${fallback.replace("any free one", "any")}]`);
      else expect(help, flag).not.toContain("[");
    }
  });

  it("has examples of faults that can be read", () => {
    const plans = blocks("json").map((text) => parseFaultPlan(JSON.parse(text)));
    expect(plans.map(({ faults, random }) => [faults.length, random?.every])).toEqual([
      [5, undefined],
      [0, 600_000],
    ]);
  });

  it("names every request that a fault may wait for, and no other", () => {
    const [, list] = /The requests are called ([^.]*)\./.exec(page) ?? [];
    expect([...list.matchAll(/`(\w+)`/g)].map(([, name]) => name)).toEqual(Object.keys(REQUEST));
  });

  it("has lines of a lockstep partner that can be read", () => {
    const lines = tableRows(page, "line", "from").filter(([, from]) => from === "client");
    expect(lines.map(([line]) => parsePartnerLine(line))).toEqual([
      { hello: 1 },
      { done: 5, bytes: 640, wake: 1_704_727_860_000 },
    ]);
  });

  it("states the version and the limits that are in force", () => {
    expect(page).toContain(`Protocol version ${SERVER_VERSION}, `);
    const stated = Object.fromEntries(tableRows(page, "what", "limit").map(([what, limit]) => [what, limit]));
    const rule = (name: string): string => {
      const { most, window } = PACING_RULES.find((one) => one.name === name) ?? { most: 0, window: 0 };
      if (window === 1_000) return `${most} a second`;
      return `${most} in ${window < 60_000 ? `${window / 1_000} seconds` : `${window / 60_000} minutes`}`;
    };
    expect(stated).toEqual({
      messages: rule("messages"),
      "identical historical requests": rule("identical"),
      "historical requests of one contract, exchange and kind": rule("burst"),
      "historical requests": `${rule("long")}, those of bid and ask counting twice`,
      "open historical requests": String(LIMITS.openHistoryRequests),
      "streams of quotes": `${LIMITS.marketDataLines} contracts`,
      "tick-by-tick streams": String(LIMITS.tickByTick),
      depth: String(LIMITS.depth),
    });
  });

  it("has a program that finds the gateway", async () => {
    const gateway = await startGateway();
    const [program] = blocks("js");
    const code = program.replace("4002", String(gateway.port));
    // Standing nowhere, it looks for packages from the working directory.
    const ran = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", code], {
      cwd: projectRoot,
    });
    expect(ran.stdout).toMatch(/^it is \d{4}-\d\d-\d\dT[\d:.]+Z there\n$/);
  });
});
