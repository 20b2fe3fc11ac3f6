// Sending pictures and looking at what became of them: over HTTP, on disk and in the tables.
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import type { components } from "../api/generated/schema.js";
import { raw, type RawAnswer } from "./api.js";
import { type Market, markets } from "./layouts.js";
import { png } from "./pictures.js";
import type { Caller, Shop } from "./shop.js";
import { eventually } from "./waiting.js";

export type Media = components["schemas"]["MediaView"];

export const reviewPictures = "/api/v1/media";
export const managerPictures = (purpose: string, market: Market) =>
  `/api/v1/manager/media?purpose=${purpose}&market=${market}`;

export function send(origin: string, token: string, path: string, type: string, body: Buffer): Promise<RawAnswer> {
  return raw(origin, "POST", path, { token, body: new Uint8Array(body), headers: { "Content-Type": type } });
}

/** The answer to an upload that must succeed. */
export async function sent(origin: string, token: string, path: string, type: string, body: Buffer): Promise<Media> {
  const answer = await send(origin, token, path, type, body);
  if (answer.status !== 201) throw new Error(`${path} answered ${answer.status}: ${answer.text}`);
  return answer.json() as Media;
}

export const addressOf = (media: Media, width: number, format: string) =>
  media.url_template.replace("{width}", String(width)).replace("{format}", format);

export interface Shown {
  status: number;
  headers: Headers;
  body: Buffer;
}

export async function show(origin: string, path: string, headers: Record<string, string> = {}): Promise<Shown> {
  const answer = await fetch(origin + path, { headers });
  return { status: answer.status, headers: answer.headers, body: Buffer.from(await answer.arrayBuffer()) };
}

/** A folder for uploads that outlives a server. */
export class StorageFolder {
  readonly path = mkdtempSync(join(tmpdir(), "marque-test-storage-"));

  /** Every file below, pictures being written and bodies being received among them. */
  files(): string[] {
    if (!existsSync(this.path)) return [];
    return readdirSync(this.path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(this.path, join(entry.parentPath, entry.name)))
      .sort();
  }
  sizes(): Record<string, number> {
    return Object.fromEntries(this.files().map((name) => [name, statSync(join(this.path, name)).size]));
  }
  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** How many rows speak of pictures, in both markets together. */
export async function rowsOfMedia(shop: Shop): Promise<number> {
  let rows = 0;
  for (const market of markets)
    for (const table of ["media", "media_files"])
      rows += await shop.databases.count(market, `SELECT count(*) FROM ${table} WHERE market = $1`, [
        market.toUpperCase(),
      ]);
  return rows;
}

/** Waits until AVIF is there, too. */
export function whenReady(shop: Shop, token: string, media: Media): Promise<Media> {
  return eventually(
    "AVIF",
    async () => {
      const answer = await raw(shop.origin, "GET", `${reviewPictures}/${media.id}`, { token });
      const seen = answer.json() as Media;
      return seen.state === "ready" && seen;
    },
    { timeout_ms: 60_000 },
  );
}

/** A picture's whole life, and two that go wrong: for the test that wants every statement to have run. */
export async function walkMedia(shop: Shop, { token }: Caller): Promise<void> {
  const media = await sent(shop.origin, token, reviewPictures, "image/png", png(30, 20));
  await whenReady(shop, token, media);
  const plant = (hash: string, state: string) =>
    shop.databases.sql(
      "kg",
      `INSERT INTO media_files (market, hash, state, width, height, widths, color)
       VALUES ('KG', $1, $2, 30, 20, '{30}', '#808080')`,
      [hash, state],
    );
  await plant("a".repeat(64), "processing"); // without files
  await plant("b".repeat(64), "removing");
  await eventually("one has failed, the other is gone", () =>
    shop.databases
      .count(
        "kg",
        "SELECT count(*) FILTER (WHERE failures = 1) - count(*) FILTER (WHERE state = 'removing') FROM media_files",
      )
      .then((count) => count === 1),
  );
}
