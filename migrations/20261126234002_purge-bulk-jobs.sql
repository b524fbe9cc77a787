-- Up Migration
-- What was done stands in the journal and the audit log; the job itself is of use as long as somebody asks what became of it.
GRANT DELETE ON bulk_job, bulk_row TO puntadewa_app;
CREATE INDEX bulk_job_created_at_idx ON bulk_job (created_at);

-- Down Migration
DROP INDEX bulk_job_created_at_idx;
REVOKE DELETE ON bulk_job, bulk_row FROM puntadewa_app;
