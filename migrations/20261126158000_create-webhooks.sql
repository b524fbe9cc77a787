-- Up Migration
-- Who wants to be told of what, what happened, and which telling is still owed. No identity data in any of it.
CREATE TABLE webhook_endpoint (
  id uuid CONSTRAINT webhook_endpoint_pkey PRIMARY KEY,
  region_code text COLLATE "C" NOT NULL,
  url text NOT NULL,
  events text[] NOT NULL,
  description text NOT NULL,
  secret_sealed bytea NOT NULL,
  previous_secret_sealed bytea,
  previous_until timestamptz,
  status text NOT NULL CONSTRAINT webhook_endpoint_status_known CHECK (status IN ('active', 'paused')),
  paused_because text CONSTRAINT webhook_endpoint_pause_known CHECK (paused_because IN ('admin', 'failing', 'gone')),
  failures integer NOT NULL DEFAULT 0,
  failing_since timestamptz,
  open_until timestamptz,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT webhook_endpoint_pause_has_reason CHECK ((status = 'paused') = (paused_because IS NOT NULL)),
  CONSTRAINT webhook_endpoint_previous_ends CHECK ((previous_secret_sealed IS NULL) = (previous_until IS NULL)),
  CONSTRAINT webhook_endpoint_failing_is_dated CHECK ((failures = 0) = (failing_since IS NULL))
);
CREATE INDEX webhook_endpoint_region ON webhook_endpoint (region_code, id);
COMMENT ON COLUMN webhook_endpoint.region_code IS 'Hears of what the offices of this province or kab/kota registered.';
COMMENT ON COLUMN webhook_endpoint.secret_sealed IS 'Sealed. Context: webhook_endpoint:<id>:secret.';
COMMENT ON COLUMN webhook_endpoint.previous_secret_sealed IS 'Signs beside the new one until previous_until.';
COMMENT ON COLUMN webhook_endpoint.failures IS 'Deliveries refused one after the other; 0 after one that was taken.';
COMMENT ON COLUMN webhook_endpoint.open_until IS 'Circuit: nothing is delivered before then, and one delivery at a time after it.';

CREATE TABLE webhook_event (
  id uuid NOT NULL DEFAULT gen_random_uuid() CONSTRAINT webhook_event_pkey PRIMARY KEY,
  position bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT webhook_event_position_unique UNIQUE,
  type text NOT NULL,
  region_code text COLLATE "C" NOT NULL,
  subject_id uuid NOT NULL,
  intake_id uuid,
  change jsonb NOT NULL,
  at timestamptz NOT NULL,
  body text
);
CREATE INDEX webhook_event_at ON webhook_event (at);
COMMENT ON TABLE webhook_event IS 'What happened, written by triggers in the transaction that did it, and only while an endpoint wants to hear of it.';
COMMENT ON COLUMN webhook_event.position IS 'Taken under the lock of the subject''s row: of one subject it is the order of what happened.';
COMMENT ON COLUMN webhook_event.body IS 'What is delivered, the same at every attempt; null until it is composed.';

CREATE TABLE webhook_delivery (
  endpoint_id uuid NOT NULL CONSTRAINT webhook_delivery_endpoint_fkey REFERENCES webhook_endpoint (id) ON DELETE CASCADE,
  event_id uuid NOT NULL CONSTRAINT webhook_delivery_event_fkey REFERENCES webhook_event (id) ON DELETE CASCADE,
  position bigint NOT NULL,
  state text NOT NULL CONSTRAINT webhook_delivery_state_known CHECK (state IN ('pending', 'delivered', 'dead')),
  next_attempt_at timestamptz NOT NULL,
  claimed_until timestamptz,
  run integer NOT NULL DEFAULT 0,
  attempts integer NOT NULL DEFAULT 0,
  replays integer NOT NULL DEFAULT 0,
  outcome text,
  http_status integer,
  duration_ms integer,
  attempted_at timestamptz,
  CONSTRAINT webhook_delivery_pkey PRIMARY KEY (endpoint_id, event_id)
);
CREATE INDEX webhook_delivery_event ON webhook_delivery (event_id);
CREATE INDEX webhook_delivery_list ON webhook_delivery (endpoint_id, position);
CREATE INDEX webhook_delivery_due ON webhook_delivery (endpoint_id, next_attempt_at, position) WHERE state = 'pending';
CREATE INDEX webhook_delivery_dead ON webhook_delivery (endpoint_id, position) WHERE state = 'dead';
COMMENT ON TABLE webhook_delivery IS 'What one endpoint is owed of one event, with its last attempt. Nothing that the receiver answered but its status.';
COMMENT ON COLUMN webhook_delivery.run IS 'Counts claims, never goes back: an attempt records only the claim it was made under.';
COMMENT ON COLUMN webhook_delivery.attempts IS 'Since it was added or last replayed; decides the waiting time.';

GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_endpoint, webhook_event, webhook_delivery TO puntadewa_app;

CREATE FUNCTION webhook_wanted(p_type text, p_region text) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT FROM public.webhook_endpoint
    WHERE p_type = ANY (events) AND (region_code = p_region OR starts_with(p_region, region_code || '.'))
  )
$$;
COMMENT ON FUNCTION webhook_wanted IS 'Whether any endpoint wants events of this type and kab/kota, paused ones too.';

-- Clocks of processes decide what is due: never later than now, and not later than the moment that they wrote.
CREATE FUNCTION webhook_compose_later() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO public.outbox (topic, key, payload, due_at)
  SELECT 'webhooks.compose', id::text, jsonb_build_object('eventId', id), date_trunc('milliseconds', least(at, now()))
  FROM added;
  RETURN NULL;
