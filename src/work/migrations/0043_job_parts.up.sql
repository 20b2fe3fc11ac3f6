-- What a job reads and what it makes, in pieces: any server can go on with it, and only its market's role can read it.
CREATE TABLE job_parts (
    market text NOT NULL,
    job_id uuid NOT NULL,
    number integer NOT NULL CHECK (number >= 0),
    bytes bytea NOT NULL,
    PRIMARY KEY (market, job_id, number),
    FOREIGN KEY (market, job_id) REFERENCES jobs (market, id) ON DELETE CASCADE
);
COMMENT ON COLUMN jobs.attempts IS 'who began at it last: a worker whose number is an older one writes nothing any more';
COMMENT ON TABLE job_parts IS 'the file of an import until it is over; the file of an export for a day';
SELECT marque_secure_tables();
