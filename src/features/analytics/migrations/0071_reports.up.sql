-- Reports at a million orders: a finished day is computed once and kept, with its parts; whatever changes it afterwards leaves
-- a mark in its own transaction, and a marked day is computed from orders until the next round has kept it anew (ADR 32).
ALTER TABLE revenue_snapshots ADD COLUMN time_zone text NOT NULL DEFAULT '';
COMMENT ON COLUMN revenue_snapshots.time_zone IS 'whose day it is; one of another zone than that of the market is not used';

CREATE TABLE revenue_parts (
    market text NOT NULL,
    day date NOT NULL,
    part text NOT NULL CHECK (part = ANY (ARRAY['hour', 'city', 'payment_method', 'product'])),
    key text NOT NULL,
    total_orders bigint NOT NULL,
    cancelled_orders bigint NOT NULL,
    pieces bigint NOT NULL,
    gross_minor bigint NOT NULL,
    cancelled_minor bigint NOT NULL,
    refunded_minor bigint NOT NULL,
    PRIMARY KEY (market, day, part, key)
);
COMMENT ON COLUMN revenue_parts.gross_minor IS 'of products: their lines less discounts, without shipping and added tax';

CREATE TABLE revenue_rounds (
    market text PRIMARY KEY REFERENCES markets (code),
    begun_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE revenue_rounds IS 'locked by whoever keeps days, so that nobody keeps an older look over a newer one';

CREATE TABLE revenue_marks (
    market text NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    order_date timestamptz NOT NULL,
    PRIMARY KEY (market, id)
);
COMMENT ON TABLE revenue_marks IS 'days whose figures have changed since they were kept, by a moment of theirs';

CREATE FUNCTION marque_mark_order() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO revenue_marks (market, order_date) VALUES (OLD.market, OLD.order_date);
    END IF;
    IF TG_OP = 'INSERT' OR TG_OP = 'UPDATE' AND NEW.order_date <> OLD.order_date THEN
        INSERT INTO revenue_marks (market, order_date) VALUES (NEW.market, NEW.order_date);
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION marque_mark_order_of() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    changed record;
BEGIN
    IF TG_OP = 'DELETE' THEN changed := OLD; ELSE changed := NEW; END IF;
    INSERT INTO revenue_marks (market, order_date)
    SELECT o.market, o.order_date FROM orders o WHERE o.market = changed.market AND o.id = changed.order_id;
    RETURN NULL;
END $$;

-- An order of today needs no mark: a day is kept ten minutes after its end, and no transaction takes so long.
CREATE TRIGGER orders_marked_new AFTER INSERT ON orders FOR EACH ROW
    WHEN (NEW.order_date < clock_timestamp() - interval '5 minutes') EXECUTE FUNCTION marque_mark_order();
CREATE TRIGGER orders_marked_changed AFTER UPDATE OF status, order_date, total_minor, delivery_city, payment_method
    ON orders FOR EACH ROW
    WHEN ((OLD.status = 'cancelled', OLD.order_date, OLD.total_minor, OLD.delivery_city, OLD.payment_method)
          IS DISTINCT FROM (NEW.status = 'cancelled', NEW.order_date, NEW.total_minor, NEW.delivery_city,
                            NEW.payment_method))
    EXECUTE FUNCTION marque_mark_order();
CREATE TRIGGER orders_marked_gone AFTER DELETE ON orders FOR EACH ROW EXECUTE FUNCTION marque_mark_order();
CREATE TRIGGER payments_marked_new AFTER INSERT ON payments FOR EACH ROW
    WHEN (NEW.refunded_minor <> 0) EXECUTE FUNCTION marque_mark_order_of();
CREATE TRIGGER payments_marked_changed AFTER UPDATE OF refunded_minor ON payments FOR EACH ROW
    WHEN (OLD.refunded_minor <> NEW.refunded_minor) EXECUTE FUNCTION marque_mark_order_of();
CREATE TRIGGER payments_marked_gone AFTER DELETE ON payments FOR EACH ROW
    WHEN (OLD.refunded_minor <> 0) EXECUTE FUNCTION marque_mark_order_of();
CREATE TRIGGER returns_marked_new AFTER INSERT ON returns FOR EACH ROW
    WHEN (NEW.state = 'received') EXECUTE FUNCTION marque_mark_order_of();
CREATE TRIGGER returns_marked_changed AFTER UPDATE OF state ON returns FOR EACH ROW
    WHEN ((OLD.state = 'received') <> (NEW.state = 'received')) EXECUTE FUNCTION marque_mark_order_of();

-- Of a day's orders only few gave money back: found without looking at the payments of all.
CREATE INDEX payments_refunded ON payments (market, order_id) WHERE refunded_minor > 0;

-- Carts that were used, by the hour: what a funnel begins with. A cart's own row forgets when the next order empties it.
CREATE TABLE cart_visits (
    market text NOT NULL,
    visited_at timestamptz NOT NULL,
    cart_id uuid NOT NULL,
    PRIMARY KEY (market, visited_at, cart_id)
);
CREATE FUNCTION marque_cart_visit() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO cart_visits (market, visited_at, cart_id)
    VALUES (NEW.market, date_trunc('hour', NEW.updated_at), NEW.cart_id) ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER carts_visited_new AFTER INSERT ON carts FOR EACH ROW EXECUTE FUNCTION marque_cart_visit();
CREATE TRIGGER carts_visited AFTER UPDATE OF updated_at ON carts FOR EACH ROW
    WHEN (NEW.updated_at <> OLD.updated_at) EXECUTE FUNCTION marque_cart_visit();

CREATE TABLE report_rates (
    market text NOT NULL REFERENCES markets (code),
    currency text NOT NULL,
    from_date date NOT NULL,
    rate_billionths bigint NOT NULL CHECK (rate_billionths BETWEEN 1 AND 1000000000000000),
    set_by text NOT NULL,
    set_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (market, currency, from_date)
);
COMMENT ON TABLE report_rates IS
    'what one unit of the currency of the market is in another from a day on: for reports only, no price is made of it';
SELECT marque_secure_tables();
-- What no manager changes by hand is not told in the managers' audit log.
ALTER TABLE revenue_parts DISABLE TRIGGER audit_change;
ALTER TABLE revenue_rounds DISABLE TRIGGER audit_change;
ALTER TABLE revenue_marks DISABLE TRIGGER audit_change;
ALTER TABLE cart_visits DISABLE TRIGGER audit_change;
