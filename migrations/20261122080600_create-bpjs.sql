-- Up Migration
CREATE TABLE membership_answer (
  source text NOT NULL,
  nik_index bytea NOT NULL,
  local_day date NOT NULL,
  checked_at timestamptz NOT NULL,
  sealed_answer bytea NOT NULL,
  CONSTRAINT membership_answer_pkey PRIMARY KEY (source, nik_index),
  CONSTRAINT membership_answer_source_check CHECK (source IN ('mock', 'pcare', 'vclaim')),
  CONSTRAINT membership_answer_nik_index_check CHECK (octet_length(nik_index) = 32)
);
CREATE INDEX membership_answer_local_day_idx ON membership_answer (local_day);
COMMENT ON TABLE membership_answer IS 'Same-day cache of definite answers from BPJS. Never holds an outage; rows of earlier days are deleted.';
COMMENT ON COLUMN membership_answer.local_day IS 'Day of the answer in the region''s zone; the row counts on that day only.';
COMMENT ON COLUMN membership_answer.sealed_answer IS 'The answer as JSON, sealed with source and blind index as context.';
GRANT SELECT, INSERT, UPDATE, DELETE ON membership_answer TO puntadewa_app;

CREATE TABLE membership_list (
  id uuid NOT NULL,
  month date NOT NULL,
  file_hash bytea NOT NULL,
  is_complete boolean NOT NULL,
  rows_imported integer NOT NULL,
  rows_repeated integer NOT NULL,
  rows_refused integer NOT NULL,
  imported_by text NOT NULL,
  imported_at timestamptz NOT NULL,
  CONSTRAINT membership_list_pkey PRIMARY KEY (id),
  CONSTRAINT membership_list_month_check CHECK (extract(day FROM month) = 1),
  CONSTRAINT membership_list_file_hash_check CHECK (octet_length(file_hash) = 32)
);
CREATE INDEX membership_list_newest_idx ON membership_list (month DESC, imported_at DESC, id DESC);
COMMENT ON TABLE membership_list IS 'Imports of monthly membership lists. The newest import of the newest month answers look-ups.';
COMMENT ON COLUMN membership_list.month IS 'First day of the month the list describes.';
COMMENT ON COLUMN membership_list.is_complete IS 'Whether absence from the list proves "not a member". False for partial lists and for files with refused rows.';
GRANT SELECT, INSERT ON membership_list TO puntadewa_app;

CREATE TABLE membership_list_entry (
  list_id uuid NOT NULL,
  nik_index bytea NOT NULL,
  sealed_member bytea NOT NULL,
  CONSTRAINT membership_list_entry_pkey PRIMARY KEY (list_id, nik_index),
  CONSTRAINT membership_list_entry_list_id_fkey FOREIGN KEY (list_id) REFERENCES membership_list (id)
    DEFERRABLE INITIALLY DEFERRED
);
COMMENT ON TABLE membership_list_entry IS 'Members of a list, written before the list itself, whose counts are known last. Entries of replaced and old lists are deleted, the list itself stays as a record.';
COMMENT ON COLUMN membership_list_entry.sealed_member IS 'The member as JSON, sealed with list and blind index as context.';
GRANT SELECT, INSERT, DELETE ON membership_list_entry TO puntadewa_app;

CREATE TABLE manual_membership_check (
  id uuid NOT NULL,
  nik_index bytea NOT NULL,
  checked_at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  recorded_by text NOT NULL,
  outcome text NOT NULL,
  sealed_findings bytea NOT NULL,
  CONSTRAINT manual_membership_check_pkey PRIMARY KEY (id),
  CONSTRAINT manual_membership_check_outcome_check CHECK (outcome IN ('found_active', 'found_inactive', 'found_mismatch', 'not_found')),
  CONSTRAINT manual_membership_check_nik_index_check CHECK (octet_length(nik_index) = 32),
  CONSTRAINT manual_membership_check_time_check CHECK (checked_at <= recorded_at)
);
CREATE INDEX manual_membership_check_newest_idx ON manual_membership_check (nik_index, checked_at DESC, id DESC);
COMMENT ON TABLE manual_membership_check IS 'Membership checks that officers made by other means, with their evidence. Append-only.';
COMMENT ON COLUMN manual_membership_check.checked_at IS 'When the officer looked; never after recorded_at.';
COMMENT ON COLUMN manual_membership_check.sealed_findings IS 'Status, segment, card number and evidence text as JSON, sealed with the row id as context.';
GRANT SELECT, INSERT ON manual_membership_check TO puntadewa_app;

-- Down Migration
DROP TABLE manual_membership_check;
DROP TABLE membership_list_entry;
DROP TABLE membership_list;
DROP TABLE membership_answer;
