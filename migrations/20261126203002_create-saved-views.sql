-- Up Migration
CREATE TABLE saved_view (
  id uuid CONSTRAINT saved_view_pkey PRIMARY KEY,
  owner_id text NOT NULL,
  name text NOT NULL,
  filters jsonb NOT NULL,
  sort text,
  columns text[] NOT NULL,
  shared_with text CONSTRAINT saved_view_share_known CHECK (shared_with IN ('office', 'region', 'role')),
  share_office uuid CONSTRAINT saved_view_office_fkey REFERENCES office (id),
  share_region text COLLATE "C",
  share_role text,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT saved_view_name_unique UNIQUE (owner_id, name),
  CONSTRAINT saved_view_share_is_whole CHECK (
    (shared_with IS NOT DISTINCT FROM 'office') = (share_office IS NOT NULL)
    AND (coalesce(shared_with, '') IN ('region', 'role')) = (share_region IS NOT NULL)
    AND (shared_with IS NOT DISTINCT FROM 'role') = (share_role IS NOT NULL))
);
COMMENT ON TABLE saved_view IS 'A list that somebody comes back to: its filters, order and columns, never its rows. No search text, which may be a NIK.';
COMMENT ON COLUMN saved_view.share_region IS 'Root of the subtree of regions whose people see it; of a role: those of the role in that subtree.';
CREATE INDEX saved_view_share_office_idx ON saved_view (share_office);
CREATE INDEX saved_view_share_region_idx ON saved_view (share_region) WHERE share_region IS NOT NULL;
GRANT SELECT, INSERT, UPDATE, DELETE ON saved_view TO puntadewa_app;

-- Down Migration
DROP TABLE saved_view;
