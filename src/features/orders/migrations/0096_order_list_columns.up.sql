-- Filters of managers' lists that are asked together: each index holds what the others ask for, so that orders are counted and
-- days are added up from it alone, without fetching a hundred thousand rows to see that few of them fit. Where an order stands
-- and whether it is paid are asked together most, and hardly ever meet at random: they have one of their own.
DROP INDEX orders_newest, orders_status, orders_payment_status, orders_payment_method, orders_city;
CREATE INDEX orders_newest ON orders (market, order_date DESC, id DESC)
    INCLUDE (status, payment_status, payment_method, delivery_city, total_minor);
CREATE INDEX orders_status ON orders (market, status, order_date DESC, id DESC)
    INCLUDE (payment_status, payment_method, delivery_city, total_minor);
CREATE INDEX orders_states ON orders (market, status, payment_status, order_date DESC, id DESC);
CREATE INDEX orders_payment_status ON orders (market, payment_status, order_date DESC, id DESC)
    INCLUDE (status, payment_method, delivery_city, total_minor);
CREATE INDEX orders_payment_method ON orders (market, payment_method, order_date DESC, id DESC)
    INCLUDE (status, payment_status, delivery_city, total_minor);
CREATE INDEX orders_city ON orders (market, delivery_city, order_date DESC, id DESC)
    INCLUDE (status, payment_status, payment_method, total_minor);

-- An order's lines never change, so that what lists and files tell of them is written once.
ALTER TABLE orders ADD COLUMN pieces integer CHECK (pieces > 0);
COMMENT ON COLUMN orders.pieces IS 'of all lines; NULL where whoever wrote the order did not say: then the lines are added up';

-- An index alone answers only for pages that a vacuum has seen since they changed: after a fiftieth of the table, not a fifth.
ALTER TABLE orders SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02);
