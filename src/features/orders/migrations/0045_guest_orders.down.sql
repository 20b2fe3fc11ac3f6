-- Fails where guests have ordered: their orders belong to nobody who could be named instead.
ALTER TABLE orders ALTER COLUMN user_id SET NOT NULL;

ALTER TABLE idempotency_keys NO FORCE ROW LEVEL SECURITY;
DELETE FROM idempotency_keys WHERE scope::text NOT LIKE '00000000-0000-0000-%';
ALTER TABLE idempotency_keys FORCE ROW LEVEL SECURITY;
ALTER TABLE idempotency_keys DROP CONSTRAINT idempotency_keys_once;
ALTER TABLE idempotency_keys ALTER COLUMN scope TYPE bigint
    USING ('x' || right(translate(scope::text, '-', ''), 16))::bit(64)::bigint;
ALTER TABLE idempotency_keys RENAME COLUMN scope TO user_id;
ALTER TABLE idempotency_keys ADD CONSTRAINT idempotency_keys_once PRIMARY KEY (market, user_id, route, key);
