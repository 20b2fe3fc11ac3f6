#!/usr/bin/env python3
"""How long `marque market add` takes with 10,000 products, and how long until a running server serves the new market:
in one database, and in the split layout, where the shared rows are carried into the new market's own database.
Usage: bench/market_add.py [--products N]; MARQUE_BINARY names another binary than the release build."""
import argparse
import os
import resource
import shutil
import sys
import tempfile
import time

from harness.database import Database
from harness.processes import BenchError, wait_until
from harness.servers import HEADERS, Marque, fetch

PROJECT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LIMIT_S = 5.0
ADD = ["market", "add", "KZ", "--name", "Kazakhstan", "--prefix", "+77", "--currency", "KZT", "--timezone",
       "Asia/Almaty", "--languages", "ru,kk,en", "--like", "KG"]


def fill(database, name, products, markets):
    """Products of market ALL: three languages, twelve features, four pictures, six SKUs, priced and in stock."""
    offers = ", ".join(f"('{market}', '{currency}')" for market, currency in markets)
    database.sql(f"""
        INSERT INTO products (market, slug, name, brand, description, category_market, category_id)
        SELECT 'ALL', 'bench-' || n, 'Product ' || n, 'Brand ' || n % 50, repeat('Soft and warm. ', 12), 'ALL',
               (SELECT min(id) FROM categories WHERE market = 'ALL' AND parent_id IS NULL)
        FROM generate_series(1, {products}) n;
        CREATE TEMP TABLE made AS SELECT id FROM products WHERE slug LIKE 'bench-%';
        INSERT INTO product_translations (market, product_id, language, name, description)
        SELECT 'ALL', id, l, 'Product ' || id, repeat('Soft and warm. ', 12)
        FROM made, unnest('{{en,ru,ky}}'::text[]) l;
        INSERT INTO product_features (market, product_id, language, sort_order, feature_text)
        SELECT 'ALL', id, l, n, 'Feature ' || n FROM made, unnest('{{en,ru,ky}}'::text[]) l, generate_series(1, 4) n;
        INSERT INTO product_images (market, product_id, sort_order, image_url)
        SELECT 'ALL', id, n, '/media/bench/' || id || '-' || n || '.jpg' FROM made, generate_series(1, 4) n;
        INSERT INTO skus (market, product_id, sku_code, size, color)
        SELECT 'ALL', id, 'BENCH-' || id || '-' || n, 'S' || n, 'blue' FROM made, generate_series(1, 6) n;
        INSERT INTO prices (market, sku_id, owner_market, currency, price_minor)
        SELECT m.market, k.id, 'ALL', m.currency, 100000 + k.id
        FROM skus k, (VALUES {offers}) AS m(market, currency) WHERE k.sku_code LIKE 'BENCH-%';
        INSERT INTO stock (market, sku_id, owner_market, on_hand)
        SELECT p.market, p.sku_id, 'ALL', 5 FROM prices p JOIN skus k ON k.id = p.sku_id
        WHERE k.sku_code LIKE 'BENCH-%';""", database=name)
    database.sql("VACUUM (ANALYZE)", database=name)


def known(port):
    """A draft is refused by its name; before, there was no such market."""
    return fetch(port, "/api/v1/products", HEADERS | {"X-Market": "kz"})[0] == 403


def cpu_of(database):
    """Seconds of CPU of PostgreSQL and of the commands that have ended."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return database.cpu_seconds() + ended.ru_utime + ended.ru_stime


def measure(marque, database, label):
    marque.start()
    try:
        cpu_s = -cpu_of(database)
        started = time.monotonic()
        marque.run(*ADD)
        added_s = time.monotonic() - started
        cpu_s += cpu_of(database)
        wait_until(lambda: known(marque.port), "the new market", step_s=0.005)
        served_s = time.monotonic() - started
    finally:
        marque.stop()
    verdict = "yes" if added_s <= LIMIT_S else "NO"
    print(f"{label}: added in {added_s:.2f} s ({cpu_s:.2f} s of CPU), "
          f"known to a running server after {served_s:.2f} s; at most {LIMIT_S:.0f} s: {verdict}")
    return added_s


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, default=10_000)
    products = parser.parse_args().products
    binary = os.environ.get("MARQUE_BINARY", os.path.join(PROJECT, "build/release/src/app/marque"))
    folder = tempfile.mkdtemp(prefix="marque-bench-")
    os.chmod(folder, 0o755)
    database = Database(folder)
    try:
        database.start()
        one = Marque(binary, folder, {"DATABASE_URL": database.url})
        one.run("migrate_and_seed", "--no-sales")
        fill(database, "marque", products, [("KG", "KGS"), ("US", "USD")])
        slowest = measure(one, database, "one database")

        for name in ("kg", "us", "kz"):
            database.sql(f"CREATE DATABASE {name}", database="postgres")
        url = {name: database.url.replace("/marque?", f"/{name}?") for name in ("kg", "us", "kz")}
        split = Marque(binary, folder, {f"DATABASE_URL_MARQUE_{name.upper()}": url[name] for name in ("kg", "us")})
        split.run("migrate_and_seed", "--no-sales")
        fill(database, "kg", products, [("KG", "KGS")])
        split.environment["DATABASE_URL_MARQUE_KZ"] = url["kz"]
        slowest = max(slowest, measure(split, database, "database per market, empty before"))
    except BenchError as error:
        sys.exit(f"bench: {error}")
    finally:
        database.stop()
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(0 if slowest <= LIMIT_S else 1)


if __name__ == "__main__":
    main()
