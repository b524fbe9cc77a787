-- Up Migration
-- A household's visit. KK number, phone and address are sealed in one value; equality search goes through the blind indexes.
CREATE TABLE intake (
  id uuid CONSTRAINT intake_pkey PRIMARY KEY,
  receipt_number text NOT NULL CONSTRAINT intake_receipt_number_key UNIQUE,
  office_id uuid NOT NULL CONSTRAINT intake_office_id_fkey REFERENCES office (id),
  region_code text COLLATE "C" NOT NULL,
  village_code text COLLATE "C" NOT NULL,
  created_by text NOT NULL,
  channel text NOT NULL,
  family_card_index bytea NOT NULL,
  phone_index bytea NOT NULL,
  head_nik_index bytea,
  household_sealed bytea NOT NULL,
  originals_seen boolean NOT NULL,
  consent_processing boolean NOT NULL,
  consent_whatsapp boolean NOT NULL,
  consent_version text NOT NULL,
  submitted_at timestamptz NOT NULL
);
COMMENT ON TABLE intake IS 'One household visit (pendaftaran) with one receipt number.';
COMMENT ON COLUMN intake.household_sealed IS 'Sealed JSON: familyCardNumber, phone, street, rt, rw, postalCode, unproposedMembers. Context: intake:<id>:household.';
COMMENT ON COLUMN intake.head_nik_index IS 'Blind index of the head of the family as stated in this visit; null when the head was not part of it.';
COMMENT ON COLUMN intake.region_code IS 'Kab/kota of the registering office: the scope of reviewers.';
CREATE INDEX intake_family_card_index_idx ON intake (family_card_index);
CREATE INDEX intake_phone_index_idx ON intake (phone_index);
CREATE INDEX intake_office_id_idx ON intake (office_id, submitted_at);
GRANT SELECT, INSERT, UPDATE ON intake TO puntadewa_app;

-- What was entered about one person. Changes only by a correction; everything that moves is in proposal_status,
-- so that a change of state does not rewrite the name index.
CREATE TABLE proposal (
  id uuid CONSTRAINT proposal_pkey PRIMARY KEY,
  intake_id uuid NOT NULL CONSTRAINT proposal_intake_id_fkey REFERENCES intake (id),
  region_code text COLLATE "C" NOT NULL,
  office_id uuid NOT NULL,
  full_name text NOT NULL,
  nik_index bytea,
  nik_sealed bytea,
  nik_masked text,
  birth_place text NOT NULL,
  birth_date date NOT NULL,
  sex text NOT NULL,
  relationship text NOT NULL,
  marital_status text NOT NULL,
  warnings text[] NOT NULL
);
COMMENT ON TABLE proposal IS 'One person (usulan) of an intake.';
COMMENT ON COLUMN proposal.nik_sealed IS 'Sealed NIK. Context: proposal:<id>:nik. Null for a newborn who has none yet.';
COMMENT ON COLUMN proposal.nik_masked IS 'Last four digits behind dots, for lists.';
COMMENT ON COLUMN proposal.warnings IS 'Codes of warnings that the officer confirmed.';
CREATE INDEX proposal_intake_id_idx ON proposal (intake_id);
CREATE INDEX proposal_nik_index_idx ON proposal (nik_index);
CREATE INDEX proposal_region_name_idx ON proposal (region_code, full_name, id);
CREATE INDEX proposal_office_name_idx ON proposal (office_id, full_name, id);
CREATE INDEX proposal_birth_date_idx ON proposal (region_code, birth_date);
CREATE INDEX proposal_full_name_trgm_idx ON proposal USING gin (full_name gin_trgm_ops);
GRANT SELECT, INSERT, UPDATE ON proposal TO puntadewa_app;

-- Where a proposal stands: the replay of its journal, plus lease and clock.
CREATE TABLE proposal_status (
  proposal_id uuid CONSTRAINT proposal_status_pkey PRIMARY KEY
    CONSTRAINT proposal_status_proposal_id_fkey REFERENCES proposal (id),
  intake_id uuid NOT NULL,
  region_code text COLLATE "C" NOT NULL,
  office_id uuid NOT NULL,
  created_by text NOT NULL,
  submitted_at timestamptz NOT NULL,
  nik_slot bytea CONSTRAINT proposal_open_nik_key UNIQUE,
  state text NOT NULL,
  version integer NOT NULL,
  sequence integer NOT NULL,
  flags text[] NOT NULL,
  closed_as text,
  membership text,
  membership_at timestamptz,
  reviewer_id text,
  correction_due_at timestamptz,
  state_since timestamptz NOT NULL,
  queue text,
  due_at timestamptz,
  lease_holder text,
  lease_until timestamptz,
  duplicate_of uuid CONSTRAINT proposal_status_duplicate_of_fkey REFERENCES proposal (id)
) WITH (fillfactor = 80);
COMMENT ON COLUMN proposal_status.nik_slot IS 'Blind index of the NIK while the proposal is open, null afterwards: one open proposal per NIK.';
COMMENT ON COLUMN proposal_status.queue IS 'Key of the review queue it waits in (contracts/lifecycle/queues.ts), null when it waits for nobody.';
CREATE INDEX proposal_status_region_state_idx ON proposal_status (region_code, state, submitted_at, proposal_id);
CREATE INDEX proposal_status_office_state_idx ON proposal_status (office_id, state, submitted_at, proposal_id);
CREATE INDEX proposal_status_created_by_idx ON proposal_status (created_by, submitted_at, proposal_id);
CREATE INDEX proposal_status_queue_region_idx ON proposal_status (queue, region_code, due_at, proposal_id) WHERE queue IS NOT NULL;
CREATE INDEX proposal_status_queue_office_idx ON proposal_status (queue, office_id, due_at, proposal_id) WHERE queue IS NOT NULL;
CREATE INDEX proposal_status_lease_idx ON proposal_status (lease_holder, due_at, proposal_id) WHERE lease_holder IS NOT NULL;
CREATE INDEX proposal_status_intake_id_idx ON proposal_status (intake_id);
CREATE INDEX proposal_status_duplicate_of_idx ON proposal_status (duplicate_of) WHERE duplicate_of IS NOT NULL;
CREATE INDEX proposal_status_correction_due_idx ON proposal_status (correction_due_at) WHERE correction_due_at IS NOT NULL;
GRANT SELECT, INSERT, UPDATE ON proposal_status TO puntadewa_app;

