-- Up Migration
ALTER TABLE message
  ADD COLUMN media bytea,
  ADD COLUMN media_failed_at timestamptz;
COMMENT ON COLUMN message.media IS 'Sealed: what is drawn into the picture that the text goes under; null: it goes alone.';
COMMENT ON COLUMN message.media_failed_at IS 'Since when the picture, and with it the text, has provably not been handed over.';
ALTER TABLE simulator_message ADD COLUMN media bytea;
COMMENT ON COLUMN simulator_message.media IS 'The PNG above the text.';

-- Down Migration
ALTER TABLE simulator_message DROP COLUMN media;
ALTER TABLE message
  DROP COLUMN media,
  DROP COLUMN media_failed_at;
