-- Up Migration
-- Every registration of an office locked the office's one row, and those under way at once share that lock by yet another
-- record. Nobody has the right to delete an office; `data verify` says whether every intake has one.
ALTER TABLE intake DROP CONSTRAINT intake_office_id_fkey;
-- proposal_intake_id_idx finds the same rows and is not touched when a proposal moves.
DROP INDEX proposal_status_intake_id_idx;
-- Nothing looks households up by their office; proposals have the office themselves.
DROP INDEX intake_office_id_idx;
-- Names wait in a list until it is full; whoever fills it up sorts it into the index, with others waiting. At 4 MB the
-- slowest of 2,000 writes took 43 ms, at 64 kB 11 to 18.
ALTER INDEX proposal_full_name_trgm_idx SET (gin_pending_list_limit = 64);

-- Nobody to wake, no NOTIFY: commits that notify wait for each other, which an installation whose workers are down pays for nothing.
ALTER TABLE outbox_relay ADD COLUMN watched_until timestamptz NOT NULL DEFAULT '-infinity';
COMMENT ON COLUMN outbox_relay.watched_until IS 'A relay has looked lately and listens: until then inserts wake it. One that starts later looks by itself first.';
CREATE OR REPLACE FUNCTION outbox_wake() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM public.outbox_relay WHERE busy_until <= clock_timestamp() AND watched_until > clock_timestamp()) THEN
    PERFORM pg_notify('outbox', '');
  END IF;
  RETURN NULL;
END
$$;

-- Down Migration
CREATE OR REPLACE FUNCTION outbox_wake() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM public.outbox_relay WHERE busy_until > clock_timestamp()) THEN
    PERFORM pg_notify('outbox', '');
  END IF;
  RETURN NULL;
END
$$;
ALTER TABLE outbox_relay DROP COLUMN watched_until;
ALTER INDEX proposal_full_name_trgm_idx RESET (gin_pending_list_limit);
CREATE INDEX intake_office_id_idx ON intake (office_id, submitted_at);
CREATE INDEX proposal_status_intake_id_idx ON proposal_status (intake_id);
ALTER TABLE intake ADD CONSTRAINT intake_office_id_fkey FOREIGN KEY (office_id) REFERENCES office (id);
