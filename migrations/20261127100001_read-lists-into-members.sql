-- Up Migration
-- Rows of a list are written once, where they stay: nobody looks at members of a list that is not applied.
INSERT INTO list_member (list_id, nik_index, village_code, standing, segment, decile, block, slot)
SELECT staged.list_id, staged.nik_index, staged.village_code, staged.standing, staged.segment, staged.decile,
  staged.block, staged.slot
FROM list_staged AS staged
JOIN list_import AS list ON list.id = staged.list_id AND list.state IN ('parsing', 'dry_run_ready', 'approved', 'applying');
DROP TABLE list_staged;
-- Whoever lives nowhere, as far as the list tells, lives where their registration says.
GRANT UPDATE (village_code) ON list_member TO puntadewa_app;

-- Down Migration
CREATE TABLE list_staged (
  list_id uuid NOT NULL,
  nik_index bytea NOT NULL,
  village_code text COLLATE "C",
  standing text,
  segment text COLLATE "C",
  decile smallint,
  block integer NOT NULL,
  slot smallint NOT NULL
);
GRANT SELECT, INSERT, DELETE ON list_staged TO puntadewa_app;
REVOKE UPDATE (village_code) ON list_member FROM puntadewa_app;
INSERT INTO list_staged (list_id, nik_index, village_code, standing, segment, decile, block, slot)
SELECT member.list_id, member.nik_index, member.village_code, member.standing, member.segment, member.decile,
  member.block, member.slot
FROM list_member AS member
JOIN list_import AS list ON list.id = member.list_id AND NOT list.has_members;
DELETE FROM list_member AS member USING list_import AS list WHERE list.id = member.list_id AND NOT list.has_members;
