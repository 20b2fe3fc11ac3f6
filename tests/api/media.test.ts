// Pictures that people send: what is made of them, who may use them, how browsers get them.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { raw } from "../harness/api.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import {
  addressOf,
  type Media,
  managerPictures,
  reviewPictures,
  rowsOfMedia,
  send,
  sent,
  show,
  StorageFolder,
  whenReady,
} from "../harness/media.js";
import { clear, converted, headerOf, noise, png, pointOf, quartered, withExif, zip } from "../harness/pictures.js";
import { projectFolder } from "../harness/server.js";
import { type Caller, customerPhones, managerPhones, Shop } from "../harness/shop.js";
import { eventually } from "../harness/waiting.js";

const types = { avif: "image/avif", webp: "image/webp", jpg: "image/jpeg" };
const photos = join(process.env.MARQUE_SHARED_DATA ?? resolve(projectFolder, "../shared/data"), "images/cc0_clothes");
const other = (market: Market): Market => (market === "kg" ? "us" : "kg");

describe.each(layouts)("pictures, %s", (layout) => {
  let shop: Shop;
  const storage = new StorageFolder();
  const customers = {} as Record<Market, Caller>;
  let manager: Caller;
  beforeAll(async () => {
    const settings = { FILE_STORAGE_DIR: storage.path, MEDIA_UPLOADS_PER_DAY: "200", MEDIA_TENDING_SECONDS: "1" };
    shop = await Shop.open(layout, { settings });
    for (const market of markets) customers[market] = await shop.logIn(customerPhones[market]);
    manager = await shop.logIn(managerPhones.both);
  });
  afterAll(async () => {
    await shop?.close();
    storage.remove();
  });
  const upload = (market: Market, type: string, body: Buffer) =>
    sent(shop.origin, customers[market].token, reviewPictures, type, body);

  describe.each(markets)("in %s", (market) => {
    it("[R96] [R124] a photo becomes JPEG and WebP at once, AVIF soon, upright, without EXIF", async () => {
      // As a phone held upright stores it: lying on its side, with the way it was held beside it.
      const lying = converted(quartered(390, 270), ".jpg[Q=90]", "390x270");
      const make = `Camera of ${market}`;
      const photo = withExif(lying, { orientation: 6, make });
      const fields = headerOf(photo);
      expect(fields["exif-ifd3-GPSLatitude"]).toMatch(/^42\/1/);
      expect(photo.includes(make)).toBe(true);

      const media = await upload(market, "image/jpeg", photo);
      expect(media).toMatchObject({ purpose: "review", width: 270, height: 390, widths: [160, 270] });
      expect(media.formats).toEqual(expect.arrayContaining(["webp", "jpg"]));
      expect(media.color).toMatch(/^#[0-9a-f]{6}$/);
      const ready = await whenReady(shop, customers[market].token, media);
      expect(ready).toEqual({ ...media, state: "ready", formats: ["avif", "webp", "jpg"] });

      for (const width of media.widths)
        for (const [format, type] of Object.entries(types)) {
          const seen = await show(shop.origin, addressOf(ready, width, format));
          expect(seen.status).toBe(200);
          expect(seen.headers.get("content-type")).toBe(type);
          expect(seen.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
          expect(seen.headers.get("x-content-type-options")).toBe("nosniff");
          const found = headerOf(seen.body);
          expect(Number(found.width)).toBe(width);
          expect(Math.abs(Number(found.height) - (width * 390) / 270)).toBeLessThanOrEqual(1);
          expect(Object.keys(found).filter((name) => /exif|icc|xmp|iptc/.test(name))).toEqual([]);
          for (const trace of [make, "Exif", "GPS"]) expect(seen.body.includes(trace)).toBe(false);
        }
      // Turned to the right, the red quarter stands at the upper right.
      const shown = (await show(shop.origin, addressOf(ready, 270, "jpg"))).body;
      expect(pointOf(shown, "right", "top")[0]).toBeGreaterThan(180);
      expect(pointOf(shown, "left", "top")[0]).toBeLessThan(60);
      expect(pointOf(lying, "left", "top")[0]).toBeGreaterThan(180);
    });

    it("the same picture twice is kept once, whatever its file says besides; each sender has an upload", async () => {
      const picture = converted(noise(150, 100, market === "kg" ? 11 : 12), ".jpg[Q=90]", "150x100");
      const first = await upload(market, "image/jpeg", picture);
      await whenReady(shop, customers[market].token, first);
      const before = storage.files().length;
      const again = await upload(market, "image/jpeg", withExif(picture, { orientation: 1, make: "another" }));
      expect(again.id).toBe(first.id);
      expect(again.url).toBe(first.url);
      const path = managerPictures("product", market);
      const managed = await sent(shop.origin, manager.token, path, "image/jpeg", picture);
      expect(managed).toMatchObject({ purpose: "product", url: first.url, state: "ready" });
      expect(managed.id).not.toBe(first.id);
      expect(storage.files().length).toBe(before);
      const hash = first.url.split("/")[4];
      expect(hash).toMatch(/^[0-9a-f]{64}$/);
      for (const [table, rows] of [
        ["media_files", 1],
        ["media", 2],
      ] as const) {
        const sql = `SELECT count(*) FROM ${table} WHERE hash = $1 AND market = $2`;
        expect(await shop.databases.count(market, sql, [hash, market.toUpperCase()])).toBe(rows);
      }
    });

    it("a browser gets the best format that it names; who has it already gets 304", async () => {
      const media = await upload(market, "image/png", png(330, 220));
      await whenReady(shop, customers[market].token, media);
      expect(media.widths).toEqual([160, 320, 330]);
      const ask = (accept: string, more: Record<string, string> = {}) =>
        show(shop.origin, media.url, { Accept: accept, ...more });
      const browser = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8";
      for (const [accept, type] of [
        [browser, "image/avif"],
        ["image/webp, */*", "image/webp"],
        ["image/avif;q=0, image/webp;q=0.5", "image/webp"],
        ["IMAGE/AVIF;q=1", "image/avif"],
        ["*/*", "image/jpeg"],
        ["image/png", "image/jpeg"],
      ] as const) {
        const seen = await ask(accept);
        expect(seen.headers.get("content-type"), accept).toBe(type);
        expect(seen.headers.get("vary")).toContain("Accept");
        const tag = seen.headers.get("etag") ?? "";
        const unchanged = await ask(accept, { "If-None-Match": `"x", W/${tag}` });
        expect([unchanged.status, unchanged.body.length, unchanged.headers.get("etag")]).toEqual([304, 0, tag]);
        expect((await ask(accept, { "If-None-Match": '"other"' })).status).toBe(200);
      }
      const head = await fetch(shop.origin + addressOf(media, 320, "webp"), { method: "HEAD" });
      const whole = await show(shop.origin, addressOf(media, 320, "webp"));
      expect(head.headers.get("content-length")).toBe(String(whole.body.length));
      expect((await head.arrayBuffer()).byteLength).toBe(0);
    });

    it("an upload belongs to its sender and its market", async () => {
      const media = await upload(market, "image/png", quartered(market === "kg" ? 40 : 44, 30));
      const get = (token: string, path: string) => raw(shop.origin, "GET", path, { token });
      const own = await get(customers[market].token, `${reviewPictures}/${media.id}`);
      expect(own.status).toBe(200);
      for (const token of [customers[other(market)].token, manager.token]) {
        const answer = await get(token, `${reviewPictures}/${media.id}`);
        // In separate databases both count from one: who has an upload of the same number gets that.
        if (answer.status === 404) expect(answer.problem().code).toBe("media.not_found");
        else expect((answer.json() as Media).url).not.toContain(`/${market}/`);
      }
      const managed = await get(manager.token, `/api/v1/manager/media/${media.id}?market=${market}`);
      expect(managed.status).toBe(200);
      const elsewhere = await get(manager.token, `/api/v1/manager/media/${media.id}?market=${other(market)}`);
      if (elsewhere.status === 404) expect(elsewhere.problem().code).toBe("media.not_found");
      else expect((elsewhere.json() as Media).url).not.toContain(`/${market}/`);
      // The same picture in the other market is a set of files of its own.
      const foreign = media.url.replace(`/${market}/`, `/${other(market)}/`);
      expect((await show(shop.origin, foreign)).status).toBe(404);
      expect((await show(shop.origin, media.url)).status).toBe(200);
    });
  });

  /** What libvips makes of pictures has nothing to do with databases. */
  const once = it.runIf(layout === "one database");

  once("transparent pictures stay so in WebP and AVIF, and stand on white in JPEG", async () => {
    const media = await upload("kg", "image/png", clear(170, 90));
    const ready = await whenReady(shop, customers.kg.token, media);
    const seen = async (format: string) => (await show(shop.origin, addressOf(ready, 170, format))).body;
    const jpeg = await seen("jpg");
    expect(headerOf(jpeg).bands).toBe("3");
    expect(pointOf(jpeg, "left", "top")).toEqual([255, 255, 255]);
    for (const format of ["webp", "avif"]) expect(pointOf(await seen(format), "left", "top")[3], format).toBe(0);
  });

  once("takes AVIF and HEIC as phones make them, and what follows a picture's end is gone", async () => {
    for (const [type, suffix] of [
      ["image/avif", ".avif"],
      ["image/heic", ".heic"],
      ["image/webp", ".webp"],
    ] as const) {
      const picture = converted(noise(200, 120, 5), suffix, "200x120");
      expect(await upload("us", type, picture), type).toMatchObject({ width: 200, height: 120 });
    }
    const canary = "alert('a script in a picture')";
    const both = Buffer.concat([
      converted(png(90, 60), ".jpg", "90x60"),
      zip("page.html", `<script>${canary}</script>`),
    ]);
    expect(both.includes(canary)).toBe(true);
    const media = await upload("kg", "image/jpeg", both);
    const ready = await whenReady(shop, customers.kg.token, media);
    for (const format of Object.keys(types)) {
      const { body } = await show(shop.origin, addressOf(ready, 90, format));
      expect(body.includes(canary) || body.includes("PK")).toBe(false);
    }
  });

  once("photos of clothes are smaller in each newer format", async ({ skip }) => {
    if (!existsSync(photos)) skip("the photos are not on this machine");
    const names = readdirSync(photos)
      .filter((name) => name.endsWith(".jpg"))
      .slice(0, 2);
    const bytes: Record<string, number> = { avif: 0, webp: 0, jpg: 0 };
    for (const name of names) {
      const photo = readFileSync(join(photos, name));
      const media = await upload("kg", "image/jpeg", photo);
      const ready = await whenReady(shop, customers.kg.token, media);
      expect(ready.width).toBe(Number(headerOf(photo).width));
      for (const format of Object.keys(bytes)) {
        const seen = await show(shop.origin, addressOf(ready, ready.width, format));
        bytes[format] = (bytes[format] ?? 0) + seen.body.length;
      }
    }
    console.log(`${names.length} photos: ${JSON.stringify(bytes)} bytes`);
    expect(bytes.webp).toBeLessThan(bytes.jpg ?? 0);
    expect(bytes.avif).toBeLessThan(bytes.webp ?? 0);
  });

  once("paths that are no pictures are not found, however they are written", async () => {
    const media = await upload("kg", "image/png", png(200, 100));
    const [, , , , hash = ""] = media.url.split("/");
    expect((await show(shop.origin, `/media/pictures/kg/${hash}/160.webp`)).status).toBe(200);
    for (const path of [
      `/media/pictures/kg/${hash}/master.png`,
      `/media/pictures/kg/${hash}/161.webp`,
      `/media/pictures/kg/${hash}/0160.webp`,
      `/media/pictures/kg/${hash}/-160.webp`,
      `/media/pictures/kg/${hash}/160.gif`,
      `/media/pictures/kg/${hash}/160.webp%00.jpg`,
      `/media/pictures/kg/${hash.toUpperCase()}/160.webp`,
      `/media/pictures/kg/${hash.slice(1)}/160.webp`,
      `/media/pictures/kg/..%2f..%2f..%2fetc/passwd`,
      `/media/pictures/kg/%2e%2e/160.webp`,
      `/media/pictures/kg/${hash}/..%2f${hash}%2f160.webp`,
      `/media/pictures/incoming/${hash}/160.webp`,
      `/media/pictures/zz/${hash}/160.webp`,
      `/media/pictures/kg/${"0".repeat(64)}/160.webp`,
    ]) {
      const answer = await raw(shop.origin, "GET", path);
      expect([404, 422], path).toContain(answer.status);
    }
  });

  it("a customer sends as many pictures a day as the shop allows, managers more", async () => {
    const caller = await shop.logIn("+996700111001");
    await shop.databases.sql(
      "kg",
      `INSERT INTO media_quotas (market, user_id, day, uploads, bytes)
       VALUES ('KG', $1, (now() AT TIME ZONE 'UTC')::date, 199, 0)`,
      [caller.user.id],
    );
    const picture = png(30, 20);
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => send(shop.origin, caller.token, reviewPictures, "image/png", picture)),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 429, 429, 429]);
    const late = answers.find((answer) => answer.status === 429);
    expect(late?.problem().code).toBe("media.too_many_today");
    expect(Number(late?.headers.get("retry-after"))).toBeGreaterThan(0);
    await sent(shop.origin, manager.token, managerPictures("banner", "kg"), "image/png", picture);
    const odd = await send(shop.origin, manager.token, managerPictures("review", "kg"), "image/png", picture);
    expect([odd.status, odd.problem().errors[0]?.field]).toEqual([422, "purpose"]);
  });

  it("what nothing shows for a day is deleted with its files, what is used stays", async () => {
    const market: Market = "us";
    const kept = await upload(market, "image/png", noise(60, 40, 21));
    const gone = await upload(market, "image/png", noise(60, 40, 22));
    const shared = await upload(market, "image/png", noise(60, 40, 23));
    for (const media of [kept, gone, shared]) await whenReady(shop, customers[market].token, media);
    const path = managerPictures("category", market);
    await sent(shop.origin, manager.token, path, "image/png", noise(60, 40, 23));
    const ids = [kept.id, gone.id, shared.id];
    await shop.databases.sql(market, "UPDATE banners SET image_url = $1 WHERE id = (SELECT max(id) FROM banners)", [
      kept.url,
    ]);
    await shop.databases.sql(market, "UPDATE media SET touched_at = now() - interval '25 hours' WHERE id = ANY ($1)", [
      ids,
    ]);
    await shop.databases.sql(market, "UPDATE media_files SET touched_at = now() - interval '25 hours'");
    await eventually("the files are gone", async () => (await show(shop.origin, gone.url)).status === 404);
    expect((await show(shop.origin, kept.url)).status).toBe(200);
    expect((await show(shop.origin, shared.url)).status).toBe(200);
    const left = await shop.databases.count(market, "SELECT count(*) FROM media WHERE id = ANY ($1)", [ids]);
    expect(left).toBe(1);
    const [, , , , hash = ""] = gone.url.split("/");
    await eventually("the row is gone", async () => {
      const rows = await shop.databases.count(market, "SELECT count(*) FROM media_files WHERE hash = $1", [hash]);
      return rows === 0;
    });
    expect(storage.files().filter((name) => name.includes(hash))).toEqual([]);
    expect(await rowsOfMedia(shop)).toBeGreaterThan(0);
  });
});
