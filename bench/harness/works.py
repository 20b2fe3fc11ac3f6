# The works that are measured. Each builds both sides of a duel and runs its rounds.
import hashlib
import hmac
import json
import os
import random
import time
import urllib.parse

from harness import shop as ids
from harness.duel import Duel, run_rounds
from harness.load import http_request, wrk, write_requests
from harness.servers import WEBHOOK_SECRET, fetch, tag_of
from harness.statements import Script

CLIENTS = 16
LIST_PATH = "/api/v1/products?market=kg&limit=20"
HOME_PATH = "/api/v1/home?market=kg"
ORDER_BODY = {"customer_name": "A customer", "customer_phone": "+996700123456",
              "delivery_address": "Chuy avenue 1, flat 2", "delivery_city": "Bishkek",
              "payment_method": "cash_on_delivery", "use_cart": True}


class Works:
    def __init__(self, world, options):
        self.world, self.options = world, options

    def detail_path(self):
        page = json.loads(fetch(self.world.marque.port, LIST_PATH)[1])
        return f"/api/v1/products/{urllib.parse.quote(page['items'][0]['slug'])}?market=kg"

    # --- the catalogue, against nginx ------------------------------------------------------------------------------

    def catalogue(self, work, path, target=0.8, known=False):
        """The same bytes from memory and from nginx's file, 64 connections; `known`: by visitors who have them."""
        world, duel = self.world, Duel(work, "nginx, same bytes", target)
        headers = {server: {"If-None-Match": tag_of(server.port, path)} if known else {}
                   for server in (world.marque, world.nginx)}

        def turn(server, side):
            def run_turn(_):
                before = server.cpu_seconds()
                rate, number, load_cpu = wrk(server.port, 64, self.options.seconds, path, headers=headers[server])
                side.add(rate, number, server.cpu_seconds() - before, load_s=load_cpu)
            return run_turn

        for server in (world.marque, world.nginx):
            wrk(server.port, 64, 1, path, headers=headers[server])
        return run_rounds(duel, self.options.rounds, turn(world.marque, duel.ours), turn(world.nginx, duel.limit))

    # --- authentication, against none ------------------------------------------------------------------------------

    def with_token(self):
        """One product, which costs the server least of all, by many logins and by guests."""
        duel = Duel("a request with an access token, 64 connections", "the same without", 0.8)
        path, server = "/api/v1/products?limit=1", self.world.marque

        def prepared(name, requests):
            write_requests(self.file(name), requests)
            return self.file(name)

        tokens = [ids.token(ids.READERS + user) for user in range(ids.FEW)]
        files = (prepared("token.requests", [http_request("GET", path, token) for token in tokens]),
                 prepared("guest.requests", [http_request("GET", path, None)] * ids.FEW))

        def turn(name, side):
            def run_turn(_):
                before = server.cpu_seconds()
                rate, number, load_cpu = wrk(server.port, 64, self.options.seconds, requests_file=name)
                side.add(rate, number, server.cpu_seconds() - before, load_s=load_cpu)
            return run_turn

        for name in files:
            wrk(server.port, 64, 1, requests_file=name)
        return run_rounds(duel, self.options.rounds, turn(files[0], duel.ours), turn(files[1], duel.limit))

    # --- the database, against pgbench -----------------------------------------------------------------------------

    def marque_turn(self, duel, requests_of, once=False, connections=CLIENTS):
        """`requests_of` gives the file of prepared requests for a round."""
        def run_turn(number):
            name = requests_of(number)
            server, database = self.world.marque, self.world.database
            before = server.cpu_seconds(), database.cpu_seconds()
            rate, count, load_cpu = wrk(server.port, connections, self.options.seconds, requests_file=name, once=once,
                                        slowest_ms=duel.ours.p99_ms)
            after = server.cpu_seconds(), database.cpu_seconds()
            duel.ours.add(rate, count, after[0] - before[0], after[1] - before[1], load_cpu)
        return run_turn

    def pgbench_turn(self, duel, script, variables_of, clients=CLIENTS):
        def run_turn(number):
            self.world.marque.pause()
            try:
                before = self.world.database.cpu_seconds()
                rate, count, cpu = self.world.database.pgbench(script, clients, self.options.seconds,
                                                               variables_of(number), duel.limit.p99_ms)
                time.sleep(0.3)  # until its backends are buried: their time then stands with the postmaster
                duel.limit.add(rate, count, cpu, self.world.database.cpu_seconds() - before)
            finally:
                self.world.marque.resume()
        return run_turn

    def file(self, name):
        return os.path.join(self.world.folder, name)

    def order_detail(self):
        duel = Duel("order detail of the caller, 64 connections", "pgbench, same SQL, 16 clients", 1.0)
        total = ids.FEW * ids.ORDERS_EACH
        tokens = [ids.token(ids.READERS + user) for user in range(ids.FEW)]
        numbers = random.Random(1).sample(range(total), total)
        requests = self.file("detail.requests")
        paths = [(f"/api/v1/orders/{ids.FIRST_ORDER + n}", tokens[n // ids.ORDERS_EACH]) for n in numbers]
        write_requests(requests, [http_request("GET", path, token) for path, token in paths])
        script = Script().set("n", f"random(0, {total - 1})").set("order", f"{ids.FIRST_ORDER} + :n")
        script.set("user", f"{ids.READERS} + :n / {ids.ORDERS_EACH}").call("orders.detail", ":order", ":user")
        self.warm_up(requests)
        return run_rounds(duel, self.options.rounds,
                          self.marque_turn(duel, lambda _: requests, connections=64),
                          self.pgbench_turn(duel, script.write(self.file("detail.sql")), lambda _: {}))

    def cart_add(self):
        script = self.cart_script()
        script.call("cart.add", "'KG'", "marque_shopper_key(:user)", ":user", ":sku", ":one", "true", "200")
        script.call("cart.lines", "marque_shopper_key(:user)", ":language")
        return self.cart_work("add", script, lambda sku: {"sku_id": sku, "quantity": 1})

    def cart_update(self):
        script = self.cart_script().set("pieces", "random(1, 9)")
        script.call("cart.update", "marque_shopper_key(:user)", ":sku", ":pieces")
        script.call("cart.lines", "marque_shopper_key(:user)", ":language")
        return self.cart_work("update", script, lambda sku: {"sku_id": sku, "quantity": random.randint(1, 9)})

    def cart_get(self):
        script = self.cart_script().call("cart.lines", "marque_shopper_key(:user)", ":language")
        return self.cart_work("get", script, lambda _: None)

    def cart_script(self):
        shop = self.world.shop
        script = Script().set("n", f"random(0, {ids.FEW - 1})").set("line", f"random(0, {ids.CART_LINES - 1})")
        script.set("user", f"{ids.CART_PGBENCH} + :n").set("sku", f"{shop.first_sku} + (:n * 7 + :line) % {shop.skus}")
        return script

    def cart_work(self, name, script, body_of):
        """One call of a cart of five lines; `body_of` an article."""
        duel, shop = Duel(f"cart {name}, 16 connections", "pgbench, same SQL", 0.9), self.world.shop
        lines = [(user, line) for user in range(ids.FEW) for line in range(ids.CART_LINES)]
        random.Random(2).shuffle(lines)
        tokens = [ids.token(ids.CART_HTTP + user) for user in range(ids.FEW)]
        requests, path = self.file("cart.requests"), f"/api/v1/cart/{name}"
        bodies = [(user, body_of(shop.sku_of_cart(user, line))) for user, line in lines]
        write_requests(requests, [http_request("POST", path, tokens[user], json.dumps(body) if body else "")
                                  for user, body in bodies])
        shop.refill_carts_for_adding()
        self.warm_up(requests)
        return run_rounds(duel, self.options.rounds, self.marque_turn(duel, lambda _: requests),
                          self.pgbench_turn(duel, script.write(self.file("cart.sql")),
                                            lambda _: {"one": 1, "language": "en"}),
                          before=shop.refill_carts_for_adding)

    def cart_lines(self):
        """Lines a second out of carts of 200 lines, against carts of 2: a full cart costs no more for each line."""
        duel = Duel("lines of carts of 200, 16 connections", "lines of carts of 2", 1 / 1.2)
        shop, sides = self.world.shop, ((duel.ours, ids.FULL_CARTS, 200), (duel.limit, ids.SMALL_CARTS, 2))
        turns = []
        for side, first, lines in sides:
            shop.fill_carts(first, ids.FEW_CARTS, lines, f"{shop.first_sku} + (n * 7 + line) % {shop.skus}")
            name = self.file(f"cart{lines}.requests")
            write_requests(name, [http_request("POST", "/api/v1/cart/get", ids.token(first + user))
                                  for user in range(ids.FEW_CARTS)])
            self.warm_up(name)
            turns.append(self.lines_turn(side, name, lines))
        shop.database.settle()
        return run_rounds(duel, self.options.rounds, *turns)

    def lines_turn(self, side, name, lines):
        def run_turn(_):
            server, database = self.world.marque, self.world.database
            before = server.cpu_seconds(), database.cpu_seconds()
            rate, count, cpu = wrk(server.port, CLIENTS, self.options.seconds, requests_file=name)
            after = server.cpu_seconds(), database.cpu_seconds()
            side.add(rate * lines, count * lines, after[0] - before[0], after[1] - before[1], cpu)
        return run_turn

    def webhook(self):
        """Events of Stripe's, each another one, against their bare insertion. The server carries them out meanwhile."""
        duel = Duel("webhook accepted, 16 connections", "pgbench inserting the same row", 0.8)

        def event(name):
            intent = {"id": f"pi_{name}", "object": "payment_intent", "amount": 615000, "currency": "kgs",
                      "status": "requires_payment_method", "metadata": {"market": "KG"}}
            return json.dumps({"id": name, "object": "event", "type": "payment_intent.created",
                               "created": int(time.time()), "data": {"object": intent}})

        def requests_of(number):
            name, moment = self.file("webhook.requests"), int(time.time())
            requests = []
            for n in range(12_000 * self.options.seconds):
                body = event(f"evt_{number}_{n}")
                seal = hmac.new(WEBHOOK_SECRET.encode(), f"{moment}.{body}".encode(), hashlib.sha256).hexdigest()
                requests.append(http_request("POST", "/api/v1/webhooks/payments", None, body,
                                             f"Stripe-Signature: t={moment},v1={seal}"))
            write_requests(name, requests)
            return name

        script = Script().set("n", "random(1, 9000000000000000)")
        script.call("payment_events.receive", "'KG'", "'stripe'", "'pgbench ' || :n", "'payment_intent.created'",
                    ":body", "true")
        return run_rounds(duel, self.options.rounds, self.marque_turn(duel, requests_of, once=True),
                          self.pgbench_turn(duel, script.write(self.file("webhook.sql")),
                                            lambda number: {"body": event(f"evt_pgbench_{number}")}))

    def order_create(self, work="order of 3 lines from the cart, 16 at once", series=1, clients=CLIENTS, target=0.9,
                     one_sku=False):
        """`series` keeps the keys and order numbers of several such duels apart; `one_sku`: all buy the same thing."""
        duel, shop = Duel(work, f"pgbench, same SQL, {clients} clients", target), self.world.shop
        tokens = [ids.token(ids.BUYERS_HTTP + user) for user in range(shop.buyers)]
        body = json.dumps(ORDER_BODY)

        def requests_of(number):
            name = self.file("orders.requests")
            write_requests(name, [http_request("POST", "/api/v1/orders/create", tokens[user], body,
                                               f"Idempotency-Key: bench-{series}-{number}-{user}")
                                  for user in range(shop.buyers)])
            return name

        def refill():
            shop.refill_carts_for_ordering(one_sku)

        refill()
        sample = self.stored_answer()
        script = self.order_script(shop, clients, one_sku).write(self.file("orders.sql"))
        return run_rounds(duel, self.options.rounds,
                          self.marque_turn(duel, requests_of, once=True, connections=clients),
                          self.pgbench_turn(duel, script,
                                            lambda number: self.order_variables(series * 100 + number, sample, one_sku),
                                            clients),
                          before=refill)

    def order_64(self):
        return self.order_create("order of 3 lines from the cart, 64 at once", series=2, clients=64, target=1.4)

    def one_sku(self):
        return self.order_create("everybody buys one SKU, 64 at once", series=3, clients=64, target=4, one_sku=True)

    def stored_answer(self):
        """The body of a real order: pgbench stores one as long."""
        name = self.file("one.request")
        write_requests(name, [http_request("POST", "/api/v1/orders/create", ids.token(ids.BUYERS_HTTP),
                                           json.dumps(ORDER_BODY), f"Idempotency-Key: bench-sample-{time.time()}")] * 2)
        wrk(self.world.marque.port, 2, 1, requests_file=name)
        return self.world.database.sql(
            "SELECT body FROM idempotency_keys WHERE key LIKE 'bench-sample-%' ORDER BY created_at DESC LIMIT 1")[0][0]

    def order_variables(self, key, sample, one_sku):
        lines = 1 if one_sku else ids.ORDER_LINES

        def array(*values):
            return "{" + ",".join(f'"{value}"' for value in values[:lines]) + "}"

        now = self.world.database.sql("SELECT now()")[0][0]
        return {"i": 0, "text": "A customer", "phone": "+996700123456", "address": "Chuy avenue 1, flat 2",
                "city": "Bishkek", "method": "cash_on_delivery", "language": "en",
                "route": "POST /api/v1/orders/create", "hash": "0" * 64, "body": sample, "by": "user:5000000",
                "topic": "order.created",
                "payload": '{"order_id":5000000,"order_number":"MQ-20250101-ABCDE","user_id":5000000}',
                "codes": array("DRESS-0001-M-RED", "DRESS-0001-L-RED", "DRESS-0001-S-RED"),
                "names": array(*["Linen summer dress"] * 3),
                "images": array("/media/demo/a.svg", "/media/demo/b.svg", "/media/demo/c.svg"),
                "prices": array(*[200000] * 3), "ones": array(1, 1, 1), "zeros": array(0, 0, 0),
                "classes": array(*["clothing"] * 3), "date": now, "key": key}

    def order_script(self, shop, clients, one_sku):
        """place.cpp's transaction: two round trips, the same statements in the same order, other people's carts."""
        each = shop.buyers // clients
        script = Script().set("n", f":client_id * {each} + :i").set("i", ":i + 1")
        script.set("user", f"{ids.BUYERS_PGBENCH} + :n")
        script.set("sku", str(shop.first_sku) if one_sku else
                   f"{shop.first_sku} + (:n * 7) % {shop.skus - ids.ORDER_LINES}")
        script.set("order", ":key * 1000000 + 1000000000 + :n")
        script.set("second", ":sku + 1").set("third", ":sku + 2")
        taken = (":sku",) if one_sku else (":sku", ":second", ":third")
        skus = "ARRAY[" + ", ".join(f"{sku}::bigint" for sku in taken) + "]"
        script.raw("\\startpipeline").raw("BEGIN;")
        cart = "marque_shopper_key(:user)"
        script.call("orders.lock_cart", cart).call("idempotency.find", cart, ":route", ":order")
        script.call("orders.facts", ":user").call("orders.cart_lines", cart, ":language")
        script.raw("\\endpipeline").raw("\\startpipeline")
        script.call("idempotency.store", "'KG'", cart, ":route", ":order", ":hash", "201", ":body")
        script.call("orders.insert_order", "'KG'", ":order", ":order", ":user", ":text", ":phone", "NULL", ":address",
                    ":city", "NULL", "NULL", ":method", "'KGS'", "600000", "0", "15000", "0", "64286", "615000",
                    ":date", "'standard'", "'Courier'", "'courier'", "NULL", "1500", "'VAT'", "NULL", "12000",
                    "600000", "'order_half_up'")
        script.call("orders.insert_items", "'KG'", ":order", skus, ":codes", ":codes", ":names", ":names", ":names",
                    ":names", ":images", ":prices", ":ones", ":zeros", ":prices", ":classes")
        script.call("orders.insert_consequences", "'KG'", ":order", ":by", "gen_random_uuid()", ":method", "615000",
                    "'KGS'", skus, ":ones")
        script.call("orders.empty_cart", cart, skus).call("outbox.emit", "'KG'", ":topic", ":payload")
        for sku in taken:
            script.call("orders.take_stock", sku, "1")
        return script.raw("COMMIT;").raw("\\endpipeline")

    def warm_up(self, requests):
        wrk(self.world.marque.port, CLIENTS, 1, requests_file=requests)
