-- Up Migration
-- Photos of papers. What is told of one is apart from the picture, so that lists never touch the large part.
CREATE TABLE document (
  id uuid CONSTRAINT document_pkey PRIMARY KEY,
  kind text NOT NULL,
  intake_id uuid CONSTRAINT document_intake_id_fkey REFERENCES intake (id),
  proposal_id uuid CONSTRAINT document_proposal_id_fkey REFERENCES proposal (id),
  width integer NOT NULL,
  height integer NOT NULL,
  uploaded_by text NOT NULL,
  uploaded_at timestamptz NOT NULL,
  expires_at timestamptz,
  added_by text,
  added_at timestamptz,
  superseded_at timestamptz,
  CONSTRAINT document_expires_or_belongs CHECK (
    (intake_id IS NULL) = (expires_at IS NOT NULL) AND (intake_id IS NULL) = (added_at IS NULL)
    AND (intake_id IS NOT NULL OR proposal_id IS NULL)
  )
);
COMMENT ON TABLE document IS 'A photo of a paper (contracts/api/documents.ts). Of a household, or an upload that its officer has not used yet.';
COMMENT ON COLUMN document.proposal_id IS 'Null: of the household.';
COMMENT ON COLUMN document.expires_at IS 'Of an upload without a household: when it is deleted.';
COMMENT ON COLUMN document.superseded_at IS 'A newer one of its kind, for the same person or household, took its place.';
CREATE INDEX document_intake_id_idx ON document (intake_id, added_at) WHERE intake_id IS NOT NULL;
CREATE INDEX document_proposal_id_idx ON document (proposal_id) WHERE proposal_id IS NOT NULL;
CREATE INDEX document_upload_idx ON document (uploaded_by, expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX document_expires_at_idx ON document (expires_at) WHERE expires_at IS NOT NULL;
CREATE UNIQUE INDEX document_current_key ON document (intake_id, kind, proposal_id) NULLS NOT DISTINCT
  WHERE intake_id IS NOT NULL AND superseded_at IS NULL AND kind <> 'other';
GRANT SELECT, INSERT, UPDATE, DELETE ON document TO puntadewa_app;

CREATE TABLE document_content (
  document_id uuid CONSTRAINT document_content_pkey PRIMARY KEY
    CONSTRAINT document_content_document_id_fkey REFERENCES document (id) ON DELETE CASCADE,
  sealed bytea NOT NULL
);
COMMENT ON COLUMN document_content.sealed IS 'Sealed JPEG. Context: document:<id>:content.';
-- Sealed bytes do not get smaller.
ALTER TABLE document_content ALTER COLUMN sealed SET STORAGE EXTERNAL;
GRANT SELECT, INSERT ON document_content TO puntadewa_app;

-- Down Migration
DROP TABLE document_content, document;
