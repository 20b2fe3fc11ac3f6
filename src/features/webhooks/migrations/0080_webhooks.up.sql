-- Events that a market sends out: who gets them, what was said once for all tries, and what became of each try.
CREATE TABLE webhook_endpoints (
    market text NOT NULL REFERENCES markets (code),
    id uuid NOT NULL,
    url text NOT NULL,
    description text NOT NULL DEFAULT '',
    event_types text[] NOT NULL DEFAULT '{}',
    secret_sealed text NOT NULL,
    former_secret_sealed text,
    former_secret_until timestamptz,
    is_active boolean NOT NULL DEFAULT true,
    disabled_reason text CHECK (disabled_reason IN ('manager', 'gone', 'failing')),
    disabled_at timestamptz,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    changed_by text NOT NULL,
    PRIMARY KEY (market, id),
    CONSTRAINT webhook_endpoints_url UNIQUE (market, url)
);
COMMENT ON COLUMN webhook_endpoints.event_types IS 'none: all of them';
COMMENT ON COLUMN webhook_endpoints.former_secret_sealed IS 'signs beside the new one until former_secret_until';

CREATE TABLE webhook_events (
    market text NOT NULL,
    id uuid NOT NULL,
    source_event bigint,
    type text NOT NULL,
    body text NOT NULL,
    occurred_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (market, id),
    CONSTRAINT webhook_events_once UNIQUE (market, source_event)
);
COMMENT ON COLUMN webhook_events.id IS 'the header webhook-id, the same for every try and every receiver';
COMMENT ON COLUMN webhook_events.source_event IS 'of the outbox; none: made by a manager to try an endpoint';
COMMENT ON COLUMN webhook_events.body IS 'byte by byte what is sent and signed';
CREATE INDEX webhook_events_time ON webhook_events (market, occurred_at, id);
CREATE INDEX webhook_events_age ON webhook_events (created_at);

CREATE TABLE webhook_deliveries (
    market text NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    endpoint_id uuid NOT NULL,
    event_id uuid NOT NULL,
    cause text NOT NULL CHECK (cause IN ('event', 'test', 'redelivery', 'replay')),
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'delivered', 'failed')),
    tries integer NOT NULL DEFAULT 0,
    available_at timestamptz NOT NULL DEFAULT now(),
    give_up_at timestamptz NOT NULL,
    last_status integer,
    last_error text,
    created_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    PRIMARY KEY (market, id),
    FOREIGN KEY (market, endpoint_id) REFERENCES webhook_endpoints (market, id) ON DELETE CASCADE,
    FOREIGN KEY (market, event_id) REFERENCES webhook_events (market, id) ON DELETE CASCADE
);
COMMENT ON COLUMN webhook_deliveries.available_at IS 'next try; while one is under way, when another server may take over';
CREATE INDEX webhook_deliveries_waiting ON webhook_deliveries (market, endpoint_id, available_at)
    WHERE state = 'waiting';
CREATE INDEX webhook_deliveries_newest ON webhook_deliveries (market, endpoint_id, id DESC);
CREATE INDEX webhook_deliveries_delivered ON webhook_deliveries (market, endpoint_id, finished_at)
    WHERE state = 'delivered';
CREATE INDEX webhook_deliveries_event ON webhook_deliveries (market, event_id);

CREATE TABLE webhook_tries (
    market text NOT NULL,
    delivery_id bigint NOT NULL,
    number integer NOT NULL,
    started_at timestamptz NOT NULL,
    duration_ms integer NOT NULL,
    status integer,
    error text,
    answer text NOT NULL,
    PRIMARY KEY (market, delivery_id, number),
    FOREIGN KEY (market, delivery_id) REFERENCES webhook_deliveries (market, id) ON DELETE CASCADE
);
COMMENT ON COLUMN webhook_tries.answer IS 'the beginning of what the receiver said';
SELECT marque_secure_tables();

-- The audit log is told what managers had sent, and not each row of these logs that goes with an endpoint.
ALTER TABLE webhook_events DISABLE TRIGGER audit_change;
ALTER TABLE webhook_tries DISABLE TRIGGER audit_change;
DROP TRIGGER audit_change ON webhook_deliveries;
CREATE TRIGGER audit_change AFTER INSERT ON webhook_deliveries FOR EACH ROW
    WHEN (current_setting('marque.audited', true) = 'yes') EXECUTE FUNCTION marque_note_change('id');
