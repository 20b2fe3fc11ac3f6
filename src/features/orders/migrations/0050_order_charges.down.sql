ALTER TABLE order_items DROP COLUMN tax_class, DROP COLUMN taxable_minor, DROP COLUMN discount_minor;
ALTER TABLE orders DROP COLUMN rounding, DROP COLUMN taxable_minor, DROP COLUMN tax_milli_percent,
    DROP COLUMN tax_region, DROP COLUMN tax_label, DROP COLUMN weight_g, DROP COLUMN pickup_point,
    DROP COLUMN shipping_kind, DROP COLUMN shipping_name, DROP COLUMN shipping_option;
