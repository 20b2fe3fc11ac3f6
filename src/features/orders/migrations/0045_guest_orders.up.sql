-- Orders of guests: nobody's account stands behind them. And keys of answers that are kept once: under whoever shops, by
-- the key of carts (migration 0044), since a guest has no number.
ALTER TABLE orders ALTER COLUMN user_id DROP NOT NULL;
COMMENT ON COLUMN orders.user_id IS 'none: a guest''s order';

ALTER TABLE idempotency_keys DROP CONSTRAINT idempotency_keys_once;
ALTER TABLE idempotency_keys RENAME COLUMN user_id TO scope;
ALTER TABLE idempotency_keys ALTER COLUMN scope TYPE uuid USING marque_shopper_key(scope);
ALTER TABLE idempotency_keys ADD CONSTRAINT idempotency_keys_once PRIMARY KEY (market, scope, route, key);
COMMENT ON COLUMN idempotency_keys.scope IS 'the key of a customer, or of a guest by a token that only they have';
SELECT marque_secure_tables();
