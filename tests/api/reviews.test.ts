// Reviews: written once for each product, verified when delivered, moderated, voted on, and counted truly.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, postText, raw, refused } from "../harness/api.js";
import { moveBy } from "../harness/customers.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { newCustomer, receive, reviewsPath, sharedProducts, wrongRatings } from "../harness/reviews.js";
import { type Caller, managerPhones, Shop } from "../harness/shop.js";
import { keepIdsApart } from "../harness/strangers.js";
import { eventually } from "../harness/waiting.js";

const other = (market: Market): Market => (market === "kg" ? "us" : "kg");

describe.each(layouts)("reviews, %s", (layout) => {
  let shop: Shop;
  let manager: Caller;
  const slugs = {} as Record<Market, string[]>;
  beforeAll(async () => {
    shop = await Shop.open(layout, { prepare: (databases) => keepIdsApart(databases, ["reviews"]) });
    manager = await shop.logIn(managerPhones.both);
    for (const market of markets) {
      const half = market === "kg" ? 0 : 1;
      slugs[market] = (await sharedProducts(shop, market)).filter((_, index) => index % 2 === half);
    }
  });
  afterAll(() => shop?.close());

  const freshSlug = (market: Market) => slugs[market].shift() ?? "";
  const write = (caller: Caller, slug: string, body: object, key?: string) =>
    caller.api.POST(reviewsPath, {
      params: { path: { slug }, header: key === undefined ? {} : { "Idempotency-Key": key } },
      body: { rating: 5, title: "Good", comment: "It fits", ...body },
    });
  const list = async (market: Market, slug: string, query = {}) =>
    good(await shop.guest(market).GET(reviewsPath, { params: { path: { slug }, query } }));
  const approve = (id: string, market: Market, version = 1) =>
    manager.api.POST("/api/v1/manager/reviews/{id}/approve", {
      params: { path: { id }, query: { market } },
      body: { version },
    });
  const reject = (id: string, market: Market, reason: string, version = 1) =>
    manager.api.POST("/api/v1/manager/reviews/{id}/reject", {
      params: { path: { id }, query: { market } },
      body: { version, reason },
    });
  const queue = async (market: Market, state: "pending" | "rejected" = "pending", limit = 100) =>
    good(await manager.api.GET("/api/v1/manager/reviews", { params: { query: { market, state, limit } } }));
  const setting = async (market: Market, needs_approval: boolean) =>
    good(
      await manager.api.PUT("/api/v1/manager/reviews/settings", {
        params: { query: { market } },
        body: { needs_approval },
      }),
    );

  describe.each(markets)("in %s", (market) => {
    it("[R95] a review is written, waits, is approved, shown and counted", async () => {
      const slug = freshSlug(market);
      const author = await newCustomer(shop, market, "Aigul Bekova");
      const written = good(await write(author, slug, { rating: 4 }));
      expect(written).toMatchObject({
        market,
        product_slug: slug,
        rating: 4,
        title: "Good",
        comment: "It fits",
        author: "Aigul B.",
        is_verified_purchase: false,
        is_approved: false,
        state: "pending",
        order_id: null,
        images: [],
      });
      expect(await list(market, slug)).toMatchObject({ items: [], total: 0, rating: { average: 0, reviews_count: 0 } });
      const waiting = (await queue(market)).items.find((item) => item.id === written.id);
      expect(waiting).toMatchObject({ user_id: author.user.id, state: "pending", version: 1 });
      expect(good(await approve(written.id, market))).toMatchObject({ state: "approved", is_approved: true });
      const page = await list(market, slug);
      expect(page.items).toMatchObject([{ id: written.id, rating: 4, author: "Aigul B.", helpful_count: 0 }]);
      expect(page.rating).toMatchObject({ average: 4, reviews_count: 1 });
      expect(page.rating.histogram.map((bar) => bar.count)).toEqual([0, 1, 0, 0, 0]);
      expect(JSON.stringify(page)).not.toContain("Bekova");
      expect(JSON.stringify(page)).not.toContain(author.user.phone);
      // The card of the catalogue says the same, and the other market's card says nothing.
      await eventually("the card shows the rating", async () => {
        const card = good(await shop.guest(market).GET("/api/v1/products/{slug}", { params: { path: { slug } } }));
        return card.rating === 4 && card.reviews_count === 1;
      });
      const elsewhere = await shop.guest(other(market)).GET(reviewsPath, { params: { path: { slug } } });
      if (elsewhere.data) expect(elsewhere.data).toMatchObject({ total: 0, rating: { reviews_count: 0 } });
      const mine = good(await author.api.GET("/api/v1/profile/reviews", {}));
      expect(mine).toMatchObject({ total: 1, items: [{ id: written.id, state: "approved" }] });
    });

    it("[R95] verified is who got it delivered, and the order is recorded", async () => {
      const slug = freshSlug(market);
      const [buyer, waiting] = [await newCustomer(shop, market), await newCustomer(shop, market)];
      const order = await receive(shop, buyer, slug);
      const invited = good(await buyer.api.GET("/api/v1/profile/reviews/to-write", {}));
      expect(invited).toMatchObject({ total: 1, items: [{ product_slug: slug, order_id: order }] });
      expect(good(await write(buyer, slug, {}))).toMatchObject({ is_verified_purchase: true, order_id: order });
      expect(good(await buyer.api.GET("/api/v1/profile/reviews/to-write", {})).total).toBe(0);
      // Ordered, and cancelled or not here yet: no judgement of the article.
      await receive(shop, waiting, slug, "confirmed");
      const early = good(await write(waiting, slug, {}));
      expect(early).toMatchObject({ is_verified_purchase: false, order_id: null });
      await shop.databases.sql(market, "UPDATE orders SET status = 'delivered' WHERE user_id = $1", [waiting.user.id]);
      const later = good(
        await waiting.api.PUT("/api/v1/reviews/{id}", { params: { path: { id: early.id } }, body: { rating: 3 } }),
      );
      expect(later).toMatchObject({ is_verified_purchase: true, rating: 3, title: "", comment: "" });
    });

    it("[R95] one of a user for a product, also when sent twice at once; a key replays", async () => {
      const slug = freshSlug(market);
      const author = await newCustomer(shop, market);
      const key = randomUUID();
      const twins = await Promise.all(Array.from({ length: 5 }, () => write(author, slug, {}, key)));
      expect(twins.map((twin) => twin.response.status)).toEqual([201, 201, 201, 201, 201]);
      expect(new Set(twins.map((twin) => good(twin).id)).size).toBe(1);
      expect(refused(await write(author, slug, { rating: 1 }, key)).code).toBe("idempotency.key_reused");
      expect(refused(await write(author, slug, {}))).toMatchObject({ status: 409, code: "reviews.already_reviewed" });
      const second = await newCustomer(shop, market);
      const all = await Promise.all(Array.from({ length: 5 }, () => write(second, slug, {})));
      expect(all.map((one) => one.response.status).sort()).toEqual([201, 409, 409, 409, 409]);
    });

    it("[R95] an edit waits again and is counted anew; what was taken back is gone", async () => {
      const slug = freshSlug(market);
      const author = await newCustomer(shop, market);
      const path = { id: good(await write(author, slug, { rating: 5 })).id };
      good(await approve(path.id, market));
      const changed = good(
        await author.api.PUT("/api/v1/reviews/{id}", { params: { path }, body: { rating: 2, comment: "Worn out" } }),
      );
      expect(changed).toMatchObject({ state: "pending", rating: 2, comment: "Worn out" });
      expect((await list(market, slug)).rating.reviews_count).toBe(0);
      expect(refused(await approve(path.id, market, 1))).toMatchObject({ status: 409, code: "reviews.stale" });
      good(await approve(path.id, market, 2));
      expect((await list(market, slug)).rating).toMatchObject({ average: 2, reviews_count: 1 });
      const rejected = good(await reject(path.id, market, "Names a person", 2));
      expect(rejected).toMatchObject({ state: "rejected", rejection_reason: "Names a person" });
      expect((await list(market, slug)).total).toBe(0);
      const seen = good(await author.api.GET("/api/v1/reviews/{id}", { params: { path } }));
      expect(seen).toMatchObject({ state: "rejected", rejection_reason: "Names a person" });
      expect((await queue(market, "rejected")).items.map((item) => item.id)).toContain(path.id);
      good(await approve(path.id, market, 2));
      expect((await author.api.DELETE("/api/v1/reviews/{id}", { params: { path } })).response.status).toBe(204);
      expect((await list(market, slug)).rating).toMatchObject({ average: 0, reviews_count: 0 });
      expect(refused(await author.api.GET("/api/v1/reviews/{id}", { params: { path } })).code).toBe(
        "reviews.not_found",
      );
      expect(await wrongRatings(shop.databases, market)).toEqual([]);
    });

    it("[R95] lists are sorted, filtered and paged", async () => {
      const slug = freshSlug(market);
      await setting(market, false);
      const ids: string[] = [];
      for (const rating of [3, 5, 1, 5]) {
        const author = await newCustomer(shop, market);
        if (rating === 1) await receive(shop, author, slug);
        const review = good(await write(author, slug, { rating }));
        expect(review.state).toBe("approved");
        ids.push(review.id);
      }
      await setting(market, true);
      const [three, five, one, last] = ids;
      const order = async (query: object) => (await list(market, slug, query)).items.map((item) => item.id);
      expect(await order({})).toEqual([last, one, five, three]);
      expect(await order({ sort: "oldest" })).toEqual([three, five, one, last]);
      expect(await order({ sort: "highest" })).toEqual([last, five, three, one]);
      expect(await order({ sort: "lowest" })).toEqual([one, three, last, five]);
      expect(await order({ verified: true })).toEqual([one]);
      expect(await order({ rating: 5 })).toEqual([last, five]);
      expect(await order({ with_photos: true })).toEqual([]);
      await shop.databases.sql(
        market,
        "INSERT INTO review_images (market, review_id, sort_order, image_url) VALUES ($1, $2, 1, '/media/demo/x.svg')",
        [market.toUpperCase(), three],
      );
      expect(await order({ with_photos: true })).toEqual([three]);
      expect(await order({ sort: "photos" })).toEqual([three, last, one, five]);
      const voter = await newCustomer(shop, market);
      good(await voter.api.POST("/api/v1/reviews/{id}/helpful", { params: { path: { id: five ?? "" } } }));
      expect(await order({ sort: "helpful" })).toEqual([five, last, one, three]);
      const page = await list(market, slug, { limit: 3 });
      expect(page).toMatchObject({ total: 4, limit: 3, offset: 0, next: "3" });
      expect(page.rating).toMatchObject({ average: 3.5, reviews_count: 4 });
      expect(page.rating.histogram).toEqual([2, 0, 1, 0, 1].map((count, index) => ({ stars: 5 - index, count })));
      expect(await order({ limit: 3, cursor: 3 })).toEqual([three]);
      expect(await list(market, slug, { limit: 3, cursor: 3 })).toMatchObject({ next: null, total: 4 });
    });

    it("[R95] a vote counts once, not for oneself, not for what is not shown, and can be taken back", async () => {
      const slug = freshSlug(market);
      const author = await newCustomer(shop, market);
      const path = { id: good(await write(author, slug, {})).id };
      const voters = await Promise.all(Array.from({ length: 8 }, () => newCustomer(shop, market)));
      const vote = (caller: Caller) => caller.api.POST("/api/v1/reviews/{id}/helpful", { params: { path } });
      const unvote = (caller: Caller) => caller.api.DELETE("/api/v1/reviews/{id}/helpful", { params: { path } });
      expect(refused(await vote(voters[0]!))).toMatchObject({ status: 404, code: "reviews.not_found" });
      good(await approve(path.id, market));
      await Promise.all(voters.flatMap((voter) => [vote(voter), vote(voter)]));
      expect((await list(market, slug)).items[0]?.helpful_count).toBe(8);
      expect(good(await vote(voters[0]!))).toEqual({ id: path.id, helpful_count: 8, voted: true });
      expect(good(await unvote(voters[0]!))).toEqual({ id: path.id, helpful_count: 7, voted: false });
      expect(good(await unvote(voters[0]!)).helpful_count).toBe(7);
      expect(refused(await vote(author))).toMatchObject({ status: 409, code: "reviews.own_review" });
      const stranger = await newCustomer(shop, other(market));
      expect(refused(await vote(stranger)).code).toBe("reviews.not_found");
    });

    it("[R95] fifty at once, and approvals at once: no star is lost", async () => {
      const slug = freshSlug(market);
      const authors = await Promise.all(Array.from({ length: 50 }, () => newCustomer(shop, market)));
      await setting(market, false);
      const half = await Promise.all(
        authors.slice(0, 25).map((author, i) => write(author, slug, { rating: (i % 5) + 1 })),
      );
      await setting(market, true);
      const waiting = await Promise.all(
        authors.slice(25).map((author, i) => write(author, slug, { rating: (i % 5) + 1 })),
      );
      await Promise.all([
        ...waiting.map((answer) => approve(good(answer).id, market)),
        ...half
          .slice(0, 5)
          .map((answer, i) =>
            authors[i]!.api.DELETE("/api/v1/reviews/{id}", { params: { path: { id: good(answer).id } } }),
          ),
      ]);
      const { rating } = await list(market, slug);
      expect(rating.histogram.map((bar) => bar.count)).toEqual([9, 9, 9, 9, 9]);
      expect(rating).toMatchObject({ average: 3, reviews_count: 45 });
      expect(await wrongRatings(shop.databases, market)).toEqual([]);
    });

    it("[R95] one who moves leaves the review where it was written; an erased account leaves no name", async () => {
      const slug = freshSlug(market);
      const author = await newCustomer(shop, market, "Nobody Special");
      const id = good(await write(author, slug, { rating: 4 })).id;
      good(await approve(id, market));
      const report = await moveBy(shop, author.user.phone, other(market));
      expect(report.parts.find((part) => part.what === "reviews")).toMatchObject({
        count: 1,
        outcome: "left_behind",
        detail: expect.stringContaining("stay"),
      });
      expect((await list(market, slug)).items).toMatchObject([{ id, author: "Nobody S." }]);
      const blocked = await newCustomer(shop, market, "Some Body");
      const theirs = good(await write(blocked, slug, { rating: 2 })).id;
      good(await approve(theirs, market));
      await shop.databases.sql(market, "DELETE FROM users WHERE id = $1", [blocked.user.id]);
      const after = await list(market, slug);
      expect(after.items[0]).toMatchObject({ id: theirs, author: market === "kg" ? "Покупатель" : "Customer" });
      expect(after.rating).toMatchObject({ average: 3, reviews_count: 2 });
      expect(await wrongRatings(shop.databases, market)).toEqual([]);
    });

    it("[R95] strangers' reviews are out of reach, as if they were not there", async () => {
      const slug = freshSlug(market);
      const author = await newCustomer(shop, market);
      const path = { id: good(await write(author, slug, {})).id };
      for (const stranger of [await newCustomer(shop, market), await newCustomer(shop, other(market))]) {
        for (const answer of [
          await stranger.api.GET("/api/v1/reviews/{id}", { params: { path } }),
          await stranger.api.PUT("/api/v1/reviews/{id}", { params: { path }, body: { rating: 1 } }),
          await stranger.api.DELETE("/api/v1/reviews/{id}", { params: { path } }),
        ])
          expect(refused(answer as never)).toMatchObject({ status: 404, code: "reviews.not_found" });
      }
      expect(refused((await approve(path.id, other(market))) as never).status).toBe(404);
    });
  });

  it("[R95] refuses what is no review", async () => {
    const slug = freshSlug("kg");
    const { token } = await newCustomer(shop, "kg");
    const send = (body: string, where = slug) =>
      postText(shop.origin, `/api/v1/products/${where}/reviews`, body, { token });
    for (const [field, body] of [
      ["rating", { rating: 0 }],
      ["rating", { rating: 6 }],
      ["rating", { rating: 4.5 }],
      ["rating", { rating: null }],
      ["rating", {}],
      ["title", { rating: 5, title: "x".repeat(121) }],
      ["comment", { rating: 5, comment: "x".repeat(5001) }],
      ["comment", { rating: 5, comment: "a\u0000b" }],
      ["is_approved", { rating: 5, is_approved: true }],
      ["user_id", { rating: 5, user_id: "1" }],
    ] as const) {
      const answer = (await send(JSON.stringify(body))).problem();
      expect(answer, JSON.stringify(body)).toMatchObject({ status: 422, errors: [{ field }] });
    }
    expect((await send('{"rating": 5}', "no-such-thing")).problem()).toMatchObject({
      status: 404,
      code: "reviews.product_not_found",
    });
    for (const query of ["sort=best", "rating=9", "limit=0", "cursor=-1", "verified=yes", "state=pending"]) {
      const answer = await raw(shop.origin, "GET", `/api/v1/products/${slug}/reviews?${query}`, { market: "kg" });
      expect(answer.problem(), query).toMatchObject({ status: 422, errors: [{ field: query.split("=")[0] }] });
    }
    expect((await raw(shop.origin, "POST", `/api/v1/products/${slug}/reviews`)).status).toBe(401);
    const kgOnly = await shop.logIn(managerPhones.kg);
    const us = await raw(shop.origin, "GET", "/api/v1/manager/reviews?market=us", { token: kgOnly.token });
    expect(us.problem()).toMatchObject({ status: 403, code: "manager.no_access" });
  });

  it("[R95] who may only look does not decide", async () => {
    const slug = freshSlug("kg");
    const id = good(await write(await newCustomer(shop, "kg"), slug, {})).id;
    const viewer = await newCustomer(shop, "kg");
    await shop.databases.sql(
      "kg",
      "INSERT INTO manager_grants (market, user_id, granted_market, role) VALUES ('KG', $1, 'KG', 'viewer')",
      [viewer.user.id],
    );
    const options = { token: viewer.token, headers: { "Content-Type": "application/json" } };
    expect((await raw(shop.origin, "GET", "/api/v1/manager/reviews", options)).status).toBe(200);
    for (const [method, path, body] of [
      ["POST", `/api/v1/manager/reviews/${id}/approve`, { version: 1 }],
      ["POST", `/api/v1/manager/reviews/${id}/reject`, { version: 1, reason: "no reason" }],
      ["PUT", "/api/v1/manager/reviews/settings", { needs_approval: false }],
    ] as const) {
      const answer = await raw(shop.origin, method, path, { ...options, body: JSON.stringify(body) });
      expect(answer.problem()).toMatchObject({ status: 403, code: "manager.role_forbids" });
    }
  });

  it("negative control: counts that are read and written back lose stars, and the check sees it", async () => {
    const broken = await Shop.open(layout, { prepare: (databases) => databases.everywhere(naiveCount) });
    try {
      const [slug = ""] = await sharedProducts(broken, "kg");
      await broken.databases.sql("kg", "INSERT INTO review_settings (market, needs_approval) VALUES ('KG', false)");
      const authors = await Promise.all(Array.from({ length: 12 }, () => newCustomer(broken, "kg")));
      const [first, ...rest] = authors;
      good(await write(first!, slug, {}));
      expect(await wrongRatings(broken.databases, "kg")).toEqual([]);
      await broken.databases
        .holding("kg", "SELECT FROM product_stats WHERE reviews_count = 1 FOR UPDATE", [], async () => {
          const asked = rest.map((author) => write(author, slug, {}));
          await eventually("two writers wait", async () => (await broken.databases.waiting("kg")) >= 2);
          return asked;
        })
        .then((asked) => Promise.all(asked));
      expect(await wrongRatings(broken.databases, "kg")).toHaveLength(1);
    } finally {
      await broken.close();
    }
  });
});

/** What the trigger would be without the addition inside the row's lock. */
const naiveCount = `
  CREATE OR REPLACE FUNCTION marque_count_ratings() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE one record; known integer[];
  BEGIN
    SELECT * INTO one FROM added;
    SELECT rating_counts INTO known FROM product_stats
      WHERE market = one.market AND product_market = one.product_market AND product_id = one.product_id;
    known := coalesce(known, '{0,0,0,0,0}');
    known[one.rating] := known[one.rating] + 1;
    INSERT INTO product_stats (market, product_market, product_id, rating_counts)
      VALUES (one.market, one.product_market, one.product_id, known)
      ON CONFLICT (market, product_market, product_id) DO UPDATE SET rating_counts = excluded.rating_counts;
    RETURN NULL;
  END $$`;
