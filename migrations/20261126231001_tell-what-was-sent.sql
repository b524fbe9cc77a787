-- Up Migration
ALTER TABLE notice DROP CONSTRAINT notice_template_known;
ALTER TABLE notice ADD CONSTRAINT notice_template_known CHECK (template IN (
  'received', 'needs_correction', 'eligible', 'already_active', 'needs_reactivation', 'rejected', 'closed',
  'correction_of_notice', 'correction_reminder', 'proposal_returned', 'submitted_to_bpjs'));

-- Down Migration
DELETE FROM message_notice WHERE notice_id IN (SELECT id FROM notice WHERE template = 'submitted_to_bpjs');
DELETE FROM notice WHERE template = 'submitted_to_bpjs';
ALTER TABLE notice DROP CONSTRAINT notice_template_known;
ALTER TABLE notice ADD CONSTRAINT notice_template_known CHECK (template IN (
  'received', 'needs_correction', 'eligible', 'already_active', 'needs_reactivation', 'rejected', 'closed',
  'correction_of_notice', 'correction_reminder', 'proposal_returned'));
