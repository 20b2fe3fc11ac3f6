-- One cart for each user (S3:112); its lines name a SKU that this market stocks.
CREATE TABLE carts (
    market text NOT NULL,
    user_id bigint NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (market, user_id),
    FOREIGN KEY (market, user_id) REFERENCES users (market, id) ON DELETE CASCADE
);

CREATE TABLE cart_items (
    market text NOT NULL,
    user_id bigint NOT NULL,
    sku_id bigint NOT NULL,
    quantity integer NOT NULL CONSTRAINT cart_items_quantity CHECK (quantity BETWEEN 1 AND 99),
    added_price_minor bigint NOT NULL,
    added_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (market, user_id, sku_id),
    FOREIGN KEY (market, user_id) REFERENCES carts (market, user_id) ON DELETE CASCADE,
    FOREIGN KEY (market, sku_id) REFERENCES stock (market, sku_id) ON DELETE CASCADE
);
SELECT marque_secure_tables();
