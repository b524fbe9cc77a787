-- Up Migration
-- One template more, whichever others there are by now.
DO $$
DECLARE definition text := (SELECT pg_get_constraintdef(oid) FROM pg_constraint
  WHERE conname = 'notice_template_known' AND conrelid = 'notice'::regclass);
BEGIN
  ALTER TABLE notice DROP CONSTRAINT notice_template_known;
  EXECUTE 'ALTER TABLE notice ADD CONSTRAINT notice_template_known '
    || replace(definition, '''submitted_to_bpjs''::text', '''submitted_to_bpjs''::text, ''active_confirmed''::text');
END $$;

-- Down Migration
DELETE FROM message_notice WHERE notice_id IN (SELECT id FROM notice WHERE template = 'active_confirmed');
DELETE FROM notice WHERE template = 'active_confirmed';
DO $$
DECLARE definition text := (SELECT pg_get_constraintdef(oid) FROM pg_constraint
  WHERE conname = 'notice_template_known' AND conrelid = 'notice'::regclass);
BEGIN
  ALTER TABLE notice DROP CONSTRAINT notice_template_known;
  EXECUTE 'ALTER TABLE notice ADD CONSTRAINT notice_template_known '
    || replace(definition, ', ''active_confirmed''::text', '');
END $$;
