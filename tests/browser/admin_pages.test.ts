// Every page of the back office passes axe on a phone and a wide screen, by day and by night, and is as wide as the
// screen; the policy lets nothing else in; a first visit loads one page.
import { readdirSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good } from "../harness/api.js";
import { codesAtOnce, fits, manage, openOffice, pages, ready } from "../harness/back_office.js";
import { openBrowser, Visitor } from "../harness/browser.js";
import { markets } from "../harness/layouts.js";
import { buy, type Caller, customerPhones, managerPhones, Shop } from "../harness/shop.js";

const built = resolve(dirname(fileURLToPath(import.meta.url)), "../../build/web/admin");

let shop: Shop;
let browser: Browser;
let manager: Caller;

beforeAll(async () => {
  shop = await Shop.open("one database", { settings: codesAtOnce });
  browser = await openBrowser();
  manager = await shop.logIn(managerPhones.both);
  for (const market of markets) {
    const { sku } = await shop.findSku(market, 3);
    await buy(await shop.logIn(customerPhones[market]), sku.id);
  }
});
afterAll(async () => {
  await browser?.close();
  await shop?.close();
});

describe.each([
  ["phone", 360],
  ["wide", 1280],
])("every page on a %s", (_name, width) => {
  it.each(["light", "dark"] as const)(
    "%s: axe finds nothing, nothing is cut off",
    { timeout: 240_000 },
    async (colorScheme) => {
      const options = { viewport: { width, height: 800 }, colorScheme };
      const before = await Visitor.arrive(browser, shop.origin, options);
      await before.page.goto("/admin");
      await before.page.waitForSelector("input[name=phone]");
      expect(await before.findings(), "log-in").toEqual([]);
      await before.leave();
      for (const [market, language] of [
        ["kg", "ky"],
        ["us", "en"],
      ] as const) {
        const { items } = good(
          await manager.api.GET("/api/v1/manager/orders", { params: { query: { market, limit: 1 } } }),
        );
        const visitor = await manage(browser, shop, managerPhones.both, { market, language, ...options });
        for (const path of [...pages, ...items.map(({ id }) => `/orders/${id}`)]) {
          const page = await openOffice(visitor, path);
          expect(await visitor.findings(), `${path} in ${market}`).toEqual([]);
          expect(await fits(page), `${path} in ${market} is too wide`).toBe(true);
        }
        expect(visitor.trouble).toEqual([]);
        await visitor.leave();
      }
    },
  );
});

it("[H10] the policy lets nothing in but the office's own files, and a new number with each answer", async () => {
  const [first, second] = [await fetch(`${shop.origin}/admin/orders/5`), await fetch(`${shop.origin}/admin`)];
  const policy = first.headers.get("content-security-policy") ?? "";
  expect(policy).toMatch(/script-src 'self';/);
  expect(policy).not.toMatch(/unsafe/);
  const number = /'nonce-([A-Za-z0-9]{22})'/;
  const text = await first.text();
  expect(text).toContain(`nonce="${policy.match(number)?.[1]}"`);
  expect(second.headers.get("content-security-policy")?.match(number)?.[1]).not.toBe(policy.match(number)?.[1]);
  expect(first.headers.get("cache-control")).toBe("no-store");
  const script = text.match(/src="([^"]+)"/)?.[1] ?? "";
  const file = await fetch(shop.origin + script, { headers: { "Accept-Encoding": "br" } });
  expect(file.headers.get("cache-control")).toContain("immutable");
  expect(file.headers.get("content-encoding")).toBe("br");
  expect((await fetch(`${shop.origin}/admin/assets/none.js`)).status).toBe(404);

  // Control: a script and a style without the number do nothing, and are noticed.
  const visitor = await Visitor.arrive(browser, shop.origin);
  const { page } = visitor;
  await page.route("**/admin", async (route) => {
    const response = await route.fetch();
    const body = (await response.text()).replace(
      "</head>",
      "<script>window.broken = true</script><style>p{}</style></head>",
    );
    await route.fulfill({ response, body });
  });
  await page.goto("/admin");
  await page.waitForSelector("input[name=phone]");
  expect(await page.evaluate(() => "broken" in window)).toBe(false);
  expect(visitor.trouble.filter((line) => line.includes("Content Security Policy"))).toHaveLength(2);
  await visitor.leave();
});

it("a first visit loads the frame and one page; the others are parts of their own", async () => {
  const visitor = await manage(browser, shop, managerPhones.both, { market: "kg" });
  await ready(visitor.page);
  const loaded = await visitor.scripts_bytes();
  const all = readdirSync(built)
    .filter((name) => name.endsWith(".js.br"))
    .reduce((sum, name) => sum + statSync(join(built, name)).size, 0);
  console.log(`back office: ${loaded} bytes of script at first, ${all} in all`);
  expect(loaded).toBeLessThan(215_000);
  expect(all).toBeLessThan(300_000);
  await visitor.leave();
});
