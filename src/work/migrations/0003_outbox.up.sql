-- Work that must follow a committed transaction: written inside it, carried out after it by the relay.
CREATE TABLE outbox (
    market text NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    topic text NOT NULL,
    payload jsonb NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    available_at timestamptz NOT NULL DEFAULT now(),
    created_at timestamptz NOT NULL DEFAULT now(),
    done_at timestamptz,
    last_error text,
    PRIMARY KEY (market, id)
);
CREATE INDEX outbox_waiting ON outbox (available_at, id) WHERE done_at IS NULL;
SELECT marque_secure_tables();
