-- Up Migration
-- Intakes and proposals are known here by id only: they belong to another feature, which answers through a port.
CREATE TABLE whatsapp_contact (
  id uuid CONSTRAINT whatsapp_contact_pkey PRIMARY KEY,
  phone_index bytea NOT NULL CONSTRAINT whatsapp_contact_phone_unique UNIQUE,
  phone bytea NOT NULL,
  address bytea,
  opted_out_at timestamptz,
  unreachable_at timestamptz,
  unreachable_code text,
  helped_at timestamptz,
  created_at timestamptz NOT NULL,
  CONSTRAINT whatsapp_contact_unreachable_has_code CHECK ((unreachable_at IS NULL) = (unreachable_code IS NULL))
);
COMMENT ON TABLE whatsapp_contact IS 'One phone number, shared by every household that gave it.';
COMMENT ON COLUMN whatsapp_contact.phone IS 'Sealed E.164 digits.';
COMMENT ON COLUMN whatsapp_contact.address IS 'Sealed: the address the gateway resolved the number to; null until the first message.';
COMMENT ON COLUMN whatsapp_contact.opted_out_at IS 'The resident wrote BERHENTI; null again after MULAI.';
COMMENT ON COLUMN whatsapp_contact.helped_at IS 'When the help text was last sent: at most once in 24 hours.';

CREATE TABLE notice (
  id uuid CONSTRAINT notice_pkey PRIMARY KEY,
  intake_id uuid NOT NULL,
  proposal_id uuid,
  version integer NOT NULL CONSTRAINT notice_version_positive CHECK (version > 0),
  round integer NOT NULL CONSTRAINT notice_round_not_negative CHECK (round >= 0),
  template text NOT NULL CONSTRAINT notice_template_known CHECK (template IN (
    'received', 'needs_correction', 'eligible', 'already_active', 'needs_reactivation', 'rejected', 'closed',
    'correction_of_notice', 'proposal_returned')),
  variables bytea NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT notice_received_is_for_the_household CHECK ((template = 'received') = (proposal_id IS NULL))
);
CREATE UNIQUE INDEX notice_once_per_proposal ON notice (proposal_id, version, round, template) WHERE proposal_id IS NOT NULL;
CREATE UNIQUE INDEX notice_once_per_intake ON notice (intake_id, template) WHERE proposal_id IS NULL;
CREATE INDEX notice_intake ON notice (intake_id);
COMMENT ON TABLE notice IS 'What a resident should know: one row per (proposal, version, template) and round, written with the decision.';
COMMENT ON COLUMN notice.round IS 'How often the outcome of this version was taken back before: the same outcome is news again after that.';
COMMENT ON COLUMN notice.variables IS 'Sealed JSON: short names and public reason codes, never an identity number.';

CREATE TABLE message (
  id uuid CONSTRAINT message_pkey PRIMARY KEY,
  kind text NOT NULL CONSTRAINT message_kind_known CHECK (kind IN ('notice', 'reply', 'preference')),
  essential boolean NOT NULL,
  intake_id uuid,
  region_code text COLLATE "C",
  contact_id uuid NOT NULL CONSTRAINT message_contact_fkey REFERENCES whatsapp_contact (id),
  recipient bytea NOT NULL,
  body bytea NOT NULL,
  reference text NOT NULL CONSTRAINT message_reference_unique UNIQUE,
  state text NOT NULL CONSTRAINT message_state_known CHECK (state IN (
    'queued', 'sending', 'sent', 'delivered', 'read', 'failed', 'unknown', 'suppressed')),
  outcome_code text,
  gateway text,
  gateway_message_id text,
  attempts integer NOT NULL DEFAULT 0,
  queued_at timestamptz NOT NULL,
  sending_at timestamptz,
  sent_at timestamptz,
  delivered_at timestamptz,
  read_at timestamptz,
  failed_at timestamptz,
  unknown_at timestamptz,
  suppressed_at timestamptz,
  asked_at timestamptz,
  CONSTRAINT message_gateway_id_unique UNIQUE (gateway, gateway_message_id),
  CONSTRAINT message_bad_end_has_code CHECK (state NOT IN ('failed', 'suppressed') OR outcome_code IS NOT NULL)
);
CREATE INDEX message_contact ON message (contact_id, id);
CREATE INDEX message_intake ON message (intake_id) WHERE intake_id IS NOT NULL;
CREATE INDEX message_unsettled ON message (state, id) WHERE state IN ('sending', 'unknown');
CREATE INDEX message_failed ON message (id) WHERE state = 'failed';
COMMENT ON TABLE message IS 'One text to one phone. Persisted as sending before it is handed to the gateway.';
COMMENT ON COLUMN message.essential IS 'Reaches a contact who opted out: only the confirmation of that wish itself.';
COMMENT ON COLUMN message.region_code IS 'Kab/kota of the registering office: which operators see it. Null for an answer to a stranger.';
COMMENT ON COLUMN message.asked_at IS 'When the gateway was last asked what became of it.';
COMMENT ON COLUMN message.reference IS 'Stands in the text and is what the gateway is asked for when the outcome is unknown.';
COMMENT ON COLUMN message.outcome_code IS 'Why it failed or was suppressed.';
COMMENT ON COLUMN message.attempts IS 'How often it was handed to the gateway.';

CREATE TABLE message_notice (
  notice_id uuid CONSTRAINT message_notice_pkey PRIMARY KEY
    CONSTRAINT message_notice_notice_fkey REFERENCES notice (id),
  message_id uuid NOT NULL CONSTRAINT message_notice_message_fkey REFERENCES message (id)
);
CREATE INDEX message_notice_message ON message_notice (message_id);
COMMENT ON TABLE message_notice IS 'Which message carries a notice: exactly one, and one message may carry a household.';

