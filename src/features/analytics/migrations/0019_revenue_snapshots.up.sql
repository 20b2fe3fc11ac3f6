-- A day's revenue of one market in its own currency, the day being the market's own (rulings 16 and 17).
CREATE TABLE revenue_snapshots (
    market text NOT NULL REFERENCES markets (code),
    day date NOT NULL,
    currency text NOT NULL,
    total_orders bigint NOT NULL CHECK (total_orders >= 0),
    cancelled_orders bigint NOT NULL CHECK (cancelled_orders BETWEEN 0 AND total_orders),
    gross_minor bigint NOT NULL,
    cancelled_minor bigint NOT NULL,
    refunded_minor bigint NOT NULL,
    net_minor bigint NOT NULL,
    average_order_minor bigint NOT NULL,
    computed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (market, day),
    CHECK (net_minor = gross_minor - cancelled_minor - refunded_minor)
);
COMMENT ON COLUMN revenue_snapshots.net_minor IS 'total_revenue of the API: orders that are not cancelled, less refunds';
COMMENT ON COLUMN revenue_snapshots.average_order_minor IS 'net by order that is not cancelled, rounded half up';
SELECT marque_secure_tables();
