-- Work that takes longer than a request: imports above all. A job belongs to the market it writes; whoever carries it out
-- holds a lease, and when the server dies, another one goes on from the position that was committed with the rows.
CREATE TABLE jobs (
    market text NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
    request jsonb NOT NULL DEFAULT '{}',
    fingerprint text NOT NULL DEFAULT '',
    position bigint NOT NULL DEFAULT 0 CHECK (position >= 0),
    bytes_done bigint NOT NULL DEFAULT 0,
    bytes_total bigint NOT NULL DEFAULT 0,
    report jsonb NOT NULL DEFAULT '{}',
    error text NOT NULL DEFAULT '',
    cancel_requested boolean NOT NULL DEFAULT false,
    attempts integer NOT NULL DEFAULT 0,
    lease_until timestamptz,
    created_by text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    started_at timestamptz,
    finished_at timestamptz,
    PRIMARY KEY (market, id)
);
CREATE INDEX jobs_newest ON jobs (market, created_at DESC, id);
CREATE INDEX jobs_open ON jobs (market, lease_until) WHERE state IN ('queued', 'running');
COMMENT ON COLUMN jobs.fingerprint IS 'SHA-256 of the input and of what was asked: a resumed import must be of the same';
COMMENT ON COLUMN jobs.position IS 'how many items of the input are committed';
COMMENT ON COLUMN jobs.created_by IS 'a manager''s number, or the command line';

-- Rows of the input that were refused, in the order they were met.
CREATE TABLE job_refusals (
    market text NOT NULL,
    job_id uuid NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    line bigint NOT NULL,
    key text NOT NULL,
    column_name text NOT NULL,
    reason text NOT NULL,
    raw text NOT NULL,
    PRIMARY KEY (market, job_id, id),
    FOREIGN KEY (market, job_id) REFERENCES jobs (market, id) ON DELETE CASCADE
);
SELECT marque_secure_tables();
