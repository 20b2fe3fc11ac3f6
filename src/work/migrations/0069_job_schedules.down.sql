DROP TABLE job_schedules;
ALTER TABLE jobs DROP COLUMN available_at;