CREATE TABLE message_receipt (
  id uuid CONSTRAINT message_receipt_pkey PRIMARY KEY,
  gateway text NOT NULL,
  gateway_message_id text NOT NULL,
  status text NOT NULL CONSTRAINT message_receipt_status_known CHECK (status IN ('sent', 'delivered', 'read', 'failed')),
  code text,
  at timestamptz NOT NULL,
  CONSTRAINT message_receipt_once UNIQUE (gateway, gateway_message_id, status)
);
COMMENT ON TABLE message_receipt IS
  'What the gateway said, kept by its own id: a receipt may come before we have stored which message that id is.';

CREATE TABLE inbound_message (
  id uuid CONSTRAINT inbound_message_pkey PRIMARY KEY,
  gateway text NOT NULL,
  gateway_message_id text NOT NULL,
  contact_id uuid NOT NULL CONSTRAINT inbound_message_contact_fkey REFERENCES whatsapp_contact (id),
  body bytea NOT NULL,
  meaning text NOT NULL CONSTRAINT inbound_message_meaning_known CHECK (meaning IN ('stop', 'start', 'other')),
  at timestamptz NOT NULL,
  received_at timestamptz NOT NULL,
  CONSTRAINT inbound_message_once UNIQUE (gateway, gateway_message_id)
);
CREATE INDEX inbound_message_contact ON inbound_message (contact_id, id);
COMMENT ON COLUMN inbound_message.body IS 'Sealed: residents write identity numbers whatever we tell them.';

-- Whoever asked us to stop cannot be written to, whatever the code above this line does. The share lock makes the
-- wish and the hand-over take turns. Recording what became of an earlier hand-over stays possible.
CREATE FUNCTION message_refuse_opted_out() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER message_insert_refuses_opted_out BEFORE INSERT ON message FOR EACH ROW
  WHEN (NOT NEW.essential AND NEW.state NOT IN ('queued', 'suppressed'))
  EXECUTE FUNCTION message_refuse_opted_out();
CREATE TRIGGER message_update_refuses_opted_out BEFORE UPDATE ON message FOR EACH ROW
  WHEN (NOT NEW.essential AND (
    (NEW.state = 'sending' AND OLD.state <> 'sending')
    OR (NEW.state IN ('sent', 'delivered', 'read') AND (OLD.state = 'suppressed' OR OLD.attempts = 0))
  ))
  EXECUTE FUNCTION message_refuse_opted_out();

-- The simulated phones. As far as the tables above are concerned this is another company's system: no key leads here.
CREATE TABLE simulator_phone (
  number text CONSTRAINT simulator_phone_pkey PRIMARY KEY,
  mode text NOT NULL,
  remaining integer CONSTRAINT simulator_phone_remaining_positive CHECK (remaining >= 0),
  delay_ms integer NOT NULL DEFAULT 0,
  repeat_receipts integer NOT NULL DEFAULT 1,
  answers_look_up boolean NOT NULL DEFAULT true
);
COMMENT ON TABLE simulator_phone IS 'How a simulated phone misbehaves. The number "all" holds for phones without a row.';
COMMENT ON COLUMN simulator_phone.remaining IS 'For how many more messages; null: until changed.';

CREATE TABLE simulator_message (
  id uuid CONSTRAINT simulator_message_pkey PRIMARY KEY,
  phone text NOT NULL,
  from_resident boolean NOT NULL,
  body text NOT NULL,
  reference text,
  fate text NOT NULL CONSTRAINT simulator_message_fate_known CHECK (fate IN ('on_phone', 'undeliverable', 'lost')),
  at timestamptz NOT NULL,
  read_at timestamptz
);
CREATE INDEX simulator_message_phone ON simulator_message (phone, id);
CREATE INDEX simulator_message_reference ON simulator_message (reference) WHERE reference IS NOT NULL;
COMMENT ON TABLE simulator_message IS 'What stands on the simulated phones, in clear: invented numbers only, refused in production.';

CREATE TABLE simulator_event (
  id uuid CONSTRAINT simulator_event_pkey PRIMARY KEY,
  message_id uuid NOT NULL CONSTRAINT simulator_event_message_fkey REFERENCES simulator_message (id),
  kind text NOT NULL CONSTRAINT simulator_event_kind_known CHECK (kind IN ('sent', 'delivered', 'read', 'failed', 'inbound')),
  code text,
  at timestamptz NOT NULL,
  due_at timestamptz NOT NULL,
  times integer NOT NULL,
  done_at timestamptz
);
CREATE INDEX simulator_event_message ON simulator_event (message_id);
CREATE INDEX simulator_event_due ON simulator_event (due_at, id) WHERE done_at IS NULL;
COMMENT ON COLUMN simulator_message.fate IS 'undeliverable: accepted, but it never reached the phone; lost: the hand-over itself failed.';
COMMENT ON TABLE simulator_event IS 'What the simulated company still has to tell us, at least once, in any order.';

GRANT SELECT, INSERT, UPDATE ON whatsapp_contact, message TO puntadewa_app;
GRANT SELECT, INSERT ON notice, message_notice, message_receipt, inbound_message TO puntadewa_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON simulator_phone, simulator_message, simulator_event TO puntadewa_app;

-- Down Migration
DROP TABLE simulator_event;
DROP TABLE simulator_message;
DROP TABLE simulator_phone;
DROP TABLE inbound_message;
DROP TABLE message_receipt;
DROP TABLE message_notice;
DROP TABLE message;
DROP TABLE notice;
DROP TABLE whatsapp_contact;
DROP FUNCTION message_refuse_opted_out();
