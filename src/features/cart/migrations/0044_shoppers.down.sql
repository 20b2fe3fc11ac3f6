-- What guests put aside is lost: there is no account it could be kept under.
ALTER TABLE carts NO FORCE ROW LEVEL SECURITY;
ALTER TABLE wishlists NO FORCE ROW LEVEL SECURITY;
DELETE FROM carts WHERE user_id IS NULL;
DELETE FROM wishlists WHERE user_id IS NULL;
ALTER TABLE wishlists FORCE ROW LEVEL SECURITY;
ALTER TABLE carts FORCE ROW LEVEL SECURITY;
DROP INDEX carts_guests, wishlists_guests;
ALTER TABLE cart_items DROP CONSTRAINT cart_items_market_cart_id_fkey;
ALTER TABLE wishlist_items DROP CONSTRAINT wishlist_items_market_wishlist_id_fkey;
ALTER TABLE cart_items ALTER COLUMN cart_id TYPE bigint
    USING ('x' || right(translate(cart_id::text, '-', ''), 16))::bit(64)::bigint;
ALTER TABLE wishlist_items ALTER COLUMN wishlist_id TYPE bigint
    USING ('x' || right(translate(wishlist_id::text, '-', ''), 16))::bit(64)::bigint;
ALTER TABLE cart_items RENAME COLUMN cart_id TO user_id;
ALTER TABLE wishlist_items RENAME COLUMN wishlist_id TO user_id;
ALTER TABLE carts DROP CONSTRAINT carts_key_of_user, DROP CONSTRAINT carts_one_a_user, DROP CONSTRAINT carts_pkey;
ALTER TABLE wishlists
    DROP CONSTRAINT wishlists_key_of_user, DROP CONSTRAINT wishlists_one_a_user, DROP CONSTRAINT wishlists_pkey;
ALTER TABLE carts DROP COLUMN cart_id, ADD PRIMARY KEY (market, user_id);
ALTER TABLE wishlists DROP COLUMN wishlist_id, ADD PRIMARY KEY (market, user_id);
ALTER TABLE cart_items
    ADD CONSTRAINT cart_items_market_user_id_fkey FOREIGN KEY (market, user_id) REFERENCES carts (market, user_id)
        ON DELETE CASCADE;
ALTER TABLE wishlist_items
    ADD CONSTRAINT wishlist_items_market_user_id_fkey FOREIGN KEY (market, user_id)
        REFERENCES wishlists (market, user_id) ON DELETE CASCADE;
DROP FUNCTION marque_shopper_key;
