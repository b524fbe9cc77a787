-- Up Migration
ALTER TABLE whatsapp_session_request ADD COLUMN taken_token bigint;
-- What was asked for before: nobody waits for it any more.
UPDATE whatsapp_session_request SET outcome = 'too_late', phone = NULL WHERE taken_at IS NOT NULL AND outcome IS NULL;
ALTER TABLE whatsapp_session_request
  ADD CONSTRAINT whatsapp_session_request_taken_under_token CHECK (taken_at IS NOT NULL OR taken_token IS NULL);
COMMENT ON COLUMN whatsapp_session_request.taken_token IS 'The holder that took it last. One that it did not answer is taken again by the next holder.';

-- Down Migration
ALTER TABLE whatsapp_session_request DROP COLUMN taken_token;
