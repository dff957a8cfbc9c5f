import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../shared-data.js";

const PAGES = [
  ...readdirSync(projectRoot).filter((name) => name.endsWith(".md")),
  ...readdirSync(join(projectRoot, "docs"), { recursive: true })
    .map((name) => join("docs", String(name)))
    .filter((name) => name.endsWith(".md")),
  join("data", "samples", "README.md"),
];

const packageJson = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8")) as { files: unknown };

/** The addresses of a page's links, without what stands in blocks of code. */
function linksOf(page: string): string[] {
  const text = readFileSync(join(projectRoot, page), "utf8").replace(/^```[\s\S]*?^```$/gm, "");
  return [...text.matchAll(/(?<!!)\[[^\]]*\]\(([^)\s]+)\)/g)].map((match) => match[1]);
}

/** How a heading is called in an address: GitHub's rule. */
function anchorsOf(page: string): string[] {
  const text = readFileSync(join(projectRoot, page), "utf8").replace(/^```[\s\S]*?^```$/gm, "");
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replaceAll(" ", "-"),
  );
}

describe("links between the pages", () => {
  const relativeLinks = PAGES.flatMap((page) =>
    linksOf(page)
      .filter((link) => !/^[a-z]+:/.test(link))
      .map((link) => ({ page, link })),
  );

  it("are there", () => {
    expect(relativeLinks.length).toBeGreaterThan(20);
  });

  it("lead to files and folders of the project", () => {
    const broken = relativeLinks.filter(({ page, link }) => {
      const target = normalize(join(projectRoot, dirname(page), link.split("#")[0]));
      return link.split("#")[0] !== "" && (relative(projectRoot, target).startsWith("..") || !existsSync(target));
    });
    expect(broken).toEqual([]);
  });

  it("lead to what the package has as well as the repository", () => {
    const packed = [...(packageJson.files as string[]), "README.md", "LICENSE", "package.json"];
    const missing = relativeLinks.filter(({ page, link }) => {
      if (link.startsWith("#")) return false;
      const target = normalize(join(dirname(page), link.split("#")[0])).replaceAll("\\", "/");
      return !packed.some((one) => target === one || target.startsWith(`${one}/`));
    });
    expect(missing).toEqual([]);
  });

  it("lead to headings that are on their page", () => {
    const broken = relativeLinks.filter(({ page, link }) => {
      const [path, anchor] = link.split("#");
      if (anchor === undefined) return false;
      const target = path === "" ? page : relative(projectRoot, join(projectRoot, dirname(page), path));
      return existsSync(join(projectRoot, target)) && !anchorsOf(target).includes(anchor);
    });
    expect(broken).toEqual([]);
  });
});

describe("addresses of other sites", () => {
  it("are complete", () => {
    for (const page of PAGES) {
      for (const link of linksOf(page).filter((one) => /^[a-z]+:/.test(one))) {
        expect(link, page).toMatch(/^(https:\/\/[\w.-]+\.[a-z]{2,}(\/|$)|mailto:)/);
      }
    }
  });
});
