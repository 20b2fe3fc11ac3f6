DROP TRIGGER market_tax_rates_rules ON market_tax_rates;
DROP TRIGGER region_tax_rates_rules ON region_tax_rates;
DROP TRIGGER regions_rules ON regions;
DROP TABLE tax_rules;
ALTER TABLE products DROP COLUMN tax_class;
ALTER TABLE regions DROP COLUMN shipping_taxed;
ALTER TABLE markets DROP COLUMN shipping_taxed, DROP COLUMN rounding;
