-- Up Migration
-- A list of people whom the older local scheme (Jamkesda) pays, taken over as an opening balance: who they are is kept as blind indexes
-- of their NIKs and nothing else, so that none of them takes a second seat.
CREATE TABLE quota_takeover (
  id uuid CONSTRAINT quota_takeover_pkey PRIMARY KEY,
  region_code text COLLATE "C" NOT NULL CONSTRAINT quota_takeover_region_code_fkey REFERENCES region (code),
  year integer NOT NULL,
  file_hash bytea NOT NULL,
  file_bytes bigint NOT NULL,
  file_rows integer NOT NULL,
  counted_before integer NOT NULL,
  CONSTRAINT quota_takeover_file_key UNIQUE (region_code, year, file_hash),
  CONSTRAINT quota_takeover_hash CHECK (octet_length(file_hash) = 32)
);
COMMENT ON TABLE quota_takeover IS 'No key to quota_budget: people are written before its row is locked, and the key would lock it. quota_opening has one.';
COMMENT ON COLUMN quota_takeover.counted_before IS 'People of the list whom an earlier one counts: that one cannot be taken back before this one.';
GRANT SELECT, INSERT, DELETE ON quota_takeover TO puntadewa_app;

CREATE TABLE quota_takeover_person (
  region_code text COLLATE "C" NOT NULL,
  year integer NOT NULL,
  nik_index bytea NOT NULL,
  takeover_id uuid NOT NULL CONSTRAINT quota_takeover_person_takeover_id_fkey REFERENCES quota_takeover (id),
  CONSTRAINT quota_takeover_person_pkey PRIMARY KEY (region_code, year, nik_index)
);
COMMENT ON TABLE quota_takeover_person IS 'Whom the budget of a year pays already: once, however many lists name them.';
CREATE INDEX quota_takeover_person_takeover_idx ON quota_takeover_person (takeover_id);
GRANT SELECT, INSERT, DELETE ON quota_takeover_person TO puntadewa_app;

ALTER TABLE quota_opening
  ADD COLUMN takeover_id uuid CONSTRAINT quota_opening_takeover_id_fkey REFERENCES quota_takeover (id),
  ADD CONSTRAINT quota_opening_takeover_key UNIQUE (takeover_id);
COMMENT ON COLUMN quota_opening.takeover_id IS 'The list that its number of people was counted from; null: entered as a total.';

ALTER TABLE quota_seat
  ADD COLUMN takeover_id uuid CONSTRAINT quota_seat_takeover_id_fkey REFERENCES quota_takeover (id),
  ADD COLUMN moved_up_at timestamptz,
  ADD CONSTRAINT quota_seat_taken_over CHECK (takeover_id IS NULL OR state IN ('reserved', 'committed'));
COMMENT ON COLUMN quota_seat.takeover_id IS 'Its seat is one of this opening balance, and counted there alone.';
COMMENT ON COLUMN quota_seat.moved_up_at IS 'When it got the seat that it had waited for, until it is sealed.';
CREATE INDEX quota_seat_takeover_idx ON quota_seat (takeover_id);
-- Few cases wait or have just moved up: lists that are narrowed to them begin here.
CREATE INDEX quota_seat_waiting_idx ON quota_seat (proposal_id) WHERE state = 'waiting';
CREATE INDEX quota_seat_moved_up_idx ON quota_seat (proposal_id) WHERE moved_up_at IS NOT NULL;

ALTER TABLE quota_entry ADD COLUMN taken_over integer NOT NULL DEFAULT 0;
COMMENT ON COLUMN quota_entry.taken_over IS 'By how much the number of cases changes that have a seat of an opening balance: no count of the budget does.';

-- A seat changes hands without a move of the case that gets it.
ALTER TABLE live_change ADD COLUMN seated boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN live_change.seated IS 'A proposal got the seat of the budget that it had waited for.';
CREATE FUNCTION live_note_seats() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM public.live_watch WHERE watched_until > clock_timestamp()) THEN RETURN NULL; END IF;
  INSERT INTO public.live_change (kind, subject_id, intake_id, region_code, office_id, created_by, seated)
  SELECT 'proposal', s.proposal_id, s.intake_id, s.region_code, s.office_id, s.created_by,
    o.state = 'waiting' AND n.state = 'reserved'
  FROM seats_from o JOIN seats_to n USING (proposal_id) JOIN public.proposal_status s USING (proposal_id)
  WHERE n.state <> o.state OR n.takeover_id IS DISTINCT FROM o.takeover_id;
  RETURN NULL;
END
$$;
CREATE TRIGGER quota_seat_live_moved AFTER UPDATE ON quota_seat
  REFERENCING OLD TABLE AS seats_from NEW TABLE AS seats_to FOR EACH STATEMENT EXECUTE FUNCTION live_note_seats();

-- Down Migration
DROP TRIGGER quota_seat_live_moved ON quota_seat;
DROP FUNCTION live_note_seats;
ALTER TABLE live_change DROP COLUMN seated;
ALTER TABLE quota_entry DROP COLUMN taken_over;
DROP INDEX quota_seat_moved_up_idx, quota_seat_waiting_idx, quota_seat_takeover_idx;
ALTER TABLE quota_seat DROP CONSTRAINT quota_seat_taken_over, DROP COLUMN moved_up_at, DROP COLUMN takeover_id;
ALTER TABLE quota_opening DROP CONSTRAINT quota_opening_takeover_key, DROP COLUMN takeover_id;
DROP TABLE quota_takeover_person, quota_takeover;
