-- Up Migration
-- A partition for each list: it is filled while nothing has to be kept in order, gets its key when the file is read to its end, and goes
-- away whole. The product may make and drop partitions by these functions, and no other tables.
ALTER TABLE list_member RENAME TO list_member_before;
ALTER TABLE list_member_before RENAME CONSTRAINT list_member_pkey TO list_member_before_pkey;
CREATE TABLE list_member (
  list_id uuid NOT NULL,
  nik_index bytea NOT NULL,
  village_code text COLLATE "C",
  standing text,
  segment text COLLATE "C",
  decile smallint,
  block integer NOT NULL,
  slot smallint NOT NULL,
  CONSTRAINT list_member_pkey PRIMARY KEY (nik_index, list_id)
) PARTITION BY LIST (list_id);
COMMENT ON TABLE list_member IS 'Who stood on a list of a month, and how; a partition for each list. The history of a person is their rows.';
COMMENT ON COLUMN list_member.standing IS 'active, inactive or unknown; null on a list of the poor.';
COMMENT ON COLUMN list_member.village_code IS 'As the list or else the newest registration of the person says; null when neither does.';
GRANT SELECT, INSERT, UPDATE (village_code) ON list_member TO puntadewa_app;

CREATE FUNCTION list_member_table(list uuid) RETURNS text LANGUAGE sql IMMUTABLE
  RETURN 'list_member_' || replace(list::text, '-', '');

CREATE FUNCTION open_list_members(list uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  EXECUTE format('CREATE TABLE IF NOT EXISTS %I (LIKE list_member)', list_member_table(list));
  EXECUTE format('GRANT INSERT ON %I TO puntadewa_app', list_member_table(list));
END $$;
COMMENT ON FUNCTION open_list_members IS 'Makes the table of the members of a list, which list_member does not show yet. May be repeated.';

-- The person comes first in the key: sorting by what all rows have in common first takes twice as long.
CREATE FUNCTION close_list_members(list uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM pg_inherits WHERE inhrelid = list_member_table(list)::regclass) THEN
    RETURN;
  END IF;
  EXECUTE format('ALTER TABLE %I ADD PRIMARY KEY (nik_index, list_id)', list_member_table(list));
  -- Unknown to the planner, all rows of a list would be taken for a few of it, and looked up one by one.
  EXECUTE format('ANALYZE %I', list_member_table(list));
  EXECUTE format('ALTER TABLE list_member ATTACH PARTITION %I FOR VALUES IN (%L)', list_member_table(list), list);
END $$;
COMMENT ON FUNCTION close_list_members IS 'Gives the members of a list their key and shows them in list_member. May be repeated.';

CREATE FUNCTION drop_list_members(list uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp SET lock_timeout = '1s' AS $$
BEGIN
  EXECUTE format('DROP TABLE IF EXISTS %I', list_member_table(list));
END $$;
COMMENT ON FUNCTION drop_list_members IS 'Whoever reads list_member meanwhile is waited for, and whoever comes waits too: a second at most, then it is refused (55P03). May be repeated.';

REVOKE ALL ON FUNCTION open_list_members, close_list_members, drop_list_members FROM PUBLIC;
GRANT EXECUTE ON FUNCTION open_list_members, close_list_members, drop_list_members TO puntadewa_app;

DO $$
DECLARE list uuid;
BEGIN
  FOR list IN SELECT DISTINCT list_id FROM list_member_before LOOP
    PERFORM open_list_members(list);
    EXECUTE format('INSERT INTO %I SELECT * FROM list_member_before WHERE list_id = %L', list_member_table(list), list);
    PERFORM close_list_members(list);
  END LOOP;
END $$;
DROP TABLE list_member_before;

-- Down Migration
ALTER TABLE list_member RENAME TO list_member_apart;
ALTER TABLE list_member_apart RENAME CONSTRAINT list_member_pkey TO list_member_apart_pkey;
CREATE TABLE list_member (
  list_id uuid NOT NULL,
  nik_index bytea NOT NULL,
  village_code text COLLATE "C",
  standing text,
  segment text COLLATE "C",
  decile smallint,
  block integer NOT NULL,
  slot smallint NOT NULL,
  CONSTRAINT list_member_pkey PRIMARY KEY (list_id, nik_index)
);
COMMENT ON TABLE list_member IS 'Who stood on a list of a month, and how. The history of a person is their rows.';
COMMENT ON COLUMN list_member.standing IS 'active, inactive or unknown; null on a list of the poor.';
COMMENT ON COLUMN list_member.village_code IS 'As the list or else the newest registration of the person says; null when neither does.';
GRANT SELECT, INSERT, DELETE, UPDATE (village_code) ON list_member TO puntadewa_app;
DO $$
DECLARE part text;
BEGIN
  FOR part IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname ~ '^list_member_[0-9a-f]{32}$' LOOP
    EXECUTE format('INSERT INTO list_member SELECT * FROM %I', part);
    EXECUTE format('DROP TABLE %I', part);
  END LOOP;
END $$;
DROP TABLE list_member_apart;
DROP FUNCTION open_list_members, close_list_members, drop_list_members, list_member_table;
