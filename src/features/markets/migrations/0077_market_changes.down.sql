DROP TABLE market_changes;
DROP FUNCTION marque_change_market(), marque_keep_market_changes();
DROP TRIGGER market_version ON markets;
DROP FUNCTION marque_new_market_version();
ALTER TABLE markets DROP COLUMN version;
