-- A customer's cart and wishlist are one already because their key is made of the account (…_key_of_user). The unique
-- constraint beside it was not only superfluous: of two first additions at once, one could fail on it instead of joining in.
ALTER TABLE carts DROP CONSTRAINT carts_one_a_user;
ALTER TABLE wishlists DROP CONSTRAINT wishlists_one_a_user;
CREATE INDEX carts_user ON carts (market, user_id) WHERE user_id IS NOT NULL;
CREATE INDEX wishlists_user ON wishlists (market, user_id) WHERE user_id IS NOT NULL;
