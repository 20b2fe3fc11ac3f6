// A server that dies while it keeps a picture: nothing half is ever seen, and the work goes on where it stopped.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { layouts } from "../harness/layouts.js";
import { addressOf, type Media, reviewPictures, sent, show, StorageFolder, whenReady } from "../harness/media.js";
import { headerOf, isWhole, noise } from "../harness/pictures.js";
import { MarqueServer } from "../harness/server.js";
import { customerPhones, Shop } from "../harness/shop.js";
import { eventually } from "../harness/waiting.js";

describe.each(layouts)("a crash while a picture is kept, %s", (layout) => {
  let storage: StorageFolder;
  let shop: Shop;
  beforeEach(() => {
    storage = new StorageFolder();
  });
  afterEach(async () => {
    await shop?.close();
    storage.remove();
  });

  /** Sends a picture to a server that kills itself (SIGKILL) half way through the first AVIF, then starts another. */
  async function crash(...breaks: string[]): Promise<{ token: string; media: Media }> {
    const settings = { FILE_STORAGE_DIR: storage.path };
    shop = await Shop.open(layout, { settings });
    const dying = await MarqueServer.start({
      ...shop.databases.environment,
      ...settings,
      MARQUE_BREAK: ["die_halfway", ...breaks].join(","),
    });
    // The other server must not take the work: it stops until the first one is dead.
    await shop.server.stop();
    const token = (await logIn(dying.origin)).access_token;
    const media = await sent(dying.origin, token, reviewPictures, "image/png", noise(170, 120, 31));
    await eventually("the server is dead", () => dying.hasEnded, { timeout_ms: 30_000 });
    await dying.kill();
    // A lease ends by itself after a while; this is that while.
    await shop.databases.sql("kg", "UPDATE media_files SET available_at = now()");
    await shop.restart();
    return { token, media };
  }
  async function logIn(origin: string): Promise<{ access_token: string }> {
    const answer = await fetch(`${origin}/api/v1/auth/verify-code`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ phone: customerPhones.kg, verification_code: "123456" }),
    });
    return (await answer.json()) as { access_token: string };
  }

  it("every file there is whole, and AVIF comes after all", async () => {
    const { token, media } = await crash();
    const parts = storage.files().filter((name) => name.startsWith("incoming/"));
    expect(parts).toHaveLength(1);
    const ready = await whenReady(shop, token, media);
    for (const width of ready.widths)
      for (const format of ready.formats) {
        const { body } = await show(shop.origin, addressOf(ready, width, format));
        expect(Number(headerOf(body).width), `${width}.${format}`).toBe(width);
        expect(isWhole(body)).toBe(true);
      }
    expect(storage.files().filter((name) => name.includes("master"))).toEqual([]);
  });

  it("control: written in place, half a picture is shown for ever", async () => {
    const { token, media } = await crash("write_in_place");
    const ready = await whenReady(shop, token, media);
    const { body } = await show(shop.origin, addressOf(ready, 160, "avif"));
    expect(isWhole(body)).toBe(false);
  });
});
