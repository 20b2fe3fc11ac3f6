-- What was saved for later is in the cart again.
DROP TRIGGER stock_back ON stock;
DROP FUNCTION marque_stock_back();
ALTER TABLE stock DROP COLUMN back_at;
DROP INDEX wishlist_items_waiting;
ALTER TABLE wishlist_items DROP CONSTRAINT wishlist_items_notify,
    DROP COLUMN notify_was_out, DROP COLUMN notify_sku_id, DROP COLUMN notify_since;
ALTER TABLE cart_items DROP COLUMN saved;
