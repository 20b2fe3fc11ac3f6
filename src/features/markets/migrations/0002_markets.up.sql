-- Markets are data (ruling 3): everything a market needs to sell, and its regions.
CREATE TABLE markets (
    code text PRIMARY KEY CHECK (code ~ '^[A-Z]{2,8}$' AND code <> 'ALL'),
    name text NOT NULL,
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    currency_sign text NOT NULL,
    time_zone text NOT NULL,
    phone_prefixes text[] NOT NULL,
    languages text[] NOT NULL CHECK (cardinality(languages) > 0),
    tax_inclusive boolean NOT NULL,
    tax_milli_percent bigint NOT NULL CHECK (tax_milli_percent BETWEEN 0 AND 100000),
    shipping_minor bigint NOT NULL CHECK (shipping_minor >= 0),
    shipping_free_from_minor bigint NOT NULL CHECK (shipping_free_from_minor >= 0),
    payment_methods text[] NOT NULL,
    sms_provider text NOT NULL DEFAULT 'development',
    state text NOT NULL DEFAULT 'live' CHECK (state IN ('draft', 'live', 'closed')),
    created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN markets.tax_milli_percent IS '12000 is 12 %; used where the region has no rate of its own';
COMMENT ON COLUMN markets.shipping_free_from_minor IS '0: shipping is never free';

CREATE TABLE regions (
    market text NOT NULL REFERENCES markets (code),
    code text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    tax_milli_percent bigint CHECK (tax_milli_percent BETWEEN 0 AND 100000),
    PRIMARY KEY (market, code)
);
SELECT marque_secure_tables();
