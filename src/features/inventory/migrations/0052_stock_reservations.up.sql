-- Pieces that an order holds until it is paid: they count in stock.reserved, not in on_hand, and the ledger, which explains
-- on_hand, hears of them when they are claimed. held -> claimed | released; a payment that comes late takes released ones
-- again where they are still there. Whoever changes a state locks the stock rows of the order first, in ascending order.
CREATE TABLE stock_reservations (
    market text NOT NULL,
    order_id bigint NOT NULL,
    sku_id bigint NOT NULL,
    quantity integer NOT NULL CHECK (quantity > 0),
    state text NOT NULL DEFAULT 'held' CHECK (state IN ('held', 'claimed', 'released')),
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    changed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (market, order_id, sku_id),
    FOREIGN KEY (market, order_id) REFERENCES orders (market, id) ON DELETE CASCADE,
    FOREIGN KEY (market, sku_id) REFERENCES stock (market, sku_id) ON DELETE CASCADE
);
CREATE INDEX stock_reservations_due ON stock_reservations (market, expires_at) WHERE state = 'held';
COMMENT ON COLUMN stock_reservations.expires_at IS 'by the database''s clock; the last moment at which payment is waited for';
SELECT marque_secure_tables();
