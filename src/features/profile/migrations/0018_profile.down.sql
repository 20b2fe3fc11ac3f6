DROP TABLE wishlist_items, wishlists, payment_methods, addresses, avatars;
ALTER TABLE markets
    DROP COLUMN address_line, DROP COLUMN delivery_service, DROP COLUMN card_brands, DROP COLUMN payment_gateways;
