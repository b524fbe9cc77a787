-- Up Migration
ALTER TABLE message ADD COLUMN template bytea;
COMMENT ON COLUMN message.template IS 'Sealed JSON: name, language and parameters of the approved template that says the same; null: the text may only go to somebody who has written lately.';

-- Down Migration
ALTER TABLE message DROP COLUMN template;
