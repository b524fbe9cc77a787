-- Up Migration
-- What a notice tells of is an entry of the proposal's journal. Values of before stay: each is lower than the entry that it stood for.
ALTER TABLE notice RENAME COLUMN round TO sequence;
ALTER TABLE notice RENAME CONSTRAINT notice_round_not_negative TO notice_sequence_not_negative;
COMMENT ON TABLE notice IS 'What a resident should know: one row per entry of the journal that is told, written with it.';
COMMENT ON COLUMN notice.sequence IS 'The entry of the proposal''s journal that it tells of; 0 at the registration, and for what is in no journal. In rows of before: how often the outcome of this version had been taken back.';

-- Down Migration
ALTER TABLE notice RENAME CONSTRAINT notice_sequence_not_negative TO notice_round_not_negative;
ALTER TABLE notice RENAME COLUMN sequence TO round;
COMMENT ON TABLE notice IS 'What a resident should know: one row per (proposal, version, template) and round, written with the decision.';
COMMENT ON COLUMN notice.round IS 'How often the outcome of this version was taken back before: the same outcome is news again after that.';
