// The account's own fields and its avatar.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, raw, refused } from "../harness/api.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { bomb, converted, png, withMetadata } from "../harness/pictures.js";
import { buy, type Caller, currencies, customerPhones, Shop } from "../harness/shop.js";
import { expectNotLogged } from "../harness/strangers.js";
import { eventually } from "../harness/waiting.js";

const path = "/api/v1/profile";

describe.each(layouts)("profile, %s", (layout) => {
  let shop: Shop;
  const callers = {} as Record<Market, Caller>;
  beforeAll(async () => {
    shop = await Shop.open(layout, { settings: { DEBUG: "true" } });
    for (const market of markets) callers[market] = await shop.logIn(customerPhones[market]);
  });
  afterAll(() => shop?.close());

  const put = (market: Market, body: unknown, method = "PUT") =>
    raw(shop.origin, method, path, {
      token: callers[market].token,
      body: JSON.stringify(body),
      headers: { "Content-Type": "application/json" },
    });
  const get = async (market: Market) => good(await callers[market].api.GET(path, {}));

  describe.each(markets)("in %s", (market) => {
    it("[R46] [R53] [R39] tells everything of the account, at both paths", async () => {
      const profile = await get(market);
      expect(Object.keys(profile).sort()).toEqual(
        [
          ...["id", "phone", "full_name", "email", "profile_image_url", "market", "language", "currency", "country"],
          ...["is_verified", "is_active", "is_staff", "created_at", "updated_at", "last_login"],
        ].sort(),
      );
      expect(profile).toMatchObject({
        id: callers[market].user.id,
        phone: customerPhones[market],
        market,
        currency: currencies[market],
        is_verified: true,
        is_active: true,
        is_staff: false,
      });
      expect(good(await callers[market].api.GET("/api/v1/auth/profile", {}))).toEqual(profile);
    });

    it("[R53] changes what is sent, keeps what is not, clears what is null", async () => {
      const language = "en";
      const wanted = { full_name: "A Customer", email: "A.Customer@EXAMPLE.com", language, country: "Some country" };
      const changed = (await put(market, wanted)).json();
      expect(changed).toMatchObject({ ...wanted, email: "A.Customer@example.com" });
      expect(await get(market)).toEqual(changed);
      expect((await put(market, { full_name: "Another name" })).json()).toMatchObject({
        full_name: "Another name",
        email: "A.Customer@example.com",
        country: "Some country",
      });
      expect((await put(market, { email: null, country: null })).json()).toMatchObject({
        full_name: "Another name",
        email: null,
        country: null,
        language,
      });
      expect((await put(market, {})).json()).toMatchObject({ full_name: "Another name", language });
      expect(good(await callers[market].api.PUT("/api/v1/auth/profile", { body: { full_name: "B" } })).full_name).toBe(
        "B",
      );
    });

    it("[R55] [R94] shows the same orders as /orders", async () => {
      const { sku } = await shop.findSku(market, 5);
      const order = await buy(callers[market], sku.id);
      const page = good(await callers[market].api.GET("/api/v1/profile/orders", {}));
      expect(page.items[0]).toMatchObject({ id: order.id, market });
      expect(page).toEqual(good(await callers[market].api.GET("/api/v1/orders", {})));
    });

    it("[R46] keeps an avatar of its own drawing, seen by everybody under a new address each time", async () => {
      const upload = (type: string, body: Buffer) =>
        raw(shop.origin, "PUT", `${path}/avatar`, {
          token: callers[market].token,
          body: new Uint8Array(body),
          headers: { "Content-Type": type },
        });
      const canary = "taken at 42.8746 74.5698";
      const jpeg = withMetadata(converted(png(640, 480), ".jpg"), canary);
      const urls: string[] = [];
      for (const [type, body] of [
        ["image/png", png(300, 200)],
        ["image/jpeg", jpeg],
        ["image/webp", converted(png(30, 20), ".webp")],
      ] as const) {
        const answer = await upload(type, body);
        expect(answer.status, answer.text).toBe(200);
        const { profile_image_url } = answer.json() as { profile_image_url: string };
        expect(profile_image_url).toMatch(new RegExp(`^/media/avatars/${market}/[0-9a-f-]{36}$`));
        const seen = await fetch(shop.origin + profile_image_url);
        const bytes = Buffer.from(await seen.arrayBuffer());
        expect(seen.headers.get("content-type")).toBe("image/webp");
        expect(seen.headers.get("cache-control")).toContain("immutable");
        expect(bytes.subarray(8, 12).toString()).toBe("WEBP");
        expect(bytes.length).toBeLessThan(60_000);
        expect(bytes.includes(canary)).toBe(false);
        urls.push(profile_image_url);
      }
      expect(jpeg.includes(canary)).toBe(true);
      expect(new Set(urls).size).toBe(3);
      expect((await raw(shop.origin, "GET", urls[0] ?? "")).status).toBe(404);
      const foreign = market === "kg" ? "us" : "kg";
      expect((await raw(shop.origin, "GET", (urls[2] ?? "").replace(`/${market}/`, `/${foreign}/`))).status).toBe(404);

      expect((await callers[market].api.DELETE(`${path}/avatar`, {})).response.status).toBe(204);
      expect((await get(market)).profile_image_url).toBeNull();
      expect((await raw(shop.origin, "GET", urls[2] ?? "")).status).toBe(404);
      expect(refused(await callers[market].api.DELETE(`${path}/avatar`, {})).code).toBe("profile.avatar_not_found");
      expect(await shop.databases.count(market, "SELECT count(*) FROM avatars")).toBe(0);
    });
  });

  it("[R53] a language of the market changes texts within a second", async () => {
    const { product } = await shop.findSku("kg", 5, 3);
    const named = async () =>
      good(await callers.kg.api.GET("/api/v1/products/{slug}", { params: { path: { slug: product.slug } } })).name;
    good(await callers.kg.api.PUT(path, { body: { language: "ru" } }));
    const russian = await eventually("Russian", async () => {
      const name = await named();
      return /[а-я]/.test(name) && name;
    });
    good(await callers.kg.api.PUT(path, { body: { language: "ky" } }));
    await eventually("Kyrgyz", async () => (await named()) !== russian, { timeout_ms: 2_000 });
  });

  it.each([
    [{ email: "nobody" }, "email"],
    [{ email: "a@b" }, "email"],
    [{ email: "" }, "email"],
    [{ email: `${"a".repeat(65)}@example.com` }, "email"],
    [{ email: 5 }, "email"],
    [{ full_name: "" }, "full_name"],
    [{ full_name: "   " }, "full_name"],
    [{ full_name: "x".repeat(256) }, "full_name"],
    [{ full_name: ["x"] }, "full_name"],
    [{ full_name: "a\u0000b" }, "full_name"],
    [{ country: "x".repeat(101) }, "country"],
    [{ language: "x".repeat(11) }, "language"],
    [{ language: "de" }, "language"],
    [{ language: "" }, "language"],
  ])("[R47] refuses %j, naming the field", async (body, field) => {
    const before = await get("us");
    expect((await put("us", body)).problem()).toMatchObject({
      status: 422,
      code: "http.invalid_input",
      errors: [{ field }],
    });
    expect(await get("us")).toEqual(before);
  });

  it("[R47] takes texts as long as the columns are", async () => {
    const body = { full_name: "я".repeat(255), country: "ү".repeat(100), language: "en" };
    expect((await put("kg", body)).json()).toMatchObject(body);
    const columns = await shop.databases.sql<{ column: string; type: string; nullable: string; fallback: string }>(
      "kg",
      `SELECT column_name AS "column", data_type || coalesce('(' || character_maximum_length || ')', '') AS type,
              is_nullable AS nullable, column_default AS fallback
       FROM information_schema.columns WHERE table_name = 'users'`,
    );
    const type = (name: string) => columns.find((column) => column.column === name)?.type;
    expect([type("phone"), type("full_name"), type("language"), type("country")]).toEqual([
      "character varying(20)",
      "character varying(255)",
      "character varying(10)",
      "character varying(100)",
    ]);
    for (const name of ["created_at", "updated_at", "last_login"]) expect(type(name)).toBe("timestamp with time zone");
    expect(columns.find((column) => column.column === "market")).toMatchObject({
      nullable: "NO",
      fallback: "'KG'::text",
    });
    await expect(
      shop.databases.sql("kg", `INSERT INTO users (market, phone) VALUES ('LONGERTHANTEN', '+1')`),
    ).rejects.toThrow(/check constraint/);
  });

  it("[R8] [G5] nobody changes their own market, phone or rights", async () => {
    const before = await get("us");
    const own = ["full_name", "email", "language", "country"];
    const extra = { user_id: "1", role: "admin", market_source: "manual", moved_to: "kg" };
    for (const [field, value] of Object.entries({ ...before, ...extra })) {
      if (own.includes(field)) continue;
      const answer = await put("us", { [field]: value });
      expect(answer.problem(), field).toMatchObject({
        status: 422,
        errors: [{ field, message: "is not a known field" }],
      });
    }
    expect(await get("us")).toEqual(before);
  });

  it("needs a login", async () => {
    for (const [method, where] of [
      ["GET", path],
      ["PUT", path],
      ["PUT", `${path}/avatar`],
      ["DELETE", `${path}/avatar`],
      ["GET", `${path}/orders`],
    ] as const)
      expect((await raw(shop.origin, method, where)).problem()).toMatchObject({ status: 401, code: "auth.required" });
  });

  describe("avatars that are refused", () => {
    const upload = (type: string, body: Buffer) =>
      raw(shop.origin, "PUT", `${path}/avatar`, {
        token: callers.us.token,
        body: new Uint8Array(body),
        headers: { "Content-Type": type },
      });

    it.each([
      ["nothing", "image/png", Buffer.alloc(0)],
      ["text", "image/png", Buffer.from("hello")],
      ["an SVG", "image/png", Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg"/>`)],
      ["a GIF", "image/png", Buffer.from("GIF89a\u0001\u0000\u0001\u0000")],
      ["a PNG cut off", "image/png", png(300, 200).subarray(0, 200)],
      ["a PNG said to be a JPEG", "image/jpeg", png(30, 20)],
    ])("%s", async (_, type, body) => {
      const answer = await upload(type, body);
      expect(answer.problem()).toMatchObject({ status: 422, code: "media.not_a_picture" });
    });

    it("a few bytes that unfold to gigabytes", async () => {
      const answer = await upload("image/png", bomb(60_000));
      expect(answer.problem()).toMatchObject({ status: 422, code: "media.too_many_points" });
    });

    it("other types, and more than 2 MiB, before they were read", async () => {
      expect((await upload("image/gif", png(3, 2))).problem()).toMatchObject({
        status: 415,
        code: "http.unsupported_media_type",
      });
      expect((await upload("application/json", Buffer.from("{}"))).status).toBe(415);
      // Beyond the 256 KiB of other routes, within the 2 MiB of this one.
      const large = Buffer.concat([png(30, 20), Buffer.alloc(1_900_000)]);
      expect((await upload("image/png", large)).status).toBe(200);
      for (const [where, type, size] of [
        [`${path}/avatar`, "image/png", 2 * 1024 * 1024 + 1],
        [path, "application/json", 256 * 1024 + 1],
      ] as const) {
        const refusal = await fetch(shop.origin + where, {
          method: "PUT",
          headers: { "Content-Type": type, Authorization: `Bearer ${callers.us.token}` },
          body: new Uint8Array(size),
        });
        expect(await refusal.json()).toMatchObject({ status: 413, code: "http.body_too_large" });
      }
      const nobody = await fetch(`${shop.origin}${path}/avatar`, {
        method: "PUT",
        headers: { "Content-Type": "image/png" },
        body: new Uint8Array(256 * 1024 + 1),
      });
      expect(nobody.status).toBe(413);
    });
  });

  it("leaves no phone, name or e-mail in the log", async () => {
    good(await callers.kg.api.PUT(path, { body: { full_name: "Canary Name", email: "canary@example.com" } }));
    await put("kg", { email: "canary at example.com", full_name: "Canary Name" });
    expectNotLogged(shop, ["Canary", "canary", ...Object.values(customerPhones).map((phone) => phone.slice(1))]);
  });
});
