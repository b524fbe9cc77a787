-- Up Migration
CREATE TABLE coverage_figure (
  region_code text COLLATE "C" NOT NULL CONSTRAINT coverage_figure_region_code_fkey REFERENCES region (code),
  source text NOT NULL,
  segment text NOT NULL,
  month date NOT NULL,
  registered integer NOT NULL,
  active integer,
  origin text NOT NULL,
  detail text NOT NULL,
  as_of date NOT NULL,
  printed_coverage text,
  printed_active text,
  recorded_by text,
  recorded_at timestamptz NOT NULL,
  CONSTRAINT coverage_figure_pkey PRIMARY KEY (region_code, source, segment, month),
  CONSTRAINT coverage_figure_source_known CHECK (source IN ('bpjs', 'list', 'government', 'publication')),
  CONSTRAINT coverage_figure_segment_known CHECK (
    segment IN ('all', 'pbi_apbn', 'pbpu_pemda', 'ppu', 'pbpu_mandiri', 'bp', 'other')
  ),
  CONSTRAINT coverage_figure_origin_known CHECK (origin IN ('entered', 'imported', 'list')),
  CONSTRAINT coverage_figure_month_begins CHECK (extract(day FROM month) = 1),
  CONSTRAINT coverage_figure_people CHECK (registered >= 0 AND active >= 0),
  CONSTRAINT coverage_figure_detail_length CHECK (char_length(detail) BETWEEN 1 AND 200),
  CONSTRAINT coverage_figure_printed_shape CHECK (
    printed_coverage ~ '^[0-9]{1,3}(\.[0-9]{1,4})?$' AND printed_active ~ '^[0-9]{1,3}(\.[0-9]{1,4})?$'
  )
);
COMMENT ON TABLE coverage_figure IS 'People registered with JKN and active, as somebody said it or as a list was counted, of a region, month, segment and source. More active than registered, or a printed rate that does not follow from its figures, is kept as it came: readers flag it.';
COMMENT ON COLUMN coverage_figure.source IS 'Whose count: bpjs (report of BPJS Kesehatan), list (membership list counted by this program), government (Dinas, Pemda), publication (press, website). Figures of two sources are about the same people and are never added up.';
COMMENT ON COLUMN coverage_figure.detail IS 'The document, list or page, in words.';
COMMENT ON COLUMN coverage_figure.as_of IS 'The day the count describes.';
COMMENT ON COLUMN coverage_figure.printed_coverage IS 'The rate as the source prints it, in percent, with its digits; compared with the one that follows from the figures.';
COMMENT ON COLUMN coverage_figure.recorded_by IS 'Account; null when a list was counted.';

CREATE TABLE coverage_summary (
  region_code text COLLATE "C" NOT NULL,
  parent_code text COLLATE "C",
  source text NOT NULL,
  segment text NOT NULL,
  month date NOT NULL,
  own_registered integer,
  own_active integer,
  own_as_of date,
  rolled_registered integer,
  rolled_active integer,
  rolled_active_of integer,
  rolled_as_of date,
  rolled_regions integer,
  rolled_whole boolean,
  CONSTRAINT coverage_summary_pkey PRIMARY KEY (region_code, source, segment, month),
  CONSTRAINT coverage_summary_says_something CHECK (own_registered IS NOT NULL OR rolled_registered IS NOT NULL),
  CONSTRAINT coverage_summary_own_whole CHECK ((own_registered IS NULL) = (own_as_of IS NULL)),
  CONSTRAINT coverage_summary_rolled_whole CHECK (
    (rolled_registered IS NULL) = (rolled_as_of IS NULL) AND (rolled_registered IS NULL) = (rolled_regions IS NULL)
    AND (rolled_registered IS NULL) = (rolled_whole IS NULL)
  )
);
COMMENT ON TABLE coverage_summary IS 'What coverage is read from: figures of a region beside the sum over its children, kept in the transaction that changes a figure. A child counts with its own figure, else with its sum. The whole country is the region "nasional".';
COMMENT ON COLUMN coverage_summary.own_registered IS 'As in coverage_figure; for the segment "all" of a region that only tells all five named segments, their sum.';
COMMENT ON COLUMN coverage_summary.rolled_active_of IS 'Registered of those children for whom active is known.';
COMMENT ON COLUMN coverage_summary.rolled_as_of IS 'The oldest day among the children''s.';
COMMENT ON COLUMN coverage_summary.rolled_whole IS 'Every child is in the sum, and each is whole itself.';
CREATE INDEX coverage_summary_parent_idx ON coverage_summary (parent_code, source, month, segment);

CREATE TABLE coverage_population (
  region_code text COLLATE "C" NOT NULL,
  parent_code text COLLATE "C",
  as_of date NOT NULL,
  own_total integer,
  own_source text,
  own_as_of date,
  rolled_total integer,
  rolled_as_of date,
  rolled_regions integer,
  rolled_whole boolean,
  CONSTRAINT coverage_population_pkey PRIMARY KEY (region_code, as_of)
);
COMMENT ON TABLE coverage_population IS 'Population figures of the regions feature beside the sum over the children, one row a day on which either changes, valid until the next. Kept as coverage_summary is.';
CREATE INDEX coverage_population_parent_idx ON coverage_population (parent_code);

