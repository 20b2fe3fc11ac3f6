#!/usr/bin/env python3
"""How long an import of 35,581 real rows takes, beside \\copy of the same rows into a bare table of the same database.
Each round does both, one after the other; the ratio is of the medians.
Usage: bench/import_catalog.py [--file PATH of fashion_styles.csv.gz] [--rounds N, 3] [--rows N, all] [--binary PATH]"""
import argparse
import csv
import gzip
import os
import shutil
import statistics
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness.database import Database  # noqa: E402
from harness.processes import BenchError, run  # noqa: E402
from harness.servers import Marque  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SHARED = os.environ.get("MARQUE_SHARED_DATA", os.path.join(ROOT, "..", "shared", "data"))
OPTIONS = ["--format", "fashion-styles", "--market", "us", "--set", "price=19.90", "--set", "stock=3", "--set",
           "brand=Various"]


def read_rows(path, limit):
    """Rows as the importer takes them: those with commas outside quotes are refused by it and left out here."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    header, rows = rows[0], rows[1:]
    whole = [row for row in rows if len(row) == len(header)]
    return header, whole[:limit] if limit else whole


def write_rows(path, header, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header] + rows)


def copy_rows(database, path, header):
    columns = ", ".join(f'"{name}" text' for name in header)
    database.sql(f"DROP TABLE IF EXISTS bare; CREATE TABLE bare ({columns})")
    began = time.monotonic()
    database.sql(f"\\copy bare FROM '{path}' (FORMAT csv, HEADER)")
    return time.monotonic() - began


def import_rows(marque, path):
    began = time.monotonic()
    marque.run("import", "products", path, *OPTIONS)
    return time.monotonic() - began


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--file", default=os.path.join(SHARED, "catalog/fashion_styles.csv.gz"))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rows", type=int, default=0)
    parser.add_argument("--binary", default=os.path.join(ROOT, "build/release/src/app/marque"))
    options = parser.parse_args()
    if not os.path.exists(options.file):
        sys.exit(f"import_catalog: there is no {options.file}; --file names it")
    folder = tempfile.mkdtemp(prefix="mi-", dir="/tmp")
    os.chmod(folder, 0o755)
    database = Database(folder)
    marque = Marque(os.path.abspath(options.binary), folder, {"DATABASE_URL": database.url})
    path = os.path.join(folder, "rows.csv")
    copied, imported, again = [], [], []
    try:
        header, rows = read_rows(options.file, options.rows)
        write_rows(path, header, rows)
        database.start()
        marque.run("migrate_and_seed", "--no-demo")
        for _ in range(options.rounds):
            database.sql("TRUNCATE products, categories, jobs CASCADE")
            database.settle()
            copied.append(copy_rows(database, path, header))
            imported.append(import_rows(marque, path))
            again.append(import_rows(marque, path))
        found = int(database.sql("SELECT count(*) FROM skus")[0][0])
        if found != len(rows):
            raise BenchError(f"{found} SKUs came of {len(rows)} rows")
    except BenchError as error:
        sys.exit(f"import_catalog: {error}")
    finally:
        database.stop()
        shutil.rmtree(folder, ignore_errors=True)
    copy, first, second = (statistics.median(times) for times in (copied, imported, again))
    print(f"{len(rows)} rows, medians of {options.rounds} rounds\n")
    print("| work | s | rows/s | of \\copy |\n|---|---|---|---|")
    for name, seconds in (("\\copy into a bare table", copy), ("marque import", first),
                          ("marque import, the same again", second)):
        print(f"| {name} | {seconds:.2f} | {len(rows) / seconds:,.0f} | {copy / seconds:.3f} |")


if __name__ == "__main__":
    main()
