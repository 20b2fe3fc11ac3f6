-- What a product sold is counted from orders now and then, not by the orders: two of the same product would wait for each
-- other at its one count. A step of an order keeps the number of its transaction, so that what was counted is known.
ALTER TABLE order_status_history ADD COLUMN xid xid8 NOT NULL DEFAULT pg_current_xact_id();
CREATE INDEX order_status_history_xid ON order_status_history (market, xid) WHERE status IN ('pending', 'cancelled');

CREATE TABLE sales_counting (
    market text PRIMARY KEY REFERENCES markets (code),
    counted_before xid8 NOT NULL DEFAULT '0',
    counted_after bigint NOT NULL DEFAULT 0,
    counted_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN sales_counting.counted_before IS 'steps of transactions below this number stand in product_stats';
COMMENT ON COLUMN sales_counting.counted_after IS
    'steps up to this id do so, too: they are of a cluster from which this database was restored';
SELECT marque_secure_tables();
