-- Up Migration
-- One act on many proposals: who wants what, and how far it is. Its rows were fixed when it was made.
CREATE TABLE bulk_job (
  id uuid CONSTRAINT bulk_job_pkey PRIMARY KEY,
  action text NOT NULL,
  reasons jsonb NOT NULL,
  note text,
  filter jsonb,
  state text NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  started_at timestamptz,
  finished_at timestamptz,
  undo_until timestamptz,
  undone_at timestamptz,
  CONSTRAINT bulk_job_state_check CHECK (state IN (
    'checking', 'ready', 'running', 'done', 'partly_done', 'failed', 'undoing', 'undone', 'partly_undone'))
);
COMMENT ON COLUMN bulk_job.filter IS 'The list it was made from, without what was searched for; null when its proposals were named.';
COMMENT ON COLUMN bulk_job.undo_until IS 'When the last of its decisions can no longer be undone; null when it has none that could.';
CREATE UNIQUE INDEX bulk_job_one_at_a_time ON bulk_job (created_by) WHERE state IN ('checking', 'running', 'undoing');
CREATE INDEX bulk_job_created_by_idx ON bulk_job (created_by, created_at DESC);
GRANT SELECT, INSERT, UPDATE ON bulk_job TO puntadewa_app;

CREATE TABLE bulk_row (
  job_id uuid NOT NULL CONSTRAINT bulk_row_job_id_fkey REFERENCES bulk_job (id),
  position integer NOT NULL,
  proposal_id uuid NOT NULL CONSTRAINT bulk_row_proposal_id_fkey REFERENCES proposal (id),
  version integer NOT NULL,
  outcome text NOT NULL,
  code text,
  sequence integer,
  CONSTRAINT bulk_row_pkey PRIMARY KEY (job_id, position),
  CONSTRAINT bulk_row_once UNIQUE (job_id, proposal_id),
  CONSTRAINT bulk_row_outcome_check CHECK (outcome IN ('pending', 'allowed', 'refused', 'done', 'undone', 'not_undone'))
);
COMMENT ON COLUMN bulk_row.version IS 'The content version when the rows were fixed: another one is not touched.';
COMMENT ON COLUMN bulk_row.code IS 'Why it was refused or not undone: a code of contracts/errors.ts.';
COMMENT ON COLUMN bulk_row.sequence IS 'The journal entry of its decision.';
-- Removing a proposal looks for rows about it.
CREATE INDEX bulk_row_proposal_idx ON bulk_row (proposal_id);
CREATE INDEX bulk_row_outcome_idx ON bulk_row (job_id, outcome, position);
GRANT SELECT, INSERT, UPDATE ON bulk_row TO puntadewa_app;

-- Down Migration
DROP TABLE bulk_row, bulk_job;
