-- What is taxed otherwise than all else: classes of products by region and date, shipping by region; and how tax is rounded.
ALTER TABLE markets
    ADD COLUMN rounding text NOT NULL DEFAULT 'order_half_up'
        CHECK (rounding IN ('order_half_up', 'order_half_even', 'line_half_up', 'line_half_even')),
    ADD COLUMN shipping_taxed boolean NOT NULL DEFAULT false;
ALTER TABLE regions ADD COLUMN shipping_taxed boolean;
COMMENT ON COLUMN regions.shipping_taxed IS 'NULL: as the market says; where only some of an order is taxed, a share of shipping is';
ALTER TABLE products ADD COLUMN tax_class text NOT NULL DEFAULT 'clothing' CHECK (tax_class ~ '^[a-z][a-z0-9_]{0,39}$');

CREATE TABLE tax_rules (
    market text NOT NULL REFERENCES markets (code),
    region text NOT NULL DEFAULT '',
    tax_class text NOT NULL CHECK (tax_class ~ '^[a-z][a-z0-9_]{0,39}$'),
    from_date date NOT NULL,
    kind text NOT NULL CHECK (kind IN ('taxed', 'exempt', 'exempt_below', 'excess_over')),
    threshold_minor bigint NOT NULL DEFAULT 0 CHECK (threshold_minor >= 0),
    source text NOT NULL DEFAULT '',
    PRIMARY KEY (market, region, tax_class, from_date)
);
COMMENT ON COLUMN tax_rules.region IS 'empty: wherever the region has no rule of its own for the class';
COMMENT ON COLUMN tax_rules.threshold_minor IS 'of one piece, its share of discounts taken off';

CREATE TRIGGER tax_rules_rules AFTER INSERT OR UPDATE OR DELETE ON tax_rules
    FOR EACH ROW EXECUTE FUNCTION marque_rules_changed();
CREATE TRIGGER regions_rules AFTER INSERT OR UPDATE OR DELETE ON regions
    FOR EACH ROW EXECUTE FUNCTION marque_rules_changed();
CREATE TRIGGER region_tax_rates_rules AFTER INSERT OR UPDATE OR DELETE ON region_tax_rates
    FOR EACH ROW EXECUTE FUNCTION marque_rules_changed();
CREATE TRIGGER market_tax_rates_rules AFTER INSERT OR UPDATE OR DELETE ON market_tax_rates
    FOR EACH ROW EXECUTE FUNCTION marque_rules_changed();
SELECT marque_secure_tables();
