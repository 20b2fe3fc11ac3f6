-- Jobs that begin by themselves at a time of the market's own day, and jobs that are tried again later.
ALTER TABLE jobs ADD COLUMN available_at timestamptz NOT NULL DEFAULT now();
COMMENT ON COLUMN jobs.available_at IS 'before it no server takes a waiting job: it failed a moment ago';

CREATE TABLE job_schedules (
    market text NOT NULL REFERENCES markets (code),
    kind text NOT NULL,
    at_time time NOT NULL,
    is_active boolean NOT NULL DEFAULT true,
    next_at timestamptz NOT NULL,
    last_job_id uuid,
    events_days integer NOT NULL DEFAULT 30 CHECK (events_days BETWEEN 1 AND 3650),
    sms_days integer NOT NULL DEFAULT 90 CHECK (sms_days BETWEEN 1 AND 3650),
    version integer NOT NULL DEFAULT 1,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (market, kind)
);
COMMENT ON COLUMN job_schedules.at_time IS 'each day, by the clocks of the market''s time zone';
COMMENT ON COLUMN job_schedules.next_at IS 'whoever moves it on, with its row locked, puts the job in';
COMMENT ON COLUMN job_schedules.events_days IS 'of throwing away: how long what the outbox has told is kept';
SELECT marque_secure_tables();
