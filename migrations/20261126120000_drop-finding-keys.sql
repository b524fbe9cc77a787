-- Up Migration
-- A batch of fifty checks writes 300 rows that point at proposals. Looking each of them up and locking it took a third of the
-- time of these statements and a tenth of their log. They cannot point at nothing: they are written while the row of
-- proposal_status is locked, which keeps its own key to proposal, and nobody has the right to delete a proposal.
ALTER TABLE check_result DROP CONSTRAINT check_result_proposal_id_fkey;
ALTER TABLE membership_check DROP CONSTRAINT membership_check_proposal_id_fkey;
ALTER TABLE journal DROP CONSTRAINT IF EXISTS journal_proposal_id_fkey;

-- Down Migration
ALTER TABLE journal ADD CONSTRAINT journal_proposal_id_fkey FOREIGN KEY (proposal_id) REFERENCES proposal (id);
ALTER TABLE membership_check ADD CONSTRAINT membership_check_proposal_id_fkey FOREIGN KEY (proposal_id) REFERENCES proposal (id);
ALTER TABLE check_result ADD CONSTRAINT check_result_proposal_id_fkey FOREIGN KEY (proposal_id) REFERENCES proposal (id);
