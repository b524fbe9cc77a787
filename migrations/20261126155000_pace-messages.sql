-- Up Migration
-- When a message may leave: what the account has done lately, what troubles it, and why a message waits.
CREATE TABLE whatsapp_account (
  gateway text CONSTRAINT whatsapp_account_pkey PRIMARY KEY,
  since timestamptz NOT NULL,
  last_hand_over_at timestamptz,
  not_before timestamptz,
  breaker_scope text CONSTRAINT whatsapp_account_breaker_scope_known CHECK (breaker_scope IN ('cold', 'account')),
  breaker_code text,
  breaker_opened_at timestamptz,
  breaker_probe_at timestamptz,
  breaker_probe_id uuid,
  breaker_closed_at timestamptz,
  breaker_trips integer NOT NULL DEFAULT 0 CONSTRAINT whatsapp_account_trips_not_negative CHECK (breaker_trips >= 0),
  CONSTRAINT whatsapp_account_breaker_is_whole CHECK (num_nulls(breaker_scope, breaker_code, breaker_opened_at, breaker_probe_at) IN (0, 4)),
  CONSTRAINT whatsapp_account_probe_needs_breaker CHECK (breaker_probe_id IS NULL OR breaker_scope IS NOT NULL)
);
COMMENT ON TABLE whatsapp_account IS 'One row per gateway. Whoever lets a paced message leave holds its lock: hand-overs of all workers take turns.';
COMMENT ON COLUMN whatsapp_account.since IS 'Since when the account is in use here: the warm-up counts its days.';
COMMENT ON COLUMN whatsapp_account.not_before IS 'No notice leaves before: the last hand-over and a distance drawn by lot.';
COMMENT ON COLUMN whatsapp_account.breaker_scope IS 'Null: closed. cold: nothing goes to people who never wrote; account: nothing goes to anybody.';
COMMENT ON COLUMN whatsapp_account.breaker_probe_at IS 'From then on one message to somebody who has written may go, to see whether the trouble is over.';
COMMENT ON COLUMN whatsapp_account.breaker_probe_id IS 'The message that is trying it, the last one that did so.';
COMMENT ON COLUMN whatsapp_account.breaker_trips IS 'Openings in a row: each one waits longer for its probe.';

CREATE TABLE whatsapp_hand_over (
  message_id uuid NOT NULL CONSTRAINT whatsapp_hand_over_message_fkey REFERENCES message (id),
  attempt integer NOT NULL,
  gateway text NOT NULL,
  contact_id uuid NOT NULL CONSTRAINT whatsapp_hand_over_contact_fkey REFERENCES whatsapp_contact (id),
  cold boolean NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT whatsapp_hand_over_pkey PRIMARY KEY (message_id, attempt)
);
CREATE INDEX whatsapp_hand_over_contact ON whatsapp_hand_over (contact_id, at);
CREATE INDEX whatsapp_hand_over_account ON whatsapp_hand_over (gateway, at);
CREATE INDEX whatsapp_hand_over_cold ON whatsapp_hand_over (gateway, at) WHERE cold;
COMMENT ON TABLE whatsapp_hand_over IS 'What the limits count, two days of it: hand-overs that are not proven never to have left.';

ALTER TABLE message
  ADD COLUMN time_zone text,
  ADD COLUMN tried_at timestamptz,
  ADD COLUMN held_for text CONSTRAINT message_held_for_known CHECK (held_for IN ('breaker', 'cold_notices_off', 'quiet_hours',
    'contact_limit', 'daily_limit', 'cold_limit', 'pace', 'order', 'gateway_busy')),
  ADD COLUMN held_until timestamptz,
  ADD CONSTRAINT message_hold_is_whole CHECK ((held_for IS NULL) = (held_until IS NULL)),
  ADD CONSTRAINT message_essential_is_confirmation CHECK (NOT essential OR kind = 'preference');
CREATE INDEX message_queued ON message (id) WHERE state = 'queued';
CREATE INDEX message_held ON message (held_for, id) WHERE state = 'queued' AND held_for IS NOT NULL;
COMMENT ON COLUMN message.time_zone IS 'Where the household lives: quiet hours are its own. Null: nobody knows.';
COMMENT ON COLUMN message.tried_at IS 'Since when it is being tried: what waits for a reason of its own is not given up meanwhile.';
COMMENT ON COLUMN message.held_for IS 'While queued: why it does not leave yet.';
COMMENT ON COLUMN message.held_until IS 'While queued: when it is looked at again.';

-- As before, and now also whoever said that the household is not theirs. A second hand-over of a message that is already
-- being sent counts as a hand-over too.
CREATE OR REPLACE FUNCTION message_refuse_opted_out() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  opted_out timestamptz;
  wrong_number timestamptz;
BEGIN
  SELECT opted_out_at, wrong_number_at INTO opted_out, wrong_number FROM whatsapp_contact WHERE id = NEW.contact_id FOR SHARE;
  IF opted_out IS NOT NULL THEN
    RAISE EXCEPTION 'message % is for a contact who opted out', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'message_not_to_opted_out_contact', TABLE = 'message';
  END IF;
  IF wrong_number IS NOT NULL THEN
    RAISE EXCEPTION 'message % is for a wrong number', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'message_not_to_wrong_number', TABLE = 'message';
  END IF;
  RETURN NEW;
END
$$;
DROP TRIGGER message_update_refuses_opted_out ON message;
CREATE TRIGGER message_update_refuses_opted_out BEFORE UPDATE ON message FOR EACH ROW
  WHEN (NOT NEW.essential AND (
    (NEW.state = 'sending' AND (OLD.state <> 'sending' OR NEW.attempts <> OLD.attempts))
    OR (NEW.state IN ('sent', 'delivered', 'read') AND (OLD.state = 'suppressed' OR OLD.attempts = 0))
  ))
  EXECUTE FUNCTION message_refuse_opted_out();

GRANT SELECT, INSERT, UPDATE ON whatsapp_account TO puntadewa_app;
GRANT SELECT, INSERT, DELETE ON whatsapp_hand_over TO puntadewa_app;

-- Down Migration
DROP TRIGGER message_update_refuses_opted_out ON message;
CREATE OR REPLACE FUNCTION message_refuse_opted_out() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  since timestamptz;
BEGIN
  SELECT opted_out_at INTO since FROM whatsapp_contact WHERE id = NEW.contact_id FOR SHARE;
  IF since IS NOT NULL THEN
    RAISE EXCEPTION 'message % is for a contact who opted out', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'message_not_to_opted_out_contact', TABLE = 'message';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER message_update_refuses_opted_out BEFORE UPDATE ON message FOR EACH ROW
  WHEN (NOT NEW.essential AND (
    (NEW.state = 'sending' AND OLD.state <> 'sending')
    OR (NEW.state IN ('sent', 'delivered', 'read') AND (OLD.state = 'suppressed' OR OLD.attempts = 0))
  ))
  EXECUTE FUNCTION message_refuse_opted_out();
ALTER TABLE message
  DROP CONSTRAINT message_essential_is_confirmation,
  DROP COLUMN time_zone, DROP COLUMN tried_at, DROP COLUMN held_for, DROP COLUMN held_until;
DROP TABLE whatsapp_hand_over;
DROP TABLE whatsapp_account;
DROP INDEX message_queued;
