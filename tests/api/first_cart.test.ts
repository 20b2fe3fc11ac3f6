// [R78] [R80] A customer has one cart and one wishlist, also where the very first things are put there all at once.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeBuyers } from "../harness/checker.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { Shop } from "../harness/shop.js";
import { mint } from "../harness/tokens.js";
import { Barrier } from "../harness/waiting.js";

const customers = 40;
const atOnce = 8;

describe.each(layouts)("first additions at once, %s", (layout) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open(layout);
  });
  afterAll(() => shop?.close());

  /** What was answered when each of new customers puts one thing there several times at once. */
  async function answers(market: Market, path: string, body: object): Promise<number[]> {
    await shop.databases.sql(market, "DELETE FROM users WHERE phone LIKE $1", [
      market === "kg" ? "+996777%" : "+12125%",
    ]);
    const buyers = await makeBuyers(shop.databases, market, customers, (sub, sid) => mint({ sub, market, sid }));
    const seen: number[] = [];
    for (const buyer of buyers) {
      const barrier = new Barrier(atOnce);
      const headers = { Authorization: `Bearer ${buyer.token}`, "Content-Type": "application/json" };
      await Promise.all(
        Array.from({ length: atOnce }, async () => {
          await barrier.arrive();
          const answer = await fetch(`${shop.origin}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
          seen.push(answer.status);
          await answer.text();
        }),
      );
    }
    return [...new Set(seen)];
  }

  it.each(markets)("[R78] [R80] in %s all of them are taken, into one", async (market) => {
    const { sku, product } = await shop.findSku(market, 20);
    expect(await answers(market, "/api/v1/cart/add", { sku_id: sku.id })).toEqual([200]);
    const count = (text: string) => shop.databases.count(market, text, [market.toUpperCase()]);
    expect(await count("SELECT max(quantity) FROM cart_items WHERE market = $1")).toBe(atOnce);
    expect(await answers(market, "/api/v1/wishlist/add", { product_id: product.id })).toEqual([200]);
    for (const table of ["carts", "wishlists"])
      expect(
        await count(`SELECT coalesce(max(n), 1) FROM
          (SELECT count(*) AS n FROM ${table} WHERE market = $1 GROUP BY user_id) each`),
      ).toBe(1);
  });
});
