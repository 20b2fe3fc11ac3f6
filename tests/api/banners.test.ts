// Banners: shown by the clock from memory, written by a market's managers, and counted without losing a count.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, raw, refused } from "../harness/api.js";
import { aBanner, bannersPath, countsOf, hangUp } from "../harness/banners.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { newCustomer } from "../harness/reviews.js";
import { MarqueServer } from "../harness/server.js";
import { type Caller, managerPhones, Shop } from "../harness/shop.js";
import { keepIdsApart } from "../harness/strangers.js";
import { eventually } from "../harness/waiting.js";

const otherOf = (market: Market): Market => (market === "kg" ? "us" : "kg");
const zones = { kg: "Asia/Bishkek", us: "America/New_York" };

/** How the clocks of a time zone show a moment: "2026-12-01T09:00:00". */
const localOf = (moment: number, timeZone: string) =>
  new Date(moment).toLocaleString("sv-SE", { timeZone }).replace(" ", "T");

describe.each(layouts)("banners, %s", (layout) => {
  let shop: Shop;
  let manager: Caller;
  beforeAll(async () => {
    shop = await Shop.open(layout, {
      settings: { BANNER_COUNTS_PER_MINUTE: "0" },
      prepare: (databases) => keepIdsApart(databases, ["banners"]),
    });
    manager = await shop.logIn(managerPhones.both);
  });
  afterAll(() => shop?.close());

  const seen = async (market: Market, kind = "", language?: string) => {
    const answer = await raw(shop.origin, "GET", `/api/v1/banners${kind}`, { market, language });
    return (answer.json() as { items: Array<Record<string, unknown>> }).items;
  };
  const ids = async (market: Market, kind = "") => (await seen(market, kind)).map((item) => item.id);
  const shown = (market: Market, id: string) =>
    eventually(`banner ${id} is shown`, async () => (await ids(market)).includes(id));
  const gone = (market: Market, id: string) =>
    eventually(`banner ${id} is gone`, async () => !(await ids(market)).includes(id));
  const managed = async (market: Market, id: string) =>
    good(await manager.api.GET(`${bannersPath}/{id}`, { params: { path: { id }, query: { market } } }));
  const change = (market: Market, id: string, body: object) =>
    manager.api.PUT(`${bannersPath}/{id}`, {
      params: { path: { id }, query: { market } },
      body: { ...aBanner, ...body },
    });
  const count = (origin: string, market: Market, id: string, kind: "view" | "click") =>
    raw(origin, "POST", `/api/v1/banners/${id}/${kind}`, { market });

  describe.each(markets)("in %s", (market) => {
    it("[R97] [R99] shows the active ones of the market and of ALL, by type, from memory", async () => {
      for (const kind of ["hero", "promo", "category"]) {
        const items = await seen(market, `/${kind}`);
        expect(items.length).toBeGreaterThan(0);
        expect(items).toEqual(await seen(market, `?banner_type=${kind}`));
        for (const item of items) expect(item).toMatchObject({ banner_type: kind });
      }
      const all = await seen(market);
      expect(new Set(all.map((item) => item.market))).toContain("all");
      expect(all.filter((item) => item.market === otherOf(market))).toEqual([]);
      expect(all.map((item) => item.sort_order)).toEqual(
        all.map((item) => item.sort_order).sort((a, b) => Number(a) - Number(b)),
      );
      const mine = await hangUp(manager, market, { title: "Ours" });
      await shown(market, mine.id);
      expect(await ids(otherOf(market))).not.toContain(mine.id);
      good(await change(market, mine.id, { is_active: false, version: 1 }));
      await gone(market, mine.id);
      // Who is logged in sees their own market's, whatever they name.
      const customer = await newCustomer(shop, market);
      const answer = await raw(shop.origin, "GET", `/api/v1/banners/hero?market=${otherOf(market)}`, {
        token: customer.token,
      });
      expect(answer.json()).toEqual({ items: await seen(market, "/hero") });
    });

    it("[R97] tells each language its texts, and falls back", async () => {
      const banner = {
        title: "Plain",
        subtitle: "Below",
        translations: { en: { title: "English" }, ru: { title: "Русский", subtitle: "Ниже" } },
      };
      const { id } = await hangUp(manager, market, banner);
      await shown(market, id);
      const texts = async (language: string) => (await seen(market, "", language)).find((item) => item.id === id);
      expect(await texts("en")).toMatchObject({
        title: "English",
        subtitle: market === "kg" ? "Ниже" : expect.any(String),
      });
      expect(await texts("ru")).toMatchObject({ title: "Русский", subtitle: "Ниже", button_text: "" });
      const kyrgyz = await texts("ky");
      expect(kyrgyz).toMatchObject({ title: market === "kg" ? "Русский" : "English" });
      const { items } = good(await shop.guest(market).GET("/api/v1/banners/hero", {}));
      expect(items.length).toBeGreaterThan(0);
    });

    it("[R97] begins and ends by the market's clocks, to the moment, without anybody writing", async () => {
      const now = Date.now();
      const [start, end] = [now + 1_500, now + 3_000].map((moment) => Math.ceil(moment / 1000) * 1000);
      const { id } = await hangUp(manager, market, {
        start_date: localOf(start!, zones[market]),
        end_date: localOf(end!, zones[market]),
      });
      expect(await managed(market, id)).toMatchObject({
        start_date: new Date(start!).toISOString().replace(".000", ""),
        end_date: new Date(end!).toISOString().replace(".000", ""),
        start_local: localOf(start!, zones[market]),
        time_zone: zones[market],
        is_shown: false,
      });
      // Until it begins it cannot be counted either.
      expect((await count(shop.origin, market, id, "view")).status).toBe(404);
      let first = 0;
      let last = 0;
      await eventually("it came and went", async () => {
        const before = Date.now();
        const there = (await ids(market)).includes(id);
        const after = Date.now();
        // Seen in an answer between the two: not before it began, not missing while it was on.
        if (there) {
          expect(after).toBeGreaterThanOrEqual(start!);
          expect(before).toBeLessThan(end!);
          first ||= after;
        } else if (before >= start! && after < end!) throw new Error(`missing at ${before}, from ${start} to ${end}`);
        if (before >= end!) last = before;
        return last > 0;
      });
      expect(first).toBeGreaterThan(0);
    });

    it("[R97] [R98] [R99] counts views and clicks of its own and of ALL, apart from the other market", async () => {
      const { id } = await hangUp(manager, market);
      await shown(market, id);
      expect(await managed(market, id)).toMatchObject({ view_count: 0, click_count: 0, ctr: null });
      const shared = (await seen(market)).find((item) => item.market === "all")?.id as string;
      const before = await countsOf(shop, otherOf(market), shared);
      for (const banner of [id, shared]) {
        const all = [...Array.from({ length: 8 }, () => "view" as const), "click" as const, "click" as const];
        const answers = await Promise.all(all.map((kind) => count(shop.origin, market, banner, kind)));
        expect(answers.map((answer) => answer.status)).toEqual(all.map(() => 204));
      }
      await eventually("they are counted", async () => (await countsOf(shop, market, id)).views === 8);
      expect(await managed(market, id)).toMatchObject({ view_count: 8, click_count: 2, ctr: 0.25 });
      expect(await managed(market, shared)).toMatchObject({ market: "all", view_count: 8, ctr: 0.25 });
      if (!shop.databases.split) expect(await countsOf(shop, otherOf(market), shared)).toEqual(before);
      expect((await count(shop.origin, otherOf(market), id, "view")).status).toBe(404);
    });

    it("[R97] is written by managers: created once for a key, changed in the version read, deleted", async () => {
      const key = randomUUID();
      const create = () =>
        manager.api.POST(bannersPath, {
          params: { query: { market }, header: { "Idempotency-Key": key } },
          body: { ...aBanner, title: "Once", sort_order: 7, button_text: "Look" },
        });
      const twins = (await Promise.all([create(), create(), create()])).map(good);
      expect(new Set(twins.map((twin) => twin.id)).size).toBe(1);
      const { id } = twins[0]!;
      expect(twins[0]).toMatchObject({
        market,
        title: "Once",
        sort_order: 7,
        version: 1,
        is_active: true,
        is_shown: true,
      });
      const changes = await Promise.all([1, 2, 3].map((n) => change(market, id, { title: `No. ${n}`, version: 1 })));
      expect(changes.map((answer) => answer.response.status).sort()).toEqual([200, 409, 409]);
      expect(refused(changes.find((answer) => answer.response.status === 409)!)).toMatchObject({
        code: "banners.stale",
      });
      expect(refused(await change(market, id, {})).errors).toMatchObject([{ field: "version" }]);
      const other = await change(otherOf(market), id, { version: 2 });
      expect(refused(other)).toMatchObject({ status: 404, code: "banners.not_found" });
      const remove = (query: object) =>
        manager.api.DELETE(`${bannersPath}/{id}`, { params: { path: { id }, query: { market, ...query } } });
      expect(refused((await remove({ version: 1 })) as never)).toMatchObject({ status: 409, code: "banners.stale" });
      expect((await remove({ version: 2 })).response.status).toBe(204);
      expect(refused((await remove({})) as never)).toMatchObject({ status: 404 });
      await gone(market, id);
      const shared = (await seen(market)).find((item) => item.market === "all")?.id as string;
      expect(refused(await change(market, shared, { version: 1 }))).toMatchObject({
        status: 403,
        code: "banners.shared",
      });
      const page = good(await manager.api.GET(bannersPath, { params: { query: { market, limit: 2 } } }));
      expect(page).toMatchObject({ limit: 2, next: "2" });
    });
  });

  it("[R97] refuses what is no banner, and who may not", async () => {
    const send = (body: object) =>
      raw(shop.origin, "POST", `${bannersPath}?market=us`, {
        token: manager.token,
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ ...aBanner, ...body }),
      });
    for (const [field, body] of [
      ["banner_type", { banner_type: "popup" }],
      ["title", { title: " " }],
      ["image_url", { image_url: "javascript:alert(1)" }],
      ["link_url", { link_url: "//elsewhere.example" }],
      ["link_url", { link_url: "/\\elsewhere.example" }],
      ["link_url", { link_url: "http://elsewhere.example" }],
      ["start_date", { start_date: "tomorrow" }],
      ["start_date", { start_date: "2026-02-30T10:00" }],
      ["start_date", { start_date: "2027-03-14T02:30" }], // the clocks of New York skip it
      ["end_date", { start_date: "2027-01-02T00:00", end_date: "2027-01-01T00:00" }],
      ["translations.ky", { translations: { ky: { title: "x" } } }],
      ["view_count", { view_count: 5 }],
      ["market", { market: "all" }],
    ] as const) {
      const answer = await send(body);
      expect(answer.problem(), JSON.stringify(body)).toMatchObject({ status: 422, errors: [{ field }] });
    }
    const viewer = await newCustomer(shop, "kg");
    const grant =
      "INSERT INTO manager_grants (market, user_id, granted_market, role) VALUES ('KG', $1, 'KG', 'viewer')";
    await shop.databases.sql("kg", grant, [viewer.user.id]);
    expect(refused(await viewer.api.POST(bannersPath, { body: aBanner }))).toMatchObject({
      code: "manager.role_forbids",
    });
    expect((await count(shop.origin, "kg", "900000000000002", "view")).status).toBe(404);
    expect((await raw(shop.origin, "GET", "/api/v1/banners?banner_type=x", { market: "kg" })).status).toBe(422);
  });

  it("[R97] two servers add up, and a stop loses nothing; a kill loses what was not sent, and no more", async () => {
    const { id } = await hangUp(manager, "kg");
    await shown("kg", id);
    const second = await MarqueServer.start({ ...shop.databases.environment, BANNER_COUNTS_PER_MINUTE: "0" });
    const hundred = (origin: string) =>
      Promise.all(Array.from({ length: 100 }, (_, i) => count(origin, "kg", id, i % 4 === 0 ? "click" : "view")));
    await Promise.all([hundred(shop.origin), hundred(second.origin)]);
    expect(await second.stop()).toBe(0);
    await shop.server.stop();
    expect(await countsOf(shop, "kg", id)).toEqual({ views: 150, clicks: 50 });
    await shop.restart();
    await hundred(shop.origin);
    await eventually("they are sent", async () => (await countsOf(shop, "kg", id)).views === 225);
    expect((await count(shop.origin, "kg", id, "view")).status).toBe(204);
    await shop.server.kill();
    const { views } = await countsOf(shop, "kg", id);
    expect([225, 226]).toContain(views);
    await shop.restart();
  });
});

