-- Up Migration
-- A person may be known by an alias before the number is: conversations hang on the contact, never on a number.
ALTER TABLE whatsapp_contact
  ALTER COLUMN phone_index DROP NOT NULL,
  ALTER COLUMN phone DROP NOT NULL,
  ADD COLUMN last_inbound_at timestamptz,
  ADD COLUMN verified_at timestamptz,
  ADD COLUMN wrong_number_at timestamptz,
  ADD CONSTRAINT whatsapp_contact_phone_with_index CHECK ((phone IS NULL) = (phone_index IS NULL));
COMMENT ON TABLE whatsapp_contact IS 'One person or shared phone on WhatsApp; number null while only an alias is known.';
COMMENT ON COLUMN whatsapp_contact.last_inbound_at IS 'When somebody last wrote from there; null: never, the contact is cold.';
COMMENT ON COLUMN whatsapp_contact.verified_at IS 'When it was shown that this number belongs to a household that gave it.';
COMMENT ON COLUMN whatsapp_contact.wrong_number_at IS 'When its owner said that the household is not theirs.';

CREATE TABLE whatsapp_alias (
  kind text NOT NULL CONSTRAINT whatsapp_alias_kind_known CHECK (kind IN ('lid', 'user_id')),
  value_index bytea NOT NULL,
  value bytea NOT NULL,
  contact_id uuid NOT NULL CONSTRAINT whatsapp_alias_contact_fkey REFERENCES whatsapp_contact (id),
  first_seen_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  CONSTRAINT whatsapp_alias_pkey PRIMARY KEY (kind, value_index)
);
CREATE INDEX whatsapp_alias_contact ON whatsapp_alias (contact_id);
COMMENT ON TABLE whatsapp_alias IS 'Under what other names WhatsApp knows a contact: value sealed, found by its blind index.';

CREATE TABLE whatsapp_conversation (
  contact_id uuid CONSTRAINT whatsapp_conversation_pkey PRIMARY KEY
    CONSTRAINT whatsapp_conversation_contact_fkey REFERENCES whatsapp_contact (id),
  region_code text COLLATE "C",
  status text NOT NULL CONSTRAINT whatsapp_conversation_status_known
    CHECK (status IN ('bot', 'waiting', 'claimed', 'closed')),
  bot_state jsonb NOT NULL,
  bot_paused_until timestamptz,
  waiting_since timestamptz,
  claimed_by uuid,
  claimed_at timestamptz,
  unread integer NOT NULL DEFAULT 0 CONSTRAINT whatsapp_conversation_unread_not_negative CHECK (unread >= 0),
  last_message_at timestamptz NOT NULL,
  CONSTRAINT whatsapp_conversation_claimed_by_somebody CHECK ((status = 'claimed') = (claimed_by IS NOT NULL)),
  CONSTRAINT whatsapp_conversation_waiting_has_time CHECK ((status IN ('waiting', 'claimed')) = (waiting_since IS NOT NULL))
);
CREATE INDEX whatsapp_conversation_list ON whatsapp_conversation (status, region_code, last_message_at DESC, contact_id);
COMMENT ON TABLE whatsapp_conversation IS 'One per contact: whether the bot or a person answers, and who.';
COMMENT ON COLUMN whatsapp_conversation.region_code IS 'Kab/kota of the linked intake: which officers see it. Null: a stranger.';
COMMENT ON COLUMN whatsapp_conversation.bot_state IS 'What the bot asked last. Never holds what a resident wrote.';

CREATE TABLE whatsapp_conversation_intake (
  contact_id uuid NOT NULL CONSTRAINT whatsapp_conversation_intake_contact_fkey REFERENCES whatsapp_contact (id),
  intake_id uuid NOT NULL,
  linked_at timestamptz NOT NULL,
  CONSTRAINT whatsapp_conversation_intake_pkey PRIMARY KEY (contact_id, intake_id)
);
COMMENT ON TABLE whatsapp_conversation_intake IS 'Which household a contact has named, by its receipt number or by the number it writes from.';

ALTER TABLE message
  DROP CONSTRAINT message_kind_known,
  ADD CONSTRAINT message_kind_known CHECK (kind IN ('notice', 'reply', 'preference', 'answer')),
  ADD COLUMN sent_by uuid;
COMMENT ON COLUMN message.sent_by IS 'The officer who wrote it (kind answer).';

ALTER TABLE inbound_message
  DROP CONSTRAINT inbound_message_meaning_known,
  ADD CONSTRAINT inbound_message_meaning_known CHECK (meaning IN ('stop', 'start', 'wrong_number', 'other')),
  ADD COLUMN kind text NOT NULL DEFAULT 'text' CONSTRAINT inbound_message_kind_known CHECK (kind IN ('text', 'attachment', 'own')),
  ADD COLUMN backfilled boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN inbound_message.kind IS 'own: typed on the paired phone by somebody of the office.';
COMMENT ON COLUMN inbound_message.backfilled IS 'Found by catching up after we were away; the bot did not answer it as if it were now.';

GRANT SELECT, INSERT, UPDATE ON whatsapp_alias, whatsapp_conversation TO puntadewa_app;
GRANT SELECT, INSERT ON whatsapp_conversation_intake TO puntadewa_app;

-- Down Migration
DROP TABLE whatsapp_conversation_intake;
DROP TABLE whatsapp_conversation;
DROP TABLE whatsapp_alias;
-- Whoever has no number does not fit any more, nor does what was written with them.
DELETE FROM message_notice WHERE message_id IN (
  SELECT message.id FROM message JOIN whatsapp_contact ON whatsapp_contact.id = message.contact_id WHERE phone IS NULL);
DELETE FROM message WHERE contact_id IN (SELECT id FROM whatsapp_contact WHERE phone IS NULL);
DELETE FROM inbound_message WHERE contact_id IN (SELECT id FROM whatsapp_contact WHERE phone IS NULL);
DELETE FROM whatsapp_contact WHERE phone IS NULL;
UPDATE inbound_message SET meaning = 'other' WHERE meaning = 'wrong_number';
UPDATE message SET kind = 'reply' WHERE kind = 'answer';
ALTER TABLE inbound_message DROP COLUMN kind, DROP COLUMN backfilled,
  DROP CONSTRAINT inbound_message_meaning_known,
  ADD CONSTRAINT inbound_message_meaning_known CHECK (meaning IN ('stop', 'start', 'other'));
ALTER TABLE message DROP COLUMN sent_by, DROP CONSTRAINT message_kind_known,
  ADD CONSTRAINT message_kind_known CHECK (kind IN ('notice', 'reply', 'preference'));
ALTER TABLE whatsapp_contact DROP COLUMN last_inbound_at, DROP COLUMN verified_at, DROP COLUMN wrong_number_at,
  DROP CONSTRAINT whatsapp_contact_phone_with_index;
ALTER TABLE whatsapp_contact ALTER COLUMN phone_index SET NOT NULL, ALTER COLUMN phone SET NOT NULL;
