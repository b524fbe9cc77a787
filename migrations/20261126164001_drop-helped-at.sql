-- Up Migration
-- Nothing writes it any more: the bot remembers in its own state what it has said.
ALTER TABLE whatsapp_contact DROP COLUMN helped_at;

-- Down Migration
ALTER TABLE whatsapp_contact ADD COLUMN helped_at timestamptz;
COMMENT ON COLUMN whatsapp_contact.helped_at IS 'When the help text was last sent: at most once in 24 hours.';
