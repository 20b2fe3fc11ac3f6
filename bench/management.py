#!/usr/bin/env python3
"""What managers ask of a shop with a million orders and 100,000 customers: lists by each filter (p50, p99, and the rate
beside pgbench with the same SQL, planned anew each time as the server's is, in the same transactions), revenue of a day
and of a year, an export, a backup, what the audit log costs a write, and whether a market column beats a join with the
customers tenfold (S3). Marque and pgbench work in turns in the same database.
Usage: bench/management.py [--orders N, 1000000] [--customers N, 100000] [--requests N, 200] [--seconds N, 3]
                           [--binary PATH] [--breakable PATH] [--quick]
--breakable: a release build with -DMARQUE_BREAKABLE=ON, for what the audit log costs; skipped without.
--quick: 100,000 orders, 10,000 customers, 60 requests, 1 second each; below two minutes, and no figures to cite.
With 1,000,000 orders about nine minutes, most of them to make the orders."""
import argparse
import datetime
import http.client
import json
import os
import re
import shutil
import statistics
import sys
import tempfile
import time
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness.database import Database  # noqa: E402
from harness.load import http_request, wrk, write_requests  # noqa: E402
from harness.processes import BenchError, run, wait_until  # noqa: E402
from harness.servers import HEADERS, Marque  # noqa: E402

PROJECT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DECLARED = re.compile(r'"order_lists\.(\w+)", R"\((.*?)\)"', re.S)
MANAGER = "+996700000001"  # of the demo shop: manages both markets
DAYS = 365
CLIENTS = 8
COUNTED_MAX = 1000
LIST_P99_MS, DAY_MS, YEAR_MS, RATIO, EXPORT_ROWS, BACKUP_S, AUDIT_COST = 20, 5, 50, 0.7, 100_000, 60, 0.1
ROUNDS = 5
# name: what is asked over HTTP, and the same as parameters of the SQL
FILTERS = {
    "no filter": ({}, {}),
    "status": ({"status_filter": "shipped"}, {1: "'shipped'"}),
    "payment status": ({"payment_status": "refunded"}, {2: "'refunded'"}),
    "payment method": ({"payment_method": "card"}, {3: "'card'"}),
    "city": ({"city": "City 7"}, {4: "'City 7'"}),
    "a day": ({"from": "{day}", "to": "{day}"}, {5: "'{day}'", 6: "'{day}'"}),
    "total": ({"total_from": "1500", "total_to": "1501"}, {8: "150000", 9: "150100"}),
    "number": ({"q": "kg-gen-{n}"}, {10: "'KG-GEN-{n}'"}),
    "end of a phone": ({"q": "{tail}"}, {11: "'{liat}'"}),
    "beginning of a name": ({"q": "abc"}, {12: "'abc'"}),
    "status and city": ({"status_filter": "cancelled", "city": "City 3"}, {1: "'cancelled'", 4: "'City 3'"}),
    "method, total, dearest": ({"payment_method": "card", "total_from": "1500", "sort": "dearest"},
                               {3: "'card'", 8: "150000"}),
    "city, cheapest": ({"city": "City 11", "sort": "cheapest"}, {4: "'City 11'"}),
    "nothing fits": ({"status_filter": "pending", "payment_status": "refunded"}, {1: "'pending'", 2: "'refunded'"}),
    "cancelled and paid": ({"status_filter": "cancelled", "payment_status": "paid"}, {1: "'cancelled'", 2: "'paid'"}),
}


