-- Roles of a market's own beside the server's five: which permissions make them up. They belong to the market that they
-- are for; who has one is a row of manager_grants in the manager's own market, which may lie in another database.
CREATE TABLE manager_roles (
    market text NOT NULL,
    code text NOT NULL CHECK (code ~ '^[a-z][a-z0-9_]{1,39}$'
                              AND code NOT IN ('admin', 'manager', 'support', 'content', 'viewer')),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    permissions text[] NOT NULL,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (market, code)
);

ALTER TABLE manager_grants DROP CONSTRAINT manager_grants_role_check;
ALTER TABLE manager_grants ADD CONSTRAINT manager_grants_role_check CHECK (role ~ '^[a-z][a-z0-9_]{1,39}$');
ALTER TABLE manager_grants ADD COLUMN granted_by text;
COMMENT ON COLUMN manager_grants.granted_by IS 'who gave it: "manager:kg/4", "command line"; none: a seed or a hand';
-- Who manages a market: asked by the list of its staff, and before its last admin goes.
CREATE INDEX manager_grants_granted ON manager_grants (market, granted_market, user_id);
SELECT marque_secure_tables();
