// What the catalogue must answer, worked out from the tables a second time and in another way: every row of a market is
// read and joined here, and nothing is shared with the server but the rules.
import {
  amount,
  type Category,
  day_us,
  type Filter,
  heldBy,
  number,
  off,
  type Product,
  type Row,
  type Sku,
  type SortName,
  text,
} from "./catalogue_rows.js";
import type { Databases, Market } from "./layouts.js";

export class CatalogueModel {
  products: Product[] = [];
  private categories = new Map<number, Category>();
  private rows: Record<string, Row[]> = {};
  private byProduct = new Map<string, Map<number, Row[]>>();

  private constructor(
    readonly market: Market,
    readonly languages: string[],
    readonly now: number,
  ) {}

  static async read(databases: Databases, market: Market): Promise<CatalogueModel> {
    const code = market.toUpperCase();
    const [info] = await databases.sql<{ languages: string[]; now: string }>(
      market,
      "SELECT languages, extract(epoch FROM now()) * 1000000 AS now FROM markets WHERE code = $1",
      [code],
    );
    const model = new CatalogueModel(market, info?.languages ?? [], Number(info?.now));
    const us = (column: string) => `(extract(epoch FROM ${column}) * 1000000)::bigint AS ${column}`;
    const columns: Record<string, string> = {
      products: `*, ${us("created_at")}`,
      prices: `*, ${["sale_from", "sale_until", "changed_at"].map(us).join(", ")}`,
      price_history: `*, ${["valid_from", "valid_until", "sale_from", "sale_until"].map(us).join(", ")}`,
    };
    for (const table of [
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
      "product_stats",
      "product_relations",
      "attribute_values",
      "attribute_value_translations",
    ]) {
      model.rows[table] = await databases.sql(
        market,
        `SELECT ${columns[table] ?? "*"} FROM ${table} WHERE market IN ($1, 'ALL') ORDER BY market = 'ALL' DESC`,
        [code],
      );
    }
    model.join();
    return model;
  }

  private table(name: string): Row[] {
    return this.rows[name] ?? [];
  }

  /** The rows of a table that belong to one product. */
  private rowsOf(name: string, product: Product): Row[] {
    let byProduct = this.byProduct.get(name);
    if (!byProduct) {
      byProduct = new Map<number, Row[]>();
      for (const row of this.table(name)) {
        const rows = byProduct.get(number(row.product_id)) ?? [];
        rows.push(row);
        byProduct.set(number(row.product_id), rows);
      }
      this.byProduct.set(name, byProduct);
    }
    return byProduct.get(product.id) ?? [];
  }

  private join(): void {
    const active = new Map(
      this.table("categories")
        .filter((row) => row.is_active)
        .map((row) => [number(row.id), row]),
    );
    const shown = (row: Row | undefined): boolean =>
      row !== undefined && (row.parent_id === null || shown(active.get(number(row.parent_id))));
    for (const row of active.values())
      if (shown(row))
        this.categories.set(number(row.id), {
          id: number(row.id),
          slug: String(row.slug),
          parent: row.parent_id === null ? null : number(row.parent_id),
          row,
        });
    const skus = this.skusByProduct();
    const stats = new Map(this.table("product_stats").map((row) => [number(row.product_id), row]));
    for (const row of this.table("products")) {
      const id = number(row.id);
      const own = skus.get(id) ?? [];
      const category = this.categories.get(number(row.category_id));
      if (!row.is_active || own.length === 0 || !category) continue;
      const subcategory =
        row.subcategory_id === null ? null : (this.categories.get(number(row.subcategory_id)) ?? null);
      own.sort((a, b) => a.sort - b.sort || a.id - b.id);
      const cheapest = own.reduce((best, sku) => (sku.price < best.price ? sku : best));
      const stars = (stats.get(id)?.rating_counts ?? [0, 0, 0, 0, 0]) as number[];
      const reviews = stars.reduce((sum, count) => sum + count, 0);
      const sum = stars.reduce((total, count, i) => total + count * (i + 1), 0);
      this.products.push({
        id,
        slug: String(row.slug),
        row,
        skus: own,
        cheapest,
        category,
        subcategory,
        in_stock: own.some((sku) => sku.in_stock),
        inside: new Set([...this.path(category), ...(subcategory ? this.path(subcategory) : [])]),
        sales: number(stats.get(id)?.sales_count ?? 0),
        reviews,
        rating: reviews === 0 ? 0 : Math.round((100 * sum) / reviews) / 100,
        discount: off(cheapest.price, cheapest.original),
      });
    }
  }

