DROP INDEX orders_newest, orders_status, orders_payment_status, orders_payment_method, orders_city, orders_total,
    orders_first_word, orders_last_word, orders_phone_backwards;
CREATE INDEX orders_market_newest ON orders (market, id DESC);
ALTER TABLE orders DROP COLUMN first_word, DROP COLUMN last_word, DROP COLUMN phone_backwards;
