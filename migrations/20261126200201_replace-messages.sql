-- Up Migration
-- A message that is to be sent again although its household gives another number meanwhile is told anew there. What became of the first one stays as it is.
ALTER TABLE message ADD COLUMN replaced_at timestamptz;
COMMENT ON COLUMN message.replaced_at IS 'Its notices are told anew to the number that the household gives now: it never leaves again and needs nobody.';

-- Down Migration
ALTER TABLE message DROP COLUMN replaced_at;
