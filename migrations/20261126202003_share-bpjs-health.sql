-- Up Migration
-- Whoever serves people need not be the one that asks BPJS.
CREATE TABLE bpjs_source_health (
  source text CONSTRAINT bpjs_source_health_pkey PRIMARY KEY,
  news_at timestamptz NOT NULL,
  health jsonb NOT NULL
);
COMMENT ON TABLE bpjs_source_health IS 'How the source did when a process last asked it; nothing about any person.';
COMMENT ON COLUMN bpjs_source_health.news_at IS 'Of the answer or failure that it tells of. Older news never replaces newer.';
GRANT SELECT, INSERT, UPDATE ON bpjs_source_health TO puntadewa_app;

-- Down Migration
DROP TABLE bpjs_source_health;
