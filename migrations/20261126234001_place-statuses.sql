-- Up Migration
-- Lists narrow by where a household lives and where it came from. Looked up from intake, a page passed up to 390,000 buffers
-- at 150,000 cases; beside the state it is read on the way through the order of the list.
ALTER TABLE proposal_status ADD COLUMN village_code text COLLATE "C", ADD COLUMN channel text;
COMMENT ON COLUMN proposal_status.village_code IS 'As in the intake: a correction of the address writes both, and data verify compares them.';
-- Nobody moved and nothing is to be counted, noted or told.
ALTER TABLE proposal_status DISABLE TRIGGER USER;
UPDATE proposal_status AS s SET village_code = i.village_code, channel = i.channel FROM intake i WHERE i.id = s.intake_id;
ALTER TABLE proposal_status ENABLE TRIGGER USER;
ALTER TABLE proposal_status ALTER COLUMN village_code SET NOT NULL, ALTER COLUMN channel SET NOT NULL;
-- For what few cases pass. Without an id behind them equal keys share one entry: 1.2 MB for 150,000 cases, where the index of
-- intake that it replaces took 9.
CREATE INDEX proposal_status_channel_village_idx ON proposal_status (channel, village_code);
DROP INDEX intake_village_channel_idx;

-- Down Migration
CREATE INDEX intake_village_channel_idx ON intake (village_code, channel, id);
DROP INDEX proposal_status_channel_village_idx;
ALTER TABLE proposal_status DROP COLUMN channel, DROP COLUMN village_code;
