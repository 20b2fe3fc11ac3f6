-- How an order's amounts came about: each line's discount and taxed amount, the way of shipping, the rate and its rounding.
ALTER TABLE orders
    ADD COLUMN shipping_option text,
    ADD COLUMN shipping_name text,
    ADD COLUMN shipping_kind text,
    ADD COLUMN pickup_point text,
    ADD COLUMN weight_g bigint NOT NULL DEFAULT 0 CHECK (weight_g >= 0),
    ADD COLUMN tax_label text,
    ADD COLUMN tax_region text,
    ADD COLUMN tax_milli_percent bigint NOT NULL DEFAULT 0 CHECK (tax_milli_percent BETWEEN 0 AND 100000),
    ADD COLUMN taxable_minor bigint NOT NULL DEFAULT 0 CHECK (taxable_minor >= 0),
    ADD COLUMN rounding text NOT NULL DEFAULT 'order_half_up'
        CHECK (rounding IN ('order_half_up', 'order_half_even', 'line_half_up', 'line_half_even'));
COMMENT ON COLUMN orders.taxable_minor IS 'the part of lines and shipping that tax_milli_percent was taken of';
ALTER TABLE order_items
    ADD COLUMN discount_minor bigint NOT NULL DEFAULT 0 CHECK (discount_minor BETWEEN 0 AND subtotal_minor),
    ADD COLUMN taxable_minor bigint NOT NULL DEFAULT 0 CHECK (taxable_minor >= 0),
    ADD COLUMN tax_class text NOT NULL DEFAULT 'clothing';
COMMENT ON COLUMN order_items.discount_minor IS 'the line''s share; the shares add up to the order''s discount_minor';
