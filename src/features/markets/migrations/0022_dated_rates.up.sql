-- Tax rates that begin on a day of the market's own calendar, regions' names by language, and where markets are.
ALTER TABLE regions ADD COLUMN names jsonb NOT NULL DEFAULT '{}';
COMMENT ON COLUMN regions.names IS 'by language, where it differs from name';
COMMENT ON COLUMN regions.tax_milli_percent IS 'before the first of region_tax_rates; NULL: the market''s own rate';

CREATE TABLE region_tax_rates (
    market text NOT NULL,
    region text NOT NULL,
    from_date date NOT NULL,
    milli_percent bigint NOT NULL CHECK (milli_percent BETWEEN 0 AND 100000),
    PRIMARY KEY (market, region, from_date),
    FOREIGN KEY (market, region) REFERENCES regions (market, code) ON DELETE CASCADE
);
COMMENT ON TABLE region_tax_rates IS 'the newest row that has begun applies, by the market''s own day';

CREATE TABLE market_tax_rates (
    market text NOT NULL REFERENCES markets (code),
    from_date date NOT NULL,
    milli_percent bigint NOT NULL CHECK (milli_percent BETWEEN 0 AND 100000),
    PRIMARY KEY (market, from_date)
);
COMMENT ON TABLE market_tax_rates IS 'changes of markets.tax_milli_percent that begin on a day';

CREATE TABLE market_directory (
    code text PRIMARY KEY CHECK (code ~ '^[A-Z]{2,8}$' AND code <> 'ALL'),
    added_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE market_directory IS 'markets added by command in any database of the layout; a server that lacks the '
    'setting for one of them says so';
SELECT marque_secure_tables();
