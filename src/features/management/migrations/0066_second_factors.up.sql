-- A manager's second factor (RFC 6238), in the market of the account: the secret is sealed under the server's own,
-- recovery codes are kept as hashes. A step-up belongs to one login.
CREATE TABLE manager_second_factors (
    market text NOT NULL,
    user_id bigint NOT NULL,
    secret_sealed text NOT NULL,
    confirmed_at timestamptz,
    used_step bigint NOT NULL DEFAULT 0,
    failures integer NOT NULL DEFAULT 0,
    failures_since timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (market, user_id),
    FOREIGN KEY (market, user_id) REFERENCES users (market, id) ON UPDATE CASCADE ON DELETE CASCADE
);
COMMENT ON COLUMN manager_second_factors.used_step IS 'codes of this step of the clock and those before it are spent';

CREATE TABLE manager_recovery_codes (
    market text NOT NULL,
    user_id bigint NOT NULL,
    code_hash text NOT NULL,
    PRIMARY KEY (market, user_id, code_hash),
    FOREIGN KEY (market, user_id) REFERENCES manager_second_factors (market, user_id)
        ON UPDATE CASCADE ON DELETE CASCADE
);

CREATE TABLE manager_step_ups (
    market text NOT NULL,
    session_id uuid NOT NULL,
    user_id bigint NOT NULL,
    valid_until timestamptz NOT NULL,
    PRIMARY KEY (market, session_id),
    FOREIGN KEY (market, session_id) REFERENCES sessions (market, id) ON UPDATE CASCADE ON DELETE CASCADE,
    FOREIGN KEY (market, user_id) REFERENCES manager_second_factors (market, user_id)
        ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX manager_step_ups_user ON manager_step_ups (market, user_id);

-- What a market asks of its managers beyond their roles; a market without a row asks nothing.
CREATE TABLE manager_security (
    market text NOT NULL PRIMARY KEY REFERENCES markets (code),
    second_factor_required boolean NOT NULL DEFAULT false,
    four_eyes_above_minor bigint CHECK (four_eyes_above_minor >= 0),
    version integer NOT NULL DEFAULT 1,
    updated_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN manager_security.four_eyes_above_minor IS 'refunds above it wait for a second manager; or none does';
SELECT marque_secure_tables();
