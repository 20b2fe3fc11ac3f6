ALTER TABLE markets
    DROP COLUMN phone_regions, DROP COLUMN phone_types, DROP COLUMN phone_example, DROP COLUMN address_required,
    DROP COLUMN postal_code_pattern, DROP COLUMN tax_label;
