-- Up Migration
-- Which earlier lists have people whom a list of the same budget left out: those cannot be taken back before it.
CREATE TABLE quota_takeover_reliance (
  takeover_id uuid NOT NULL CONSTRAINT quota_takeover_reliance_takeover_id_fkey REFERENCES quota_takeover (id),
  counted_on uuid NOT NULL CONSTRAINT quota_takeover_reliance_counted_on_fkey REFERENCES quota_takeover (id),
  CONSTRAINT quota_takeover_reliance_pkey PRIMARY KEY (takeover_id, counted_on),
  CONSTRAINT quota_takeover_reliance_of_another CHECK (counted_on <> takeover_id)
);
COMMENT ON TABLE quota_takeover_reliance IS 'takeover_id left out people whom counted_on counts.';
CREATE INDEX quota_takeover_reliance_counted_on_idx ON quota_takeover_reliance (counted_on);
GRANT SELECT, INSERT, DELETE ON quota_takeover_reliance TO puntadewa_app;

-- Of lists that are there nobody knows which: any that was recorded before may be the one.
INSERT INTO quota_takeover_reliance (takeover_id, counted_on)
SELECT later.takeover_id, own.takeover_id
FROM quota_opening own
JOIN quota_opening later USING (region_code, year)
JOIN quota_takeover t ON t.id = later.takeover_id
WHERE own.takeover_id IS NOT NULL AND later.id <> own.id AND t.counted_before > 0
  AND (later.recorded_at, later.id) > (own.recorded_at, own.id);

ALTER TABLE quota_takeover DROP COLUMN counted_before;

-- Down Migration
ALTER TABLE quota_takeover ADD COLUMN counted_before integer NOT NULL DEFAULT 0;
UPDATE quota_takeover t SET counted_before = 1
WHERE EXISTS (SELECT FROM quota_takeover_reliance r WHERE r.takeover_id = t.id);
ALTER TABLE quota_takeover ALTER COLUMN counted_before DROP DEFAULT;
COMMENT ON COLUMN quota_takeover.counted_before IS 'People of the list whom an earlier one counts: that one cannot be taken back before this one.';
DROP TABLE quota_takeover_reliance;