-- Append-only: the app role may not change or remove what happened.
CREATE TABLE journal (
  proposal_id uuid NOT NULL CONSTRAINT journal_proposal_id_fkey REFERENCES proposal (id),
  sequence integer NOT NULL,
  action text NOT NULL,
  actor_id text,
  actor_role text NOT NULL,
  at timestamptz NOT NULL,
  version integer NOT NULL,
  data jsonb NOT NULL,
  reasons jsonb,
  CONSTRAINT journal_pkey PRIMARY KEY (proposal_id, sequence)
);
COMMENT ON COLUMN journal.data IS 'What the replay needs (contracts/lifecycle/journal.ts).';
COMMENT ON COLUMN journal.reasons IS 'Reason codes, fields and notes of a decision; changed field names of a correction. No identity numbers.';
GRANT SELECT, INSERT ON journal TO puntadewa_app;

CREATE TABLE idempotency_key (
  actor_id text NOT NULL,
  key text NOT NULL,
  body_hash bytea NOT NULL,
  response_sealed bytea NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT idempotency_key_pkey PRIMARY KEY (actor_id, key)
);
COMMENT ON COLUMN idempotency_key.response_sealed IS 'The answer that was given, sealed. Context: idempotency:<actor>:<key>.';
CREATE INDEX idempotency_key_created_at_idx ON idempotency_key USING brin (created_at);
GRANT SELECT, INSERT, DELETE ON idempotency_key TO puntadewa_app;

CREATE SEQUENCE receipt_serial AS bigint;
GRANT USAGE ON SEQUENCE receipt_serial TO puntadewa_app;

-- Live counts: every statement that moves proposals appends what it changed; a background job rolls the rows up.
-- A counter row updated in place would make every writer of an office wait for the others.
CREATE TABLE proposal_count (
  region_code text COLLATE "C" NOT NULL,
  office_id uuid NOT NULL,
  state text NOT NULL,
  queue text NOT NULL,
  total bigint NOT NULL,
  CONSTRAINT proposal_count_pkey PRIMARY KEY (region_code, office_id, state, queue)
);
COMMENT ON COLUMN proposal_count.queue IS 'Empty text when the proposals of this row wait in no queue.';
GRANT SELECT, INSERT, UPDATE ON proposal_count TO puntadewa_app;
CREATE TABLE proposal_count_delta (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT proposal_count_delta_pkey PRIMARY KEY,
  region_code text COLLATE "C" NOT NULL,
  office_id uuid NOT NULL,
  state text NOT NULL,
  queue text NOT NULL,
  change integer NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON proposal_count_delta TO puntadewa_app;

CREATE FUNCTION count_inserted_proposals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO proposal_count_delta (region_code, office_id, state, queue, change)
  SELECT region_code, office_id, state, coalesce(queue, ''), count(*) FROM inserted
  GROUP BY region_code, office_id, state, coalesce(queue, '');
  RETURN NULL;
END
$$;
CREATE TRIGGER proposal_status_count_inserted AFTER INSERT ON proposal_status
  REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION count_inserted_proposals();

CREATE FUNCTION count_moved_proposals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO proposal_count_delta (region_code, office_id, state, queue, change)
  SELECT region_code, office_id, state, queue, sum(change) FROM (
    SELECT region_code, office_id, state, coalesce(queue, '') AS queue, -1 AS change FROM before
    UNION ALL
    SELECT region_code, office_id, state, coalesce(queue, ''), 1 FROM after
  ) AS moved
  GROUP BY region_code, office_id, state, queue
  HAVING sum(change) <> 0;
  RETURN NULL;
END
$$;
CREATE TRIGGER proposal_status_count_moved AFTER UPDATE ON proposal_status
  REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION count_moved_proposals();

-- Down Migration
DROP TABLE proposal_count_delta, proposal_count;
DROP SEQUENCE receipt_serial;
DROP TABLE idempotency_key, journal, proposal_status, proposal, intake;
DROP FUNCTION count_inserted_proposals, count_moved_proposals;
