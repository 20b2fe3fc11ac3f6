// What managers decided of a review is told to its author: once, in their language, and only while it still stands.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good } from "../harness/api.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { newCustomer, reviewsPath, sharedProducts } from "../harness/reviews.js";
import { type Caller, managerPhones, Shop } from "../harness/shop.js";
import { keepIdsApart } from "../harness/strangers.js";
import { eventually } from "../harness/waiting.js";

const reason = "Names a person";
const sentences: Record<string, (product: string) => Record<"approved" | "rejected", object>> = {
  ky: (product) => ({
    approved: { title: "Пикириңиз жарыяланды", message: `«${product}» товары жөнүндө пикириңиз жарыяланды.` },
    rejected: {
      title: "Пикириңиз жарыяланган жок",
      message: `«${product}» товары жөнүндө пикириңиз жарыяланган жок. Себеби: ${reason}`,
    },
  }),
  ru: (product) => ({
    approved: { title: "Отзыв опубликован", message: `Ваш отзыв о товаре «${product}» опубликован.` },
    rejected: {
      title: "Отзыв не опубликован",
      message: `Ваш отзыв о товаре «${product}» не опубликован. Причина: ${reason}`,
    },
  }),
  en: (product) => ({
    approved: { title: "Review published", message: `Your review of “${product}” is published.` },
    rejected: {
      title: "Review not published",
      message: `Your review of “${product}” is not published. Reason: ${reason}`,
    },
  }),
};

describe.each(layouts)("news of reviews, %s", (layout) => {
  let shop: Shop;
  let manager: Caller;
  const slugs = {} as Record<Market, string[]>;
  beforeAll(async () => {
    shop = await Shop.open(layout, {
      prepare: (databases) => keepIdsApart(databases, ["reviews", "notifications"]),
    });
    manager = await shop.logIn(managerPhones.both);
    for (const market of markets) slugs[market] = await sharedProducts(shop, market);
  });
  afterAll(() => shop?.close());

  const freshSlug = (market: Market) => slugs[market].shift() ?? "";
  const relayed = (market: Market) =>
    eventually(
      "the outbox is worked off",
      async () => (await shop.databases.count(market, "SELECT count(*) FROM outbox WHERE done_at IS NULL")) === 0,
    );
  const write = async (caller: Caller, slug: string) =>
    good(await caller.api.POST(reviewsPath, { params: { path: { slug } }, body: { rating: 5 } })).id;
  const change = async (caller: Caller, id: string) =>
    good(await caller.api.PUT("/api/v1/reviews/{id}", { params: { path: { id } }, body: { rating: 4 } }));
  const decide = async (market: Market, id: string, version: number, approved: boolean) => {
    const params = { path: { id }, query: { market } };
    if (approved) good(await manager.api.POST("/api/v1/manager/reviews/{id}/approve", { params, body: { version } }));
    else good(await manager.api.POST("/api/v1/manager/reviews/{id}/reject", { params, body: { version, reason } }));
  };
  /** What the author was told so far, the newest first. */
  const told = async (market: Market, caller: Caller) => {
    await relayed(market);
    return good(await caller.api.GET("/api/v1/profile/notifications", {})).items;
  };

  describe.each(markets)("in %s", (market) => {
    it.each(market === "kg" ? ["ky", "ru", "en"] : ["en", "ru"])(
      "[R56] [R95] the author hears in %s that it is shown, or why not",
      async (language) => {
        const slug = freshSlug(market);
        const author = await newCustomer(shop, market);
        good(await author.api.PUT("/api/v1/profile", { body: { language } }));
        const { name } = good(
          await shop.guest(market, language).GET("/api/v1/products/{slug}", { params: { path: { slug } } }),
        );
        const { approved, rejected } = sentences[language]!(name);
        const id = await write(author, slug);
        expect(await told(market, author)).toEqual([]);
        const data = { review_id: id, product_slug: slug };
        await decide(market, id, 1, true);
        expect(await told(market, author)).toMatchObject([{ ...approved, type: "review_approved", market, data }]);
        // The same once more decides nothing.
        await decide(market, id, 1, true);
        expect(await told(market, author)).toHaveLength(1);
        await decide(market, id, 1, false);
        await decide(market, id, 1, false);
        const items = await told(market, author);
        expect(items).toMatchObject([{ ...rejected, type: "review_rejected", data }, approved]);
        expect(items).toHaveLength(2);
        const neighbour = await newCustomer(shop, market);
        expect(await told(market, neighbour)).toEqual([]);
      },
    );

    it("[R56] [R95] nothing is told of what no longer stands, nor twice, nor to an erased account", async () => {
      const [author, erased] = [await newCustomer(shop, market), await newCustomer(shop, market)];
      const id = await write(author, freshSlug(market));
      // As events that come late, after the author has changed the review or managers their minds.
      const say = (version: number, is_approved: boolean) =>
        shop.databases.sql(market, "INSERT INTO outbox (market, topic, payload) VALUES ($1, 'review.decided', $2)", [
          market.toUpperCase(),
          JSON.stringify({ review_id: id, version, user_id: author.user.id, is_approved }),
        ]);
      await say(1, true);
      await say(1, false);
      expect(await told(market, author)).toEqual([]);
      await change(author, id);
      await decide(market, id, 2, true);
      await say(1, true);
      await say(2, false);
      expect(await told(market, author)).toHaveLength(1);
      const again = await shop.databases.sql(
        market,
        `UPDATE outbox SET done_at = NULL, available_at = now()
         WHERE id = (SELECT event_id FROM notifications WHERE user_id = $1) RETURNING id`,
        [author.user.id],
      );
      expect(again).toHaveLength(1);
      expect(await told(market, author)).toHaveLength(1);
      // Negative control: a notification that has forgotten its event, and a decision that does stand, are told.
      await shop.databases.sql(market, "UPDATE notifications SET event_id = NULL WHERE user_id = $1", [author.user.id]);
      await say(2, true);
      expect(await told(market, author)).toHaveLength(2);

      const theirs = await write(erased, freshSlug(market));
      await shop.databases.sql(market, "DELETE FROM users WHERE id = $1", [erased.user.id]);
      await decide(market, theirs, 1, true);
      await relayed(market);
      const failed = "SELECT count(*) FROM outbox WHERE topic = 'review.decided' AND last_error IS NOT NULL";
      expect(await shop.databases.count(market, failed)).toBe(0);
    });
  });
});
