-- Shipping as data: zones of regions, options of each zone with their price rules, points where orders are fetched. And
-- the count of changes by which servers know that the rules of a market that they hold in memory have become old.
ALTER TABLE skus ADD COLUMN weight_g integer CHECK (weight_g BETWEEN 1 AND 1000000);
COMMENT ON COLUMN skus.weight_g IS 'NULL: the market''s default_weight_g';
ALTER TABLE markets
    ADD COLUMN default_weight_g integer NOT NULL DEFAULT 500 CHECK (default_weight_g BETWEEN 1 AND 1000000),
    ADD COLUMN rules_version bigint NOT NULL DEFAULT 1;
COMMENT ON COLUMN markets.rules_version IS 'raised by every change of this row; added to rule_versions.version';

CREATE TABLE rule_versions (
    market text PRIMARY KEY REFERENCES markets (code),
    version bigint NOT NULL DEFAULT 1
);
COMMENT ON TABLE rule_versions IS 'raised by triggers when rules of shipping, tax or promotions change';

CREATE FUNCTION marque_market_row_changed() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.rules_version := OLD.rules_version + 1;
    RETURN NEW;
END $$;
CREATE TRIGGER markets_rules BEFORE UPDATE ON markets FOR EACH ROW EXECUTE FUNCTION marque_market_row_changed();

-- Whoever changes a rule in whichever way tells the servers; the row is that of the rule's market.
CREATE FUNCTION marque_rules_changed() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO rule_versions AS v (market) VALUES (coalesce(NEW.market, OLD.market))
    ON CONFLICT (market) DO UPDATE SET version = v.version + 1;
    RETURN NULL;
END $$;

CREATE TABLE shipping_zones (
    market text NOT NULL REFERENCES markets (code),
    code text NOT NULL CHECK (code ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    names jsonb NOT NULL DEFAULT '{}',
    regions text[] NOT NULL DEFAULT '{}',
    sort_order integer NOT NULL DEFAULT 0,
    version integer NOT NULL DEFAULT 1,
    PRIMARY KEY (market, code)
);
COMMENT ON COLUMN shipping_zones.regions IS 'codes of regions; none: wherever no other zone is';

CREATE TABLE shipping_options (
    market text NOT NULL,
    zone text NOT NULL,
    code text NOT NULL CHECK (code ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    kind text NOT NULL CHECK (kind IN ('courier', 'pickup', 'express')),
    names jsonb NOT NULL DEFAULT '{}',
    price_rule text NOT NULL CHECK (price_rule IN ('flat', 'weight', 'subtotal')),
    price_minor bigint CHECK (price_minor >= 0),
    tiers jsonb NOT NULL DEFAULT '[]',
    free_from_minor bigint CHECK (free_from_minor >= 0),
    weight_max_g bigint CHECK (weight_max_g > 0),
    days_from integer NOT NULL DEFAULT 1 CHECK (days_from BETWEEN 0 AND 365),
    days_to integer NOT NULL DEFAULT 7 CHECK (days_to BETWEEN 0 AND 365),
    sort_order integer NOT NULL DEFAULT 0,
    is_active boolean NOT NULL DEFAULT true,
    version integer NOT NULL DEFAULT 1,
    PRIMARY KEY (market, zone, code),
    CHECK (days_from <= days_to),
    FOREIGN KEY (market, zone) REFERENCES shipping_zones (market, code) ON DELETE CASCADE
);
COMMENT ON COLUMN shipping_options.price_minor IS 'of a flat price; NULL: the market''s shipping_minor';
COMMENT ON COLUMN shipping_options.free_from_minor IS 'NULL: the market''s shipping_free_from_minor; 0: never free';
COMMENT ON COLUMN shipping_options.tiers IS '[{"from": 0, "price": 29000}, …]: the last one reached, in grams or minor units';

CREATE TABLE pickup_points (
    market text NOT NULL,
    code text NOT NULL CHECK (code ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    zone text NOT NULL,
    names jsonb NOT NULL DEFAULT '{}',
    address text NOT NULL,
    city text NOT NULL,
    region text NOT NULL,
    hours text NOT NULL DEFAULT '',
    is_active boolean NOT NULL DEFAULT true,
    version integer NOT NULL DEFAULT 1,
    PRIMARY KEY (market, code),
    FOREIGN KEY (market, zone) REFERENCES shipping_zones (market, code) ON DELETE CASCADE
);

CREATE TRIGGER shipping_zones_rules AFTER INSERT OR UPDATE OR DELETE ON shipping_zones
    FOR EACH ROW EXECUTE FUNCTION marque_rules_changed();
CREATE TRIGGER shipping_options_rules AFTER INSERT OR UPDATE OR DELETE ON shipping_options
    FOR EACH ROW EXECUTE FUNCTION marque_rules_changed();
CREATE TRIGGER pickup_points_rules AFTER INSERT OR UPDATE OR DELETE ON pickup_points
    FOR EACH ROW EXECUTE FUNCTION marque_rules_changed();
SELECT marque_secure_tables();
