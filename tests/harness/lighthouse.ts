// Google's Lighthouse in Debian's Chromium: a page seen by a phone on a slow network, judged by the rules that shop
// owners meet elsewhere. A browser of its own, because Lighthouse empties what a browser keeps.
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import lighthouse from "lighthouse";
import { ended, start } from "./processes.js";
import { eventually } from "./waiting.js";

const categories = ["performance", "accessibility", "best-practices", "seo"] as const;
export type Category = (typeof categories)[number];

export interface Verdict {
  /** Of 100. */
  scores: Partial<Record<Category, number>>;
  /** What cost points, of the categories asked for. */
  complaints: string[];
  /** How far what is seen jumped while the page loaded; 0 is not at all. */
  layoutShift: number;
  firstPaint_ms: number;
  largestPaint_ms: number;
  blocked_ms: number;
  requests: number;
  /** As they came over the wire, headers included, by kind. */
  bytes: { document: number; script: number; style: number; font: number; picture: number };
}

interface Asked {
  resourceType?: string;
  transferSize?: number;
}

export class Judge {
  private constructor(
    private readonly child: ChildProcess,
    private readonly directory: string,
    private readonly port: number,
  ) {}

  static async arrive(): Promise<Judge> {
    const directory = mkdtempSync(join(tmpdir(), "marque-test-lighthouse-"));
    const flags = ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--no-first-run"];
    const child = start(
      process.env.CHROMIUM ?? "/usr/bin/chromium",
      [...flags, "--remote-debugging-port=0", `--user-data-dir=${directory}`, "about:blank"],
      { environment: { HOME: directory }, deathSignal: "KILL" },
    );
    let said = "";
    child.stdout?.resume();
    child.stderr?.on("data", (piece: Buffer) => (said += piece.toString()));
    const port = await eventually(
      "Chromium can be spoken to",
      () => said.match(/DevTools listening on ws:\/\/127\.0\.0\.1:(\d+)/)?.[1],
      { timeout_ms: 60_000 },
    );
    return new Judge(child, directory, Number(port));
  }

  async judge(address: string, wanted: readonly Category[] = categories): Promise<Verdict> {
    const result = await lighthouse(address, {
      port: this.port,
      output: "json",
      logLevel: "silent",
      onlyCategories: [...wanted],
      disableFullPageScreenshot: true,
    });
    if (!result) throw new Error(`Lighthouse said nothing of ${address}`);
    const { lhr } = result;
    if (lhr.runtimeError) throw new Error(`${address}: ${lhr.runtimeError.code} ${lhr.runtimeError.message}`);
    const number = (audit: string) => lhr.audits[audit]?.numericValue ?? 0;
    const details = lhr.audits["network-requests"]?.details as { items?: Asked[] } | undefined;
    const asked = details?.items ?? [];
    const sum = (kind: string) =>
      asked
        .filter(({ resourceType }) => resourceType === kind)
        .reduce((bytes, { transferSize = 0 }) => bytes + transferSize, 0);
    const complaints = Object.values(lhr.categories).flatMap(({ id, auditRefs }) =>
      auditRefs.flatMap(({ id: name, weight }) => {
        const { score = null, displayValue = "" } = lhr.audits[name] ?? {};
        return weight > 0 && score !== null && score < 0.9 ? [`${id}: ${name} ${score} ${displayValue}`.trim()] : [];
      }),
    );
    return {
      scores: Object.fromEntries(
        Object.values(lhr.categories).map(({ id, score }) => [id, Math.round((score ?? 0) * 100)]),
      ),
      complaints,
      layoutShift: number("cumulative-layout-shift"),
      firstPaint_ms: Math.round(number("first-contentful-paint")),
      largestPaint_ms: Math.round(number("largest-contentful-paint")),
      blocked_ms: Math.round(number("total-blocking-time")),
      requests: asked.length,
      bytes: {
        document: sum("Document"),
        script: sum("Script"),
        style: sum("Stylesheet"),
        font: sum("Font"),
        picture: sum("Image"),
      },
    };
  }

  async leave(): Promise<void> {
    this.child.kill("SIGTERM");
    const timer = setTimeout(() => this.child.kill("SIGKILL"), 10_000);
    await ended(this.child);
    clearTimeout(timer);
    // Processes of its own outlive it by a moment, and write.
    rmSync(this.directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}
