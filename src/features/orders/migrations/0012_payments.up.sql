-- What is owed and paid for an order; one row an attempt, amounts equal the order's.
CREATE TABLE payments (
    market text NOT NULL,
    id uuid NOT NULL,
    order_id bigint NOT NULL,
    method text NOT NULL,
    status text NOT NULL DEFAULT 'pending',
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    currency text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (market, id),
    FOREIGN KEY (market, order_id) REFERENCES orders (market, id) ON DELETE CASCADE
);
CREATE INDEX payments_order ON payments (market, order_id);
SELECT marque_secure_tables();
