import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { backtest } from "../../backtest/backtest.js";
import { bollinger, supertrend } from "../../core/indicators/index.js";
import { Strategy } from "../../core/strategy.js";
import { renderReport } from "../../report/html.js";
import { present } from "../shared-data.js";
import { dailyWalk, minuteWalk, smaCrossResult, variedResult } from "./sample-run.js";

const CHROMIUM = "/usr/bin/chromium";
const hasChromium = present("chromium", existsSync(CHROMIUM));
const DESKTOP = { width: 1360, height: 900 };
const PHONE = { width: 390, height: 844 };

/** What the page shows of itself to tests. */
interface Hook {
  visibleRange(): { from: number; to: number } | null;
  theme(): string;
  series(): string;
  selectedTrade(): number | undefined;
  readonly trades: number;
}
declare const window: { seatrialReport?: Hook; harmed?: number };
declare const document: {
  readonly documentElement: { readonly scrollWidth: number };
  querySelectorAll(selector: string): Iterable<Canvas>;
};
interface Box {
  getBoundingClientRect(): { readonly y: number; readonly height: number };
}
interface Canvas {
  readonly width: number;
  readonly height: number;
  getContext(kind: "2d"): { getImageData(x: number, y: number, w: number, h: number): { data: Uint8ClampedArray } };
}

