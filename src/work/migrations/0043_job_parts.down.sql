DROP TABLE job_parts;
COMMENT ON COLUMN jobs.attempts IS NULL;
