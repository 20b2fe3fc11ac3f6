DROP TABLE market_directory;
DROP TABLE market_tax_rates;
DROP TABLE region_tax_rates;
ALTER TABLE regions DROP COLUMN names;
