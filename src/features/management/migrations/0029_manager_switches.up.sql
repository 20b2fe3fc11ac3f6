-- Who managed which market from when on: each switch with what it was before (ruling 15). Rows live where the manager does.
CREATE TABLE manager_switches (
    market text NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    user_id bigint NOT NULL,
    from_market text,
    to_market text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (market, id),
    FOREIGN KEY (market, user_id) REFERENCES users (market, id) ON DELETE CASCADE
);
CREATE INDEX manager_switches_user ON manager_switches (market, user_id, id DESC);
SELECT marque_secure_tables();
