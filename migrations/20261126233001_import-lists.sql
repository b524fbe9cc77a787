-- Up Migration
-- Monthly lists of a whole region: members of JKN, and the poor. A file comes in parts, is read into list_staged, looked at, and applied.
CREATE TABLE list_import (
  id uuid CONSTRAINT list_import_pkey PRIMARY KEY,
  kind text NOT NULL CONSTRAINT list_import_kind_check CHECK (kind IN ('membership', 'poor')),
  region_code text COLLATE "C" NOT NULL,
  month date NOT NULL CONSTRAINT list_import_month_check CHECK (extract(day FROM month) = 1),
  state text NOT NULL CONSTRAINT list_import_state_check CHECK (state IN (
    'uploading', 'uploaded', 'parsing', 'dry_run_ready', 'approved', 'applying', 'applied', 'aborted')),
  is_partial boolean NOT NULL,
  is_all_active boolean NOT NULL,
  is_complete boolean NOT NULL DEFAULT false,
  file_bytes bigint NOT NULL DEFAULT 0,
  file_parts integer NOT NULL DEFAULT 0,
  file_hash bytea CONSTRAINT list_import_file_hash_check CHECK (octet_length(file_hash) = 32),
  fault text,
  fault_line integer,
  line integer NOT NULL DEFAULT 0,
  blocks integer NOT NULL DEFAULT 0,
  refused_blocks integer NOT NULL DEFAULT 0,
  rows_read integer NOT NULL DEFAULT 0,
  rows_usable integer NOT NULL DEFAULT 0,
  rows_repeated integer NOT NULL DEFAULT 0,
  rows_refused integer NOT NULL DEFAULT 0,
  rows_matched integer NOT NULL DEFAULT 0,
  summary jsonb NOT NULL,
  has_members boolean NOT NULL DEFAULT false,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  ready_at timestamptz,
  approved_by text,
  approved_at timestamptz,
  applied_at timestamptz,
  ended_at timestamptz,
  cleaned_at timestamptz
);
COMMENT ON TABLE list_import IS 'One file of a monthly list on its way, and afterwards the list itself: members refer to it.';
COMMENT ON COLUMN list_import.line IS 'The last line of the file that is staged: after a crash, reading goes on behind it.';
COMMENT ON COLUMN list_import.is_complete IS 'Whether absence from the applied list proves "not on it". False for partial lists and, unless somebody accepted them, refused rows.';
COMMENT ON COLUMN list_import.summary IS 'What reading has counted: segments, statuses, kinds of faults, the first of them by line and column. Never what identifies a person.';
COMMENT ON COLUMN list_import.cleaned_at IS 'When what only the way needed was deleted: parts and staged rows; of an aborted one everything.';
COMMENT ON COLUMN list_import.has_members IS 'False again once the members were purged; the row stays as a record.';
CREATE INDEX list_import_newest_idx ON list_import (region_code, kind, month DESC, created_at DESC, id DESC);
GRANT SELECT, INSERT, UPDATE ON list_import TO puntadewa_app;

CREATE TABLE list_part (
  list_id uuid NOT NULL CONSTRAINT list_part_list_id_fkey REFERENCES list_import (id),
  position integer NOT NULL,
  bytes integer NOT NULL,
  sealed bytea NOT NULL,
  CONSTRAINT list_part_pkey PRIMARY KEY (list_id, position)
);
ALTER TABLE list_part ALTER COLUMN sealed SET STORAGE EXTERNAL;
COMMENT ON TABLE list_part IS 'A piece of the uploaded file, until the list is applied or aborted.';
COMMENT ON COLUMN list_part.sealed IS 'Context: list_part:<list_id>:<position>.';
GRANT SELECT, INSERT, UPDATE, DELETE ON list_part TO puntadewa_app;

-- Sixty-four people to a block: sealing them one by one would be most of what an import costs.
CREATE TABLE list_block (
  list_id uuid NOT NULL CONSTRAINT list_block_list_id_fkey REFERENCES list_import (id),
  position integer NOT NULL,
  sealed bytea NOT NULL,
  CONSTRAINT list_block_pkey PRIMARY KEY (list_id, position)
);
ALTER TABLE list_block ALTER COLUMN sealed SET STORAGE EXTERNAL;
COMMENT ON TABLE list_block IS 'What a list says of its people, as it is not needed for counting.';
COMMENT ON COLUMN list_block.sealed IS 'JSON: one array of values per person, by slot. Context: list_block:<list_id>:<position>.';
GRANT SELECT, INSERT, DELETE ON list_block TO puntadewa_app;

CREATE TABLE list_refused_block (
  list_id uuid NOT NULL CONSTRAINT list_refused_block_list_id_fkey REFERENCES list_import (id),
  position integer NOT NULL,
  sealed bytea NOT NULL,
  CONSTRAINT list_refused_block_pkey PRIMARY KEY (list_id, position)
);
COMMENT ON TABLE list_refused_block IS 'Rows that were refused or left out, as they came, with their reasons: for the file that goes back to whoever made the list.';
COMMENT ON COLUMN list_refused_block.sealed IS 'JSON. Context: list_refused_block:<list_id>:<position>.';
GRANT SELECT, INSERT, DELETE ON list_refused_block TO puntadewa_app;

