// Debian's Chromium with a visitor of the shop: every page is watched for script errors, messages on the console and
// whatever the content policy had to block, and can be held against the rules of WCAG (axe-core).
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, type BrowserContextOptions, chromium, type Page, type Request } from "playwright-core";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export interface Finding {
  rule: string;
  target: string;
  what: string;
}

/** Somebody with a browser. */
export class Visitor {
  readonly trouble: string[] = [];
  private readonly scripts: Request[] = [];

  private constructor(
    readonly page: Page,
    private readonly scripted: boolean,
  ) {
    page.on("pageerror", (error) => this.trouble.push(`error: ${error.message}`));
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) this.trouble.push(`console: ${message.text()}`);
    });
    page.on("requestfailed", (request) => {
      // A request that the visitor left behind by going elsewhere is no trouble.
      const why = request.failure()?.errorText ?? "";
      if (why !== "net::ERR_ABORTED") this.trouble.push(`request: ${request.url()} ${why}`);
    });
    page.on("requestfinished", (request) => {
      if (request.resourceType() === "script") this.scripts.push(request);
    });
  }

  static async arrive(browser: Browser, origin: string, options: BrowserContextOptions = {}): Promise<Visitor> {
    const context = await browser.newContext({ baseURL: origin, viewport: { width: 1280, height: 900 }, ...options });
    context.setDefaultTimeout(20_000);
    return new Visitor(await context.newPage(), options.javaScriptEnabled ?? true);
  }

  /** Opens a page of the shop, and waits until its script has made it alive. */
  async open(path: string): Promise<Page> {
    await this.page.goto(path);
    if (this.scripted) await this.page.waitForSelector("html[data-ready]", { state: "attached" });
    return this.page;
  }

  /** Bytes of all scripts so far, as they came over the wire. */
  async scripts_bytes(): Promise<number> {
    const sizes = await Promise.all(this.scripts.map((request) => request.sizes()));
    return sizes.reduce((sum, { responseBodySize }) => sum + responseBodySize, 0);
  }

  /** Waits until what fades or slides in is there. */
  async settle(): Promise<void> {
    await this.page.evaluate(async () => {
      // What was asked for last begins to move with the next frame.
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      const passing = document
        .getAnimations()
        .filter(
          ({ effect, playState }) => playState === "running" && Number(effect?.getComputedTiming().endTime) < 5_000,
        );
      await Promise.all(passing.map((animation) => animation.finished.catch(() => undefined)));
    });
  }

  /** What axe finds on the page as it is now; empty where all is well. */
  async findings(): Promise<Finding[]> {
    await this.page.evaluate(axeSource);
    await this.settle();
    return this.page.evaluate(async () => {
      const axe = (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe;
      interface AxeResults {
        violations: Array<{ id: string; nodes: Array<{ target: unknown[]; failureSummary?: string }> }>;
      }
      const { violations } = await axe.run();
      return violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary = "" }) => ({ rule: id, target: target.join(" "), what: failureSummary })),
      );
    });
  }

  leave(): Promise<void> {
    return this.page.context().close();
  }
}

export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    // As root, as in containers, Chromium runs without its sandbox only; it visits nothing but our own server.
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });
}
