-- What managers have set of their market. A market's role may not write to markets, whose rows all read: it writes what it
-- wants here, among its own rows, and a trigger carries it over, in the version that was read. Who edits a market otherwise
-- (a command, psql) makes it another version, too.
ALTER TABLE markets ADD COLUMN version integer NOT NULL DEFAULT 1;

CREATE FUNCTION marque_new_market_version() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.version := OLD.version + 1;
    RETURN NEW;
END $$;
CREATE TRIGGER market_version BEFORE UPDATE ON markets FOR EACH ROW
    WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION marque_new_market_version();

CREATE TABLE market_changes (
    market text NOT NULL REFERENCES markets (code),
    id bigint GENERATED ALWAYS AS IDENTITY,
    at timestamptz NOT NULL DEFAULT now(),
    changed_by text NOT NULL,
    version integer NOT NULL,
    wanted jsonb NOT NULL,
    before jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (market, id)
);
COMMENT ON COLUMN market_changes.version IS 'the version of the market that was read';
COMMENT ON COLUMN market_changes.before IS 'what the wanted fields were';
SELECT marque_secure_tables();

-- As the owner: the policy on market_changes undoes the whole statement where the market is not the writer's own. Not
-- written where the market has another version by now.
CREATE FUNCTION marque_change_market() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    old markets;
    wanted jsonb := NEW.wanted;
BEGIN
    SELECT * INTO old FROM markets WHERE code = NEW.market FOR UPDATE;
    IF old.version <> NEW.version THEN
        RETURN NULL;
    END IF;
    SELECT coalesce(jsonb_object_agg(b.key, b.value), '{}') INTO NEW.before
    FROM jsonb_each(to_jsonb(old)) AS b WHERE wanted ? b.key;
    UPDATE markets SET
        name = coalesce(wanted ->> 'name', name),
        tax_label = coalesce(wanted ->> 'tax_label', tax_label),
        shipping_minor = coalesce((wanted ->> 'shipping_minor')::bigint, shipping_minor),
        shipping_free_from_minor = coalesce((wanted ->> 'shipping_free_from_minor')::bigint, shipping_free_from_minor),
        payment_methods = CASE WHEN wanted ? 'payment_methods'
            THEN ARRAY(SELECT jsonb_array_elements_text(wanted -> 'payment_methods')) ELSE payment_methods END,
        address_required = CASE WHEN wanted ? 'address_required'
            THEN ARRAY(SELECT jsonb_array_elements_text(wanted -> 'address_required')) ELSE address_required END,
        phone_example = coalesce(wanted ->> 'phone_example', phone_example),
        seller_name = coalesce(wanted ->> 'seller_name', seller_name),
        seller_address = coalesce(wanted ->> 'seller_address', seller_address),
        seller_tax_id = coalesce(wanted ->> 'seller_tax_id', seller_tax_id)
    WHERE code = NEW.market;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION marque_change_market(), marque_new_market_version() FROM PUBLIC;
-- What the owner brings in (a restored backup, rows carried to a database of their own) was carried over long ago.
CREATE TRIGGER change_market BEFORE INSERT ON market_changes FOR EACH ROW
    WHEN (current_user LIKE 'marque\_%') EXECUTE FUNCTION marque_change_market();

-- What was set stays told.
CREATE FUNCTION marque_keep_market_changes() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'changes of markets are not rewritten' USING ERRCODE = 'insufficient_privilege';
END $$;
REVOKE ALL ON FUNCTION marque_keep_market_changes() FROM PUBLIC;
CREATE TRIGGER market_changes_stay BEFORE UPDATE OR DELETE ON market_changes FOR EACH ROW
    WHEN (current_user LIKE 'marque\_%') EXECUTE FUNCTION marque_keep_market_changes();
