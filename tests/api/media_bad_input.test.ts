// What is no picture, or too much of one: refused by a problem document, with nothing kept in storage or tables, and
// little memory used meanwhile.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Problem } from "../harness/api.js";
import { layouts, type Market, markets } from "../harness/layouts.js";
import { managerPictures, reviewPictures, rowsOfMedia, send, sent, StorageFolder } from "../harness/media.js";
import { bomb, converted, movingPng, movingWebp, noise, png, zip } from "../harness/pictures.js";
import { type Caller, customerPhones, managerPhones, Shop } from "../harness/shop.js";
import { exchange, portOf } from "../harness/sockets.js";
import { eventually } from "../harness/waiting.js";

const mebibyte = 1024 * 1024;
/** Of the process itself: mapped files are the system's to take back. */
const ownMemoryKb = (pid: number) => Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);

const jpeg = converted(noise(600, 400, 3), ".jpg[Q=90]", "600x400");
const script = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
const gif = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");
const movingAvif = Buffer.concat([Buffer.from("0000001c66747970617669730000000061766973", "hex"), Buffer.alloc(200)]);
const damaged = Buffer.from(jpeg);
damaged.fill(0, 700, 900);

type Row = [name: string, type: string, body: () => Buffer, status: number, code: string];
const rows: Row[] = [
  ["a ZIP named .jpg", "image/jpeg", () => zip("a.txt", "text"), 422, "media.not_a_picture"],
  ["a ZIP", "application/zip", () => zip("a.txt", "text"), 415, "http.unsupported_media_type"],
  ["a picture 60,000 points wide", "image/png", () => png(60_000, 10), 422, "media.too_many_points"],
  ["a picture 60,000 points high", "image/png", () => png(10, 60_000), 422, "media.too_many_points"],
  ["a PNG bomb", "image/png", () => bomb(15_000), 422, "media.too_many_points"],
  ["a truncated JPEG", "image/jpeg", () => jpeg.subarray(0, jpeg.length / 2), 422, "media.not_a_picture"],
  ["a truncated PNG", "image/png", () => noise(200, 200, 4).subarray(0, 60_000), 422, "media.not_a_picture"],
  ["a JPEG of which only the head is there", "image/jpeg", () => jpeg.subarray(0, 400), 422, "media.not_a_picture"],
  ["three bytes", "image/jpeg", () => Buffer.from("ffd8ff", "hex"), 422, "media.not_a_picture"],
  ["nothing", "image/jpeg", () => Buffer.alloc(0), 422, "media.not_a_picture"],
  ["a JPEG called a PNG", "image/png", () => jpeg, 422, "media.not_a_picture"],
  ["a picture called text", "text/plain", () => jpeg, 415, "http.unsupported_media_type"],
  ["a form with a picture", "multipart/form-data; boundary=x", () => jpeg, 415, "http.unsupported_media_type"],
  ["an SVG with a script", "image/svg+xml", () => Buffer.from(script), 415, "http.unsupported_media_type"],
  ["an SVG called a PNG", "image/png", () => Buffer.from(script), 422, "media.not_a_picture"],
  ["a page called a WebP", "image/webp", () => Buffer.from("<!doctype html>".repeat(9)), 422, "media.not_a_picture"],
  ["a GIF", "image/gif", () => gif, 415, "http.unsupported_media_type"],
  ["a GIF called a JPEG", "image/jpeg", () => gif, 422, "media.not_a_picture"],
  ["a PNG that moves", "image/png", movingPng, 422, "media.moving_picture"],
  ["a WebP that moves", "image/webp", movingWebp, 422, "media.moving_picture"],
  ["an AVIF that moves", "image/avif", () => movingAvif, 422, "media.not_a_picture"],
];

