# What the measurements need in the database beside the demo shop: users with sessions, orders to look at, filled carts.
# Ids are chosen, not drawn, so that pgbench can compute with its own arithmetic what the load over HTTP names.
import base64
import hashlib
import hmac
import json
import time

from harness.processes import BenchError
from harness.servers import SECRET

# First ids of the groups of users. "Over HTTP" and "by pgbench" are different people with the same kind of carts.
READERS, CART_HTTP, CART_PGBENCH, BUYERS_HTTP, BUYERS_PGBENCH = 2_000_000, 3_000_000, 4_000_000, 5_000_000, 6_000_000
FULL_CARTS, SMALL_CARTS = 7_000_000, 8_000_000
FEW_CARTS = 50           # users of each side of "lines of carts"
FEW = 400                # readers, and users of each side of "cart add"; each is asked about often
ORDERS_EACH = 25         # orders of a reader
FIRST_ORDER = 10_000_000  # of the readers, in the order of (reader, number)
CART_LINES = 5           # lines of a cart in "cart add"
ORDER_LINES = 3


def session_id(user):
    return f"00000000-0000-4000-8000-{user:012d}"


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


HEADER = base64url(b'{"alg":"HS256","typ":"at+jwt"}')


def token(user):
    """An access token as identity signs it."""
    now = int(time.time())
    claims = {"iss": "marque", "aud": "marque", "sub": str(user), "market": "kg", "sid": session_id(user),
              "ver": 1, "iat": now, "exp": now + 3600}
    signed = HEADER + "." + base64url(json.dumps(claims, separators=(",", ":")).encode())
    return signed + "." + base64url(hmac.new(SECRET.encode(), signed.encode(), hashlib.sha256).digest())


