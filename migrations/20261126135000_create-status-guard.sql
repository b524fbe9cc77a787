-- Up Migration
CREATE TABLE status_guard (
  receipt_number text COLLATE "C" NOT NULL,
  failures integer NOT NULL,
  window_ends_at timestamptz NOT NULL,
  CONSTRAINT status_guard_pkey PRIMARY KEY (receipt_number),
  CONSTRAINT status_guard_failures_counted CHECK (failures >= 0)
);
COMMENT ON TABLE status_guard IS 'How often the end of a phone number was guessed wrongly for a receipt. Receipts that do not exist are counted too: that a row is here tells nothing.';
COMMENT ON COLUMN status_guard.receipt_number IS 'As it was asked for. In clear: it is no personal data, and intake has it in clear as well.';
CREATE INDEX status_guard_window_ends_at_idx ON status_guard (window_ends_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON status_guard TO puntadewa_app;

-- Down Migration
DROP TABLE status_guard;