  private skusByProduct(): Map<number, Sku[]> {
    const prices = new Map(this.table("prices").map((row) => [number(row.sku_id), row]));
    const stock = new Map(this.table("stock").map((row) => [number(row.sku_id), row]));
    const history = new Map<number, Row[]>();
    for (const row of this.table("price_history"))
      history.set(number(row.sku_id), [...(history.get(number(row.sku_id)) ?? []), row]);
    const byProduct = new Map<number, Sku[]>();
    for (const row of this.table("skus")) {
      const id = number(row.id);
      const price = prices.get(id);
      if (!row.is_active || !price) continue;
      const from = price.sale_from === null ? -Infinity : number(price.sale_from);
      const until = price.sale_until === null ? Infinity : number(price.sale_until);
      const on = price.sale_minor !== null && from <= this.now && this.now < until;
      const now = on ? number(price.sale_minor) : number(price.price_minor);
      const set = price.original_minor === null ? null : number(price.original_minor);
      const original = on ? (set ?? number(price.price_minor)) : set;
      const changed = number(price.changed_at);
      const began = on ? Math.max(changed, from) : changed;
      const window = began - 30 * day_us;
      const held = [
        ...heldBy(price, changed, this.now),
        ...(history.get(id) ?? []).flatMap((past) => heldBy(past, number(past.valid_from), number(past.valid_until))),
      ].filter((time) => time.from < began && time.until > window && time.until > time.from);
      const sku: Sku = {
        id,
        code: String(row.sku_code),
        size: String(row.size),
        color: String(row.color),
        image: text(row.variant_image),
        sort: number(row.sort_order),
        price: now,
        original,
        lowest:
          original !== null && original > now && held.length > 0 ? Math.min(...held.map((time) => time.minor)) : null,
        sale_until: on && until !== Infinity ? until : null,
        in_stock: Boolean(stock.get(id)?.in_stock),
      };
      byProduct.set(number(row.product_id), [...(byProduct.get(number(row.product_id)) ?? []), sku]);
    }
    return byProduct;
  }

  /** Slugs from the top down. */
  private path(category: Category): string[] {
    const above = category.parent === null ? undefined : this.categories.get(category.parent);
    return [...(above ? this.path(above) : []), category.slug];
  }

  private localText(product: Product, language: string, column: "name" | "description"): string {
    const rows = this.rowsOf("product_translations", product);
    for (const wanted of [language, this.languages[0]]) {
      const found = rows.find((row) => row.language === wanted)?.[column];
      if (found) return String(found);
    }
    return String(product.row[column]);
  }

  private features(product: Product, language: string): string[] {
    const rows = this.rowsOf("product_features", product);
    for (const wanted of [language, this.languages[0], "en"]) {
      const found = rows.filter((row) => row.language === wanted);
      if (found.length > 0)
        return found.sort((a, b) => number(a.sort_order) - number(b.sort_order)).map((row) => String(row.feature_text));
    }
    return [];
  }

  private attribute(kind: string, value: string): Row | undefined {
    // The market's own word stands behind that of ALL in the rows.
    return this.table("attribute_values")
      .filter((row) => row.kind === kind && row.value === value)
      .at(-1);
  }

