-- What happens to an order after it was placed: its version counts changes, its parcel can be followed.
ALTER TABLE orders
    ADD COLUMN version integer NOT NULL DEFAULT 1,
    ADD COLUMN cancel_reason text,
    ADD COLUMN carrier text,
    ADD COLUMN tracking_number text,
    ADD COLUMN tracking_url text;
COMMENT ON COLUMN orders.version IS 'counts the changes of its state';
