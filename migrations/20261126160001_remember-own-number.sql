-- Up Migration
ALTER TABLE whatsapp_session ADD COLUMN own_number_index bytea;
COMMENT ON COLUMN whatsapp_session.own_number_index IS 'Blind index of the number that was linked last: another one is a new account, whose warm-up begins.';

-- Down Migration
ALTER TABLE whatsapp_session DROP COLUMN own_number_index;
