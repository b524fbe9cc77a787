-- Up Migration
-- Two contacts may turn out to be one person: an alias that got its number. The number's contact stays, the other points to it.
ALTER TABLE whatsapp_contact
  ADD COLUMN merged_into uuid CONSTRAINT whatsapp_contact_merged_into_fkey REFERENCES whatsapp_contact (id),
  ADD CONSTRAINT whatsapp_contact_merged_has_no_number CHECK (merged_into IS NULL OR phone IS NULL);
CREATE INDEX whatsapp_contact_merged_into ON whatsapp_contact (merged_into) WHERE merged_into IS NOT NULL;
COMMENT ON COLUMN whatsapp_contact.merged_into IS 'The contact of the number that this alias turned out to have. Nothing hangs on this row any more.';
COMMENT ON COLUMN whatsapp_contact.address IS
  'Sealed: the address to send to, resolved from the number or the alias itself; null until the first message.';

ALTER TABLE whatsapp_conversation
  ADD COLUMN claimed_until timestamptz,
  ADD COLUMN apologised_at timestamptz,
  ADD CONSTRAINT whatsapp_conversation_claim_has_end CHECK ((claimed_by IS NULL) = (claimed_until IS NULL));
CREATE INDEX whatsapp_conversation_recent ON whatsapp_conversation (last_message_at DESC, contact_id DESC);
CREATE INDEX whatsapp_conversation_open ON whatsapp_conversation (last_message_at DESC, contact_id DESC)
  WHERE unread > 0 OR waiting_since IS NOT NULL;
DROP INDEX whatsapp_conversation_list;
COMMENT ON COLUMN whatsapp_conversation.region_code IS
  'Kab/kota of the intake linked first: whose operators settle the answers. Who may read: whatsapp_conversation_intake.';
COMMENT ON COLUMN whatsapp_conversation.claimed_until IS 'The claim counts until then; afterwards the conversation waits again.';
COMMENT ON COLUMN whatsapp_conversation.apologised_at IS 'When we last said sorry for texts that we found too late.';

-- Copied from the intake, which never changes its office: the scope of an officer is one condition on this table.
ALTER TABLE whatsapp_conversation_intake
  ADD COLUMN office_id uuid NOT NULL,
  ADD COLUMN region_code text COLLATE "C" NOT NULL,
  ADD COLUMN village_code text COLLATE "C" NOT NULL;
COMMENT ON COLUMN whatsapp_conversation_intake.village_code IS 'Where the household lived when it was linked.';

ALTER TABLE message ADD COLUMN answer_key uuid CONSTRAINT message_answer_key_unique UNIQUE;
COMMENT ON COLUMN message.answer_key IS 'Chosen by the officer''s device (kind answer): the same answer sent twice is one message.';

GRANT UPDATE (contact_id) ON inbound_message TO puntadewa_app;
GRANT DELETE ON whatsapp_conversation, whatsapp_conversation_intake TO puntadewa_app;

-- Down Migration
REVOKE DELETE ON whatsapp_conversation, whatsapp_conversation_intake FROM puntadewa_app;
REVOKE UPDATE (contact_id) ON inbound_message FROM puntadewa_app;
ALTER TABLE message DROP COLUMN answer_key;
ALTER TABLE whatsapp_conversation_intake DROP COLUMN office_id, DROP COLUMN region_code, DROP COLUMN village_code;
CREATE INDEX whatsapp_conversation_list ON whatsapp_conversation (status, region_code, last_message_at DESC, contact_id);
DROP INDEX whatsapp_conversation_recent, whatsapp_conversation_open;
ALTER TABLE whatsapp_conversation DROP COLUMN claimed_until, DROP COLUMN apologised_at;
ALTER TABLE whatsapp_contact DROP COLUMN merged_into;
