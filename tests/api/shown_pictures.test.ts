// Uploaded pictures where they are shown: photos of reviews, pictures of banners; what nothing shows is deleted.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, raw, refused } from "../harness/api.js";
import { aBanner, bannersPath, hangUp } from "../harness/banners.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { addressOf, type Media, managerPictures, reviewPictures, sent, show, StorageFolder } from "../harness/media.js";
import { noise } from "../harness/pictures.js";
import { newCustomer, reviewsPath, sharedProducts } from "../harness/reviews.js";
import { type Caller, managerPhones, Shop } from "../harness/shop.js";
import { keepIdsApart } from "../harness/strangers.js";
import { eventually } from "../harness/waiting.js";

const other = (market: Market): Market => (market === "kg" ? "us" : "kg");
const path = "/api/v1/reviews/{id}";
const bucket = "https://pictures.example";

/** Columns that hold no pictures of ours: an emoji, where a click leads, and an avatar, which is stored beside. */
const noUploads = [
  "banners.link_url",
  "categories.icon",
  "orders.tracking_url",
  "payments.action_url",
  "users.profile_image_url",
  "webhook_endpoints.url",
];

describe.each(layouts)("shown pictures, %s", (layout) => {
  let shop: Shop;
  let manager: Caller;
  const storage = new StorageFolder();
  const slugs = {} as Record<Market, string[]>;
  const settings = {
    FILE_STORAGE_DIR: storage.path,
    FILE_STORAGE_PUBLIC_URL: bucket,
    MEDIA_UPLOADS_PER_DAY: "200",
    MEDIA_TENDING_SECONDS: "1",
  };
  beforeAll(async () => {
    shop = await Shop.open(layout, { settings, prepare: (databases) => keepIdsApart(databases, ["reviews", "media"]) });
    manager = await shop.logIn(managerPhones.both);
    for (const market of markets) slugs[market] = await sharedProducts(shop, market);
  });
  afterAll(async () => {
    await shop?.close();
    storage.remove();
  });

  const freshSlug = (market: Market) => slugs[market].shift() ?? "";
  let seed = 0;
  const photo = (caller: Caller, picture = noise(24, 16, ++seed)) =>
    sent(shop.origin, caller.token, reviewPictures, "image/png", picture);
  const shopPicture = (purpose: string, market: Market, picture = noise(24, 16, ++seed)) =>
    sent(shop.origin, manager.token, managerPictures(purpose, market), "image/png", picture);
  const write = (caller: Caller, slug: string, images?: string[], key?: string) =>
    caller.api.POST(reviewsPath, {
      params: { path: { slug }, header: key === undefined ? {} : { "Idempotency-Key": key } },
      body: { rating: 5, comment: "As pictured", ...(images ? { images } : {}) },
    });
  const rewrite = (caller: Caller, id: string, images?: string[]) =>
    caller.api.PUT(path, { params: { path: { id } }, body: { rating: 4, ...(images ? { images } : {}) } });
  const own = async (caller: Caller, id: string) => good(await caller.api.GET(path, { params: { path: { id } } }));
  const list = async (market: Market, slug: string, query = {}) =>
    good(await shop.guest(market).GET(reviewsPath, { params: { path: { slug }, query } }));
  const approve = async (id: string, market: Market, version = 1) =>
    good(
      await manager.api.POST("/api/v1/manager/reviews/{id}/approve", {
        params: { path: { id }, query: { market } },
        body: { version },
      }),
    );
  const reject = async (id: string, market: Market, version = 1) =>
    good(
      await manager.api.POST("/api/v1/manager/reviews/{id}/reject", {
        params: { path: { id }, query: { market } },
        body: { version, reason: "Shows a person" },
      }),
    );
  const urls = (...pictures: Media[]) => pictures.map((picture) => picture.url);
  const ids = (...pictures: Media[]) => pictures.map((picture) => picture.id);
  /** As if nobody had touched any picture for a day. */
  const age = async (market: Market) => {
    for (const table of ["media", "media_files"])
      await shop.databases.sql(market, `UPDATE ${table} SET touched_at = now() - interval '25 hours'`);
  };

  describe.each(markets)("in %s", (market) => {
    it("[R95] [R96] a review shows its author's photos in their order once it is approved", async () => {
      const slug = freshSlug(market);
      const author = await newCustomer(shop, market);
      const [a, b, c] = await Promise.all([photo(author), photo(author), photo(author)]);
      const written = good(await write(author, slug, ids(c, a)));
      expect(written).toMatchObject({ state: "pending", images: urls(c, a), image_ids: ids(c, a) });
      expect(await list(market, slug)).toMatchObject({ items: [], total: 0 });
      // Who decides sees what is decided about.
      expect(await approve(written.id, market)).toMatchObject({ images: urls(c, a) });
      const page = await list(market, slug, { with_photos: true });
      expect(page.items).toMatchObject([{ id: written.id, images: urls(c, a) }]);
      expect(Object.keys(page.items[0] ?? {})).not.toContain("image_ids");
      for (const url of page.items[0]?.images ?? []) {
        const seen = await show(shop.origin, url);
        expect([seen.status, seen.headers.get("content-type")]).toEqual([200, "image/jpeg"]);
      }
      const mine = good(await author.api.GET("/api/v1/profile/reviews", {}));
      expect(mine.items).toMatchObject([{ images: urls(c, a), image_ids: ids(c, a) }]);

      const changed = good(await rewrite(author, written.id, ids(a, b, c)));
      expect(changed).toMatchObject({ state: "pending", images: urls(a, b, c), image_ids: ids(a, b, c) });
      expect((await list(market, slug)).total).toBe(0);
      await approve(written.id, market, 2);
      expect((await list(market, slug)).items[0]?.images).toEqual(urls(a, b, c));
      await reject(written.id, market, 2);
      expect((await list(market, slug, { with_photos: true })).total).toBe(0);
      expect(await own(author, written.id)).toMatchObject({ state: "rejected", images: urls(a, b, c) });

      expect(good(await rewrite(author, written.id, ids(b)))).toMatchObject({ images: urls(b), image_ids: ids(b) });
      expect(good(await rewrite(author, written.id))).toMatchObject({ images: [], image_ids: [] });
      await approve(written.id, market, 4);
      expect((await list(market, slug)).items[0]?.images).toEqual([]);
      expect((await list(market, slug, { with_photos: true })).total).toBe(0);
      const rows = await shop.databases.count(market, "SELECT count(*) FROM review_images WHERE review_id = $1", [
        written.id,
      ]);
      expect(rows).toBe(0);
    });

    it("[R96] six at most, each once, and only what its author sent for reviews in this market", async () => {
      const slug = freshSlug(market);
      const [author, neighbour] = [await newCustomer(shop, market), await newCustomer(shop, market)];
      const stranger = await newCustomer(shop, other(market));
      const six = await Promise.all(Array.from({ length: 6 }, () => photo(author)));
      const [first = "", ...rest] = ids(...six);
      const notUsable = [
        ["a neighbour's", (await photo(neighbour)).id],
        ["the other market's", (await photo(stranger)).id],
        ["the shop's own", (await shopPicture("product", market)).id],
        ["unknown", "987654321"],
      ] as const;
      const odd = [
        ["seven", [first, ...rest, "987654321"]],
        ["repeated", [first, rest[0]!, first]],
        ["no id", ["zero"]],
        ["an address", urls(six[0]!)],
      ] as const;
      const review = good(await write(author, slug, [first]));
      const another = freshSlug(market);
      for (const ask of [
        (images: string[]) => write(author, another, images),
        (images: string[]) => rewrite(author, review.id, images),
      ]) {
        for (const [what, id] of notUsable) {
          const answer = refused(await ask([first, id]));
          expect(answer, what).toMatchObject({ status: 422, code: "media.not_usable" });
          expect(answer.detail, what).toContain(id);
        }
        for (const [what, images] of odd)
          expect(refused(await ask([...images])).errors[0]?.field, what).toMatch(/^images/);
      }
      // One that is going, or has not come yet, shows nothing.
      for (const state of ["receiving", "removing"]) {
        const hash = six[5]!.url.split("/")[4];
        // Later than any work on it could begin.
        const set = (to: string) =>
          shop.databases.sql(
            market,
            "UPDATE media_files SET state = $1, available_at = now() + interval '1 hour' WHERE hash = $2",
            [to, hash],
          );
        await set(state);
        expect(refused(await rewrite(author, review.id, [six[5]!.id])).code, state).toBe("media.not_usable");
        await set("failed"); // AVIF never came; what is there can be shown
      }
      expect(await own(author, review.id)).toMatchObject({ rating: 5, image_ids: [first] });
      expect(good(await author.api.GET("/api/v1/profile/reviews", {})).total).toBe(1);
      expect(good(await rewrite(author, review.id, [...rest, first])).image_ids).toEqual([...rest, first]);
      expect(good(await write(neighbour, slug, [])).images).toEqual([]);
    });

    it("[R97] a banner shows what was uploaded for banners of its market, or a picture elsewhere", async () => {
      const picture = await shopPicture("banner", market);
      const author = await newCustomer(shop, market);
      const banner = await hangUp(manager, market, { image_url: picture.url });
      expect(banner.image_url).toBe(picture.url);
      await eventually("the banner is shown", async () => {
        const { items } = good(await shop.guest(market).GET("/api/v1/banners", {}));
        return items.some((item) => item.id === banner.id && item.image_url === picture.url);
      });
      expect((await show(shop.origin, picture.url)).status).toBe(200);
      const folder = picture.url.slice(0, picture.url.lastIndexOf("/"));
      const change = (image_url: string, version: number) =>
        manager.api.PUT(`${bannersPath}/{id}`, {
          params: { path: { id: banner.id }, query: { market } },
          body: { ...aBanner, image_url, version },
        });
      const ofProduct = await shopPicture("product", market);
      const odd = [
        ofProduct.url,
        addressOf(ofProduct, 24, "webp"),
        (await shopPicture("banner", other(market))).url,
        (await photo(author)).url,
        `/media/pictures/${market}/${"0".repeat(64)}/24`,
        `${folder}/23`,
        `${folder}/24.gif`,
        `${folder}/24.webp?x`,
        `${folder}/`,
        folder,
        "/media/pictures/x.svg",
        `${bucket}/${other(market)}/${"a".repeat(64)}/24.webp`,
      ];
      for (const image_url of odd) {
        const made = await manager.api.POST(bannersPath, {
          params: { query: { market } },
          body: { ...aBanner, image_url },
        });
        expect(refused(made), image_url).toMatchObject({ status: 422, code: "media.not_usable" });
        expect(refused(await change(image_url, 1)), image_url).toMatchObject({ code: "media.not_usable" });
      }
      const fine = [
        addressOf(picture, 24, "webp"),
        `${folder}/24.jpg`,
        `${bucket}/winter/sale.svg`,
        "https://elsewhere.example/media/pictures/kg/x.png",
        "/media/demo/banner.svg",
      ];
      expect(fine[0]).toMatch(`${bucket}/${market}/`);
      for (const [i, image_url] of fine.entries())
        expect(good(await change(image_url, i + 1)), image_url).toMatchObject({ image_url, version: i + 2 });
    });

    it("[R96] [R97] what nothing shows any more is deleted a day later, what is shown never", async () => {
      const authors = await Promise.all(Array.from({ length: 6 }, () => newCustomer(shop, market)));
      const [editing, removing, erased, waiting, turnedDown, shown] = authors;
      const slug = freshSlug(market);
      const common = noise(24, 16, ++seed);
      const pictures = await Promise.all([
        ...[editing!, editing!, removing!, erased!, waiting!, turnedDown!].map((sender) => photo(sender)),
        photo(erased!, common),
        photo(shown!, common),
      ]);
      const [edited, kept, removed, lost, pending, rejected, lostCommon, approved] = pictures as [
        Media,
        Media,
        Media,
        Media,
        Media,
        Media,
        Media,
        Media,
      ];
      expect(approved.url).toBe(lostCommon.url);
      const hung = await shopPicture("banner", market);
      const takenDown = await shopPicture("banner", market);

      const key = randomUUID();
      const first = good(await write(editing!, slug, ids(edited, kept), key));
      good(await rewrite(editing!, first.id, ids(kept)));
      const second = good(await write(removing!, slug, ids(removed)));
      expect((await removing!.api.DELETE(path, { params: { path: { id: second.id } } })).response.status).toBe(204);
      const third = good(await write(erased!, slug, ids(lost, lostCommon)));
      await approve(third.id, market);
      good(await write(waiting!, slug, ids(pending)));
      await reject(good(await write(turnedDown!, slug, ids(rejected))).id, market);
      await approve(good(await write(shown!, slug, ids(approved))).id, market);
      await hangUp(manager, market, { image_url: hung.url });
      const banner = await hangUp(manager, market, { image_url: takenDown.url });
      const params = { path: { id: banner.id }, query: { market } };
      good(
        await manager.api.PUT(`${bannersPath}/{id}`, {
          params,
          body: { ...aBanner, image_url: hung.url, version: 1 },
        }),
      );
      await shop.databases.sql(market, "DELETE FROM users WHERE id = $1", [erased!.user.id]);
      // The stars stay, what shows people goes at once.
      const left = (await list(market, slug)).items.find((item) => item.id === third.id);
      expect(left).toMatchObject({ rating: 5, images: [] });

      await age(market);
      for (const [what, picture] of Object.entries({ edited, removed, lost, takenDown }))
        await eventually(`${what} is gone`, async () => (await show(shop.origin, picture.url)).status === 404);
      for (const [what, picture] of Object.entries({ kept, pending, rejected, approved, hung }))
        expect((await show(shop.origin, picture.url)).status, what).toBe(200);
      // Who writes again what was answered long ago gets that answer, whatever became of the picture.
      const again = await write(editing!, slug, ids(edited, kept), key);
      expect(again.response.headers.get("idempotent-replayed")).toBe("true");
      expect(good(again)).toEqual(first);
      expect(refused(await rewrite(editing!, first.id, ids(edited))).code).toBe("media.not_usable");
    });
  });

  it("[R96] [R97] what is said to be shown has every column with addresses of pictures", async () => {
    const missing = () =>
      shop.databases.sql<{ name: string }>(
        "kg",
        `SELECT c.table_name || '.' || c.column_name AS name FROM information_schema.columns c
         JOIN information_schema.tables t USING (table_schema, table_name)
         WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.data_type IN ('text', 'ARRAY', 'jsonb')
           AND c.column_name ~ '(image|photo|picture|avatar|logo|icon|url)'
           AND (SELECT prosrc FROM pg_proc WHERE proname = 'media_shown')
             !~ format('substring\\(%s FROM [^)]+\\)( AS hash)? FROM %s\\M', c.column_name, c.table_name)
         ORDER BY 1`,
      );
    const names = async () => (await missing()).map((row) => row.name).filter((name) => !noUploads.includes(name));
    expect(await names()).toEqual([]);
    // And without one of them it says so.
    await shop.databases.sql("kg", "ALTER TABLE categories ADD COLUMN cover_image text");
    try {
      expect(await names()).toEqual(["categories.cover_image"]);
    } finally {
      await shop.databases.sql("kg", "ALTER TABLE categories DROP COLUMN cover_image");
    }
  });

  it("negative control: where anybody's pictures may be shown, a neighbour's is", async () => {
    const broken = await Shop.open(layout, {
      settings: { FILE_STORAGE_DIR: storage.path, MARQUE_BREAK: "anybodys_pictures" },
    });
    try {
      const [author, neighbour] = [await newCustomer(broken, "kg"), await newCustomer(broken, "kg")];
      const [slug = ""] = await sharedProducts(broken, "kg");
      const theirs = await sent(broken.origin, neighbour.token, reviewPictures, "image/png", noise(24, 16, 901));
      expect(good(await write(author, slug, [theirs.id])).images).toEqual([theirs.url]);
    } finally {
      await broken.close();
    }
  });

  it("negative control: where reviews are forgotten, a photo that is shown is deleted", async () => {
    const [row] = await shop.databases.sql<{ text: string }>(
      "us",
      "SELECT prosrc AS text FROM pg_proc WHERE proname = 'media_shown'",
    );
    const shown = (text: string) =>
      shop.databases.sql(
        "us",
        `CREATE OR REPLACE FUNCTION media_shown() RETURNS TABLE (market text, hash text) LANGUAGE sql STABLE
         SET search_path = pg_catalog, public, pg_temp AS $$ ${text} $$`,
      );
    await shown(`SELECT * FROM (${row!.text}) AS shown WHERE false`);
    try {
      const author = await newCustomer(shop, "us");
      const picture = await photo(author);
      good(await write(author, freshSlug("us"), [picture.id]));
      await age("us");
      await eventually("the photo is gone", async () => (await show(shop.origin, picture.url)).status === 404);
    } finally {
      await shown(row!.text);
    }
  });

  it("photos that the public did not see yet are in no list, whatever it asks for", async () => {
    const slug = freshSlug("kg");
    const author = await newCustomer(shop, "kg");
    const picture = await photo(author);
    const review = good(await write(author, slug, [picture.id]));
    const hash = picture.url.split("/")[4] ?? "";
    const asked = [
      `/api/v1/products/${slug}/reviews`,
      `/api/v1/products/${slug}/reviews?with_photos=true&sort=photos`,
      `/api/v1/products/${slug}`,
      "/api/v1/products?limit=100",
    ];
    const seen = async () => {
      const texts = await Promise.all(asked.map((one) => raw(shop.origin, "GET", one, { market: "kg" })));
      return texts.filter((answer) => answer.text.includes(hash)).length;
    };
    expect(await seen()).toBe(0);
    await approve(review.id, "kg");
    expect(await seen()).toBe(2);
    await reject(review.id, "kg");
    expect(await seen()).toBe(0);
  });
});
