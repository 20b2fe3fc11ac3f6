-- One table of states for payments of every method. Which move is allowed is data; a trigger holds whoever changes a row to
-- it, and to what never changes: whose money it is and how much.
CREATE TABLE payment_moves (
    from_status text NOT NULL,
    to_status text NOT NULL,
    PRIMARY KEY (from_status, to_status)
);
INSERT INTO payment_moves (from_status, to_status) VALUES
    ('pending', 'requires_action'), ('pending', 'processing'), ('pending', 'failed'), ('pending', 'cancelled'),
    ('pending', 'paid'),
    ('requires_action', 'processing'), ('requires_action', 'failed'), ('requires_action', 'cancelled'),
    ('requires_action', 'paid'),
    ('processing', 'requires_action'), ('processing', 'failed'), ('processing', 'cancelled'), ('processing', 'paid'),
    ('failed', 'requires_action'), ('failed', 'processing'), ('failed', 'cancelled'), ('failed', 'paid'),
    ('cancelled', 'paid'),
    ('paid', 'refund_pending'), ('paid', 'partially_refunded'), ('paid', 'refunded'),
    ('partially_refunded', 'refund_pending'), ('partially_refunded', 'refunded'),
    ('refund_pending', 'refunded');
COMMENT ON TABLE payment_moves IS
    'paid may follow cancelled: money that comes for an order that is given up is money all the same, and goes back';

ALTER TABLE payments
    ADD COLUMN provider text NOT NULL DEFAULT '',
    ADD COLUMN provider_reference text,
    ADD COLUMN client_secret text,
    ADD COLUMN action_url text,
    ADD COLUMN attempt integer NOT NULL DEFAULT 1,
    ADD COLUMN live boolean NOT NULL DEFAULT false,
    ADD COLUMN captured_minor bigint NOT NULL DEFAULT 0,
    ADD COLUMN refund_due_minor bigint NOT NULL DEFAULT 0,
    ADD COLUMN refunded_minor bigint NOT NULL DEFAULT 0,
    ADD COLUMN failure text,
    ADD COLUMN dispute text,
    ADD COLUMN provider_at timestamptz,
    ADD COLUMN must_close boolean NOT NULL DEFAULT false,
    ADD COLUMN ask_at timestamptz,
    ADD COLUMN asked_times integer NOT NULL DEFAULT 0,
    ADD COLUMN settled_at timestamptz;
UPDATE payments SET captured_minor = amount_minor, refund_due_minor = amount_minor, refunded_minor = amount_minor
WHERE status = 'refunded';
ALTER TABLE payments
    ADD CONSTRAINT payments_status CHECK (status = ANY (ARRAY['pending', 'requires_action', 'processing', 'failed',
        'cancelled', 'paid', 'refund_pending', 'partially_refunded', 'refunded'])),
    ADD CONSTRAINT payments_captured CHECK (captured_minor = CASE WHEN status = ANY (ARRAY['pending', 'requires_action',
        'processing', 'failed', 'cancelled']) THEN 0 ELSE amount_minor END),
    ADD CONSTRAINT payments_refund_due CHECK (refund_due_minor BETWEEN 0 AND captured_minor),
    ADD CONSTRAINT payments_refunded CHECK (refunded_minor BETWEEN 0 AND refund_due_minor),
    ADD CONSTRAINT payments_one_an_order UNIQUE (market, order_id),
    ADD CONSTRAINT payments_reference_once UNIQUE (market, provider, provider_reference);
DROP INDEX payments_order;
CREATE INDEX payments_to_ask ON payments (market, ask_at) WHERE ask_at IS NOT NULL;
COMMENT ON COLUMN payments.refund_due_minor IS 'what was promised back: refunded, or under way';
COMMENT ON COLUMN payments.attempt IS 'part of the provider''s idempotency key; grows only when the provider is known to have made nothing';
COMMENT ON COLUMN payments.must_close IS 'given up here, to be cancelled at the provider so that nobody can pay it any more';
COMMENT ON COLUMN payments.ask_at IS 'when to ask the provider what became of it; null while there is nothing to ask';

CREATE FUNCTION marque_payment_moves() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.status <> OLD.status AND NOT EXISTS (SELECT FROM payment_moves m
                                                WHERE m.from_status = OLD.status AND m.to_status = NEW.status) THEN
        RAISE EXCEPTION 'a payment may not become % after %', NEW.status, OLD.status
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_moves';
    END IF;
    IF (NEW.market, NEW.order_id, NEW.method, NEW.amount_minor, NEW.currency)
       IS DISTINCT FROM (OLD.market, OLD.order_id, OLD.method, OLD.amount_minor, OLD.currency)
       OR NEW.captured_minor < OLD.captured_minor OR NEW.refunded_minor < OLD.refunded_minor THEN
        RAISE EXCEPTION 'what a payment is for, and what was taken or given back, stays'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_kept';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payments_moves BEFORE UPDATE ON payments FOR EACH ROW EXECUTE FUNCTION marque_payment_moves();

-- What providers tell us: stored first, answered at once, worked off afterwards. Once for each of their events.
CREATE TABLE payment_events (
    market text NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    provider text NOT NULL,
    event_id text NOT NULL,
    type text NOT NULL,
    body text NOT NULL,
    verified boolean NOT NULL,
    state text NOT NULL DEFAULT 'received'
        CHECK (state = ANY (ARRAY['received', 'applied', 'ignored', 'parked', 'refused'])),
    note text NOT NULL DEFAULT '',
    payment_id uuid,
    attempts integer NOT NULL DEFAULT 0,
    due_at timestamptz DEFAULT now(),
    received_at timestamptz NOT NULL DEFAULT now(),
    processed_at timestamptz,
    PRIMARY KEY (market, id),
    CONSTRAINT payment_events_once UNIQUE (market, provider, event_id)
);
CREATE INDEX payment_events_due ON payment_events (market, due_at) WHERE due_at IS NOT NULL;
COMMENT ON COLUMN payment_events.state IS
    'parked: of a payment nobody knows yet; refused: what it says is not what was agreed, somebody must look';

CREATE TABLE refunds (
    market text NOT NULL,
    id uuid NOT NULL,
    payment_id uuid NOT NULL,
    order_id bigint NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    currency text NOT NULL,
    cause text NOT NULL,
    reason text NOT NULL DEFAULT '',
    requested_by text NOT NULL,
    state text NOT NULL DEFAULT 'pending'
        CHECK (state = ANY (ARRAY['pending', 'sent', 'by_hand', 'succeeded', 'failed'])),
    provider_reference text,
    attempt integer NOT NULL DEFAULT 1,
    failure text,
    tries integer NOT NULL DEFAULT 0,
    due_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    done_at timestamptz,
    PRIMARY KEY (market, id),
    CONSTRAINT refunds_once UNIQUE (market, cause),
    FOREIGN KEY (market, payment_id) REFERENCES payments (market, id) ON DELETE CASCADE
);
CREATE INDEX refunds_payment ON refunds (market, payment_id);
CREATE INDEX refunds_due ON refunds (market, due_at) WHERE due_at IS NOT NULL;
COMMENT ON COLUMN refunds.id IS 'the provider''s idempotency key, so that whatever is repeated gives money back once';
COMMENT ON COLUMN refunds.cause IS 'what it follows from ("late:19", "return:…", a manager''s own): once each';
COMMENT ON COLUMN refunds.state IS 'by_hand: no provider can do it, a manager gives it back and says so';
SELECT marque_secure_tables();
