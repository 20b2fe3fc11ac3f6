-- A shop that has sold for a while: {customers} customers and {orders} orders over {days} days in market {market}, each of
-- two articles; nobody's names, made of letters. Run by a superuser, without triggers: it is as if it were restored.
SET session_replication_role = replica;
SELECT setseed({seed});
-- The demo shop's orders are older than these, as their numbers are.
UPDATE orders SET order_date = order_date - {days} * interval '1 day' WHERE market = '{market}';
INSERT INTO users (market, phone, full_name, is_verified)
SELECT '{market}', '{prefix}' || lpad(n::text, 7, '0'),
       initcap(translate(left(md5('f' || n % 5000), 6), '0123456789', 'ghijklmnop')) || ' '
       || initcap(translate(left(md5('l' || n), 7), '0123456789', 'ghijklmnop')), true
FROM generate_series(1, {customers}) AS n;
CREATE TEMP TABLE sold AS
SELECT row_number() OVER (ORDER BY p.sku_id) - 1 AS place, p.sku_id, k.sku_code, r.slug, r.name, r.brand, k.size,
       k.color, p.price_minor
FROM prices p JOIN skus k ON k.market = p.owner_market AND k.id = p.sku_id
JOIN products r ON r.market = k.market AND r.id = k.product_id WHERE p.market = '{market}';
CREATE INDEX ON sold (place);
CREATE TEMP TABLE buyers AS
SELECT row_number() OVER (ORDER BY id) - 1 AS place, id, phone, coalesce(full_name, 'Somebody') AS full_name
FROM users WHERE market = '{market}' AND phone LIKE '{prefix}%';
CREATE INDEX ON buyers (place);
ANALYZE sold;
ANALYZE buyers;
CREATE TEMP TABLE made AS
SELECT n, (SELECT coalesce(max(id), 0) FROM orders) + n AS id, n % 97 AS mixed, random() AS dice, random() AS coin,
       floor(power(random(), 2) * 12)::int AS city, floor(random() * {customers})::bigint AS buyer,
       now() - (({orders} - n) + random()) * ({days} * interval '1 day') / {orders} AS at,
       (n * 7919 % (SELECT count(*) FROM sold)) AS first,
       ((n * 7919 + 1 + n % ((SELECT count(*) FROM sold) - 1)) % (SELECT count(*) FROM sold)) AS second
FROM generate_series(1::bigint, {orders}) AS n;
INSERT INTO orders (market, id, order_number, user_id, status, customer_name, customer_phone, delivery_address,
                    delivery_city, payment_method, payment_status, currency, subtotal_minor, shipping_minor, tax_minor,
                    tax_included_minor, total_minor, pieces, order_date, created_at)
SELECT '{market}', m.id, '{market}-GEN-' || m.n, b.id,
       CASE WHEN m.dice < 0.08 THEN 'cancelled' WHEN m.n > {orders} * 0.99 THEN 'pending'
            WHEN m.n > {orders} * 0.98 THEN 'confirmed' WHEN m.n > {orders} * 0.96 THEN 'shipped' ELSE 'delivered' END,
       b.full_name, b.phone, 'Street ' || m.mixed, 'City ' || m.city,
       CASE WHEN m.coin < 0.4 THEN 'card' ELSE 'cash_on_delivery' END,
       CASE WHEN m.dice < 0.08 THEN 'cancelled' WHEN m.n > {orders} * 0.96 THEN 'pending'
            WHEN m.dice > 0.98 THEN 'refunded' ELSE 'paid' END, '{currency}',
       f.price_minor * (1 + m.mixed % 2) + s.price_minor, 0, 0, 0, f.price_minor * (1 + m.mixed % 2) + s.price_minor,
       2 + m.mixed % 2, m.at, m.at
FROM made m JOIN buyers b ON b.place = m.buyer JOIN sold f ON f.place = m.first JOIN sold s ON s.place = m.second;
INSERT INTO order_items (market, order_id, line, sku_id, sku_code, product_slug, product_name, product_brand, size,
                         color, price_minor, quantity, subtotal_minor, returned)
SELECT '{market}', m.id, 1, f.sku_id, f.sku_code, f.slug, f.name, f.brand, f.size, f.color, f.price_minor,
       1 + m.mixed % 2, f.price_minor * (1 + m.mixed % 2), CASE WHEN m.dice BETWEEN 0.5 AND 0.51 THEN 1 ELSE 0 END
FROM made m JOIN sold f ON f.place = m.first
UNION ALL
SELECT '{market}', m.id, 2, s.sku_id, s.sku_code, s.slug, s.name, s.brand, s.size, s.color, s.price_minor, 1,
       s.price_minor, 0
FROM made m JOIN sold s ON s.place = m.second;
INSERT INTO payments (market, id, order_id, method, status, amount_minor, currency, captured_minor, refund_due_minor,
                      refunded_minor, created_at)
SELECT o.market, gen_random_uuid(), o.id, o.payment_method, o.payment_status, o.total_minor, o.currency,
       CASE WHEN o.payment_status IN ('paid', 'refunded') THEN o.total_minor ELSE 0 END,
       CASE WHEN o.payment_status = 'refunded' THEN o.total_minor ELSE 0 END,
       CASE WHEN o.payment_status = 'refunded' THEN o.total_minor ELSE 0 END, o.order_date
FROM made m JOIN orders o ON o.market = '{market}' AND o.id = m.id;
INSERT INTO returns (market, id, order_id, user_id, state, currency, created_at, received_at)
SELECT '{market}', m.id, m.id, b.id, 'received', '{currency}', m.at, m.at
FROM made m JOIN buyers b ON b.place = m.buyer WHERE m.dice BETWEEN 0.5 AND 0.51;
INSERT INTO return_items (market, return_id, line, sku_id, quantity, reason)
SELECT '{market}', m.id, 1, f.sku_id, 1, 'too_small'
FROM made m JOIN sold f ON f.place = m.first WHERE m.dice BETWEEN 0.5 AND 0.51;
SELECT setval(pg_get_serial_sequence('orders', 'id'), (SELECT max(id) FROM orders));
SELECT setval(pg_get_serial_sequence('returns', 'id'), (SELECT max(id) FROM returns));
SET session_replication_role = origin;
DROP TABLE sold, buyers, made;
ANALYZE orders, order_items, payments, users, returns, return_items;
