// [R107] [R108] [R111] Managers see nothing of the two layouts. The switcher's names are labels, a switch asks the same
// server with another market in the question, and all that a shop is made of has its page in either market.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { codesAtOnce, manage, names, openOffice, ready, switchTo } from "../harness/back_office.js";
import { openBrowser } from "../harness/browser.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { buy, customerPhones, managerPhones, Shop } from "../harness/shop.js";

describe.each(layouts)("one back office, %s", (layout) => {
  let shop: Shop;
  let browser: Browser;
  const orders = {} as Record<Market, string>;
  beforeAll(async () => {
    shop = await Shop.open(layout, { settings: codesAtOnce });
    browser = await openBrowser();
    for (const market of markets) {
      const { sku } = await shop.findSku(market, 3);
      orders[market] = (await buy(await shop.logIn(customerPhones[market]), sku.id)).order_number;
    }
  });
  afterAll(async () => {
    await browser?.close();
    await shop?.close();
  });

  it.each(markets)(
    "[R107] [R108] a switch to %s is another word in the questions to the same server",
    async (market) => {
      const visitor = await manage(browser, shop, managerPhones.both, { market: market === "kg" ? "us" : "kg" });
      const page = await openOffice(visitor, "/orders");
      const asked: Array<{ origin: string; path: string; market: string | null; token: string }> = [];
      page.on("request", (request) => {
        const url = new URL(request.url());
        const token = request.headers()["authorization"] ?? "";
        asked.push({ origin: url.origin, path: url.pathname, market: url.searchParams.get("market"), token });
      });
      await switchTo(page, market);
      await page.getByText(orders[market]).first().waitFor();
      await ready(page);
      const questions = asked.filter(({ path }) => path === "/api/v1/manager/orders");
      expect(questions.length, JSON.stringify(asked)).toBeGreaterThan(0);
      for (const question of questions) expect(question.market).toBe(market);
      expect(new Set(asked.map(({ origin }) => origin))).toEqual(new Set([shop.origin]));
      expect(new Set(questions.map(({ token }) => token)).size).toBe(1);
      const label = await page.getByRole("button", { name: /^Switch market/ }).getAttribute("aria-label");
      expect(label).toBe(`Switch market: ${market.toUpperCase()} ${names[market]}`);
      await visitor.leave();
    },
  );

  it.each(markets)("[R111] people, products, orders, banners and all else have their pages, %s", async (market) => {
    const visitor = await manage(browser, shop, managerPhones.both, { market });
    const titles = new Set<string>();
    const paths = ["customers", "products", "categories", "orders", "banners", "reviews", "returns", "promotions"];
    for (const path of [...paths, "shipping", "messages", "webhooks", "market", "staff", "audit"]) {
      const page = await openOffice(visitor, `/${path}`);
      if (["customers", "products", "orders"].includes(path)) await page.getByRole("row").nth(1).waitFor();
      titles.add((await page.locator("main h1").textContent()) ?? "");
    }
    // Each is a page of its own, and none the one for addresses that lead nowhere.
    expect(titles.size).toBe(paths.length + 6);
    await openOffice(visitor, "/nothing-here");
    expect(titles).not.toContain(await visitor.page.locator("main h1").textContent());
    expect(visitor.trouble).toEqual([]);
    await visitor.leave();
  });
});
