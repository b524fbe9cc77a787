-- Up Migration
-- Filters that few cases pass are answered from these; what many pass is found on the way through the order of the list.
-- Of the sparse kinds only what is sparse is kept, so that the usual case costs no write here.
CREATE INDEX proposal_status_flags_idx ON proposal_status USING gin (flags) WHERE flags <> '{}';
CREATE INDEX proposal_status_membership_idx ON proposal_status (membership, proposal_id)
  WHERE membership IN ('found_mismatch', 'unavailable');
CREATE INDEX intake_village_channel_idx ON intake (village_code, channel, id);
ALTER INDEX proposal_status_flags_idx SET (gin_pending_list_limit = 64);

-- Down Migration
DROP INDEX intake_village_channel_idx, proposal_status_membership_idx, proposal_status_flags_idx;