it("[R97] one address counts so often for a banner and no oftener, and others go on", async () => {
  const shop = await Shop.open("one database", {
    settings: { BANNER_COUNTS_PER_MINUTE: "5", TRUSTED_PROXIES: "127.0.0.1" },
  });
  try {
    const { items } = good(await shop.guest("kg").GET("/api/v1/banners", {}));
    const view = (id: string, address: string) =>
      raw(shop.origin, "POST", `/api/v1/banners/${id}/view`, { market: "kg", headers: { "X-Forwarded-For": address } });
    const statuses = [];
    for (let i = 0; i < 7; ++i) statuses.push((await view(items[0]!.id, "203.0.113.5")).status);
    expect(statuses).toEqual([204, 204, 204, 204, 204, 429, 429]);
    const last = await view(items[0]!.id, "203.0.113.5");
    expect(last.problem().code).toBe("banners.counted_too_often");
    expect(Number(last.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await view(items[0]!.id, "203.0.113.6")).status).toBe(204);
    expect((await view(items[1]!.id, "203.0.113.5")).status).toBe(204);
    await eventually("six are counted", async () => (await countsOf(shop, "kg", items[0]!.id)).views === 6);
  } finally {
    await shop.close();
  }
});

it("[R97] negative control: where nothing is sent when a server stops, the test above would see it", async () => {
  const shop = await Shop.open("one database", { settings: { MARQUE_BREAK: "counts_stay_in_memory" } });
  try {
    const { items } = good(await shop.guest("kg").GET("/api/v1/banners", {}));
    const id = items[0]!.id;
    expect((await raw(shop.origin, "POST", `/api/v1/banners/${id}/view`, { market: "kg" })).status).toBe(204);
    await shop.server.stop();
    expect(await countsOf(shop, "kg", id)).toEqual({ views: 0, clicks: 0 });
    await shop.restart();
  } finally {
    await shop.close();
  }
});

