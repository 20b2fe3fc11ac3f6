DROP TABLE pickup_points, shipping_options, shipping_zones;
DROP TRIGGER markets_rules ON markets;
DROP FUNCTION marque_rules_changed(), marque_market_row_changed();
DROP TABLE rule_versions;
ALTER TABLE markets DROP COLUMN rules_version, DROP COLUMN default_weight_g;
ALTER TABLE skus DROP COLUMN weight_g;
