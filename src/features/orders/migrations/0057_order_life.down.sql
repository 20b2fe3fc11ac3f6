ALTER TABLE orders
    DROP COLUMN version,
    DROP COLUMN cancel_reason,
    DROP COLUMN carrier,
    DROP COLUMN tracking_number,
    DROP COLUMN tracking_url;