describe.each(layouts)("bad pictures, %s", (layout) => {
  let shop: Shop;
  const storage = new StorageFolder();
  const customers = {} as Record<Market, Caller>;
  let manager: Caller;
  beforeAll(async () => {
    shop = await Shop.open(layout, { settings: { FILE_STORAGE_DIR: storage.path, MEDIA_UPLOADS_PER_DAY: "1000" } });
    for (const market of markets) customers[market] = await shop.logIn(customerPhones[market]);
    manager = await shop.logIn(managerPhones.both);
  });
  afterAll(async () => {
    await shop?.close();
    storage.remove();
  });
  const nothingIsKept = async () => {
    expect(storage.files()).toEqual([]);
    expect(await rowsOfMedia(shop)).toBe(0);
  };

  it.each(rows)("%s (%s) is refused and leaves nothing", async (_, type, body, status, code) => {
    const market: Market = layout === "one database" ? "kg" : "us";
    const answer = await send(shop.origin, customers[market].token, reviewPictures, type, body());
    expect([answer.status, answer.problem().code], answer.text).toEqual([status, code]);
    expect(answer.problem().detail.length).toBeGreaterThan(10);
    await nothingIsKept();
  });

  it("managers' pictures are looked at just as well", async () => {
    for (const [, type, body, status, code] of rows.slice(0, 6)) {
      const answer = await send(shop.origin, manager.token, managerPictures("product", "us"), type, body());
      expect([answer.status, answer.problem().code]).toEqual([status, code]);
    }
    await nothingIsKept();
  });

  it("an upload of 100 MB is refused before any of it is read", async () => {
    for (const [path, token, bytes] of [
      [reviewPictures, customers.kg.token, 100 * mebibyte],
      [reviewPictures, customers.us.token, 10 * mebibyte + 1],
      [managerPictures("product", "kg"), manager.token, 20 * mebibyte + 1],
      // Who does not even say who they are may send no more than any request.
      [reviewPictures, undefined, 300_000],
    ] as const) {
      const lines = [
        `POST ${path} HTTP/1.1`,
        "Host: x",
        ...(token ? [`Authorization: Bearer ${token}`] : []),
        "Content-Type: image/jpeg",
        `Content-Length: ${bytes}`,
      ];
      const { responses, closed } = await exchange(portOf(shop.origin), `${lines.join("\r\n")}\r\n\r\n`);
      expect(responses.map((response) => response.status)).toEqual([413]);
      expect((JSON.parse(responses[0]?.body ?? "") as Problem).code).toBe("http.body_too_large");
      expect(closed).toBe(true);
    }
    await nothingIsKept();
  });

  it("large uploads at once take no memory, and are gone from the disk, good, bad or cut off", async () => {
    const body = Buffer.concat([jpeg.subarray(0, 300), Buffer.alloc(9 * mebibyte, "no picture")]);
    const before = ownMemoryKb(shop.server.pid);
    let most = before;
    const watch = setInterval(() => (most = Math.max(most, ownMemoryKb(shop.server.pid))), 10);
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        send(shop.origin, customers[markets[i % 2] ?? "kg"].token, reviewPictures, "image/jpeg", body),
      ),
    );
    clearInterval(watch);
    expect(new Set(answers.map((answer) => answer.problem().code))).toEqual(new Set(["media.not_a_picture"]));
    console.log(`8 bodies of ${body.length >> 20} MB at once: ${(most - before) >> 10} MB more of the server's own`);
    expect(most - before).toBeLessThan(32 * 1024);

    const head = `POST ${reviewPictures} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${customers.kg.token}\r\n`;
    const cut = Buffer.concat([
      Buffer.from(`${head}Content-Type: image/jpeg\r\nContent-Length: ${9 * mebibyte}\r\n\r\n`),
      body.subarray(0, 4 * mebibyte),
    ]);
    await exchange(portOf(shop.origin), cut, 200);
    await eventually("no descriptor is left", () => openBodies(shop.server.pid) === 0);
    await nothingIsKept();

    // What is read in pieces is read whole: a picture larger than ordinary bodies comes out right.
    const large = noise(500, 400, 9);
    expect(large.length).toBeGreaterThan(300_000);
    const media = await sent(shop.origin, customers.us.token, reviewPictures, "image/png", large);
    expect(media).toMatchObject({ width: 500, height: 400 });
  });

  /** Files without a name in the folder of uploads that the server holds open. */
  function openBodies(pid: number): number {
    const maps = readFileSync(`/proc/${pid}/maps`, "utf8");
    return maps.split("\n").filter((line) => line.includes(storage.path)).length;
  }
});
