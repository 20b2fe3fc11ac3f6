ALTER TABLE orders RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_insert_scale_factor);
ALTER TABLE orders DROP COLUMN pieces;
DROP INDEX orders_newest, orders_status, orders_states, orders_payment_status, orders_payment_method, orders_city;
CREATE INDEX orders_newest ON orders (market, order_date DESC, id DESC);
CREATE INDEX orders_status ON orders (market, status, order_date DESC, id DESC);
CREATE INDEX orders_payment_status ON orders (market, payment_status, order_date DESC, id DESC);
CREATE INDEX orders_payment_method ON orders (market, payment_method, order_date DESC, id DESC);
CREATE INDEX orders_city ON orders (market, delivery_city, order_date DESC, id DESC);