  private attributeName(kind: string, value: string, language: string): string {
    const rows = this.table("attribute_value_translations").filter((row) => row.kind === kind && row.value === value);
    for (const wanted of [language, this.languages[0]]) {
      const found = rows.filter((row) => row.language === wanted).at(-1);
      if (found) return String(found.name);
    }
    return String(this.attribute(kind, value)?.name ?? value);
  }

  /** Values of SKUs in the order in which they are shown. */
  private ordered(kind: "size" | "color", values: Iterable<string>): string[] {
    const place = (value: string) => number(this.attribute(kind, value)?.sort_order ?? 2 ** 31);
    return [...new Set(values)]
      .filter((value) => value !== "")
      .sort((a, b) => place(a) - place(b) || Buffer.compare(Buffer.from(a), Buffer.from(b)));
  }

  private family(color: string): string {
    return String(this.attribute("color", color)?.family ?? "");
  }

  card(product: Product, language: string): Row {
    const { row, cheapest } = product;
    const currency = this.market === "kg" ? "KGS" : "USD";
    return {
      id: String(product.id),
      slug: product.slug,
      name: this.localText(product, language, "name"),
      brand: row.brand,
      market: String(row.market).toLowerCase(),
      category: product.category.slug,
      subcategory: product.subcategory?.slug ?? null,
      category_path: this.path(product.subcategory ?? product.category),
      price: amount(cheapest.price),
      original_price: amount(cheapest.original),
      discount: product.discount,
      lowest_price_30_days: amount(cheapest.lowest),
      currency,
      image: row.image,
      rating: product.rating,
      reviews_count: product.reviews,
      sales_count: product.sales,
      in_stock: product.in_stock,
      is_featured: row.is_featured,
      is_best_seller: row.is_best_seller,
      created_at: number(row.created_at),
    };
  }

  detail(product: Product, language: string): Row {
    const skus = product.skus.map((sku) => ({
      id: String(sku.id),
      sku_code: sku.code,
      size: sku.size,
      color: sku.color,
      price: amount(sku.price),
      original_price: amount(sku.original),
      discount: off(sku.price, sku.original),
      lowest_price_30_days: amount(sku.lowest),
      sale_until: sku.sale_until,
      in_stock: sku.in_stock,
      variant_image: sku.image,
    }));
    const related = (kind: string) =>
      this.rowsOf("product_relations", product)
        .filter((row) => row.kind === kind)
        .sort((a, b) => number(a.sort_order) - number(b.sort_order) || number(a.related_id) - number(b.related_id))
        .filter((row, i, rows) => rows.findIndex((other) => other.related_id === row.related_id) === i)
        .map((row) => this.products.find((other) => other.id === number(row.related_id)))
        .filter((other) => other !== undefined)
        .map((other) => this.card(other, language));
    const images = this.rowsOf("product_images", product);
    return {
      ...this.card(product, language),
      description: this.localText(product, language, "description"),
      sale_until: product.cheapest.sale_until,
      images: images.sort((a, b) => number(a.sort_order) - number(b.sort_order)).map((row) => row.image_url),
      features: this.features(product, language),
      sizes: this.ordered(
        "size",
        product.skus.map((sku) => sku.size),
      ).map((value) => ({
        value,
        name: this.attributeName("size", value, language),
        systems: this.attribute("size", value)?.size_systems ?? {},
      })),
      colors: this.ordered(
        "color",
        product.skus.map((sku) => sku.color),
      ).map((value) => ({
        value,
        name: this.attributeName("color", value, language),
        swatch: this.attribute("color", value)?.swatch ?? null,
        family: this.family(value) || null,
      })),
      skus,
      related: related("related"),
      goes_with: related("goes_with"),
    };
  }

  /** Whether one SKU is all that is asked of it: in stock, of a size, a colour and a price. */
  private suits(sku: Sku, filter: Filter): boolean {
    return (
      (filter.in_stock === false || sku.in_stock) &&
      (!filter.size || filter.size.includes(sku.size)) &&
      (!filter.color || filter.color.includes(sku.color) || filter.color.includes(this.family(sku.color))) &&
      (filter.price_min === undefined || sku.price >= filter.price_min * 100) &&
      (filter.price_max === undefined || sku.price <= filter.price_max * 100)
    );
  }

