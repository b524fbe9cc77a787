-- Up Migration
ALTER TABLE proposal_status
  ADD COLUMN reserved_until timestamptz,
  ADD COLUMN likeness double precision NOT NULL DEFAULT 0;
COMMENT ON COLUMN proposal_status.reserved_until IS 'A corrected case waits until then for reviewer_id; null when it waits for everybody.';
COMMENT ON COLUMN proposal_status.likeness IS 'Score of its most alike open possible_duplicate, 0 without one: the order of the queue `duplicates`.';
UPDATE proposal_status SET likeness = best.score
FROM (
  SELECT id, max(score) AS score FROM (
    SELECT low_id AS id, score FROM possible_duplicate WHERE state = 'open'
    UNION ALL
    SELECT high_id, score FROM possible_duplicate WHERE state = 'open'
  ) AS half GROUP BY id
) AS best
WHERE proposal_id = best.id;
-- Negative, so that the most alike come first and the oldest of equals before the younger.
CREATE INDEX proposal_status_likeness_region_idx ON proposal_status (region_code, (- likeness), proposal_id) WHERE queue = 'duplicates';
CREATE INDEX proposal_status_reserved_until_idx ON proposal_status (reserved_until) WHERE reserved_until IS NOT NULL;

-- Down Migration
DROP INDEX proposal_status_reserved_until_idx, proposal_status_likeness_region_idx;
ALTER TABLE proposal_status DROP COLUMN reserved_until, DROP COLUMN likeness;
