// A random catalogue beside the demo shop's, and random changes of both, written by SQL: what the snapshot must follow.
import type { Databases, Market } from "./layouts.js";
import { markets } from "./layouts.js";

/** Numbers that a seed repeats (mulberry32). */
export class Random {
  constructor(private state: number) {}

  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }
  chance(probability: number): boolean {
    return this.next() < probability;
  }
  pick<T>(list: readonly T[]): T {
    return list[this.between(0, list.length - 1)] as T;
  }
}

type Owner = "ALL" | "KG" | "US";
const owners: readonly Owner[] = ["ALL", "ALL", "KG", "US"];
const brands = ["Ak Bulut", "Steppe & Co", "ÉTOILE", 'nine "9"', "Тоо", "plain"];
const sizes = ["", "XS", "S", "M", "L", "38", "One size"];
const colors = ["", "burgundy", "crimson", "navy", "sky", "Ак", "sand"];
const languages = ["en", "ru", "ky"];
const day_s = 86_400;

/** The databases that hold rows of an owner, each named by one of its markets. */
function homes(databases: Databases, owner: Owner): Market[] {
  if (!databases.split) return ["kg"];
  return owner === "ALL" ? markets : [owner.toLowerCase() as Market];
}

export class RandomCatalogue {
  private made = 0;
  readonly slugs = new Map<string, Owner>();

  constructor(
    private readonly databases: Databases,
    private readonly random: Random,
  ) {}

  private async everywhere(owner: Owner, text: string, values: unknown[] = []): Promise<void> {
    for (const home of homes(this.databases, owner)) await this.databases.sql(home, text, values);
  }

