// What Lighthouse says of the shop on a phone. Held to the letter is what the page alone decides: accessibility, best
// practices, search engines, that nothing jumps, how many bytes arrive. How fast that is, Lighthouse works out from
// what it saw, and beside builds and tests everything takes longer: one look must only be far from bad here; the
// figures of web/RESULTS.md are the median of MARQUE_LIGHTHOUSE_LOOKS=3, 95 at least.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { good } from "../harness/api.js";
import { Judge, type Verdict } from "../harness/lighthouse.js";
import { Shop } from "../harness/shop.js";

const looks = Number(process.env.MARQUE_LIGHTHOUSE_LOOKS ?? 1);
const performanceMin = looks > 1 ? 95 : 50;
/** As sent, headers included; the largest of the three pages, and some room. */
const bytes_max: Verdict["bytes"] = { document: 9_000, script: 9_000, style: 9_000, font: 70_000, picture: 180_000 };
const requests_max = 40;
const noHurry = { timeout: 600_000 };

let shop: Shop;
let judge: Judge;
let slug = "";
beforeAll(async () => {
  shop = await Shop.open("one database");
  judge = await Judge.arrive();
  const { items } = good(
    await shop.guest("kg").GET("/api/v1/products", { params: { query: { limit: 1, sort: "rating" } } }),
  );
  slug = items[0]?.slug ?? "";
});
afterAll(async () => {
  await judge?.leave();
  await shop?.close();
});

const median = (verdicts: Verdict[]) =>
  [...verdicts].sort((a, b) => (a.scores.performance ?? 0) - (b.scores.performance ?? 0))[verdicts.length >> 1];

it.each(["home", "category", "product"] as const)("%s", noHurry, async (name) => {
  const paths = { home: "/", category: "/c/dresses", product: `/p/${slug}` };
  const verdicts: Verdict[] = [];
  for (let look = 0; look < looks; ++look) {
    verdicts.push(await judge.judge(`${shop.origin}${paths[name]}?market=kg&lang=ru`));
  }
  const verdict = median(verdicts);
  console.log(name, JSON.stringify(verdict));
  for (const each of verdicts) {
    expect(each.scores, each.complaints.join("\n")).toMatchObject({
      accessibility: 100,
      "best-practices": 100,
      seo: 100,
    });
    expect(each.layoutShift).toBe(0);
    expect(each.requests).toBeLessThanOrEqual(requests_max);
    for (const [kind, max] of Object.entries(bytes_max)) {
      expect(each.bytes[kind as keyof typeof bytes_max], kind).toBeLessThanOrEqual(max);
    }
  }
  expect(verdict?.scores.performance, verdict?.complaints.join("\n")).toBeGreaterThanOrEqual(performanceMin);
});

it("the back office's log-in", noHurry, async () => {
  const { scores, complaints } = await judge.judge(`${shop.origin}/admin`, ["accessibility", "best-practices"]);
  expect(scores, complaints.join("\n")).toEqual({ accessibility: 100, "best-practices": 100 });
});

it(
  "control: a page without words for pictures, without a description, that jumps and stumbles, is noticed",
  noHurry,
  async () => {
    const spoilt = await spoiling(shop.origin);
    try {
      const { port } = spoilt.address() as AddressInfo;
      const { scores, layoutShift } = await judge.judge(`http://127.0.0.1:${port}/?market=kg&lang=ru`);
      for (const category of ["accessibility", "best-practices", "seo"] as const) {
        expect(scores[category], category).toBeLessThan(100);
      }
      expect(layoutShift).toBeGreaterThan(0);
    } finally {
      spoilt.close();
      spoilt.closeAllConnections();
    }
  },
);

/** A server in front of the shop that takes from its pages what they are praised for. */
async function spoiling(origin: string): Promise<Server> {
  // Again and again, so that some of it comes after the first paint, however long that takes.
  const jump = "const late = document.createElement('p'); late.style.height = '300px'; document.body.prepend(late)";
  const stumbling = `<script>setInterval(() => { ${jump} }, 250); stumble()</script>`;
  const server = createServer(async (request, response) => {
    const answer = await fetch(origin + (request.url ?? "/"), {
      headers: { Accept: request.headers.accept ?? "*/*" },
    });
    const type = answer.headers.get("content-type") ?? "";
    response.writeHead(answer.status, { "Content-Type": type });
    if (!type.startsWith("text/html")) return response.end(Buffer.from(await answer.arrayBuffer()));
    const spoilt = (await answer.text())
      .replaceAll(/ alt="[^"]*"/g, "")
      .replace(/<meta name="description"[^>]*>/, "")
      .replace("</body>", `${stumbling}</body>`);
    return response.end(spoilt);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return server;
}
