-- Up Migration
CREATE INDEX whatsapp_conversation_intake_intake ON whatsapp_conversation_intake (intake_id);

-- Down Migration
DROP INDEX whatsapp_conversation_intake_intake;
