-- Up Migration
CREATE TABLE region (
  code text COLLATE "C" NOT NULL,
  level smallint NOT NULL,
  kind text NOT NULL,
  name text NOT NULL,
  time_zone text,
  postal_code text,
  retired boolean NOT NULL DEFAULT false,
  CONSTRAINT region_pkey PRIMARY KEY (code),
  CONSTRAINT region_code_matches_level CHECK (
    CASE level
      WHEN 1 THEN code ~ '^[0-9]{2}$'
      WHEN 2 THEN code ~ '^[0-9]{2}\.[0-9]{2}$'
      WHEN 3 THEN code ~ '^[0-9]{2}(\.[0-9]{2}){2}$'
      WHEN 4 THEN code ~ '^[0-9]{2}(\.[0-9]{2}){2}\.[0-9]{4}$'
      ELSE false
    END
  ),
  CONSTRAINT region_kind_matches_level CHECK (
    CASE level
      WHEN 1 THEN kind = 'province'
      WHEN 2 THEN kind IN ('kabupaten', 'kota')
      WHEN 3 THEN kind = 'kecamatan'
      ELSE kind IN ('kelurahan', 'desa', 'desa_adat')
    END
  ),
  CONSTRAINT region_time_zone_known CHECK (
    (level <= 2) = (time_zone IS NOT NULL) AND time_zone IN ('Asia/Jakarta', 'Asia/Makassar', 'Asia/Jayapura')
  ),
  CONSTRAINT region_postal_code_digits CHECK (postal_code ~ '^[0-9]{5}$')
);
COMMENT ON TABLE region IS 'Kemendagri region codes of all Indonesia, loaded from npm idn-area-data (ODbL 1.0, see NOTICE). The code says the parent (all but its last part), so no column does. A subtree is the code itself and everything that starts with code || ''.''; the C collation makes that a range of the primary key: code = X OR (code > X || ''.'' AND code < X || ''/'').';
COMMENT ON COLUMN region.level IS '1 province, 2 kabupaten or kota, 3 kecamatan, 4 village (kelurahan, desa, desa adat).';
COMMENT ON COLUMN region.time_zone IS 'IANA zone of provinces and kab/kota: Asia/Jakarta (WIB), Asia/Makassar (WITA), Asia/Jayapura (WIT). Lower levels have their kab/kota''s.';
COMMENT ON COLUMN region.postal_code IS 'Of a village, where known; the source has none.';
COMMENT ON COLUMN region.retired IS 'Once in the table, no longer in its newest release. Old NIKs keep such codes for life, so rows are never deleted.';

CREATE TABLE region_source (
  package text NOT NULL,
  version text NOT NULL,
  region_count integer NOT NULL,
  loaded_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT region_source_pkey PRIMARY KEY (package)
);
COMMENT ON TABLE region_source IS 'Which release of the region data is loaded; start-up loads again only when it differs from the installed one.';

CREATE TABLE population_figure (
  region_code text COLLATE "C" NOT NULL,
  as_of date NOT NULL,
  source text NOT NULL,
  total integer NOT NULL,
  male integer,
  female integer,
  recorded_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT population_figure_pkey PRIMARY KEY (region_code, as_of, source),
  CONSTRAINT population_figure_region_code_fkey FOREIGN KEY (region_code) REFERENCES region (code),
  CONSTRAINT population_figure_total_positive CHECK (total > 0),
  CONSTRAINT population_figure_sexes_add_up CHECK (
    (male IS NULL AND female IS NULL) OR (male >= 0 AND female >= 0 AND male + female = total)
  ),
  CONSTRAINT population_figure_source_length CHECK (char_length(source) BETWEEN 1 AND 200)
);
COMMENT ON TABLE population_figure IS 'Population of a region by date and source, the denominator of coverage. Sources disagree, so a figure never replaces another one''s date or source.';
COMMENT ON COLUMN population_figure.as_of IS 'The day the count describes, not the day it was published or entered.';

CREATE TABLE office (
  id uuid NOT NULL,
  code text NOT NULL,
  kind text NOT NULL,
  name text NOT NULL,
  region_code text COLLATE "C" NOT NULL,
  village_code text COLLATE "C",
  address text NOT NULL,
  opening_hours jsonb NOT NULL DEFAULT '{}',
  phone text,
  bpjs_facility_code text,
  active boolean NOT NULL DEFAULT true,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT office_pkey PRIMARY KEY (id),
  CONSTRAINT office_code_key UNIQUE (code),
  CONSTRAINT office_region_code_fkey FOREIGN KEY (region_code) REFERENCES region (code),
  CONSTRAINT office_village_code_fkey FOREIGN KEY (village_code) REFERENCES region (code),
  CONSTRAINT office_kind_known CHECK (kind IN ('puskesmas', 'mpp', 'mobile', 'hospital', 'village', 'health_office')),
  CONSTRAINT office_region_is_kabkota CHECK (region_code ~ '^[0-9]{2}\.[0-9]{2}$'),
  CONSTRAINT office_village_in_region CHECK (starts_with(village_code, region_code || '.')),
  CONSTRAINT office_bpjs_facility_code_shape CHECK (bpjs_facility_code ~ '^[0-9A-Z]{8}$'),
  CONSTRAINT office_name_length CHECK (char_length(name) BETWEEN 3 AND 120)
);
COMMENT ON TABLE office IS 'A desk where residents are registered or cases are reviewed. Never deleted: intakes and the audit log point to it; a closed one is not active.';
COMMENT ON COLUMN office.code IS 'Short name people use in files and receipts, unique in the installation, fixed once given.';
COMMENT ON COLUMN office.region_code IS 'The kabupaten or kota it belongs to; fixed once given, because access is scoped by it.';
COMMENT ON COLUMN office.village_code IS 'Where it stands; null for a mobile desk.';
COMMENT ON COLUMN office.opening_hours IS 'Per weekday a list of {opens, closes} as HH:MM in the region''s zone; a missing day is closed. Validated by contracts/api/regions.ts; never queried.';
COMMENT ON COLUMN office.bpjs_facility_code IS 'The eight characters BPJS Kesehatan gives a facility; not derivable from any other code.';
COMMENT ON COLUMN office.version IS 'Counts changes; an edit names the version it was made on.';
CREATE INDEX office_region_code_idx ON office (region_code);
CREATE INDEX office_village_code_idx ON office (village_code);

GRANT SELECT, INSERT, UPDATE ON region, region_source, population_figure, office TO puntadewa_app;

-- Down Migration
DROP TABLE office;
DROP TABLE population_figure;
DROP TABLE region_source;
DROP TABLE region;
