-- Up Migration
-- A person's choice to tell the people of a work list where to go. Nobody hears of one change twice, whoever chooses it again.
CREATE TABLE list_telling (
  id uuid CONSTRAINT list_telling_pkey PRIMARY KEY,
  drift_id uuid NOT NULL CONSTRAINT list_telling_drift_id_fkey REFERENCES list_drift (id),
  kind text NOT NULL,
  village_code text COLLATE "C",
  people integer NOT NULL,
  told integer NOT NULL DEFAULT 0,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  finished_at timestamptz
);
CREATE INDEX list_telling_drift_idx ON list_telling (drift_id, created_at);
GRANT SELECT, INSERT, UPDATE ON list_telling TO puntadewa_app;

CREATE TABLE list_telling_person (
  nik_index bytea NOT NULL,
  month date NOT NULL,
  telling_id uuid NOT NULL CONSTRAINT list_telling_person_telling_id_fkey REFERENCES list_telling (id),
  proposal_id uuid NOT NULL,
  intake_id uuid NOT NULL,
  told_at timestamptz,
  CONSTRAINT list_telling_person_pkey PRIMARY KEY (nik_index, month)
);
CREATE INDEX list_telling_person_due_idx ON list_telling_person (telling_id, nik_index) WHERE told_at IS NULL;
COMMENT ON TABLE list_telling_person IS 'Who was or will be told of the change in a month: once.';
GRANT SELECT, INSERT, UPDATE ON list_telling_person TO puntadewa_app;

ALTER TABLE notice DROP CONSTRAINT notice_template_known;
ALTER TABLE notice ADD CONSTRAINT notice_template_known CHECK (template IN (
  'received', 'needs_correction', 'eligible', 'already_active', 'needs_reactivation', 'rejected', 'closed',
  'correction_of_notice', 'correction_reminder', 'proposal_returned', 'submitted_to_bpjs', 'membership_visit'));

-- Down Migration
DELETE FROM message_notice WHERE notice_id IN (SELECT id FROM notice WHERE template = 'membership_visit');
DELETE FROM notice WHERE template = 'membership_visit';
ALTER TABLE notice DROP CONSTRAINT notice_template_known;
ALTER TABLE notice ADD CONSTRAINT notice_template_known CHECK (template IN (
  'received', 'needs_correction', 'eligible', 'already_active', 'needs_reactivation', 'rejected', 'closed',
  'correction_of_notice', 'correction_reminder', 'proposal_returned', 'submitted_to_bpjs'));
DROP TABLE list_telling_person, list_telling;
