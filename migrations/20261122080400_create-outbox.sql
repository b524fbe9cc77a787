-- Up Migration
-- Work promised by a committed transaction. Business rows and outbox rows commit together; a relay hands due rows to the
-- queue; a row is deleted when its handler has finished. The queue may lose everything: this table is the truth.
CREATE TABLE outbox (
  id bigint GENERATED ALWAYS AS IDENTITY,
  topic text NOT NULL,
  key text NOT NULL,
  payload jsonb NOT NULL,
  state text NOT NULL DEFAULT 'open',
  due_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', now()),
  handed_at timestamptz,
  started_at timestamptz,
  rerun_at timestamptz,
  run integer NOT NULL DEFAULT 0,
  attempts integer NOT NULL DEFAULT 0,
  last_error_code text,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT outbox_pk PRIMARY KEY (id),
  CONSTRAINT outbox_state_known CHECK (state IN ('open', 'dead')),
  CONSTRAINT outbox_topic_bounded CHECK (length(topic) BETWEEN 1 AND 100),
  CONSTRAINT outbox_key_bounded CHECK (length(key) BETWEEN 1 AND 200),
  CONSTRAINT outbox_started_was_handed CHECK (started_at IS NULL OR handed_at IS NOT NULL)
)
-- Rows are updated twice and deleted soon after: room for the second version in the same page, and early vacuuming.
WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);

CREATE UNIQUE INDEX outbox_open_key ON outbox (topic, key) WHERE state = 'open';
CREATE INDEX outbox_due ON outbox (topic, due_at, id) WHERE state = 'open';
CREATE INDEX outbox_dead ON outbox (id) WHERE state = 'dead';

COMMENT ON TABLE outbox IS 'Work promised by committed transactions. Insert topic, key, payload (and due_at when later than now); everything else belongs to the relay.';
COMMENT ON COLUMN outbox.topic IS 'Name of a contract in src/contracts/jobs.';
COMMENT ON COLUMN outbox.key IS 'One open row per topic and key: adding again keeps one row.';
COMMENT ON COLUMN outbox.payload IS 'Ids only, never identity data.';
COMMENT ON COLUMN outbox.due_at IS 'Waiting: when it may be handed over. In flight: when the lease ends and it is handed over again. Milliseconds, because the clocks of the processes have no more.';
COMMENT ON COLUMN outbox.handed_at IS 'When it was put into the queue; null while it waits.';
COMMENT ON COLUMN outbox.started_at IS 'When a handler took it up; null while it waits or lies in the queue.';
COMMENT ON COLUMN outbox.rerun_at IS 'Added again while a handler was at work: run once more from then on.';
COMMENT ON COLUMN outbox.run IS 'Counts starts, never goes back. A handler settles or fails only the run it started.';
COMMENT ON COLUMN outbox.attempts IS 'Starts since it was last added; decides the back-off.';
COMMENT ON COLUMN outbox.last_error_code IS 'Code of contracts/errors.ts; never a message, which could hold data.';

-- One row: until when a relay promises to look by itself. Producers NOTIFY only after that moment, so that under load
-- commits do not queue up behind the lock that PostgreSQL takes for NOTIFY. A moment and not a flag: a relay that died
-- is believed for a second at most. Unlogged: worth nothing after a crash, which empties it; a relay puts the row back.
CREATE UNLOGGED TABLE outbox_relay (
  only_row boolean NOT NULL DEFAULT true,
  busy_until timestamptz NOT NULL DEFAULT '-infinity',
  CONSTRAINT outbox_relay_pk PRIMARY KEY (only_row),
  CONSTRAINT outbox_relay_one_row CHECK (only_row)
);
INSERT INTO outbox_relay DEFAULT VALUES;
COMMENT ON TABLE outbox_relay IS 'Whether a relay is looking at the outbox by itself, so that inserts need not wake one.';

CREATE FUNCTION outbox_wake() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM public.outbox_relay WHERE busy_until > clock_timestamp()) THEN
    PERFORM pg_notify('outbox', '');
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER outbox_wake AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION outbox_wake();

-- Rows are locked in key order, so that two transactions adding the same keys cannot deadlock.
CREATE FUNCTION outbox_add(p_topics text[], p_keys text[], p_payloads jsonb[], p_due_at timestamptz[])
RETURNS void LANGUAGE sql AS $$
  INSERT INTO public.outbox AS present (topic, key, payload, due_at)
  SELECT DISTINCT ON (added.topic, added.key) added.topic, added.key, added.payload, added.due_at
  FROM unnest(p_topics, p_keys, p_payloads, p_due_at) AS added (topic, key, payload, due_at)
  ORDER BY added.topic, added.key, added.due_at
  ON CONFLICT (topic, key) WHERE state = 'open' DO UPDATE SET
    payload = EXCLUDED.payload,
    due_at = CASE WHEN present.handed_at IS NULL THEN LEAST(present.due_at, EXCLUDED.due_at) ELSE present.due_at END,
    rerun_at = CASE WHEN present.started_at IS NULL THEN NULL ELSE LEAST(present.rerun_at, EXCLUDED.due_at) END
$$;
COMMENT ON FUNCTION outbox_add IS 'Adds work, keeping one open row per topic and key: a waiting row takes the earlier due_at, one that a handler has started runs once more.';

GRANT SELECT, INSERT, UPDATE, DELETE ON outbox TO puntadewa_app;
GRANT SELECT, INSERT, UPDATE ON outbox_relay TO puntadewa_app;

-- Down Migration
DROP FUNCTION outbox_add;
DROP TABLE outbox;
DROP FUNCTION outbox_wake;
DROP TABLE outbox_relay;
