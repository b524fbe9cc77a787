-- Up Migration
CREATE TABLE export_hold (
  user_id text CONSTRAINT export_hold_pkey PRIMARY KEY,
  export_id uuid NOT NULL,
  held_until timestamptz NOT NULL
);
COMMENT ON TABLE export_hold IS 'Who downloads an export just now: one at a time. Renewed with every page, so that a dead process frees it.';
GRANT SELECT, INSERT, UPDATE, DELETE ON export_hold TO puntadewa_app;

-- Down Migration
DROP TABLE export_hold;
