DROP INDEX carts_user, wishlists_user;
ALTER TABLE carts ADD CONSTRAINT carts_one_a_user UNIQUE (market, user_id);
ALTER TABLE wishlists ADD CONSTRAINT wishlists_one_a_user UNIQUE (market, user_id);
