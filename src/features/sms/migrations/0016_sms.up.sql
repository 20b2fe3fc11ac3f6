-- SMS on their way: a message for each event of the outbox, and a delivery for each time a provider was asked to carry it.
CREATE TABLE sms_messages (
    market text NOT NULL,
    id bigint NOT NULL,
    phone varchar(20) NOT NULL,
    message text NOT NULL,
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'refused', 'expired')),
    rounds integer NOT NULL DEFAULT 0,
    available_at timestamptz NOT NULL DEFAULT now(),
    useful_until timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    PRIMARY KEY (market, id),
    CHECK (state = 'waiting' OR message = '')
);
COMMENT ON COLUMN sms_messages.id IS 'of the outbox row, which makes it the key that providers tell repetitions by';
COMMENT ON COLUMN sms_messages.message IS 'emptied when it is finished: a code must not stay readable';
COMMENT ON COLUMN sms_messages.available_at IS 'next try; while one is under way, when another server may take over';
CREATE INDEX sms_messages_waiting ON sms_messages (available_at) WHERE state = 'waiting';

CREATE TABLE sms_deliveries (
    market text NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    message_id bigint NOT NULL,
    provider text NOT NULL,
    provider_message_id text,
    status text NOT NULL DEFAULT 'sending'
        CHECK (status IN ('sending', 'failed', 'refused', 'accepted', 'sent', 'undelivered', 'delivered')),
    error text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (market, id),
    FOREIGN KEY (market, message_id) REFERENCES sms_messages (market, id) ON DELETE CASCADE
);
CREATE INDEX sms_deliveries_message ON sms_deliveries (market, message_id);
CREATE INDEX sms_deliveries_asked ON sms_deliveries (market, created_at) WHERE status IN ('accepted', 'sent');
SELECT marque_secure_tables();
