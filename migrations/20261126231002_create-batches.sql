-- Up Migration
-- How a kab/kota's agreement with BPJS works from a day on. Dated, because it changes overnight and old batches keep theirs.
CREATE TABLE enrolment_rule (
  region_code text COLLATE "C" NOT NULL CONSTRAINT enrolment_rule_region_code_fkey REFERENCES region (code),
  valid_from date NOT NULL,
  mode text NOT NULL,
  cut_off_day smallint,
  effective_months smallint NOT NULL,
  branch_name text,
  recorded_by text NOT NULL,
  recorded_at timestamptz NOT NULL,
  CONSTRAINT enrolment_rule_pkey PRIMARY KEY (region_code, valid_from),
  CONSTRAINT enrolment_rule_mode_known CHECK (mode IN ('prioritas', 'cut_off')),
  CONSTRAINT enrolment_rule_cut_off CHECK ((mode = 'cut_off') = (cut_off_day IS NOT NULL)),
  CONSTRAINT enrolment_rule_cut_off_day CHECK (cut_off_day BETWEEN 1 AND 28),
  CONSTRAINT enrolment_rule_effective_months CHECK (effective_months BETWEEN 0 AND 3),
  CONSTRAINT enrolment_rule_region_is_kabkota CHECK (region_code ~ '^[0-9]{2}\.[0-9]{2}$')
);
COMMENT ON COLUMN enrolment_rule.mode IS 'prioritas: active the same day (UHC Prioritas); cut_off: active from the first of a month.';
COMMENT ON COLUMN enrolment_rule.cut_off_day IS 'What BPJS accepts up to this day of a month counts for that month.';
COMMENT ON COLUMN enrolment_rule.effective_months IS 'Active from the first of the month so many months after the month it counts for; 0 with prioritas.';
COMMENT ON COLUMN enrolment_rule.branch_name IS 'The BPJS branch the letter goes to.';
GRANT SELECT, INSERT, UPDATE, DELETE ON enrolment_rule TO puntadewa_app;

-- Layouts of files for BPJS branches. Without a region: shipped with the product, to be copied, never changed.
CREATE TABLE template_profile (
  id uuid CONSTRAINT template_profile_pkey PRIMARY KEY,
  region_code text COLLATE "C" CONSTRAINT template_profile_region_code_fkey REFERENCES region (code),
  created_by text,
  created_at timestamptz NOT NULL
);
CREATE INDEX template_profile_region_code_idx ON template_profile (region_code);
GRANT SELECT, INSERT ON template_profile TO puntadewa_app;

-- Every state of a profile stays: a sealed batch keeps the one it was exported with.
CREATE TABLE template_profile_version (
  profile_id uuid NOT NULL CONSTRAINT template_profile_version_profile_id_fkey REFERENCES template_profile (id),
  version integer NOT NULL,
  name text NOT NULL,
  definition jsonb NOT NULL,
  created_by text,
  created_at timestamptz NOT NULL,
  CONSTRAINT template_profile_version_pkey PRIMARY KEY (profile_id, version)
);
COMMENT ON COLUMN template_profile_version.definition IS 'contracts/api/template-profiles.ts.';
GRANT SELECT, INSERT ON template_profile_version TO puntadewa_app;

CREATE TABLE enrolment_batch (
  id uuid CONSTRAINT enrolment_batch_pkey PRIMARY KEY,
  region_code text COLLATE "C" NOT NULL CONSTRAINT enrolment_batch_region_code_fkey REFERENCES region (code),
  state text NOT NULL,
  name text NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  asked_by text,
  asked_at timestamptz,
  seal_rest boolean NOT NULL DEFAULT false,
  letter_number text,
  problem text,
  number text CONSTRAINT enrolment_batch_number_key UNIQUE,
  sealed_by text,
  sealed_by_name text,
  sealed_at timestamptz,
  row_count integer,
  content_hash bytea,
  totals jsonb,
  rule jsonb,
  expected_active_on date,
  profile_id uuid,
  profile_version integer,
  CONSTRAINT enrolment_batch_profile_fkey FOREIGN KEY (profile_id, profile_version)
    REFERENCES template_profile_version (profile_id, version),
  CONSTRAINT enrolment_batch_state_check CHECK (state IN ('open', 'checking', 'sealed', 'discarded')),
  CONSTRAINT enrolment_batch_asked CHECK (state <> 'checking' OR (asked_by IS NOT NULL AND asked_at IS NOT NULL)),
  CONSTRAINT enrolment_batch_sealed CHECK (
    (state = 'sealed') = (number IS NOT NULL AND sealed_by IS NOT NULL AND sealed_at IS NOT NULL
      AND row_count IS NOT NULL AND content_hash IS NOT NULL AND totals IS NOT NULL)),
  CONSTRAINT enrolment_batch_content_hash_check CHECK (octet_length(content_hash) = 32)
);
COMMENT ON TABLE enrolment_batch IS 'What goes to BPJS together, with one letter (berkas).';
COMMENT ON COLUMN enrolment_batch.asked_by IS 'Who asked for sealing last; four eyes are about this account.';
COMMENT ON COLUMN enrolment_batch.problem IS 'Why the last sealing did not come about: a code of contracts/errors.ts.';
COMMENT ON COLUMN enrolment_batch.content_hash IS 'SHA-256 over the canonical rows in their order (features/enrolment/batches/content.domain.ts).';
COMMENT ON COLUMN enrolment_batch.rule IS 'The rule of the region as it was at the sealing; null when there was none.';
COMMENT ON COLUMN enrolment_batch.profile_id IS 'The layout of its first export, with the version that it keeps.';
CREATE INDEX enrolment_batch_region_idx ON enrolment_batch (region_code, created_at DESC, id DESC);
-- Removing a version of a layout looks for batches that keep it.
CREATE INDEX enrolment_batch_profile_idx ON enrolment_batch (profile_id, profile_version) WHERE profile_id IS NOT NULL;
GRANT SELECT, INSERT, UPDATE ON enrolment_batch TO puntadewa_app;

