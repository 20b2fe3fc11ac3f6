# A large catalogue: products of market ALL in three languages with six SKUs, priced in two markets, and lists of it.
import random

CATEGORIES, SIZES, COLORS, BRANDS = 20, 12, 24, 300


def fill(database, products):
    """Adds what is missing to so many products `bench-N`; each is like all others but for its number's remainders."""
    database.sql(f"""
        INSERT INTO categories (market, slug, name)
        SELECT 'ALL', 'bench-' || n, 'Bench ' || n FROM generate_series(0, {CATEGORIES - 1}) n ON CONFLICT DO NOTHING;
        CREATE TEMP TABLE made AS
        SELECT n FROM generate_series((SELECT count(*) + 1 FROM products WHERE slug LIKE 'bench-%'), {products}) n;
        INSERT INTO products (market, slug, name, brand, description, category_market, category_id, image, created_at)
        SELECT 'ALL', 'bench-' || n, 'Linen summer dress ' || n, 'Brand ' || n * 7 % {BRANDS},
               repeat('Soft and warm. ', 10), 'ALL', c.id, '/media/bench/' || n || '.jpg',
               now() - n % 100000 * interval '1 minute'
        FROM made JOIN categories c ON c.slug = 'bench-' || n * 11 % {CATEGORIES};
        CREATE TEMP TABLE new AS SELECT r.id, m.n FROM made m JOIN products r ON r.slug = 'bench-' || m.n;
        INSERT INTO product_translations (market, product_id, language, name, description)
        SELECT 'ALL', id, l, 'Льняное летнее платье ' || n, repeat('Мягкое и тёплое. ', 10)
        FROM new, unnest('{{en,ru,ky}}'::text[]) l;
        INSERT INTO product_features (market, product_id, language, sort_order, feature_text)
        SELECT 'ALL', id, l, f, 'Feature number ' || f
        FROM new, unnest('{{en,ru,ky}}'::text[]) l, generate_series(1, 3) f;
        INSERT INTO product_images (market, product_id, sort_order, image_url)
        SELECT 'ALL', id, i, '/media/bench/' || n || '-' || i || '.jpg' FROM new, generate_series(1, 3) i;
        INSERT INTO skus (market, product_id, sku_code, size, color)
        SELECT 'ALL', id, 'BENCH-' || n || '-' || s, 'S' || (n + s) % {SIZES}, 'c' || (n * 3 + s / 3) % {COLORS}
        FROM new, generate_series(1, 6) s;
        INSERT INTO prices (market, sku_id, owner_market, currency, price_minor, original_minor)
        SELECT m.market, k.id, 'ALL', m.currency, 100000 + new.n * 7919 % 900000,
               CASE WHEN new.n % 4 = 0 THEN 1200000 END
        FROM new JOIN skus k ON k.product_id = new.id, (VALUES ('KG', 'KGS'), ('US', 'USD')) AS m(market, currency);
        INSERT INTO stock (market, sku_id, owner_market, on_hand)
        SELECT m.market, k.id, 'ALL', (k.id % 9)::integer
        FROM new JOIN skus k ON k.product_id = new.id, (VALUES ('KG'), ('US')) AS m(market);
        INSERT INTO product_stats (market, product_market, product_id, sales_count, rating_counts)
        SELECT m.market, 'ALL', id, n * 31 % 1000, ARRAY[n % 3, n % 5, n % 7, n % 11, n % 13]
        FROM new, (VALUES ('KG'), ('US')) AS m(market);
        DELETE FROM catalog_changes;""")
    database.sql("VACUUM (ANALYZE)")


def queries(count):
    """So many different lists: market, category, one or two sizes, a range of prices, a sort, often a later page."""
    numbers, seen = random.Random(42), {}
    sorts = ["popular", "newest", "price_asc", "price_desc", "rating", "discount"]
    while len(seen) < count:
        low = numbers.randrange(1000, 5000, 50)
        size = numbers.randrange(SIZES)
        seen[f"/api/v1/products?market={numbers.choice(['kg', 'us'])}&category=bench-{numbers.randrange(CATEGORIES)}"
             f"&size=S{size},S{(size + 5) % SIZES}&price_min={low}&price_max={low + numbers.randrange(1000, 4000, 50)}"
             f"&sort={numbers.choice(sorts)}&limit=20&offset={numbers.choice([0, 0, 0, 20, 40])}"] = True
    return list(seen)


def slugs(database, count):
    return [row[0] for row in database.sql("SELECT slug FROM products WHERE slug LIKE 'bench-%' "
                                           f"ORDER BY md5(slug) LIMIT {count}")]
