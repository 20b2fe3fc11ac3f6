-- What a market accepts of phones and addresses, as data: log-in and address forms obey these columns.
ALTER TABLE markets
    ADD COLUMN phone_regions text[] NOT NULL DEFAULT '{}',
    ADD COLUMN phone_types text[] NOT NULL DEFAULT '{}',
    ADD COLUMN phone_example text NOT NULL DEFAULT '',
    ADD COLUMN address_required text[] NOT NULL DEFAULT '{}',
    ADD COLUMN postal_code_pattern text NOT NULL DEFAULT '',
    ADD COLUMN tax_label text NOT NULL DEFAULT 'VAT',
    ADD CONSTRAINT markets_phone_types CHECK (phone_types <@ ARRAY['premium_rate', 'toll_free', 'shared_cost', 'voip',
        'personal_number', 'pager', 'uan', 'voicemail']),
    ADD CONSTRAINT markets_address_required CHECK (address_required <@ ARRAY['street', 'building', 'apartment', 'city',
        'state', 'postal_code']);
COMMENT ON COLUMN markets.phone_regions IS 'regions (US, KG) whose numbers may log in; empty: any that has the prefix';
COMMENT ON COLUMN markets.phone_types IS 'kinds of number that may log in besides fixed lines and mobiles';
COMMENT ON COLUMN markets.postal_code_pattern IS 'what a postal code must match as a whole; empty: anything';
UPDATE markets SET phone_regions = '{KG}', phone_example = '+996700123456' WHERE code = 'KG';
UPDATE markets SET phone_regions = '{US}', phone_example = '+12015550123', address_required = '{city,state,postal_code}',
    postal_code_pattern = '[0-9]{5}(-[0-9]{4})?', tax_label = 'Sales tax' WHERE code = 'US';
