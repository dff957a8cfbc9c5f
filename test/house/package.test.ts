import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../shared-data.js";

const read = (name: string): string => readFileSync(join(projectRoot, name), "utf8");

interface LockedPackage {
  readonly hasInstallScript?: boolean;
  readonly optional?: boolean;
  readonly devOptional?: boolean;
  readonly resolved?: string;
}

const locked = (JSON.parse(read("package-lock.json")) as { packages: Record<string, LockedPackage> }).packages;
const manifest = JSON.parse(read("package.json")) as {
  readonly version: string;
  readonly allowScripts: object;
  readonly exports: Record<string, unknown>;
  readonly typesVersions: object;
};

describe("the package", () => {
  it("lets better-sqlite3 alone run an install script, and nothing else that is installed needs one", () => {
    expect(manifest.allowScripts).toEqual({ "better-sqlite3": true });
    const scripted = Object.keys(locked).filter((path) => locked[path].hasInstallScript && !locked[path].optional);
    expect(scripted).toEqual(["node_modules/better-sqlite3"]);
  });

  it("locks contents, not the registry they came from", () => {
    expect(Object.keys(locked).filter((path) => locked[path].resolved !== undefined)).toEqual([]);
  });

  it("locks a binary for every platform that its tools name, so that npm ci works from any of them", () => {
    for (const [path, { optionalDependencies = {} }] of Object.entries(locked) as [
      string,
      { optionalDependencies?: object },
    ][]) {
      for (const name of Object.keys(optionalDependencies)) {
        const found = [`${path}/node_modules/${name}`, `node_modules/${name}`].some((place) => place in locked);
        expect(found, `${path} names ${name}`).toBe(true);
      }
    }
  });

  it("opens its doors to import and require alike: no condition but types and default", () => {
    for (const target of Object.values(manifest.exports)) {
      if (typeof target === "object" && target !== null) expect(Object.keys(target)).toEqual(["types", "default"]);
    }
  });

  it("has a command that can be started, and a change log of this version", () => {
    const bin = join(projectRoot, "bin", "seatrial.js");
    expect(read("bin/seatrial.js").startsWith("#!/usr/bin/env node\n")).toBe(true);
    if (process.platform !== "win32") expect(statSync(bin).mode & 0o111).toBe(0o111);
    expect(read("CHANGELOG.md")).toContain(`[${manifest.version}]`);
  });

  it("ships every file that its code reads, and neither tests nor benchmarks", () => {
    const npm = spawnSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
      cwd: projectRoot,
      encoding: "utf8",
      shell: process.platform === "win32",
    });
    const [{ files }] = JSON.parse(npm.stdout) as [{ files: { path: string }[] }];
    const shipped = files.map(({ path }) => path);
    const read = ["report/assets", "data/samples", "strategies"].flatMap((folder) =>
      readdirSync(join(projectRoot, folder)).map((name) => `${folder}/${name}`),
    );
    expect(read.filter((path) => !shipped.includes(path))).toEqual([]);
    expect(shipped).toContain("bin/seatrial.js");
    expect(shipped.filter((path) => /^(dist\/)?(test|bench|scripts|\.ci)\//.test(path))).toEqual([]);
    const doors = [JSON.stringify(manifest.exports), JSON.stringify(manifest.typesVersions)].join();
    const named = [...doors.matchAll(/"\.\/(dist\/[^"]+)"/g)].map(([, path]) => path);
    expect(named.length).toBeGreaterThan(4);
    for (const path of [...named, "dist/bundle/main.js", "dist/bundle/LICENSES.txt"]) expect(shipped).toContain(path);
    expect(shipped.filter((path) => /^dist\/(?!bundle\/).*(?<!\.d\.ts)$/.test(path))).toEqual([]);
  });
});
