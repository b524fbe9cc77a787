-- Up Migration
-- What a reviewer was about to decide. Whoever holds the case next sees it as a suggestion.
CREATE TABLE proposal_draft (
  proposal_id uuid NOT NULL CONSTRAINT proposal_draft_proposal_id_fkey REFERENCES proposal (id),
  author_id text NOT NULL,
  version integer NOT NULL,
  content_sealed bytea NOT NULL,
  saved_at timestamptz NOT NULL,
  CONSTRAINT proposal_draft_pkey PRIMARY KEY (proposal_id, author_id)
);
COMMENT ON COLUMN proposal_draft.version IS 'The content version it is about: for another one it says nothing.';
COMMENT ON COLUMN proposal_draft.content_sealed IS 'Sealed JSON {decision, reasons, note}: people write names and numbers into notes. Context: proposal_draft:<proposal>:<author>.';
GRANT SELECT, INSERT, UPDATE, DELETE ON proposal_draft TO puntadewa_app;

-- However a case leaves review: a draft about it is of no use to anybody any more.
CREATE FUNCTION drop_drafts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM proposal_draft WHERE proposal_id = NEW.proposal_id;
  RETURN NULL;
END
$$;
CREATE TRIGGER proposal_status_drop_drafts AFTER UPDATE OF state ON proposal_status FOR EACH ROW
  WHEN (OLD.state = 'in_review' AND NEW.state <> 'in_review') EXECUTE FUNCTION drop_drafts();

-- Down Migration
DROP TRIGGER proposal_status_drop_drafts ON proposal_status;
DROP FUNCTION drop_drafts;
DROP TABLE proposal_draft;
