-- Up Migration
CREATE TABLE holiday (
  region_code text COLLATE "C" NOT NULL CONSTRAINT holiday_region_code_fkey REFERENCES region (code),
  day date NOT NULL,
  name text NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT holiday_pkey PRIMARY KEY (region_code, day),
  CONSTRAINT holiday_region_is_large CHECK (region_code ~ '^[0-9]{2}(\.[0-9]{2})?$'),
  CONSTRAINT holiday_name_length CHECK (char_length(name) BETWEEN 3 AND 100)
);
COMMENT ON TABLE holiday IS 'Days on which the offices of a province or kab/kota are closed, beside those of the setting HOLIDAYS.';
COMMENT ON COLUMN holiday.day IS 'On the region''s clock.';

GRANT SELECT, INSERT, UPDATE, DELETE ON holiday TO puntadewa_app;

-- Down Migration
DROP TABLE holiday;