describe.skipIf(!hasChromium)("the report in a browser (needs /usr/bin/chromium)", () => {
  const folder = mkdtempSync(join(tmpdir(), "seatrial-report-"));
  const sample = smaCrossResult(dailyWalk(5105));
  let browser: Browser;

  beforeAll(async () => {
    writeFileSync(join(folder, "sample.html"), renderReport(sample));
    writeFileSync(join(folder, "varied.html"), renderReport(variedResult()));
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: [
        "--no-sandbox",
        "--headless",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    });
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Opens a report and hands it to `look`; a word on the console, an error or a request fails the test. */
  async function open(
    file: string,
    options: BrowserContextOptions,
    look: (page: Page) => Promise<void>,
  ): Promise<void> {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const complaints: string[] = [];
    const address = pathToFileURL(join(folder, file)).href;
    page.on("console", (message) => complaints.push(`console: ${message.text()}`));
    page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
    page.on("request", (request) => {
      if (!request.url().startsWith(address)) complaints.push(`request: ${request.url()}`);
    });
    await page.goto(address);
    await page.waitForFunction(() => window.seatrialReport !== undefined);
    await look(page);
    await context.close();
    expect(complaints).toEqual([]);
  }

  function range(page: Page): Promise<{ from: number; to: number }> {
    return page.evaluate(() => window.seatrialReport?.visibleRange() ?? { from: Number.NaN, to: Number.NaN });
  }

  /** Different colours on the canvases below an element; one at most where nothing was drawn. */
  function colours(page: Page, id: string): Promise<number> {
    return page.evaluate((selector) => {
      const seen = new Set<number>();
      for (const canvas of document.querySelectorAll(`${selector} canvas`)) {
        if (canvas.width === 0 || canvas.height === 0) continue;
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        for (let i = 0; i < data.length; i += 4) seen.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
      }
      return seen.size;
    }, `#${id}`);
  }

  it("opens from the disk without a complaint or a request, and draws its charts", async () => {
    await open("sample.html", { viewport: DESKTOP, colorScheme: "light" }, async (page) => {
      expect(await page.title()).toBe("SmaCross on WALK – Seatrial backtest");
      await expect.poll(() => colours(page, "price-chart")).toBeGreaterThan(20);
      await expect.poll(() => colours(page, "performance-chart")).toBeGreaterThan(20);
      expect(await page.evaluate(() => window.seatrialReport?.theme())).toBe("light");
      const shot = join(folder, "desktop-light.png");
      await page.screenshot({ path: shot, fullPage: true });
      expect(statSync(shot).size).toBeGreaterThan(50_000);
    });
  });

  it("keeps each legend in its pane when the window changes its size", async () => {
    await open("sample.html", { viewport: DESKTOP }, async (page) => {
      /** By how many pixels each legend of the performance chart lies below the top of its pane. */
      const offsets = async (): Promise<number[]> => {
        const boxes = (selector: string): Promise<{ y: number; height: number }[]> =>
          page.locator(selector).evaluateAll((all) =>
            all.map((one) => {
              const { y, height } = (one as unknown as Box).getBoundingClientRect();
              return { y, height };
            }),
          );
        const panes = (await boxes(".performance tr")).filter(({ height }) => height > 40);
        return (await boxes(".performance .legend")).map(({ y }, i) => Math.round(y - panes[i].y));
      };
      for (const size of [DESKTOP, PHONE, DESKTOP]) {
        await page.setViewportSize(size);
        await expect.poll(offsets).toEqual([6, 6, 6]);
      }
    });
  });

  it("draws outputs that are no prices in panes of their own, below the candles", async () => {
    class Banded extends Strategy {
      readonly bands = this.indicator(bollinger(20));
      readonly trend = this.indicator(supertrend());
    }
    const result = await backtest({ strategy: Banded, data: "sample" });
    writeFileSync(join(folder, "banded.html"), renderReport(result));
    await open("banded.html", { viewport: DESKTOP }, async (page) => {
      const legends = (await page.locator("#price-chart .legend").allInnerTexts()).map((text) =>
        [...text.matchAll(/(?:Bollinger|Supertrend)\([^)]*\) (\w+)/g)].map(([, output]) => output),
      );
      expect(legends).toEqual([["value", "upper", "lower", "value"], ["percentB"], ["bandwidth"], ["direction"]]);
    });
  });

  it("moves the price chart to a trade that is chosen in the table, and marks it", async () => {
    await open("sample.html", { viewport: DESKTOP }, async (page) => {
      const before = await range(page);
      await page.locator("#trades tbody tr").nth(2).click();
      // The chart moves with the next frame.
      await expect.poll(async () => (await range(page)).from).not.toBe(before.from);
      const { from, to } = await range(page);
      expect(from).toBeLessThan(sample.trades.entryTime[2]);
      expect(to).toBeGreaterThan(sample.trades.exitTime[2]);
      expect(await page.locator(".strip").innerText()).toContain("Trade 3: long 100 WALK");
      expect(await page.locator("#trades tr.marked").count()).toBe(1);
      await page.getByRole("button", { name: "Trade below in the table" }).click();
      expect(await page.evaluate(() => window.seatrialReport?.selectedTrade())).toBe(4);
      await expect.poll(async () => (await range(page)).to).toBeGreaterThan(sample.trades.exitTime[3]);
    });
  });

  it("sorts, filters and pages the trades", async () => {
    await open("sample.html", { viewport: DESKTOP }, async (page) => {
      const profits = (): Promise<number[]> =>
        page
          .locator("#trades tbody tr td:nth-child(8)")
          .allInnerTexts()
          .then((texts) => texts.map((text) => Number(text.replace("\u2212", "-").replaceAll(",", ""))));
      const best = Array.from(sample.trades.profit.subarray(0, sample.trades.length)).sort((a, b) => b - a);
      await page.getByRole("button", { name: "Profit", exact: true }).click();
      expect((await profits())[0]).toBeCloseTo(best[0], 1);
      expect(await page.locator("#trades th[aria-sort=descending]").innerText()).toContain("Profit");
      await page.getByRole("button", { name: "Profit", exact: true }).click();
      expect((await profits())[0]).toBeCloseTo(best[best.length - 1], 1);
      await page.locator("#trades select").first().selectOption({ label: "Winners" });
      expect((await profits()).every((profit) => profit > 0)).toBe(true);
      const winners = best.filter((profit) => profit > 0).length;
      expect(await page.locator("#trades .status").innerText()).toBe(`1 to 25 of ${winners}`);
      await page.locator("#trades").getByRole("button", { name: "Next page" }).click();
      expect(await page.locator("#trades .status").innerText()).toMatch(/^26 to /);
    });
  });

  it("is reached and moved with the keyboard alone", async () => {
    await open("sample.html", { viewport: DESKTOP }, async (page) => {
      await page.locator(".chart.price").focus();
      const before = await range(page);
      await page.keyboard.press("ArrowLeft");
      await expect.poll(async () => (await range(page)).from).toBeLessThan(before.from);
      const wide = await range(page);
      await page.keyboard.press("+");
      await expect.poll(async () => (await range(page)).from).toBeGreaterThan(wide.from);
      await page.locator("#trades tbody tr").nth(0).getByRole("button").press("Enter");
      expect(await page.evaluate(() => window.seatrialReport?.selectedTrade())).toBe(1);
    });
  });

  it("follows the system's theme until another is chosen, and remembers that one", async () => {
    await open("sample.html", { viewport: DESKTOP, colorScheme: "dark" }, async (page) => {
      const ground = (): Promise<string> =>
        page
          .locator("body")
          .evaluate(
            (body) =>
              (
                globalThis as unknown as { getComputedStyle(of: unknown): { backgroundColor: string } }
              ).getComputedStyle(body).backgroundColor,
          );
      expect(await page.evaluate(() => window.seatrialReport?.theme())).toBe("dark");
      const dark = await ground();
      await page.screenshot({ path: join(folder, "desktop-dark.png"), fullPage: true });
      await page.getByRole("button", { name: "Change between light and dark" }).click();
      expect(await page.evaluate(() => window.seatrialReport?.theme())).toBe("light");
      expect(await ground()).not.toBe(dark);
      // A browser tells its other processes of what a page stores a moment later: once another page sees it, all do.
      const other = await page.context().newPage();
      const elsewhere = async (): Promise<string | undefined> => {
        await other.goto(page.url());
        await other.waitForFunction(() => window.seatrialReport !== undefined);
        return other.evaluate(() => window.seatrialReport?.theme());
      };
      await expect.poll(elsewhere, { timeout: 10_000 }).toBe("light");
      await page.reload();
      await page.waitForFunction(() => window.seatrialReport !== undefined);
      expect(await page.evaluate(() => window.seatrialReport?.theme())).toBe("light");
    });
  });

  it("fits on a phone without scrolling sideways", async () => {
    for (const file of ["sample.html", "varied.html"]) {
      await open(file, { viewport: PHONE, isMobile: true, hasTouch: true }, async (page) => {
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width);
        await page.locator("#trades tbody tr").nth(0).tap();
        expect(await page.evaluate(() => window.seatrialReport?.selectedTrade())).toBe(1);
        await page.screenshot({ path: join(folder, `phone-${file}.png`), fullPage: true });
      });
    }
  });

  it("shows each series of a run, and runs none of a user's text", async () => {
    await open("varied.html", { viewport: DESKTOP }, async (page) => {
      const select = page.locator("#price-chart select");
      expect(await select.locator("option").count()).toBe(3);
      await select.selectOption("1");
      expect(await page.evaluate(() => window.seatrialReport?.series())).toBe("WALK 1week");
      await select.selectOption("2");
      // The chart says what is in sight with its next frame.
      const caption = page.locator("#price-chart .caption");
      await expect.poll(() => caption.innerText()).toContain("No trades in this instrument.");
      await page.locator("#trades tbody tr").nth(1).click();
      expect(await page.evaluate(() => window.seatrialReport?.series())).toBe("WALK 1day");
      expect(await page.evaluate(() => window.harmed)).toBeUndefined();
      expect(await page.locator("main img").count()).toBe(0);
    });
  });

  it("prints its charts on paper, in the light theme, and shows them as before afterwards", async () => {
    for (const viewport of [DESKTOP, PHONE]) {
      await open("sample.html", { viewport, colorScheme: "dark" }, async (page) => {
        await expect.poll(() => colours(page, "performance-chart")).toBeGreaterThan(20);
        const sizes = (): Promise<string[]> =>
          page.locator(".chart canvas").evaluateAll((all) => all.map((one) => `${(one as unknown as Canvas).width}`));
        const before = await sizes();
        const paper = await page.pdf({ format: "A4", printBackground: true });
        expect(largeImages(paper).length).toBeGreaterThanOrEqual(4);
        expect(await page.evaluate(() => window.seatrialReport?.theme())).toBe("dark");
        await expect.poll(sizes).toEqual(before);
        expect(await page.locator(".picture").count()).toBe(0);
      });
    }
  });

  it("shows its charts where a page is laid out for paper without the events of a printer", async () => {
    await open("sample.html", { viewport: DESKTOP, colorScheme: "dark" }, async (page) => {
      await page.emulateMedia({ media: "print" });
      await expect.poll(() => page.locator(".picture").count()).toBe(2);
      expect(await page.evaluate(() => window.seatrialReport?.theme())).toBe("light");
      expect(await colours(page, "price-chart")).toBeGreaterThan(20);
      await page.emulateMedia({ media: "screen" });
      await expect.poll(() => page.locator(".picture").count()).toBe(0);
      expect(await page.evaluate(() => window.seatrialReport?.theme())).toBe("dark");
    });
  });

  it("keeps headings together with what they are of on paper", async () => {
    await open("sample.html", { viewport: DESKTOP }, async (page) => {
      await page.emulateMedia({ media: "print" });
      const breaks = await page
        .locator("h2, h3")
        .evaluateAll((all) =>
          all.map(
            (one) =>
              (globalThis as unknown as { getComputedStyle(of: unknown): { breakAfter: string } }).getComputedStyle(one)
                .breakAfter,
          ),
        );
      expect(new Set(breaks)).toEqual(new Set(["avoid"]));
    });
  });

  it("opens within five seconds for two million bars and hundreds of thousands of trades", async () => {
    const large = smaCrossResult(minuteWalk(2_000_000), { fast: 2, slow: 3, quantity: 1 });
    writeFileSync(join(folder, "large.html"), renderReport(large));
    const begun = performance.now();
    await open("large.html", { viewport: DESKTOP }, async (page) => {
      expect(performance.now() - begun).toBeLessThan(5_000);
      expect(await page.evaluate(() => window.seatrialReport?.trades)).toBe(large.trades.length);
      const caption = page.locator("#price-chart .caption");
      await expect.poll(() => caption.innerText()).toContain("Each candle stands for 100 bars");
      await page.getByRole("button", { name: "Return", exact: true }).click();
      await page.locator("#trades tbody tr").nth(0).click();
      expect(await page.locator(".strip").innerText()).toContain("Trade");
    });
  });
});

/** The images of a PDF that are as wide as a pane of a chart and not blank: a blank one takes next to no bytes. */
function largeImages(pdf: Buffer): string[] {
  const images = pdf.toString("latin1").match(/<<[^<>]*\/Subtype \/Image[^<>]*>>/g) ?? [];
  const figure = (image: string, name: string): number => Number(new RegExp(`/${name} (\\d+)`).exec(image)?.[1]);
  return images.filter(
    (image) => !image.includes("/DeviceGray") && figure(image, "Width") > 1000 && figure(image, "Length") > 5000,
  );
}