  /** Categories four levels deep, one of them hidden in the middle; sizes and colours; products. */
  async grow(products: number): Promise<void> {
    for (const [owner, slug, parent, active] of [
      ["ALL", "r-outer", null, true],
      ["ALL", "r-outer-coats", "r-outer", true],
      ["ALL", "r-outer-coats-long", "r-outer-coats", true],
      ["ALL", "r-outer-coats-long-wool", "r-outer-coats-long", true],
      ["ALL", "r-hidden", "r-outer", false],
      ["ALL", "r-hidden-below", "r-hidden", true],
      ["KG", "r-felt", null, true],
      ["US", "r-denim", null, true],
    ] as Array<[Owner, string, string | null, boolean]>) {
      await this.everywhere(
        owner,
        `INSERT INTO categories (market, slug, name, parent_id, is_active, sort_order)
         VALUES ($1, $2, $2 || ' name', (SELECT id FROM categories WHERE market = $1 AND slug = $3), $4, 500)`,
        [owner, slug, parent, active],
      );
      if (this.random.chance(0.5))
        await this.everywhere(
          owner,
          `INSERT INTO category_translations SELECT market, id, 'ru', 'р ' || slug FROM categories WHERE slug = $1`,
          [slug],
        );
    }
    for (const [kind, values] of [
      ["size", ["L", "M", "S", "38"]],
      ["color", ["navy", "burgundy", "crimson"]],
    ] as Array<[string, string[]]>) {
      for (const [place, value] of values.entries()) {
        await this.everywhere(
          "ALL",
          `INSERT INTO attribute_values (market, kind, value, name, sort_order, swatch, family, size_systems)
           VALUES ('ALL', $1, $2, 'n ' || $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
          [
            kind,
            value,
            place,
            kind === "color" ? "#102030" : null,
            kind === "color" ? (value === "navy" ? "blue" : "red") : "",
            kind === "size" ? { eu: String(34 + place) } : {},
          ],
        );
      }
    }
    await this.everywhere(
      "KG",
      `INSERT INTO attribute_values (market, kind, value, name, sort_order) VALUES ('KG', 'size', 'M', 'our M', 9)`,
    );
    for (let i = 0; i < products; i += 1) await this.addProduct();
  }

  async addProduct(): Promise<void> {
    const { random } = this;
    const owner = random.pick(owners);
    const slug = `r-${(this.made += 1)}`;
    const category = random.pick(
      owner === "KG"
        ? ["r-felt", "r-outer", "r-outer-coats"]
        : owner === "US"
          ? ["r-denim", "r-outer-coats-long"]
          : ["r-outer", "r-outer-coats", "r-hidden-below"],
    );
    const below = random.pick([null, "r-outer-coats-long-wool", "r-outer-coats", "r-hidden"]);
    this.slugs.set(slug, owner);
    await this.everywhere(
      owner,
      `INSERT INTO products (market, slug, name, brand, description, category_market, category_id, subcategory_id,
         image, is_active, is_featured, is_best_seller, created_at)
       SELECT $1, $2, $3, $4, $5, c.market, c.id,
         (SELECT s.id FROM categories s WHERE s.market = c.market AND s.slug = $7), $8, $9, $10, $11,
         date_trunc('second', now()) - make_interval(secs => $12)
       FROM categories c WHERE c.slug = $6`,
      [
        owner,
        slug,
        `Thing ${slug} "${random.between(1, 9)}"`,
        random.pick(brands),
        random.chance(0.7) ? `About ${slug}\n\\` : "",
        category,
        below,
        random.chance(0.8) ? `/media/${slug}.svg` : null,
        random.chance(0.9),
        random.chance(0.2),
        random.chance(0.2),
        random.between(1, 60 * day_s),
      ],
    );
    for (const language of languages.filter(() => random.chance(0.6))) await this.translate(slug, owner, language);
    for (let i = random.between(0, 3); i > 0; i -= 1)
      for (const language of languages.filter(() => random.chance(0.7)))
        await this.everywhere(
          owner,
          `INSERT INTO product_features SELECT market, id, $2, $3::integer, $4 FROM products WHERE slug = $1`,
          [slug, language, i, `${language} feature ${i}`],
        );
    for (let i = random.between(0, 3); i > 0; i -= 1)
      await this.everywhere(
        owner,
        `INSERT INTO product_images SELECT market, id, $2::integer, $3 FROM products WHERE slug = $1`,
        [slug, i, `/media/${slug}-${i}.svg`],
      );
    for (let i = random.between(0, 5); i > 0; i -= 1) await this.addSku(slug, owner);
  }

  private async translate(slug: string, owner: Owner, language: string): Promise<void> {
    await this.everywhere(
      owner,
      `INSERT INTO product_translations SELECT market, id, $2, $3, $4 FROM products WHERE slug = $1
       ON CONFLICT (market, product_id, language) DO UPDATE
       SET name = excluded.name, description = excluded.description`,
      [
        slug,
        language,
        `${language} ${slug} ${this.random.between(1, 99)}`,
        this.random.chance(0.6) ? `${language} text` : "",
      ],
    );
  }

  private async addSku(slug: string, owner: Owner): Promise<void> {
    const { random } = this;
    const code = `${slug.toUpperCase()}-${(this.made += 1)}`;
    await this.everywhere(
      owner,
      `INSERT INTO skus (market, product_id, sku_code, size, color, variant_image, is_active, sort_order)
       SELECT market, id, $2, $3, $4, $5, $6::boolean, $7::integer FROM products WHERE slug = $1
       ON CONFLICT DO NOTHING`,
      [
        slug,
        code,
        random.pick(sizes),
        random.pick(colors),
        random.chance(0.3) ? `/media/${code}.svg` : null,
        random.chance(0.9),
        random.between(0, 3),
      ],
    );
    for (const market of markets) {
      if (owner !== "ALL" && owner.toLowerCase() !== market) continue;
      if (random.chance(0.85)) await this.offer(market, code);
    }
  }

  /** A price, with or without a sale and a past, and stock. */
  private async offer(market: Market, code: string): Promise<void> {
    const { random } = this;
    const price = random.between(500, 90_000);
    const sale = random.chance(0.5) ? Math.floor(price * 0.7) : null;
    // All moments lie hours away from now, so that none is passed while the test looks.
    const hours = (least: number, most: number) => (random.chance(0.3) ? null : random.between(least, most) * 3_600);
    const from = sale === null ? null : hours(-900, 200);
    const until = sale === null ? null : random.chance(0.4) ? null : (from ?? -7_200) + random.between(3, 900) * 3_600;
    await this.databases.sql(
      market,
      `INSERT INTO prices (market, sku_id, owner_market, currency, price_minor, original_minor, sale_minor, sale_from,
         sale_until, changed_at)
       SELECT $1, id, market, $2, $3::bigint, $4::bigint, $5::bigint,
         now() + make_interval(secs => $6) + interval '17 minutes',
         now() + make_interval(secs => $7) + interval '23 minutes', now() - make_interval(days => $8)
       FROM skus WHERE sku_code = $9 AND market IN ($1, 'ALL')`,
      [
        market.toUpperCase(),
        market === "kg" ? "KGS" : "USD",
        price,
        random.chance(0.3) ? price * 2 : null,
        sale,
        from,
        until,
        random.between(0, 50),
        code,
      ],
    );
    if (random.chance(0.6))
      await this.databases.sql(
        market,
        `INSERT INTO price_history (market, sku_id, valid_from, valid_until, price_minor, sale_minor, sale_from,
           sale_until)
         SELECT p.market, p.sku_id, p.changed_at - make_interval(days => 60 - 20 * n),
           p.changed_at - make_interval(days => 40 - 20 * n),
           $3::bigint + 100 * n, CASE WHEN n = 1 THEN $3::bigint / 2 END, NULL,
           CASE WHEN n = 1 THEN p.changed_at - make_interval(days => $4::integer) END
         FROM prices p JOIN skus k ON k.market = p.owner_market AND k.id = p.sku_id, generate_series(0, 2) AS n
         WHERE p.market = $1 AND k.sku_code = $2`,
        [market.toUpperCase(), code, price, random.between(15, 45)],
      );
    if (random.chance(0.9))
      await this.databases.sql(
        market,
        `INSERT INTO stock (market, sku_id, owner_market, on_hand) SELECT $1, id, market, $2::integer FROM skus
         WHERE sku_code = $3 AND market IN ($1, 'ALL')`,
        [market.toUpperCase(), random.pick([0, 0, 1, 5]), code],
      );
  }

  /** One change of any kind, of a product of this catalogue or of the demo shop's. */
  async change(): Promise<void> {
    const { random } = this;
    const slug = random.pick([...this.slugs.keys()]);
    const owner = this.slugs.get(slug) as Owner;
    const market = owner === "ALL" ? random.pick(markets) : (owner.toLowerCase() as Market);
    const code = market.toUpperCase();
    const skus = `(SELECT k.id FROM skus k JOIN products r ON r.market = k.market AND r.id = k.product_id
      WHERE r.slug = $2)`;
    await random.pick<() => Promise<unknown>>([
      () => this.addProduct(),
      () => this.addSku(slug, owner),
      () => this.translate(slug, owner, random.pick(languages)),
      () => this.everywhere(owner, `UPDATE products SET is_active = NOT is_active WHERE slug = $1`, [slug]),
      () =>
        this.everywhere(owner, `UPDATE products SET name = name || '!', brand = $2 WHERE slug = $1`, [
          slug,
          random.pick(brands),
        ]),
      () =>
        this.everywhere(
          owner,
          `DELETE FROM product_translations t USING products r
         WHERE r.slug = $1 AND t.market = r.market AND t.product_id = r.id AND t.language = $2`,
          [slug, random.pick(languages)],
        ),
      () => this.everywhere(owner, `UPDATE products SET subcategory_id = NULL WHERE slug = $1`, [slug]),
      () =>
        this.everywhere(
          owner,
          `DELETE FROM product_features f USING products r
         WHERE r.slug = $1 AND f.market = r.market AND f.product_id = r.id AND f.sort_order = 1`,
          [slug],
        ),
      () =>
        this.everywhere(owner, `UPDATE skus SET is_active = NOT is_active WHERE sku_code LIKE $1`, [
          `${slug.toUpperCase()}-%`,
        ]),
      () =>
        this.databases.sql(
          market,
          `UPDATE prices SET price_minor = $3, sale_minor = NULL, sale_from = NULL, sale_until = NULL,
         original_minor = NULL WHERE market = $1 AND sku_id IN ${skus}`,
          [code, slug, random.between(500, 90_000)],
        ),
      () =>
        this.databases.sql(
          market,
          `UPDATE prices SET sale_minor = price_minor / 2, sale_from = NULL, sale_until = NULL
         WHERE market = $1 AND sku_id IN ${skus}`,
          [code, slug],
        ),
      () =>
        this.databases.sql(market, `UPDATE stock SET on_hand = $3 WHERE market = $1 AND sku_id IN ${skus}`, [
          code,
          slug,
          random.pick([0, 2]),
        ]),
      () =>
        this.databases.sql(market, `DELETE FROM prices WHERE market = $1 AND sku_id IN ${skus} AND sku_id % 3 = 0`, [
          code,
          slug,
        ]),
      () =>
        this.databases.sql(
          market,
          `INSERT INTO product_stats (market, product_market, product_id, sales_count, rating_counts)
         SELECT $1, market, id, $3::integer, $4::integer[] FROM products WHERE slug = $2
         ON CONFLICT (market, product_market, product_id)
         DO UPDATE SET sales_count = excluded.sales_count, rating_counts = excluded.rating_counts`,
          [code, slug, random.between(0, 900), Array.from({ length: 5 }, () => random.between(0, 4))],
        ),
      () =>
        this.databases.sql(
          market,
          `INSERT INTO product_relations (market, product_market, product_id, kind, related_market, related_id,
             sort_order)
         SELECT $1, r.market, r.id, $3, o.market, o.id, row_number() OVER (ORDER BY o.slug) FROM products r, products o
         WHERE r.slug = $2 AND o.slug LIKE $4 AND r.id <> o.id AND r.market IN ($1, 'ALL') AND o.market IN ($1, 'ALL')
         ON CONFLICT DO NOTHING`,
          [code, slug, random.pick(["related", "goes_with"]), `r-${random.between(1, 9)}%`],
        ),
      () => this.everywhere("ALL", `UPDATE categories SET is_active = NOT is_active WHERE slug = 'r-outer-coats-long'`),
      () =>
        this.everywhere(
          "ALL",
          `UPDATE attribute_values SET sort_order = 10 - sort_order WHERE market = 'ALL' AND value <> '38'`,
        ),
      () =>
        this.databases.sql(
          market,
          `UPDATE stock SET on_hand = 0, reserved = 0 WHERE market = $1 AND sku_id % 50 = $2`,
          [code, random.between(0, 49)],
        ),
      async () => {
        await this.everywhere(owner, `DELETE FROM products WHERE slug = $1`, [slug]);
        this.slugs.delete(slug);
      },
    ])();
  }
}
