// Pictures in a bucket: signed as Amazon signs, tried again where that helps, refused clearly where it does not.
import { afterEach, describe, expect, it } from "vitest";
import { raw } from "../harness/api.js";
import { accessKey, Bucket } from "../harness/bucket.js";
import { layouts } from "../harness/layouts.js";
import { addressOf, type Media, reviewPictures, send, sent, show, StorageFolder, whenReady } from "../harness/media.js";
import { png, quartered } from "../harness/pictures.js";
import { marque, MarqueServer } from "../harness/server.js";
import { customerPhones, Shop } from "../harness/shop.js";
import { eventually } from "../harness/waiting.js";

const secret = "secret/of+the/bucket0000000000000000000";

describe("pictures in a bucket", () => {
  let shop: Shop | undefined;
  let bucket: Bucket | undefined;
  let folder: StorageFolder | undefined;
  afterEach(async () => {
    await shop?.close();
    await bucket?.stop();
    folder?.remove();
    shop = bucket = folder = undefined;
  });
  async function open(pathStyle: boolean, layout: (typeof layouts)[number], key = secret) {
    bucket = await Bucket.start({ pathStyle, secret });
    folder = new StorageFolder();
    const settings = { ...bucket.settings(key), FILE_STORAGE_DIR: folder.path, MEDIA_TENDING_SECONDS: "1" };
    shop = await Shop.open(layout, { settings });
    const { token } = await shop.logIn(customerPhones.kg);
    return { shop, bucket, folder, token };
  }

  it.each([
    ["the bucket in the path", true, "one database"],
    ["the bucket in the host", false, "database per market"],
  ] as const)("[R124] %s: kept, shown, made AVIF of, removed", async (_, pathStyle, layout) => {
    const { shop, bucket, folder, token } = await open(pathStyle, layout);
    const media = await sent(shop.origin, token, reviewPictures, "image/png", quartered(200, 120));
    const ready = await whenReady(shop, token, media);
    const [, , , , hash = ""] = ready.url.split("/");
    const names = [160, 200].flatMap((width) =>
      ["avif", "jpg", "webp"].map((format) => `kg/${hash}/${width}.${format}`),
    );
    expect([...bucket.objects.keys()].sort()).toEqual(names.sort());
    for (const name of names) {
      const object = bucket.objects.get(name);
      expect(object?.type).toBe(name.endsWith("jpg") ? "image/jpeg" : `image/${name.split(".").pop()}`);
      expect(object?.cacheControl).toBe("public, max-age=31536000, immutable");
      const seen = await show(shop.origin, `/media/pictures/${name}`);
      expect(seen.body.equals(object?.body ?? Buffer.alloc(0))).toBe(true);
    }
    expect((await show(shop.origin, addressOf(ready, 320, "webp"))).status).toBe(404);
    expect(folder.files()).toEqual([]);
    expect(bucket.answers.filter((answer) => answer.endsWith("403"))).toEqual([]);

    const past = "now() - interval '25 hours'";
    await shop.databases.sql("kg", `UPDATE media SET touched_at = ${past}`);
    await shop.databases.sql("kg", `UPDATE media_files SET touched_at = ${past}`);
    await eventually("the bucket is empty", () => bucket.objects.size === 0);
  });

  it("passing trouble is overcome; lasting trouble is a 503 and leaves no upload", async () => {
    const { shop, bucket, token } = await open(true, "one database");
    bucket.troubles.push(503, 500);
    const first = await sent(shop.origin, token, reviewPictures, "image/png", png(100, 60));
    expect(bucket.answers.slice(0, 3)).toEqual(["PUT 503", "PUT 500", "PUT 200"]);
    await whenReady(shop, token, first);

    bucket.troubles.push(500, 500, 500);
    const answer = await send(shop.origin, token, reviewPictures, "image/png", png(101, 60));
    expect([answer.status, answer.problem().code]).toEqual([503, "media.storage_unavailable"]);
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await shop.databases.count("kg", "SELECT count(*) FROM media")).toBe(1);
    // What was claimed and not kept is no upload; the same picture again makes it one.
    const again: Media = await sent(shop.origin, token, reviewPictures, "image/png", png(101, 60));
    await whenReady(shop, token, again);

    bucket.troubles.push(...Array.from({ length: 3 }, () => 503));
    expect((await raw(shop.origin, "GET", addressOf(first, 100, "webp"))).problem().code).toBe(
      "media.storage_unavailable",
    );
  });

  it("control: with another secret nothing is taken, and neither secret is in the log", async () => {
    const other = "another/secret000000000000000000000000000";
    const { shop, bucket, token } = await open(true, "one database", other);
    const answer = await send(shop.origin, token, reviewPictures, "image/png", png(100, 60));
    expect([answer.status, answer.problem().code]).toEqual([503, "media.storage_unavailable"]);
    expect(bucket.answers).toEqual(["PUT 403"]); // a refusal is not tried again
    expect(bucket.objects.size).toBe(0);
    const line = shop.server.logs.find((entry) => entry.event === "media.bucket_failed");
    expect(line?.what).toBe("403 Refused");
    expect(shop.server.output.includes(other) || shop.server.output.includes("Signature=")).toBe(false);
  });

  it("what is missing is named, and nothing is served without it; secrets are not shown", async () => {
    const settings = { ENVIRONMENT: "development", FILE_STORAGE_PROVIDER: "s3", FILE_STORAGE_S3_SECRET_KEY: secret };
    await expect(MarqueServer.start(settings)).rejects.toThrow(
      /S3_ENDPOINT is missing[^]*S3_BUCKET is missing[^]*S3_ACCESS_KEY is missing/,
    );
    const shown = await marque(["config"], { ...settings, FILE_STORAGE_S3_ACCESS_KEY: accessKey });
    expect(shown.stdout).toContain("FILE_STORAGE_S3_SECRET_KEY");
    expect(shown.stdout.includes(secret) || shown.stdout.includes(accessKey)).toBe(false);
    await expect(MarqueServer.start({ FILE_STORAGE_PROVIDER: "ftp" })).rejects.toThrow("must be one of: local, s3");
  });
});
