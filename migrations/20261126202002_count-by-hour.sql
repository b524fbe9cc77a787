-- Up Migration
-- Figures of a day, whose begin depends on the zone: by hour, as appended deltas that a schedule adds up.
CREATE TABLE hour_figure (
  region_code text COLLATE "C" NOT NULL,
  hour timestamptz NOT NULL,
  office_id uuid NOT NULL,
  figure text NOT NULL CONSTRAINT hour_figure_known CHECK (figure IN ('decided', 'delivered', 'failed', 'unknown')),
  total bigint NOT NULL,
  CONSTRAINT hour_figure_pkey PRIMARY KEY (region_code, hour, office_id, figure)
);
CREATE INDEX hour_figure_office_idx ON hour_figure (office_id, hour);
CREATE INDEX hour_figure_hour_idx ON hour_figure (hour);
COMMENT ON TABLE hour_figure IS 'What was decided, and what became of notices, by hour (UTC) and office. Kept for eight days.';
COMMENT ON COLUMN hour_figure.figure IS 'delivered, failed, unknown: notices that came to be so in this hour and still are.';
GRANT SELECT, INSERT, UPDATE, DELETE ON hour_figure TO puntadewa_app;
CREATE TABLE hour_figure_delta (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT hour_figure_delta_pkey PRIMARY KEY,
  region_code text COLLATE "C" NOT NULL,
  hour timestamptz NOT NULL,
  office_id uuid NOT NULL,
  figure text NOT NULL,
  change integer NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON hour_figure_delta TO puntadewa_app;

-- A registration is counted by its index and does not come here.
CREATE FUNCTION figure_decided() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Checks move fifty at a time and decide none of them: joining these costs more than to look.
  IF NOT EXISTS (SELECT FROM decided_from WHERE state = 'in_review')
    OR NOT EXISTS (SELECT FROM decided_to WHERE state <> 'in_review') THEN RETURN NULL; END IF;
  INSERT INTO public.hour_figure_delta (region_code, hour, office_id, figure, change)
  SELECT n.region_code, date_trunc('hour', n.state_since, 'UTC'), n.office_id, 'decided', count(*)
  FROM decided_from o JOIN decided_to n USING (proposal_id)
  WHERE o.state = 'in_review'
    AND n.state IN ('eligible', 'needs_correction', 'needs_reactivation', 'already_active', 'rejected', 'closed')
  GROUP BY 1, 2, 3;
  RETURN NULL;
END
$$;
CREATE TRIGGER proposal_status_figure_decided AFTER UPDATE ON proposal_status
  REFERENCING OLD TABLE AS decided_from NEW TABLE AS decided_to FOR EACH STATEMENT EXECUTE FUNCTION figure_decided();

-- A notice that is told of otherwise later leaves the hour in which it was counted.
CREATE FUNCTION figure_notice() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  before text := CASE OLD.state WHEN 'read' THEN 'delivered' ELSE OLD.state END;
  after text := CASE NEW.state WHEN 'read' THEN 'delivered' ELSE NEW.state END;
BEGIN
  IF before = after THEN RETURN NULL; END IF;
  INSERT INTO public.hour_figure_delta (region_code, hour, office_id, figure, change)
  SELECT i.region_code, date_trunc('hour', told.at, 'UTC'), i.office_id, told.figure, told.change
  FROM public.intake i CROSS JOIN (VALUES
    (before, -1, CASE before WHEN 'delivered' THEN coalesce(OLD.delivered_at, OLD.read_at)
      WHEN 'failed' THEN OLD.failed_at WHEN 'unknown' THEN OLD.unknown_at END),
    (after, 1, CASE after WHEN 'delivered' THEN coalesce(NEW.delivered_at, NEW.read_at)
      WHEN 'failed' THEN NEW.failed_at WHEN 'unknown' THEN NEW.unknown_at END)
  ) AS told (figure, change, at)
  WHERE i.id = NEW.intake_id AND told.at IS NOT NULL;
  RETURN NULL;
END
$$;
CREATE TRIGGER message_figure_notice AFTER UPDATE OF state ON message FOR EACH ROW
  WHEN (NEW.kind = 'notice' AND NEW.intake_id IS NOT NULL AND OLD.state <> NEW.state) EXECUTE FUNCTION figure_notice();

-- Down Migration
DROP TRIGGER message_figure_notice ON message;
DROP TRIGGER proposal_status_figure_decided ON proposal_status;
DROP FUNCTION figure_notice, figure_decided;
DROP TABLE hour_figure_delta, hour_figure;
