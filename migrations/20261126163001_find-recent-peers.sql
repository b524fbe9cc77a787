-- Up Migration
-- At every connection to WhatsApp Web: whom to ask for what came meanwhile.
CREATE INDEX inbound_message_at ON inbound_message (at);
CREATE INDEX message_sending_at ON message (sending_at) WHERE sending_at IS NOT NULL;

-- Down Migration
DROP INDEX message_sending_at;
DROP INDEX inbound_message_at;