class Bench:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.database = Database(folder)
        self.marque = None
        self.token = ""
        self.values = {}
        self.rows = []
        with open(os.path.join(PROJECT, "src/features/orders/managed_queries.h"), encoding="utf-8") as file:
            self.statements = dict(DECLARED.findall(file.read()))

    # --- the shop --------------------------------------------------------------------------------------------------

    def fill(self, market, orders, customers, prefix, currency, seed):
        with open(os.path.join(PROJECT, "bench/management/orders.sql"), encoding="utf-8") as file:
            text = file.read()
        values = {"market": market, "orders": orders, "customers": customers, "prefix": prefix, "currency": currency,
                  "seed": seed, "days": DAYS}
        text = re.sub(r"\{(\w+)\}", lambda found: str(values[found.group(1)]), text)
        command = ["psql", "-h", self.database.sockets, "-U", "postgres", "-d", "marque", "-Xq", "-v",
                   "ON_ERROR_STOP=1", "-f", "-"]
        run(command, input=text, timeout=900)

    def open(self):
        self.database.start()
        self.marque = Marque(self.options.binary, self.folder, {
            "DATABASE_URL": self.database.url, "SALES_COUNTING_SECONDS": "5", "AUDIT_SECONDS": "86400"})
        self.marque.run("migrate_and_seed")
        began = time.monotonic()
        self.fill("KG", self.options.orders, self.options.customers, "+99655", "KGS", 0.5)
        self.fill("US", self.options.orders // 10, self.options.customers // 10, "+1202", "USD", 0.6)
        self.database.sql("VACUUM (ANALYZE)")
        print(f"{self.options.orders:,} orders in KG and a tenth of it in US made in {time.monotonic() - began:.0f} s")
        self.marque.start()
        began = time.monotonic()
        wait_until(self.days_are_kept, "kept days", patience_s=240, step_s=0.5)
        print(f"{DAYS - 1} days kept {time.monotonic() - began:.0f} s after the start")
        code = json.dumps({"phone": MANAGER, "verification_code": "123456"})
        self.token = json.loads(self.ask("POST", "/api/v1/auth/verify-code", code)[1])["access_token"]
        yesterday = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=100)
        phone = self.database.sql("SELECT phone FROM users WHERE market = 'KG' AND phone LIKE '+99655%' "
                                  "LIMIT 1 OFFSET 77")
        tail = phone[0][0][-6:]
        self.values = {"day": yesterday.strftime("%Y-%m-%d"), "n": str(self.options.orders // 2), "tail": tail,
                       "liat": tail[::-1]}

    def days_are_kept(self):
        kept = self.database.sql("SELECT count(*) FROM revenue_snapshots WHERE market = 'KG'")
        return int(kept[0][0]) >= DAYS - 1

    def ask(self, verb, path, body="", connection=None):
        own = connection or http.client.HTTPConnection("127.0.0.1", self.marque.port, timeout=30)
        headers = HEADERS | ({"Authorization": f"Bearer {self.token}"} if self.token else {})
        own.request(verb, path, body=body or None, headers=headers | {"Content-Type": "application/json"})
        answer = own.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise BenchError(f"{verb} {path}: {answer.status} {text[:500]}")
        return answer.status, text

    # --- measuring -------------------------------------------------------------------------------------------------

    def times(self, path):
        """Milliseconds of one request after the other on one connection."""
        connection = http.client.HTTPConnection("127.0.0.1", self.marque.port, timeout=30)
        for _ in range(5):
            self.ask("GET", path, connection=connection)
        found = []
        for _ in range(self.options.requests):
            began = time.perf_counter()
            self.ask("GET", path, connection=connection)
            found.append((time.perf_counter() - began) * 1000)
        found.sort()
        return statistics.median(found), found[int(len(found) * 0.99)]

    def add(self, what, p50, p99, limit_ms, ratio=None):
        good = p99 <= limit_ms and (ratio is None or ratio >= RATIO)
        self.rows.append((what, f"{p50:.1f}", f"{p99:.1f}", str(limit_ms), "" if ratio is None else f"{ratio:.2f}",
                          "yes" if good else "NO"))
        print("  " + " | ".join(self.rows[-1]), flush=True)

    def statement(self, name, parameters, variables=False):
        """`variables`: how many rows are wanted stays a parameter, as pgbench sends its variables."""
        values = {7: "'Asia/Bishkek'", **({14: "1001"} if name == "counted" else {16: "21", 17: "0"})}
        if variables:
            values |= {14: ":most"} if name == "counted" else {16: ":limit"}
        values |= {number: text.format(**self.values) for number, text in parameters.items()}
        sql = re.sub(r"\$(\d+)", lambda found: values.get(int(found.group(1)), "NULL"), self.statements[name])
        return " ".join(sql.split()) + ";"

    def pgbench_rate(self, asked, parameters):
        """Transactions a second of what the server does for this list: settings, count, page. A statement without
        parameters would be planned once and for all: PostgreSQL plans by the values at hand only where it has some."""
        found = int(self.database.sql("SET ROLE marque_kg; " + self.statement("counted", parameters))[-1][0])
        lines = ["\\set most 1001", "\\set limit 21", "BEGIN;", self.statement("plan_each", {}),
                 self.statement("counted", parameters, variables=True)]
        if found > COUNTED_MAX:
            lines.append(self.statement("walk", {}))
        if found > 0:
            lines.append(self.statement(asked.get("sort", "newest"), parameters, variables=True))
        script = os.path.join(self.folder, "list.sql")
        with open(script, "w", encoding="utf-8") as file:
            file.write("\n".join([*lines, "END;"]) + "\n")
        self.marque.pause()
        try:
            return self.database.pgbench(script, CLIENTS, self.options.seconds)[0]
        finally:
            self.marque.resume()

    def lists(self):
        for name, (asked, parameters) in FILTERS.items():
            query = {key: text.format(**self.values) for key, text in asked.items()}
            path = "/api/v1/manager/orders?" + urllib.parse.urlencode({"market": "kg", **query})
            p50, p99 = self.times(path)
            requests = os.path.join(self.folder, "requests")
            write_requests(requests, [http_request("GET", path, self.token)])
            rate = wrk(self.marque.port, CLIENTS, self.options.seconds, requests_file=requests)[0]
            self.add(f"list: {name}", p50, p99, LIST_P99_MS, rate / self.pgbench_rate(asked, parameters))

    def revenue(self):
        today = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=6)
        year = (today - datetime.timedelta(days=DAYS - 2)).strftime("%Y-%m-%d")
        day = self.values["day"]
        for name, query, limit in [
                ("today", "", DAY_MS), ("a finished day", f"&from={day}&to={day}", DAY_MS),
                ("a year by month, today included", f"&from={year}&by=month", YEAR_MS)]:
            self.add(f"revenue: {name}", *self.times(f"/api/v1/manager/revenue?market=kg{query}"), limit)
        for part in ("hour", "city", "payment_method", "product", "category"):
            path = f"/api/v1/manager/revenue/parts?market=kg&part={part}&from={day}"
            self.add(f"100 days by {part}", *self.times(path), 1000)

    def export(self):
        job = json.loads(self.ask("POST", "/api/v1/manager/orders/export?market=kg", '{"format": "csv"}')[1])
        path = f"/api/v1/manager/jobs/{job['id']}?market=kg"
        wait_until(lambda: json.loads(self.ask("GET", path)[1])["state"] not in ("queued", "running"), "the export",
                   patience_s=180, step_s=0.2)
        done = json.loads(self.ask("GET", path)[1])
        seconds, = self.database.sql("SELECT extract(epoch FROM finished_at - started_at) FROM jobs "
                                     "WHERE kind = 'export_orders'")[0]
        rate = done["report"]["rows"] / float(seconds)
        print(f"export: {done['state']}, {done['report']['rows']:,} rows in {float(seconds):.1f} s: {rate:,.0f} rows a "
              f"second (at least {EXPORT_ROWS:,}: {'yes' if rate >= EXPORT_ROWS else 'NO'}) {done['error']}")

    def backup(self):
        began = time.monotonic()
        self.marque.run("backup", os.path.join(self.folder, "backup"))
        took_s = time.monotonic() - began
        print(f"backup of that shop: {took_s:.0f} s (at most {BACKUP_S}: {'yes' if took_s <= BACKUP_S else 'NO'})")

    def audit(self):
        """A manager's writes with the log of what managers do and without: a release build with -DMARQUE_BREAKABLE=ON
        serves both, in turns; no other build has a way to forget it."""
        if not self.options.breakable:
            print("cost of the audit log: skipped (--breakable names no build that can forget it)")
            return
        skus = self.database.sql("SELECT s.sku_id, k.product_id FROM stock s JOIN skus k ON k.market = s.owner_market "
                                 "AND k.id = s.sku_id WHERE s.market = 'KG' ORDER BY random() LIMIT 50")
        customers = self.database.sql("SELECT id FROM users WHERE market = 'KG' AND phone LIKE '+99655%' LIMIT 2000")
        writes = {
            "a count of stock": [
                ("POST", f"/api/v1/manager/products/{product}/stock?market=kg",
                 json.dumps({"reason": "found", "stock": [{"sku_id": sku, "by": 1}]})) for sku, product in skus],
            "a customer's note": [("POST", f"/api/v1/manager/customers/{customer}/notes?market=kg",
                                   json.dumps({"note": "Called, and will call again."})) for customer, in customers],
        }
        for name, requests in writes.items():
            found = {"": [], "forget_audit": []}
            for _ in range(ROUNDS):
                for switch, rounds in found.items():
                    rounds.append(self.write_cost(switch, requests))
            (rate, cpu_us), (rate_without, cpu_without_us) = [
                [statistics.median(column) for column in zip(*rounds)] for rounds in found.values()]
            cost = cpu_us / cpu_without_us - 1
            print(f"audit log, {name}: {cpu_us:,.0f} us of both processes a write, {cpu_without_us:,.0f} without, "
                  f"{cost:.0%} more (at most {AUDIT_COST:.0%}: {'yes' if cost <= AUDIT_COST else 'NO'}); "
                  f"{rate:,.0f} writes a second, {rate_without:,.0f} without")

    def write_cost(self, switch, requests):
        """Writes a second, and microseconds of CPU that server and PostgreSQL spend on one: the kernel's writing back
        of the million orders takes a whole core at times, which the rate alone would blame on one of the two."""
        server = Marque(self.options.breakable, self.folder, self.marque.environment | {"MARQUE_BREAK": switch})
        server.start()
        try:
            name = os.path.join(self.folder, "writes")
            write_requests(name, [http_request(verb, path, self.token, body) for verb, path, body in requests])
            spent_s = -server.cpu_seconds() - self.database.cpu_seconds()
            rate, answers, _ = wrk(server.port, 2, self.options.seconds, requests_file=name)
            spent_s += server.cpu_seconds() + self.database.cpu_seconds()
            return rate, spent_s / answers * 1e6
        finally:
            server.stop()

    def column_or_join(self):
        """S3: a column `market` on orders makes managers' queries ten times faster than a join with users."""
        period = "o.order_date >= now() - interval '30 days'"
        pairs = {
            "orders of a market": ("SELECT count(*) FROM orders o WHERE o.market = 'KG'",
                                   "SELECT count(*) FROM orders o JOIN users u ON u.id = o.user_id "
                                   "WHERE u.market = 'KG'"),
            "revenue of 30 days": (f"SELECT sum(o.total_minor) FROM orders o WHERE o.market = 'KG' AND {period}",
                                   "SELECT sum(o.total_minor) FROM orders o JOIN users u ON u.id = o.user_id "
                                   f"WHERE u.market = 'KG' AND {period}"),
            "newest twenty": ("SELECT * FROM orders o WHERE o.market = 'KG' ORDER BY o.order_date DESC LIMIT 20",
                              "SELECT o.* FROM orders o JOIN users u ON u.id = o.user_id WHERE u.market = 'KG' "
                              "ORDER BY o.order_date DESC LIMIT 20"),
        }
        # A shop without the column has its index on the date alone, and ids that are unique over markets.
        self.database.sql("CREATE TABLE plain_users AS SELECT row_number() OVER () AS id, market, id AS old FROM users;"
                          "CREATE UNIQUE INDEX ON plain_users (id);"
                          "CREATE TABLE plain_orders AS SELECT o.id, o.order_date, o.total_minor, o.status, "
                          "u.id AS user_id FROM orders o "
                          "JOIN plain_users u ON u.market = o.market AND u.old = o.user_id;"
                          "CREATE INDEX ON plain_orders (order_date DESC); VACUUM (ANALYZE) plain_users, plain_orders")
        for name, (column, join) in pairs.items():
            join = join.replace("orders o", "plain_orders o").replace("users u", "plain_users u")
            column_ms, join_ms = self.sql_ms(column), self.sql_ms(join)
            print(f"S3, {name}: by column {column_ms:.2f} ms, by join {join_ms:.2f} ms, "
                  f"{join_ms / column_ms:.1f} times as long")

    def sql_ms(self, sql):
        text = "SET jit = off; SET max_parallel_workers_per_gather = 0;\n\\timing on\n" + (sql + " \\g /dev/null\n") * 9
        command = ["psql", "-h", self.database.sockets, "-U", "postgres", "-d", "marque", "-Xq", "-f", "-"]
        out, _ = run(command, input=text)
        return statistics.median(float(number) for number in re.findall(r"Time: ([\d.]+) ms", out))

    def close(self):
        if self.marque:
            self.marque.stop()
        self.database.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", type=int, default=1_000_000)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--binary", default=os.path.join(PROJECT, "build/release/src/app/marque"))
    parser.add_argument("--breakable")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    if options.quick:
        options.orders, options.customers, options.requests, options.seconds = 100_000, 10_000, 60, 1
    folder = tempfile.mkdtemp(prefix="marque-bench-")
    os.chmod(folder, 0o755)
    bench = Bench(options, folder)
    try:
        bench.open()
        print("  work | p50 ms | p99 ms | at most | beside pgbench | reached")
        bench.lists()
        bench.revenue()
        bench.export()
        bench.backup()
        bench.audit()
        bench.column_or_join()
    finally:
        bench.close()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