CREATE TABLE enrolment_batch_row (
  batch_id uuid NOT NULL CONSTRAINT enrolment_batch_row_batch_id_fkey REFERENCES enrolment_batch (id),
  proposal_id uuid NOT NULL CONSTRAINT enrolment_batch_row_proposal_id_fkey REFERENCES proposal (id),
  version integer NOT NULL,
  state text NOT NULL,
  code text,
  checked_at timestamptz,
  accept_inactive boolean NOT NULL DEFAULT false,
  family_role text,
  added_by text NOT NULL,
  added_at timestamptz NOT NULL,
  position integer,
  content bytea,
  effective_on date,
  answer_code text,
  answer_text text,
  answered_at timestamptz,
  CONSTRAINT enrolment_batch_row_pkey PRIMARY KEY (batch_id, proposal_id),
  CONSTRAINT enrolment_batch_row_position_key UNIQUE (batch_id, position),
  CONSTRAINT enrolment_batch_row_state_check CHECK (state IN (
    'in', 'set_aside', 'sealed', 'accepted', 'refused', 'active', 'released')),
  CONSTRAINT enrolment_batch_row_frozen CHECK (
    (state IN ('in', 'set_aside', 'released')) = (content IS NULL AND position IS NULL)),
  CONSTRAINT enrolment_batch_row_family_role CHECK (family_role IN ('peserta', 'suami', 'istri', 'anak', 'tambahan'))
);
COMMENT ON COLUMN enrolment_batch_row.version IS 'The content version that was added: another one is not sealed.';
COMMENT ON COLUMN enrolment_batch_row.state IS 'in: goes with the batch; set_aside: found unfit when it was checked; sealed: sent; accepted, refused, active: what BPJS made of it; released: its batch was discarded.';
COMMENT ON COLUMN enrolment_batch_row.code IS 'Why it was set aside: a code of contracts/api/batches.ts.';
COMMENT ON COLUMN enrolment_batch_row.checked_at IS 'When BPJS answered about it for this batch; null while it has to be asked.';
COMMENT ON COLUMN enrolment_batch_row.accept_inactive IS 'A person has taken it in knowing that BPJS knows an inactive member.';
COMMENT ON COLUMN enrolment_batch_row.family_role IS 'PISAT as a person chose it; null: as it follows from the relationship.';
COMMENT ON COLUMN enrolment_batch_row.content IS 'What was sent, sealed JSON. Context: enrolment_batch_row:<batch>:<proposal>:content.';
COMMENT ON COLUMN enrolment_batch_row.effective_on IS 'From when BPJS counts the person as a member, once it has accepted the row.';
COMMENT ON COLUMN enrolment_batch_row.answer_text IS 'What BPJS wrote about it, as it came.';
-- A proposal stands in one batch at a time; what BPJS refused, and what was set aside, may go into another one.
CREATE UNIQUE INDEX enrolment_batch_row_one_batch ON enrolment_batch_row (proposal_id)
  WHERE state IN ('in', 'sealed', 'accepted', 'active');
CREATE INDEX enrolment_batch_row_proposal_idx ON enrolment_batch_row (proposal_id);
CREATE INDEX enrolment_batch_row_state_idx ON enrolment_batch_row (batch_id, state, proposal_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON enrolment_batch_row TO puntadewa_app;

-- Numbers without gaps: taken in the transaction that seals.
CREATE TABLE enrolment_batch_serial (
  region_code text COLLATE "C" NOT NULL,
  year integer NOT NULL,
  last integer NOT NULL,
  CONSTRAINT enrolment_batch_serial_pkey PRIMARY KEY (region_code, year)
);
GRANT SELECT, INSERT, UPDATE ON enrolment_batch_serial TO puntadewa_app;

-- Down Migration
DROP TABLE enrolment_batch_serial, enrolment_batch_row, enrolment_batch, template_profile_version, template_profile, enrolment_rule;
