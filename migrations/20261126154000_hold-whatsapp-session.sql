-- Up Migration
CREATE TABLE whatsapp_session (
  id text CONSTRAINT whatsapp_session_pkey PRIMARY KEY CONSTRAINT whatsapp_session_only_one CHECK (id = 'web'),
  token bigint NOT NULL CONSTRAINT whatsapp_session_token_not_negative CHECK (token >= 0),
  holder text,
  lease_until timestamptz,
  state text NOT NULL CONSTRAINT whatsapp_session_state_known CHECK (state IN (
    'offline', 'starting', 'awaiting_scan', 'syncing', 'connected', 'waiting', 'action_required')),
  detail text,
  since timestamptz NOT NULL,
  generation integer NOT NULL CONSTRAINT whatsapp_session_generation_not_negative CHECK (generation >= 0),
  page_state text,
  web_version text,
  key_shape text CONSTRAINT whatsapp_session_key_shape_known CHECK (key_shape IN ('serialized', 'dollar_one', 'unknown')),
  rss_bytes bigint,
  probed_at timestamptz,
  last_event_at timestamptz,
  last_receipt_at timestamptz,
  oldest_unreceipted_at timestamptz,
  qr bytea,
  qr_at timestamptz,
  qr_expires_at timestamptz,
  pairing_code bytea,
  pairing_code_at timestamptz,
  pairing_code_expires_at timestamptz,
  CONSTRAINT whatsapp_session_holder_has_lease CHECK ((holder IS NULL) = (lease_until IS NULL)),
  CONSTRAINT whatsapp_session_qr_expires CHECK ((qr IS NULL) = (qr_expires_at IS NULL) AND (qr IS NULL) = (qr_at IS NULL)),
  CONSTRAINT whatsapp_session_pairing_code_expires CHECK (
    (pairing_code IS NULL) = (pairing_code_expires_at IS NULL) AND (pairing_code IS NULL) = (pairing_code_at IS NULL))
);
INSERT INTO whatsapp_session (id, token, state, since, generation) VALUES ('web', 0, 'offline', now(), 0);
COMMENT ON TABLE whatsapp_session IS 'Who holds the browser that is linked to WhatsApp, and how it is. One row; written only under the newest token.';
COMMENT ON COLUMN whatsapp_session.token IS 'Grows with every holder: whoever writes with an older one has lost the session.';
COMMENT ON COLUMN whatsapp_session.lease_until IS 'By the clock of the database. After it, anybody may take the session over.';
COMMENT ON COLUMN whatsapp_session.generation IS 'Runs of the browser, over all holders.';
COMMENT ON COLUMN whatsapp_session.page_state IS 'What WhatsApp Web calls its own state (WAState).';
COMMENT ON COLUMN whatsapp_session.qr IS 'Sealed: whoever scans it holds our number. Useless after qr_expires_at.';
COMMENT ON COLUMN whatsapp_session.pairing_code IS 'Sealed, as qr.';

CREATE TABLE whatsapp_session_request (
  id uuid CONSTRAINT whatsapp_session_request_pkey PRIMARY KEY,
  kind text NOT NULL CONSTRAINT whatsapp_session_request_kind_known CHECK (kind IN ('show_qr', 'pairing_code', 'restart', 'log_out')),
  phone bytea,
  requested_at timestamptz NOT NULL,
  taken_at timestamptz,
  outcome text CONSTRAINT whatsapp_session_request_outcome_known CHECK (outcome IN ('done', 'refused', 'too_late')),
  CONSTRAINT whatsapp_session_request_phone_for_code CHECK ((kind = 'pairing_code') = (phone IS NOT NULL))
);
CREATE UNIQUE INDEX whatsapp_session_request_open ON whatsapp_session_request (kind) WHERE taken_at IS NULL;
COMMENT ON TABLE whatsapp_session_request IS 'What an admin asks of the holder, who may be another process. One open request of a kind.';
COMMENT ON COLUMN whatsapp_session_request.phone IS 'Sealed E.164 digits of the office''s own number.';

GRANT SELECT, UPDATE ON whatsapp_session TO puntadewa_app;
GRANT SELECT, INSERT, UPDATE ON whatsapp_session_request TO puntadewa_app;

-- Down Migration
DROP TABLE whatsapp_session_request;
DROP TABLE whatsapp_session;
