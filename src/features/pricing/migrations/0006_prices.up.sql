-- A price belongs to (SKU, market) (ruling 9). A SKU of market ALL without a row here is not sold in that market.
CREATE TABLE prices (
    market text NOT NULL REFERENCES markets (code),
    sku_id bigint NOT NULL,
    owner_market text NOT NULL,
    currency text NOT NULL,
    price_minor bigint NOT NULL CHECK (price_minor > 0),
    original_minor bigint CHECK (original_minor > price_minor),
    PRIMARY KEY (market, sku_id),
    CHECK (owner_market IN (market, 'ALL')),
    FOREIGN KEY (owner_market, sku_id) REFERENCES skus (market, id) ON DELETE CASCADE
);
SELECT marque_secure_tables();
