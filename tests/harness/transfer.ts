// Files for imports, and what a database holds before and after them.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Databases, Market } from "./layouts.js";
import { markets } from "./layouts.js";
import { marque } from "./server.js";

/** A folder of small files, gone with close(). */
export class Files {
  private readonly folder = mkdtempSync(join(tmpdir(), "marque-test-files-"));

  write(name: string, content: string | Buffer): string {
    const path = join(this.folder, name);
    writeFileSync(path, content);
    return path;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export const csv = (rows: string[]) => `${rows.join("\n")}\n`;
/** The columns of a small file of products. */
export const header = "sku,slug,name,category,color,price,stock";

/** Every table that an import could touch, except the rows that say that there was an import. */
const tables = [
  "categories",
  "category_translations",
  "products",
  "product_translations",
  "product_features",
  "product_images",
  "skus",
  "prices",
  "price_history",
  "stock",
  "stock_ledger",
  "reviews",
  "catalog_changes",
  "jobs",
  "job_refusals",
];

/** A checksum of every row of every such table, in every database. */
export async function checksum(databases: Databases, only: string[] = tables): Promise<Record<string, string>> {
  const sums: Record<string, string> = {};
  for (const market of databases.split ? markets : (["kg"] as Market[])) {
    for (const table of only) {
      const [row] = await databases.sql<{ sum: string }>(
        market,
        `SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, E'\\n' ORDER BY t::text)), '') AS sum
         FROM ${table} t`,
      );
      sums[`${market} ${table}`] = row?.sum ?? "";
    }
  }
  return sums;
}

export const catalogueTables = tables.filter((name) => !["catalog_changes", "jobs", "job_refusals"].includes(name));

export const importFile = (databases: Databases, subject: string, file: string, ...options: string[]) =>
  marque(["import", subject, file, ...options], databases.environment, 120_000);
