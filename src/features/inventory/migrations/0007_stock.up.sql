-- Stock belongs to (SKU, market) (ruling 10). The check below is what makes overselling impossible: an order that
-- would take more than is there fails its whole transaction. The ledger explains every piece.
CREATE TABLE stock (
    market text NOT NULL,
    sku_id bigint NOT NULL,
    owner_market text NOT NULL,
    on_hand integer NOT NULL DEFAULT 0,
    reserved integer NOT NULL DEFAULT 0,
    in_stock boolean GENERATED ALWAYS AS (on_hand - reserved > 0) STORED,
    PRIMARY KEY (market, sku_id),
    CONSTRAINT stock_not_oversold CHECK (reserved BETWEEN 0 AND on_hand),
    CHECK (owner_market IN (market, 'ALL')),
    FOREIGN KEY (owner_market, sku_id) REFERENCES skus (market, id) ON DELETE CASCADE
);

CREATE TABLE stock_ledger (
    market text NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    sku_id bigint NOT NULL,
    delta integer NOT NULL,
    reason text NOT NULL,
    order_id bigint,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (market, id),
    FOREIGN KEY (market, sku_id) REFERENCES stock (market, sku_id) ON DELETE CASCADE
);
CREATE INDEX stock_ledger_sku ON stock_ledger (market, sku_id);
CREATE INDEX stock_ledger_order ON stock_ledger (market, order_id) WHERE order_id IS NOT NULL;
SELECT marque_secure_tables();