END
$$;
CREATE TRIGGER webhook_event_compose AFTER INSERT ON webhook_event
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION webhook_compose_later();

-- The first line of each is all that an installation without endpoints pays.
CREATE FUNCTION webhook_note_registered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM public.webhook_endpoint) THEN RETURN NULL; END IF;
  INSERT INTO public.webhook_event (type, region_code, subject_id, intake_id, change, at)
  SELECT 'proposal.registered', region_code, proposal_id, intake_id,
    jsonb_build_object('state', state, 'version', version, 'sequence', sequence), submitted_at
  FROM registered WHERE public.webhook_wanted('proposal.registered', region_code);
  RETURN NULL;
END
$$;
CREATE TRIGGER proposal_status_webhook_registered AFTER INSERT ON proposal_status
  REFERENCING NEW TABLE AS registered FOR EACH STATEMENT EXECUTE FUNCTION webhook_note_registered();

CREATE FUNCTION webhook_note_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM public.webhook_endpoint) THEN RETURN NULL; END IF;
  INSERT INTO public.webhook_event (type, region_code, subject_id, intake_id, change, at)
  SELECT 'proposal.state_changed', n.region_code, n.proposal_id, n.intake_id,
    jsonb_build_object('from', o.state, 'to', n.state, 'version', n.version, 'sequence', n.sequence, 'after', o.sequence),
    n.state_since
  FROM moved_from o JOIN moved_to n USING (proposal_id)
  WHERE o.state <> n.state AND public.webhook_wanted('proposal.state_changed', n.region_code);
  RETURN NULL;
END
$$;
CREATE TRIGGER proposal_status_webhook_moved AFTER UPDATE ON proposal_status
  REFERENCING OLD TABLE AS moved_from NEW TABLE AS moved_to FOR EACH STATEMENT EXECUTE FUNCTION webhook_note_moved();

-- A message being handed over is still "queued" to everybody outside.
CREATE FUNCTION webhook_note_message() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  state_before text;
  state_after text := CASE NEW.state WHEN 'sending' THEN 'queued' ELSE NEW.state END;
BEGIN
  IF NOT EXISTS (SELECT FROM public.webhook_endpoint) THEN RETURN NULL; END IF;
  IF TG_OP = 'UPDATE' THEN
    state_before := CASE OLD.state WHEN 'sending' THEN 'queued' ELSE OLD.state END;
    IF state_before = state_after THEN RETURN NULL; END IF;
  END IF;
  INSERT INTO public.webhook_event (type, region_code, subject_id, intake_id, change, at)
  SELECT 'message.state_changed', NEW.region_code, NEW.id, NEW.intake_id,
    jsonb_build_object('from', state_before, 'to', state_after, 'kind', NEW.kind, 'outcome', NEW.outcome_code),
    coalesce(CASE NEW.state
      WHEN 'sent' THEN NEW.sent_at WHEN 'delivered' THEN NEW.delivered_at WHEN 'read' THEN NEW.read_at
      WHEN 'failed' THEN NEW.failed_at WHEN 'unknown' THEN NEW.unknown_at WHEN 'suppressed' THEN NEW.suppressed_at
    END, NEW.queued_at)
  WHERE public.webhook_wanted('message.state_changed', NEW.region_code);
  RETURN NULL;
END
$$;
CREATE TRIGGER message_webhook_added AFTER INSERT ON message FOR EACH ROW
  WHEN (NEW.region_code IS NOT NULL) EXECUTE FUNCTION webhook_note_message();
CREATE TRIGGER message_webhook_moved AFTER UPDATE OF state ON message FOR EACH ROW
  WHEN (NEW.region_code IS NOT NULL AND OLD.state <> NEW.state) EXECUTE FUNCTION webhook_note_message();

-- An inbound text belongs to the household that we last wrote to at that number; one of a stranger belongs to nobody.
CREATE FUNCTION webhook_note_inbound() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM public.webhook_endpoint WHERE 'message.inbound' = ANY (events)) THEN RETURN NULL; END IF;
  INSERT INTO public.webhook_event (type, region_code, subject_id, intake_id, change, at)
  SELECT 'message.inbound', m.region_code, NEW.id, m.intake_id,
    jsonb_build_object('kind', NEW.kind, 'backfilled', NEW.backfilled), NEW.received_at
  FROM (
    SELECT region_code, intake_id FROM public.message
    WHERE contact_id = NEW.contact_id AND intake_id IS NOT NULL AND region_code IS NOT NULL
    ORDER BY id DESC LIMIT 1
  ) AS m
  WHERE public.webhook_wanted('message.inbound', m.region_code);
  RETURN NULL;
END
$$;
CREATE TRIGGER inbound_message_webhook AFTER INSERT ON inbound_message FOR EACH ROW
  WHEN (NEW.kind <> 'own') EXECUTE FUNCTION webhook_note_inbound();

-- Down Migration
DROP TRIGGER inbound_message_webhook ON inbound_message;
DROP TRIGGER message_webhook_moved ON message;
DROP TRIGGER message_webhook_added ON message;
DROP TRIGGER proposal_status_webhook_moved ON proposal_status;
DROP TRIGGER proposal_status_webhook_registered ON proposal_status;
DROP FUNCTION webhook_note_inbound;
DROP FUNCTION webhook_note_message;
DROP FUNCTION webhook_note_moved;
DROP FUNCTION webhook_note_registered;
DROP TABLE webhook_delivery, webhook_event, webhook_endpoint;
DROP FUNCTION webhook_compose_later;
DROP FUNCTION webhook_wanted;
