-- Lines that are saved for later, and products whose return to stock somebody wants to hear of.
ALTER TABLE cart_items ADD COLUMN saved boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN cart_items.saved IS 'for later: shown apart, in no total and no order';

ALTER TABLE wishlist_items
    ADD COLUMN notify_since timestamptz,
    ADD COLUMN notify_sku_id bigint,
    ADD COLUMN notify_was_out boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT wishlist_items_notify CHECK (notify_since IS NOT NULL OR (notify_sku_id IS NULL AND NOT notify_was_out));
CREATE INDEX wishlist_items_waiting ON wishlist_items (market, owner_market, product_id) WHERE notify_since IS NOT NULL;
COMMENT ON COLUMN wishlist_items.notify_since IS 'since when its shopper waits for it; none: nobody does';
COMMENT ON COLUMN wishlist_items.notify_sku_id IS 'the one size and colour that is waited for; none: any';
COMMENT ON COLUMN wishlist_items.notify_was_out IS 'nothing of it was there when the waiting began: any piece is news';

-- When pieces were last there again after there were none. An order only takes, so it never pays for this.
ALTER TABLE stock ADD COLUMN back_at timestamptz;
ALTER TABLE stock ALTER COLUMN back_at SET DEFAULT now();
CREATE FUNCTION marque_stock_back() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.back_at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER stock_back BEFORE UPDATE ON stock FOR EACH ROW
    WHEN (OLD.on_hand - OLD.reserved <= 0 AND NEW.on_hand - NEW.reserved > 0) EXECUTE FUNCTION marque_stock_back();
SELECT marque_secure_tables();
