-- Back to a count of failures in a window that begins now.
DROP INDEX verification_codes_created;
DROP INDEX phone_failures_touched;
ALTER TABLE phone_failures ALTER COLUMN failed_at DROP DEFAULT;
ALTER TABLE phone_failures ALTER COLUMN failed_at TYPE integer USING cardinality(failed_at);
ALTER TABLE phone_failures RENAME COLUMN failed_at TO failures;
ALTER TABLE phone_failures
    DROP COLUMN lockouts, DROP COLUMN locked_until, DROP COLUMN touched_at,
    ADD COLUMN window_started_at timestamptz NOT NULL DEFAULT now();
ALTER TABLE phone_failures ALTER COLUMN window_started_at DROP DEFAULT;
DROP TABLE code_windows;
