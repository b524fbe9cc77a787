-- Up Migration
-- What the official interface calls us with. The role api stores it and answers; the role whatsapp reads it.
CREATE TABLE whatsapp_cloud_report (
  id uuid CONSTRAINT whatsapp_cloud_report_pkey PRIMARY KEY,
  digest bytea NOT NULL CONSTRAINT whatsapp_cloud_report_once UNIQUE,
  payload bytea,
  received_at timestamptz NOT NULL,
  processed_at timestamptz,
  CONSTRAINT whatsapp_cloud_report_payload_until_processed CHECK ((payload IS NULL) = (processed_at IS NOT NULL))
);
CREATE INDEX whatsapp_cloud_report_processed ON whatsapp_cloud_report (processed_at) WHERE processed_at IS NOT NULL;
COMMENT ON COLUMN whatsapp_cloud_report.digest IS 'Blind index of the body: the same call again is known, also after its body is gone.';
COMMENT ON COLUMN whatsapp_cloud_report.payload IS 'Sealed: residents write identity numbers whatever we tell them. Deleted as soon as it is processed.';

CREATE TABLE whatsapp_cloud_sent (
  gateway_message_id text CONSTRAINT whatsapp_cloud_sent_pkey PRIMARY KEY,
  reference text NOT NULL,
  first_at timestamptz NOT NULL,
  failed_at timestamptz
);
CREATE INDEX whatsapp_cloud_sent_reference ON whatsapp_cloud_sent (reference);
CREATE INDEX whatsapp_cloud_sent_first_at ON whatsapp_cloud_sent (first_at);
COMMENT ON TABLE whatsapp_cloud_sent IS
  'Texts the official interface has reported anything about, by our reference: it cannot be asked, so this answers what became of one.';

GRANT SELECT, INSERT, UPDATE, DELETE ON whatsapp_cloud_report, whatsapp_cloud_sent TO puntadewa_app;

-- Down Migration
DROP TABLE whatsapp_cloud_sent;
DROP TABLE whatsapp_cloud_report;
