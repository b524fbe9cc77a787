-- Up Migration
ALTER TABLE proposal_status ADD COLUMN reserved_for text;
UPDATE proposal_status SET reserved_for = reviewer_id WHERE reserved_until IS NOT NULL;
ALTER TABLE proposal_status
  ADD CONSTRAINT proposal_status_reservation_is_whole CHECK ((reserved_until IS NULL) = (reserved_for IS NULL));
COMMENT ON COLUMN proposal_status.reserved_until IS 'The case waits until then for reserved_for; null when it waits for everybody.';
COMMENT ON COLUMN proposal_status.reserved_for IS 'The reviewer who returned it, or whom a supervisor gave it to.';

ALTER TABLE bulk_job ADD COLUMN reviewer_id text;
COMMENT ON COLUMN bulk_job.reviewer_id IS 'Of the act assign: whom the cases are given to.';

-- Down Migration
ALTER TABLE bulk_job DROP COLUMN reviewer_id;
COMMENT ON COLUMN proposal_status.reserved_until IS 'A corrected case waits until then for reviewer_id; null when it waits for everybody.';
-- Assignments to somebody else than the last reviewer have no place there.
UPDATE proposal_status SET reserved_until = NULL, reserved_for = NULL WHERE reserved_for IS DISTINCT FROM reviewer_id;
ALTER TABLE proposal_status DROP COLUMN reserved_for;
