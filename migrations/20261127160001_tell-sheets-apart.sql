-- Up Migration
-- A workbook may hold what was accepted on one sheet and what was refused on another: each of them is a file of its own.
ALTER TABLE enrolment_result ADD COLUMN sheet text;
COMMENT ON COLUMN enrolment_result.sheet IS 'Of the workbook; null for a CSV, and where it was not kept yet.';
DROP INDEX enrolment_result_file_key;
CREATE UNIQUE INDEX enrolment_result_file_key ON enrolment_result (batch_id, file_hash, coalesce(sheet, ''))
  WHERE state NOT IN ('aborted', 'undone');

ALTER TABLE quota_takeover ADD COLUMN sheet text;
COMMENT ON COLUMN quota_takeover.sheet IS 'Of the workbook; null for a CSV, and where it was not kept yet.';
ALTER TABLE quota_takeover DROP CONSTRAINT quota_takeover_file_key;
CREATE UNIQUE INDEX quota_takeover_file_key ON quota_takeover (region_code, year, file_hash, coalesce(sheet, ''));

-- Down Migration
-- Refused while two sheets of one file stand: one of them has to be undone first.
DROP INDEX quota_takeover_file_key;
ALTER TABLE quota_takeover ADD CONSTRAINT quota_takeover_file_key UNIQUE (region_code, year, file_hash);
ALTER TABLE quota_takeover DROP COLUMN sheet;
DROP INDEX enrolment_result_file_key;
CREATE UNIQUE INDEX enrolment_result_file_key ON enrolment_result (batch_id, file_hash)
  WHERE state NOT IN ('aborted', 'undone');
ALTER TABLE enrolment_result DROP COLUMN sheet;
