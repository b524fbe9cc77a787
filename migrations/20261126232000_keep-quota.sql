-- Up Migration
-- Seats that the local budget of a kab/kota pays in one year. Its row is what parallel approvals wait for.
CREATE TABLE quota_budget (
  region_code text COLLATE "C" NOT NULL CONSTRAINT quota_budget_region_code_fkey REFERENCES region (code),
  year integer NOT NULL,
  seats integer NOT NULL,
  opening integer NOT NULL,
  reserved integer NOT NULL,
  committed integer NOT NULL,
  waiting integer NOT NULL,
  note text NOT NULL,
  version integer NOT NULL,
  updated_by text NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT quota_budget_pkey PRIMARY KEY (region_code, year),
  CONSTRAINT quota_budget_of_kabkota CHECK (region_code ~ '^[0-9]{2}\.[0-9]{2}$'),
  CONSTRAINT quota_budget_year CHECK (year BETWEEN 2000 AND 2100),
  CONSTRAINT quota_budget_counts CHECK (opening >= 0 AND reserved >= 0 AND committed >= 0 AND waiting >= 0),
  CONSTRAINT quota_budget_never_negative CHECK (opening::bigint + reserved + committed <= seats)
);
COMMENT ON COLUMN quota_budget.opening IS 'People whom the region pays already: the sum of quota_opening.';
COMMENT ON COLUMN quota_budget.reserved IS 'Approved, not sealed. Equals the recount of quota_seat, as committed and waiting do.';
GRANT SELECT, INSERT, UPDATE ON quota_budget TO puntadewa_app;

CREATE TABLE quota_opening (
  id uuid CONSTRAINT quota_opening_pkey PRIMARY KEY,
  region_code text COLLATE "C" NOT NULL,
  year integer NOT NULL,
  source text NOT NULL,
  people integer NOT NULL,
  as_of date NOT NULL,
  document text NOT NULL,
  recorded_by text NOT NULL,
  recorded_at timestamptz NOT NULL,
  CONSTRAINT quota_opening_budget_fkey FOREIGN KEY (region_code, year) REFERENCES quota_budget (region_code, year),
  CONSTRAINT quota_opening_source CHECK (source IN ('jamkesda', 'carried_over', 'other')),
  CONSTRAINT quota_opening_people CHECK (people > 0)
);
COMMENT ON TABLE quota_opening IS 'People who were paid before any case of ours, as totals of a document: taken over from Jamkesda, or from the year before.';
CREATE INDEX quota_opening_budget_idx ON quota_opening (region_code, year);
GRANT SELECT, INSERT, DELETE ON quota_opening TO puntadewa_app;

CREATE TABLE quota_tariff (
  region_code text COLLATE "C" NOT NULL CONSTRAINT quota_tariff_region_code_fkey REFERENCES region (code),
  valid_from date NOT NULL,
  valid_to date,
  rupiah integer NOT NULL,
  document text NOT NULL,
  recorded_by text NOT NULL,
  recorded_at timestamptz NOT NULL,
  CONSTRAINT quota_tariff_pkey PRIMARY KEY (region_code, valid_from),
  CONSTRAINT quota_tariff_order CHECK (valid_to >= valid_from),
  CONSTRAINT quota_tariff_rupiah CHECK (rupiah > 0)
);
COMMENT ON COLUMN quota_tariff.rupiah IS 'Per person and month.';
COMMENT ON COLUMN quota_tariff.valid_to IS 'The last day; null: until another one follows.';
GRANT SELECT, INSERT, UPDATE, DELETE ON quota_tariff TO puntadewa_app;

-- Where each approved proposal stands with its seat.
CREATE TABLE quota_seat (
  proposal_id uuid CONSTRAINT quota_seat_pkey PRIMARY KEY
    CONSTRAINT quota_seat_proposal_id_fkey REFERENCES proposal (id),
  region_code text COLLATE "C" NOT NULL,
  year integer NOT NULL,
  state text NOT NULL,
  approved_at timestamptz NOT NULL,
  CONSTRAINT quota_seat_state CHECK (state IN ('reserved', 'committed', 'waiting', 'freed'))
);
COMMENT ON COLUMN quota_seat.approved_at IS 'Gives the place in line; of equals the one with the lower id goes first.';
CREATE INDEX quota_seat_line_idx ON quota_seat (region_code, year, state, approved_at, proposal_id);
GRANT SELECT, INSERT, UPDATE ON quota_seat TO puntadewa_app;

-- What happened to seats. Appended only; its sums are the counts of the budget.
CREATE TABLE quota_entry (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT quota_entry_pkey PRIMARY KEY,
  region_code text COLLATE "C" NOT NULL,
  year integer NOT NULL,
  proposal_id uuid NOT NULL CONSTRAINT quota_entry_proposal_id_fkey REFERENCES proposal (id),
  reserved integer NOT NULL,
  committed integer NOT NULL,
  waiting integer NOT NULL,
  at timestamptz NOT NULL
);
COMMENT ON COLUMN quota_entry.reserved IS 'By how much the count changes: 1, 0 or -1. So do committed and waiting.';
CREATE INDEX quota_entry_place_idx ON quota_entry (region_code, at);
CREATE INDEX quota_entry_proposal_idx ON quota_entry (proposal_id);
GRANT SELECT, INSERT ON quota_entry TO puntadewa_app;

-- What was approved before there were seats holds one: no budget is there yet that could be short.
INSERT INTO quota_seat (proposal_id, region_code, year, state, approved_at)
SELECT s.proposal_id, s.region_code,
  extract(year FROM s.state_since AT TIME ZONE coalesce(p.time_zone, 'Asia/Jakarta'))::integer, 'reserved', s.state_since
FROM proposal_status s LEFT JOIN region p ON p.code = left(s.region_code, 2)
WHERE s.state = 'eligible';
INSERT INTO quota_entry (region_code, year, proposal_id, reserved, committed, waiting, at)
SELECT region_code, year, proposal_id, 1, 0, 0, approved_at FROM quota_seat ORDER BY approved_at, proposal_id;

-- Down Migration
DROP TABLE quota_entry, quota_seat, quota_tariff, quota_opening, quota_budget;
