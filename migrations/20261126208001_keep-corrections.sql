-- Up Migration
-- What a correction changed, as it was and as it became: the reviewer sees both beside each other.
CREATE TABLE correction (
  proposal_id uuid NOT NULL CONSTRAINT correction_proposal_id_fkey REFERENCES proposal (id),
  version integer NOT NULL,
  fields_sealed bytea NOT NULL,
  CONSTRAINT correction_pkey PRIMARY KEY (proposal_id, version)
);
COMMENT ON COLUMN correction.version IS 'The content version that the correction made.';
COMMENT ON COLUMN correction.fields_sealed IS 'Sealed JSON [{field, before, after}]. Context: correction:<proposal>:<version>.';
GRANT SELECT, INSERT ON correction TO puntadewa_app;

-- Down Migration
DROP TABLE correction;
