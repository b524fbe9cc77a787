-- Up Migration
-- What the automatic checks found about one content version of a proposal. A check that runs again replaces its own row.
CREATE TABLE check_result (
  proposal_id uuid NOT NULL CONSTRAINT check_result_proposal_id_fkey REFERENCES proposal (id),
  version integer NOT NULL,
  kind text NOT NULL,
  outcome text NOT NULL,
  codes text[] NOT NULL,
  details jsonb NOT NULL,
  checked_at timestamptz NOT NULL,
  CONSTRAINT check_result_pkey PRIMARY KEY (proposal_id, version, kind),
  CONSTRAINT check_result_kind_check CHECK (kind IN ('format', 'duplicates', 'membership')),
  CONSTRAINT check_result_outcome_check CHECK (outcome IN ('ok', 'warn', 'fail', 'unknown'))
);
COMMENT ON COLUMN check_result.codes IS 'Why it is not ok: text keys code.<code> of the area verification.';
COMMENT ON COLUMN check_result.details IS 'Figures for people who look into a case. No identity data.';
CREATE INDEX check_result_unanswered_idx ON check_result (checked_at) WHERE kind = 'membership' AND outcome = 'unknown';
GRANT SELECT, INSERT, UPDATE ON check_result TO puntadewa_app;

-- Every definite answer about a membership that was recorded on a proposal. Append-only; the newest of a version counts.
CREATE TABLE membership_check (
  id uuid CONSTRAINT membership_check_pkey PRIMARY KEY,
  proposal_id uuid NOT NULL CONSTRAINT membership_check_proposal_id_fkey REFERENCES proposal (id),
  version integer NOT NULL,
  outcome text NOT NULL,
  status_code text,
  status_text text,
  segment_code text,
  segment_text text,
  differences text[] NOT NULL,
  card_sealed bytea,
  source text NOT NULL,
  as_of date,
  checked_at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  recorded_by text,
  CONSTRAINT membership_check_outcome_check CHECK (outcome IN ('found_active', 'found_inactive', 'found_mismatch', 'not_found'))
);
COMMENT ON COLUMN membership_check.differences IS 'Fields in which the answer differs from the applicant; never the values.';
COMMENT ON COLUMN membership_check.card_sealed IS 'Sealed card number. Context: membership_check:<id>:card.';
COMMENT ON COLUMN membership_check.checked_at IS 'When the source answered; earlier than recorded_at for a kept or manual answer.';
COMMENT ON COLUMN membership_check.recorded_by IS 'Account that asked or recorded by hand; null when the product asked by itself.';
CREATE INDEX membership_check_proposal_id_idx ON membership_check (proposal_id, version, recorded_at DESC);
GRANT SELECT, INSERT ON membership_check TO puntadewa_app;

-- Two proposals that may be one person; one row for both of them, the smaller id first.
CREATE TABLE possible_duplicate (
  low_id uuid NOT NULL CONSTRAINT possible_duplicate_low_id_fkey REFERENCES proposal (id),
  high_id uuid NOT NULL CONSTRAINT possible_duplicate_high_id_fkey REFERENCES proposal (id),
  score double precision NOT NULL,
  parts jsonb NOT NULL,
  state text NOT NULL,
  found_at timestamptz NOT NULL,
  decided_at timestamptz,
  decided_by text,
  note text,
  CONSTRAINT possible_duplicate_pkey PRIMARY KEY (low_id, high_id),
  CONSTRAINT possible_duplicate_order_check CHECK (low_id < high_id),
  CONSTRAINT possible_duplicate_score_check CHECK (score >= 0 AND score <= 1),
  CONSTRAINT possible_duplicate_state_check CHECK (state IN ('open', 'dismissed', 'confirmed'))
);
COMMENT ON TABLE possible_duplicate IS 'Open pairs put the flag potential_duplicate on both proposals; a person dismisses or confirms them.';
COMMENT ON COLUMN possible_duplicate.parts IS 'How alike each field is: [{field, score}].';
CREATE INDEX possible_duplicate_high_id_idx ON possible_duplicate (high_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON possible_duplicate TO puntadewa_app;

-- Down Migration
DROP TABLE possible_duplicate, membership_check, check_result;