class Shop:
    def __init__(self, database, buyers):
        self.database, self.buyers = database, buyers
        self.first_sku, self.skus = self.longest_run_of_skus()

    def longest_run_of_skus(self):
        """SKUs sold in KG whose ids follow each other, so that pgbench can reach them by arithmetic."""
        ids = [int(row[0]) for row in self.database.sql("""
            SELECT p.sku_id FROM prices p JOIN skus k ON k.market = p.owner_market AND k.id = p.sku_id AND k.is_active
            JOIN products r ON r.market = k.market AND r.id = k.product_id AND r.is_active
            JOIN stock s ON s.market = p.market AND s.sku_id = p.sku_id
            WHERE p.market = 'KG' ORDER BY 1""")]
        best, begin = (0, 0), 0
        for at, sku in enumerate(ids):
            if at and sku != ids[at - 1] + 1:
                begin = at
            best = max(best, (at + 1 - begin, ids[begin]))
        if best[0] < 50:
            raise BenchError(f"the demo shop has no 50 SKUs in a row for KG, only {best[0]} of {len(ids)}")
        return best[1], best[0]

    def fill(self):
        """Users with sessions, orders of the readers, carts, and more stock than all rounds can sell."""
        groups = [(READERS, FEW), (CART_HTTP, FEW), (CART_PGBENCH, FEW),
                  (BUYERS_HTTP, self.buyers), (BUYERS_PGBENCH, self.buyers),
                  (FULL_CARTS, FEW_CARTS), (SMALL_CARTS, FEW_CARTS)]
        for first, count in groups:
            self.database.sql(f"""
            INSERT INTO users (market, id, phone, language, is_verified)
            SELECT 'KG', id, '+996' || lpad(id::text, 9, '0'), 'en', true
            FROM generate_series({first}, {first + count - 1}) id;
            INSERT INTO sessions (market, id, user_id, refresh_hash, expires_at)
            SELECT 'KG', ('00000000-0000-4000-8000-' || lpad(id::text, 12, '0'))::uuid, id, 'bench-' || id,
                   now() + interval '1 day'
            FROM generate_series({first}, {first + count - 1}) id;""")
        self.database.sql(f"""
            UPDATE stock SET on_hand = 10000000 WHERE market = 'KG';
            INSERT INTO orders (market, id, order_number, user_id, customer_name, customer_phone, delivery_address,
                                delivery_city, payment_method, currency, subtotal_minor, shipping_minor, tax_minor,
                                tax_included_minor, total_minor)
            SELECT 'KG', {FIRST_ORDER} + n, 'MQ-BENCH-' || n, {READERS} + n / {ORDERS_EACH}, 'A customer',
                   '+996700123456', 'Chuy avenue 1, flat 2', 'Bishkek', 'cash_on_delivery', 'KGS',
                   600000, 15000, 0, 64286, 615000
            FROM generate_series(0, {FEW * ORDERS_EACH - 1}) n;
            INSERT INTO order_items (market, order_id, line, sku_id, sku_code, product_slug, product_name,
                                     product_brand, size, color, image_url, price_minor, quantity, subtotal_minor)
            SELECT 'KG', {FIRST_ORDER} + n, line, k.id, k.sku_code, r.slug, r.name, r.brand, k.size, k.color, r.image,
                   200000, 1, 200000
            FROM generate_series(0, {FEW * ORDERS_EACH - 1}) n, generate_series(1, {ORDER_LINES}) line
            JOIN skus k ON k.id = {self.first_sku} + line
            JOIN products r ON r.market = k.market AND r.id = k.product_id;""")
        # The traces of those orders: tables as a shop with a history has them, so that plans are made for full ones.
        self.database.sql(f"""
            INSERT INTO idempotency_keys (market, scope, route, key, body_hash, status, body)
            SELECT 'KG', marque_shopper_key(user_id), 'POST /api/v1/orders/create', 'history-' || id,
                   repeat('0', 64), 201,
                   repeat('x', 1500)
            FROM orders WHERE id >= {FIRST_ORDER};
            INSERT INTO payments (market, id, order_id, method, amount_minor, currency)
            SELECT 'KG', gen_random_uuid(), id, payment_method, total_minor, currency FROM orders;
            INSERT INTO order_status_history (market, order_id, status, changed_by)
            SELECT 'KG', id, 'pending', 'user:' || user_id FROM orders;
            INSERT INTO stock_ledger (market, sku_id, delta, reason, order_id)
            SELECT 'KG', sku_id, -quantity, 'order', order_id FROM order_items;
            INSERT INTO outbox (market, topic, payload, done_at)
            SELECT 'KG', 'order.created', '{{}}', now() FROM orders;
            INSERT INTO payment_events (market, provider, event_id, type, body, verified, state, due_at, processed_at)
            SELECT 'KG', 'stripe', 'evt_history_' || id, 'payment_intent.succeeded', repeat('x', 300), true, 'applied',
                   NULL, now() FROM orders;""")
        self.database.settle()
        self.database.sql("CHECKPOINT")

    def sku_of_cart(self, user, line):
        return self.first_sku + (user * 7 + line) % self.skus

    def refill_carts_for_adding(self):
        """Each cart holds its five lines with one piece again."""
        for first in (CART_HTTP, CART_PGBENCH):
            self.fill_carts(first, FEW, CART_LINES, f"{self.first_sku} + (n * 7 + line) % {self.skus}")
        self.database.settle()

    def refill_carts_for_ordering(self, one_sku=False):
        lines = 1 if one_sku else ORDER_LINES
        sku = str(self.first_sku) if one_sku else f"{self.first_sku} + (n * 7) % {self.skus - ORDER_LINES} + line"
        self.database.sql(f"DELETE FROM cart_items WHERE cart_id IN (SELECT marque_shopper_key(n) FROM generate_series("
                          f"{BUYERS_HTTP}, {BUYERS_PGBENCH + self.buyers}) n WHERE n % 1000000 < {self.buyers})")
        for first in (BUYERS_HTTP, BUYERS_PGBENCH):
            self.fill_carts(first, self.buyers, lines, sku)
        # What the relay had not carried out while the server was paused is not its burden in the next round.
        self.database.sql("UPDATE outbox SET done_at = now() WHERE done_at IS NULL")
        self.database.settle()

    def fill_carts(self, first, count, lines, sku):
        """`sku` is SQL over n (place of the user in the group) and line, both from 0."""
        self.database.sql(f"""
            INSERT INTO carts (market, cart_id, user_id) SELECT 'KG', marque_shopper_key({first} + n), {first} + n
            FROM generate_series(0, {count - 1}) n
            ON CONFLICT DO NOTHING;
            INSERT INTO cart_items (market, cart_id, sku_id, quantity, added_price_minor)
            SELECT 'KG', marque_shopper_key({first} + n), {sku}, 1, 100
            FROM generate_series(0, {count - 1}) n, generate_series(0, {lines - 1}) line
            ON CONFLICT (market, cart_id, sku_id) DO UPDATE SET quantity = 1 WHERE cart_items.quantity <> 1""")
