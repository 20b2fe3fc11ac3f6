-- Carts and wishlists of guests: both are kept under the shopper's key, a customer's made of the account's number, a
-- guest's a digest of a token that only the guest has (features/shoppers). The account stays beside it, so that its end
-- is the end of its cart.
CREATE FUNCTION marque_shopper_key(user_id bigint) RETURNS uuid LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT lpad(to_hex(user_id), 32, '0')::uuid
$$;
COMMENT ON FUNCTION marque_shopper_key IS 'the key of a customer''s cart and wishlist; shoppers.cpp makes the same';

-- What rewrites a table sees all its rows, whatever row-level security would show of them.
ALTER TABLE cart_items DROP CONSTRAINT cart_items_market_user_id_fkey;
ALTER TABLE wishlist_items DROP CONSTRAINT wishlist_items_market_user_id_fkey;
ALTER TABLE carts DROP CONSTRAINT carts_pkey;
ALTER TABLE wishlists DROP CONSTRAINT wishlists_pkey;
ALTER TABLE carts ADD COLUMN cart_id uuid GENERATED ALWAYS AS (marque_shopper_key(user_id)) STORED;
ALTER TABLE wishlists ADD COLUMN wishlist_id uuid GENERATED ALWAYS AS (marque_shopper_key(user_id)) STORED;
ALTER TABLE carts ALTER COLUMN cart_id DROP EXPRESSION, ALTER COLUMN user_id DROP NOT NULL;
ALTER TABLE wishlists ALTER COLUMN wishlist_id DROP EXPRESSION, ALTER COLUMN user_id DROP NOT NULL;
ALTER TABLE carts ADD PRIMARY KEY (market, cart_id),
    ADD CONSTRAINT carts_one_a_user UNIQUE (market, user_id),
    ADD CONSTRAINT carts_key_of_user CHECK (cart_id = marque_shopper_key(user_id));
ALTER TABLE wishlists ADD PRIMARY KEY (market, wishlist_id),
    ADD CONSTRAINT wishlists_one_a_user UNIQUE (market, user_id),
    ADD CONSTRAINT wishlists_key_of_user CHECK (wishlist_id = marque_shopper_key(user_id));
ALTER TABLE cart_items RENAME COLUMN user_id TO cart_id;
ALTER TABLE wishlist_items RENAME COLUMN user_id TO wishlist_id;
ALTER TABLE cart_items ALTER COLUMN cart_id TYPE uuid USING marque_shopper_key(cart_id);
ALTER TABLE wishlist_items ALTER COLUMN wishlist_id TYPE uuid USING marque_shopper_key(wishlist_id);
ALTER TABLE cart_items ADD FOREIGN KEY (market, cart_id) REFERENCES carts (market, cart_id) ON DELETE CASCADE;
ALTER TABLE wishlist_items
    ADD FOREIGN KEY (market, wishlist_id) REFERENCES wishlists (market, wishlist_id) ON DELETE CASCADE;

-- What guests left behind is found by its age.
CREATE INDEX carts_guests ON carts (market, updated_at) WHERE user_id IS NULL;
CREATE INDEX wishlists_guests ON wishlists (market, updated_at) WHERE user_id IS NULL;
COMMENT ON COLUMN carts.user_id IS 'none: a guest''s';
COMMENT ON COLUMN carts.updated_at IS 'to the hour, so that most changes leave the index of guests as it is';
COMMENT ON COLUMN wishlists.user_id IS 'none: a guest''s';
SELECT marque_secure_tables();
