DROP TABLE job_refusals;
DROP TABLE jobs;