-- Filled by COPY and read once, whole: an index would cost more than it saves.
CREATE TABLE list_staged (
  list_id uuid NOT NULL,
  nik_index bytea NOT NULL,
  village_code text COLLATE "C",
  standing text,
  segment text COLLATE "C",
  decile smallint,
  block integer NOT NULL,
  slot smallint NOT NULL
);
COMMENT ON TABLE list_staged IS 'Rows of lists that are not applied yet; each NIK once per list.';
GRANT SELECT, INSERT, DELETE ON list_staged TO puntadewa_app;

-- No key to list_import: written a million at a time by a statement that has read its list itself.
CREATE TABLE list_member (
  list_id uuid NOT NULL,
  nik_index bytea NOT NULL,
  village_code text COLLATE "C",
  standing text,
  segment text COLLATE "C",
  decile smallint,
  block integer NOT NULL,
  slot smallint NOT NULL,
  CONSTRAINT list_member_pkey PRIMARY KEY (list_id, nik_index)
);
COMMENT ON TABLE list_member IS 'Who stood on a list of a month, and how. The history of a person is their rows.';
COMMENT ON COLUMN list_member.standing IS 'active, inactive or unknown; null on a list of the poor.';
COMMENT ON COLUMN list_member.village_code IS 'As the list or else the newest registration of the person says; null when neither does.';
GRANT SELECT, INSERT, DELETE ON list_member TO puntadewa_app;

CREATE TABLE list_drift (
  id uuid CONSTRAINT list_drift_pkey PRIMARY KEY,
  region_code text COLLATE "C" NOT NULL,
  from_list uuid NOT NULL CONSTRAINT list_drift_from_list_fkey REFERENCES list_import (id),
  to_list uuid NOT NULL CONSTRAINT list_drift_to_list_fkey REFERENCES list_import (id),
  from_month date NOT NULL,
  to_month date NOT NULL,
  computed_at timestamptz NOT NULL,
  has_people boolean NOT NULL DEFAULT true,
  CONSTRAINT list_drift_pair_key UNIQUE (from_list, to_list)
);
CREATE INDEX list_drift_newest_idx ON list_drift (region_code, to_month DESC, id DESC);
CREATE INDEX list_drift_to_list_idx ON list_drift (to_list);
COMMENT ON TABLE list_drift IS 'What changed between two lists of members.';
COMMENT ON COLUMN list_drift.has_people IS 'False once its work lists were purged; the counts stay.';
GRANT SELECT, INSERT, UPDATE ON list_drift TO puntadewa_app;

CREATE TABLE list_drift_count (
  drift_id uuid NOT NULL CONSTRAINT list_drift_count_drift_id_fkey REFERENCES list_drift (id),
  kind text NOT NULL,
  village_code text COLLATE "C" NOT NULL,
  people integer NOT NULL,
  CONSTRAINT list_drift_count_pkey PRIMARY KEY (drift_id, kind, village_code)
);
COMMENT ON COLUMN list_drift_count.village_code IS 'Empty text: nobody knows where they live.';
GRANT SELECT, INSERT ON list_drift_count TO puntadewa_app;

CREATE TABLE list_change (
  drift_id uuid NOT NULL,
  kind text NOT NULL CONSTRAINT list_change_kind_check CHECK (kind IN (
    'newly_inactive', 'newly_active', 'newly_unclear', 'moved_segment', 'vanished', 'new')),
  village_code text COLLATE "C" NOT NULL,
  nik_index bytea NOT NULL,
  from_standing text,
  to_standing text,
  from_segment text,
  to_segment text,
  block_list uuid NOT NULL,
  block integer NOT NULL,
  slot smallint NOT NULL,
  CONSTRAINT list_change_pkey PRIMARY KEY (drift_id, kind, village_code, nik_index)
);
COMMENT ON TABLE list_change IS 'The people of a drift, one row per kind of change.';
COMMENT ON COLUMN list_change.block_list IS 'The list whose block names them: the later one, of the vanished the earlier one.';
GRANT SELECT, INSERT, DELETE ON list_change TO puntadewa_app;

-- Whom the product knows from registrations: what lists are compared with, set by set.
CREATE VIEW known_person AS
SELECT p.nik_index, p.id AS proposal_id, p.intake_id, p.full_name, i.region_code, i.village_code, i.consent_whatsapp, i.submitted_at
FROM proposal p JOIN intake i ON i.id = p.intake_id
WHERE p.nik_index IS NOT NULL;
COMMENT ON VIEW known_person IS 'Registrations of a person by NIK. What intake gives to other features for statements over whole lists.';
GRANT SELECT ON known_person TO puntadewa_app;

-- Down Migration
DROP VIEW known_person;
DROP TABLE list_change, list_drift_count, list_drift, list_member, list_staged, list_refused_block, list_block, list_part, list_import;
