-- Up Migration
-- The number is needed until the code is asked for; kept for ever it would be one more list of numbers.
ALTER TABLE whatsapp_session_request
  DROP CONSTRAINT whatsapp_session_request_phone_for_code,
  ADD CONSTRAINT whatsapp_session_request_phone_for_code CHECK (
    CASE WHEN taken_at IS NULL THEN (kind = 'pairing_code') = (phone IS NOT NULL) ELSE kind = 'pairing_code' OR phone IS NULL END);
UPDATE whatsapp_session_request SET phone = NULL WHERE taken_at IS NOT NULL;
COMMENT ON COLUMN whatsapp_session_request.phone IS 'Sealed E.164 digits of the office''s own number; gone once the request has an outcome.';

-- Down Migration
DELETE FROM whatsapp_session_request WHERE kind = 'pairing_code' AND phone IS NULL;
ALTER TABLE whatsapp_session_request
  DROP CONSTRAINT whatsapp_session_request_phone_for_code,
  ADD CONSTRAINT whatsapp_session_request_phone_for_code CHECK ((kind = 'pairing_code') = (phone IS NOT NULL));
COMMENT ON COLUMN whatsapp_session_request.phone IS 'Sealed E.164 digits of the office''s own number.';