it("[R97] a batch whose answer was lost is taken once; negative control: without its number twice", async () => {
  const shop = await Shop.open("one database");
  try {
    const { statementsOfSource } = await import("../harness/statements_of_source.js");
    const sql = statementsOfSource().get("banners.add_counts") ?? "";
    const [banner] = await shop.databases.sql<{ id: string }>(
      "kg",
      "SELECT id FROM banners WHERE market = 'ALL' LIMIT 1",
    );
    const id = String(banner?.id);
    const send = (number: number) =>
      shop.databases.sql("kg", sql, ["KG", "00000000-0000-4000-8000-000000000001", number, ["ALL"], [id], [3], [1]]);
    await send(1);
    await send(1);
    expect(await countsOf(shop, "kg", id)).toEqual({ views: 3, clicks: 1 });
    await send(2);
    expect(await countsOf(shop, "kg", id)).toEqual({ views: 6, clicks: 2 });
    await shop.databases.sql("kg", "DELETE FROM banner_count_senders");
    await send(2);
    expect(await countsOf(shop, "kg", id)).toEqual({ views: 9, clicks: 3 });
  } finally {
    await shop.close();
  }
});

it("[R100] market, type and activity are indexed", async () => {
  const shop = await Shop.open("one database");
  try {
    const rows = await shop.databases.sql("kg", "SELECT indexdef FROM pg_indexes WHERE tablename = 'banners'");
    expect(rows.map((row) => row.indexdef)).toContainEqual(expect.stringContaining("(market, banner_type, is_active)"));
  } finally {
    await shop.close();
  }
});
