-- Up Migration
CREATE TABLE audit_event (
  id bigint GENERATED ALWAYS AS IDENTITY,
  tx xid8 NOT NULL DEFAULT pg_current_xact_id(),
  at timestamptz NOT NULL DEFAULT now(),
  writer text NOT NULL DEFAULT current_setting('role'),
  actor_id text,
  actor_role text NOT NULL,
  office_id uuid,
  region_code text COLLATE "C",
  action text NOT NULL,
  subject_type text,
  subject_id text,
  request_id text,
  details jsonb,
  CONSTRAINT audit_event_pkey PRIMARY KEY (id)
);
COMMENT ON TABLE audit_event IS 'Who did, read, searched, exported or was refused what. Append-only by grant; sealed into audit_chain in the background, so that writers never wait for each other. No foreign keys: an entry outlives what it is about, and costs as little as possible.';
COMMENT ON COLUMN audit_event.id IS 'Given by the database, never by the writer.';
COMMENT ON COLUMN audit_event.tx IS 'The transaction that wrote it. Once every transaction up to a number has ended no row can appear below that number: that is what makes an order fixed after the fact. Given by the database.';
COMMENT ON COLUMN audit_event.at IS 'Start of the writing transaction, by the database''s clock. Given by the database: the product cannot date an entry back.';
COMMENT ON COLUMN audit_event.writer IS 'The role in force, puntadewa_app for the product. A row that somebody added by hand as another role is reported by the verification.';
COMMENT ON COLUMN audit_event.actor_id IS 'The account; null for the system and for strangers.';
COMMENT ON COLUMN audit_event.actor_role IS 'One of contracts/access.ts, or system, or anonymous.';
COMMENT ON COLUMN audit_event.office_id IS 'The office the actor worked for, if any; decides together with region_code who may read the entry.';
COMMENT ON COLUMN audit_event.region_code IS 'The region the entry concerns when no office says it.';
COMMENT ON COLUMN audit_event.action IS 'One of contracts/audit-actions.ts.';
COMMENT ON COLUMN audit_event.subject_type IS 'What was acted on: proposal, intake, office, account, ...';
COMMENT ON COLUMN audit_event.subject_id IS 'Its id, as text. Never a NIK, KK, card or phone number.';
COMMENT ON COLUMN audit_event.request_id IS 'The HTTP request or job, as in the logs.';
COMMENT ON COLUMN audit_event.details IS 'What else is needed to understand the entry: changed fields, kinds of search criteria, counts, reason codes. No identity data: an entry can never be erased.';
CREATE INDEX audit_event_tx_idx ON audit_event (tx, id);
CREATE INDEX audit_event_actor_idx ON audit_event (actor_id, id);
CREATE INDEX audit_event_subject_idx ON audit_event (subject_id, id);
CREATE INDEX audit_event_at_idx ON audit_event USING brin (at);

CREATE TABLE audit_chain (
  position bigint NOT NULL,
  event_id bigint NOT NULL,
  hash bytea NOT NULL,
  CONSTRAINT audit_chain_pkey PRIMARY KEY (position),
  CONSTRAINT audit_chain_event_id_key UNIQUE (event_id)
);
COMMENT ON TABLE audit_chain IS 'One link per sealed entry: hash = HMAC-SHA-256(key, hash of the previous link || canonical entry). The key is not in the database.';

CREATE TABLE audit_chain_head (
  singleton boolean NOT NULL DEFAULT true,
  position bigint NOT NULL,
  hash bytea NOT NULL,
  sealed_below xid8 NOT NULL,
  sealed_at timestamptz NOT NULL,
  mac bytea NOT NULL,
  CONSTRAINT audit_chain_head_pkey PRIMARY KEY (singleton),
  CONSTRAINT audit_chain_head_one_row CHECK (singleton)
);
COMMENT ON TABLE audit_chain_head IS 'Where the chain ends, so that cutting off its tail shows. The mac covers the other columns.';
COMMENT ON COLUMN audit_chain_head.sealed_below IS 'Every entry of a transaction below this is in the chain; one that is not was put there later.';

-- Column by column: id, tx, at and writer are the database's to give.
GRANT SELECT ON audit_event TO puntadewa_app;
GRANT INSERT (actor_id, actor_role, office_id, region_code, action, subject_type, subject_id, request_id, details)
  ON audit_event TO puntadewa_app;
GRANT SELECT, INSERT ON audit_chain TO puntadewa_app;
GRANT SELECT, INSERT, UPDATE ON audit_chain_head TO puntadewa_app;

-- Down Migration
DROP TABLE audit_chain_head;
DROP TABLE audit_chain;
DROP TABLE audit_event;