CREATE TABLE coverage_contribution (
  region_code text COLLATE "C" NOT NULL CONSTRAINT coverage_contribution_region_code_fkey REFERENCES region (code),
  as_of date NOT NULL,
  in_arrears boolean NOT NULL,
  paid_until date,
  source text NOT NULL,
  recorded_by text NOT NULL,
  recorded_at timestamptz NOT NULL,
  CONSTRAINT coverage_contribution_pkey PRIMARY KEY (region_code, as_of),
  CONSTRAINT coverage_contribution_month_begins CHECK (extract(day FROM paid_until) = 1),
  CONSTRAINT coverage_contribution_source_length CHECK (char_length(source) BETWEEN 1 AND 200)
);
COMMENT ON TABLE coverage_contribution IS 'Whether a local government owes contributions, by the day that is spoken of.';
COMMENT ON COLUMN coverage_contribution.paid_until IS 'First day of the last month that is paid in full; null when nobody said it.';

CREATE TABLE coverage_rule (
  id uuid NOT NULL,
  region_code text COLLATE "C" CONSTRAINT coverage_rule_region_code_fkey REFERENCES region (code),
  name_id text NOT NULL,
  name_en text NOT NULL,
  basis text NOT NULL,
  valid_from date NOT NULL,
  valid_to date,
  alternatives jsonb NOT NULL,
  no_arrears boolean NOT NULL DEFAULT false,
  paid_until date,
  created_by text,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT coverage_rule_pkey PRIMARY KEY (id),
  CONSTRAINT coverage_rule_dates_in_order CHECK (valid_to >= valid_from),
  CONSTRAINT coverage_rule_month_begins CHECK (extract(day FROM paid_until) = 1),
  CONSTRAINT coverage_rule_name_length CHECK (char_length(name_id) BETWEEN 3 AND 100 AND char_length(name_en) BETWEEN 3 AND 100)
);
CREATE INDEX coverage_rule_region_code_idx ON coverage_rule (region_code);
COMMENT ON TABLE coverage_rule IS 'What a region must reach, and when that is asked. A null region: everywhere; such rules come with the product.';
COMMENT ON COLUMN coverage_rule.basis IS 'Where the rule is written.';
COMMENT ON COLUMN coverage_rule.alternatives IS 'List of {coverage, active, localShare}, in hundredths of a percent, null where nothing is asked: one of them must be reached. Validated by contracts/api/coverage.ts; never queried.';

INSERT INTO coverage_rule (id, name_id, name_en, basis, valid_from, valid_to, alternatives, no_arrears, paid_until) VALUES
  ('01937000-0059-7000-8000-000000000001', 'UHC 95 %', 'UHC 95 %', 'Kriteria UHC 2022-2023', '2022-01-01', '2023-12-31',
   '[{"coverage": 9500, "active": null, "localShare": null}]', false, NULL),
  ('01937000-0059-7000-8000-000000000002', 'UHC Award 2023', 'UHC Award 2023', 'UHC Award 2023', '2023-01-01', '2023-12-31',
   '[{"coverage": 9500, "active": 7500, "localShare": null}]', false, NULL),
  ('01937000-0059-7000-8000-000000000003', 'Target RPJMN 98 %', 'RPJMN target 98 %', 'RPJMN 2020-2024', '2024-01-01', NULL,
   '[{"coverage": 9800, "active": null, "localShare": null}]', false, NULL),
  ('01937000-0059-7000-8000-000000000004', 'UHC Prioritas', 'UHC Prioritas', 'Perjanjian UHC non cut off', '2024-01-01', NULL,
   '[{"coverage": 9800, "active": 8000, "localShare": null}]', true, NULL),
  ('01937000-0059-7000-8000-000000000005', 'UHC Award 2026 Pratama', 'UHC Award 2026 Pratama', 'UHC Award 2026', '2026-01-01', '2026-12-31',
   '[{"coverage": 9800, "active": 8000, "localShare": null}]', true, '2025-09-01'),
  ('01937000-0059-7000-8000-000000000006', 'UHC Award 2026 Madya', 'UHC Award 2026 Madya', 'UHC Award 2026', '2026-01-01', '2026-12-31',
   '[{"coverage": 9800, "active": 8500, "localShare": 1000}, {"coverage": 9800, "active": 8000, "localShare": 2500}]', true, '2025-09-01'),
  ('01937000-0059-7000-8000-000000000007', 'UHC Award 2026 Utama', 'UHC Award 2026 Utama', 'UHC Award 2026', '2026-01-01', '2026-12-31',
   '[{"coverage": 9900, "active": 9500, "localShare": 1800}]', true, '2025-09-01');

GRANT SELECT, INSERT, UPDATE, DELETE ON coverage_figure, coverage_summary, coverage_population TO puntadewa_app;
GRANT SELECT, INSERT, UPDATE ON coverage_contribution, coverage_rule TO puntadewa_app;

-- Down Migration
DROP TABLE coverage_rule;
DROP TABLE coverage_contribution;
DROP TABLE coverage_population;
DROP TABLE coverage_summary;
DROP TABLE coverage_figure;
