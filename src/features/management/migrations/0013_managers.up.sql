-- Who may manage which market (ruling 15). Rows live in the manager's own market; `granted_market` is what they open.
CREATE TABLE manager_grants (
    market text NOT NULL,
    user_id bigint NOT NULL,
    granted_market text NOT NULL,
    role text NOT NULL CHECK (role IN ('admin', 'manager', 'support', 'content', 'viewer')),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (market, user_id, granted_market),
    FOREIGN KEY (market, user_id) REFERENCES users (market, id) ON DELETE CASCADE
);

CREATE TABLE manager_settings (
    market text NOT NULL,
    user_id bigint NOT NULL,
    active_market text NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (market, user_id),
    FOREIGN KEY (market, user_id) REFERENCES users (market, id) ON DELETE CASCADE
);
SELECT marque_secure_tables();