  private fits(product: Product, filter: Filter): boolean {
    return (
      product.skus.some((sku) => this.suits(sku, filter)) &&
      (!filter.category || filter.category.some((slug) => product.inside.has(slug))) &&
      (!filter.brand || filter.brand.includes(String(product.row.brand))) &&
      (filter.discount === undefined || product.discount >= filter.discount) &&
      (filter.rating === undefined || product.rating >= filter.rating) &&
      (!filter.is_new || number(product.row.created_at) >= this.now - 30 * day_us)
    );
  }

  list(filter: Filter, sort: SortName = "popular"): Product[] {
    const key: Record<SortName, (product: Product) => number[]> = {
      popular: (product) => [-product.sales],
      newest: (product) => [-number(product.row.created_at)],
      price_asc: (product) => [product.cheapest.price],
      price_desc: (product) => [-product.cheapest.price],
      rating: (product) => [-product.rating, -product.reviews],
      discount: (product) => [-product.discount],
    };
    const keys = new Map(this.products.map((product) => [product, [...key[sort](product), product.id]]));
    return this.products
      .filter((product) => this.fits(product, filter))
      .sort((a, b) => {
        const [left, right] = [keys.get(a) ?? [], keys.get(b) ?? []];
        const differs = left.findIndex((value, i) => value !== right[i]);
        return differs < 0 ? 0 : (left[differs] ?? 0) - (right[differs] ?? 0);
      });
  }

  /** How many products each value would leave, as `{value: count}` for each facet. */
  facets(filter: Filter): Record<string, unknown> {
    const tally = (products: Product[], of: (product: Product) => Iterable<string>) => {
      const counts: Record<string, number> = {};
      for (const product of products)
        for (const value of new Set(of(product))) if (value !== "") counts[value] = (counts[value] ?? 0) + 1;
      return counts;
    };
    const count = (own: keyof Filter, of: (product: Product) => Iterable<string>) =>
      tally(this.list({ ...filter, [own]: undefined }), of);
    const countSkus = (own: "size" | "color", of: (sku: Sku) => string) => {
      const others = { ...filter, [own]: undefined };
      return tally(this.list(others), (product) => product.skus.filter((sku) => this.suits(sku, others)).map(of));
    };
    // A word asks for the colour and the family of that name, and is offered where there is the one it is offered as.
    const countColors = (of: (sku: Sku) => string) =>
      Object.fromEntries(
        Object.keys(countSkus("color", of)).map((word) => [word, this.list({ ...filter, color: [word] }).length]),
      );
    const atLeast = (own: "rating" | "discount", steps: number[]) =>
      steps.map((step) => this.list({ ...filter, [own]: step }).length);
    const anyPrice = { ...filter, price_min: undefined, price_max: undefined };
    const prices = this.list(anyPrice).flatMap((one) =>
      one.skus.filter((sku) => this.suits(sku, anyPrice)).map((sku) => sku.price),
    );
    const available = this.list({ ...filter, in_stock: true }).length;
    return {
      categories: count("category", (product) => product.inside),
      brands: count("brand", (product) => [String(product.row.brand)]),
      sizes: countSkus("size", (sku) => sku.size),
      colors: countColors((sku) => sku.color),
      color_families: countColors((sku) => this.family(sku.color)),
      price: prices.length === 0 ? null : { min: Math.min(...prices) / 100, max: Math.max(...prices) / 100 },
      ratings: atLeast("rating", [4, 3, 2, 1]),
      discounts: atLeast("discount", [70, 50, 30, 20, 10]),
      in_stock: available,
      sold_out: this.list({ ...filter, in_stock: false }).length - available,
      is_new: this.list({ ...filter, is_new: true }).length,
    };
  }
}
