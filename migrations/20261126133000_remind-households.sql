-- Up Migration
ALTER TABLE notice DROP CONSTRAINT notice_template_known;
ALTER TABLE notice ADD CONSTRAINT notice_template_known CHECK (template IN (
  'received', 'needs_correction', 'eligible', 'already_active', 'needs_reactivation', 'rejected', 'closed',
  'correction_of_notice', 'correction_reminder', 'proposal_returned'));
COMMENT ON COLUMN proposal_status.correction_due_at IS 'When a return or a reactivation that nobody answers is closed, after a reminder.';

-- Down Migration
COMMENT ON COLUMN proposal_status.correction_due_at IS NULL;
DELETE FROM message_notice WHERE notice_id IN (SELECT id FROM notice WHERE template = 'correction_reminder');
DELETE FROM notice WHERE template = 'correction_reminder';
ALTER TABLE notice DROP CONSTRAINT notice_template_known;
ALTER TABLE notice ADD CONSTRAINT notice_template_known CHECK (template IN (
  'received', 'needs_correction', 'eligible', 'already_active', 'needs_reactivation', 'rejected', 'closed',
  'correction_of_notice', 'proposal_returned'));
