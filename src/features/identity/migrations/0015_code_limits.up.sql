-- Limits of one-time codes, shared by all servers of a database: counting windows for sending, failures of each phone.
CREATE TABLE code_windows (
    market text NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    uses integer NOT NULL,
    uses_max integer NOT NULL,
    seen bigint[] NOT NULL DEFAULT '{}',
    ends_at timestamptz NOT NULL,
    PRIMARY KEY (market, kind, subject)
);
CREATE INDEX code_windows_end ON code_windows (market, ends_at);
COMMENT ON TABLE code_windows IS 'how often something was done since its window began; a row past its end counts as empty';
COMMENT ON COLUMN code_windows.subject IS 'a phone, an address, a network, a block of numbers; empty for the whole market';
COMMENT ON COLUMN code_windows.uses_max IS 'the limit when it was last used, for people who read this table';
COMMENT ON COLUMN code_windows.seen IS 'hashes of the phones counted, where different phones are what counts';

-- The moments themselves instead of a count, so that "ten in any 24 hours" holds exactly.
-- A change of type is not bound by row-level security, as an UPDATE by the owner would be.
ALTER TABLE phone_failures ALTER COLUMN failures TYPE timestamptz[]
    USING array_fill(window_started_at, ARRAY[least(failures, 10)]);
ALTER TABLE phone_failures RENAME COLUMN failures TO failed_at;
ALTER TABLE phone_failures
    ALTER COLUMN failed_at SET DEFAULT '{}',
    DROP COLUMN window_started_at,
    ADD COLUMN lockouts integer NOT NULL DEFAULT 0,
    ADD COLUMN locked_until timestamptz,
    ADD COLUMN touched_at timestamptz NOT NULL DEFAULT now();
CREATE INDEX phone_failures_touched ON phone_failures (market, touched_at);
COMMENT ON TABLE phone_failures IS 'wrong codes of a phone; the row stands from its first code on and is what guesses wait for';
COMMENT ON COLUMN phone_failures.failed_at IS 'the last wrong codes, oldest first; a new code never resets them';
COMMENT ON COLUMN phone_failures.lockouts IS 'how often the limit was reached since the last right code: each lock is longer';

-- For the share of codes that come back, and for taking old ones away.
CREATE INDEX verification_codes_created ON verification_codes (market, created_at DESC);
SELECT marque_secure_tables();
