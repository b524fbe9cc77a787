-- Up Migration
ALTER TABLE proposal_status ADD COLUMN undo_until timestamptz;
COMMENT ON COLUMN proposal_status.undo_until IS 'Until then whoever made the last move, a decision, may undo it. Any later move empties it, so it also says that nothing has happened since.';
ALTER TABLE notice ADD COLUMN held_until timestamptz;
COMMENT ON COLUMN notice.held_until IS 'Not before then: the decision it tells of may still be undone. Null when there is nothing to wait for.';

-- Down Migration
ALTER TABLE notice DROP COLUMN held_until;
ALTER TABLE proposal_status DROP COLUMN undo_until;
