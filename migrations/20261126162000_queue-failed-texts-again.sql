-- Up Migration
-- What a transport took and then reported as failed may be handed over anew. The old id goes on naming its message: a late "delivered" is
-- still true, while its "sent" and "failed" say nothing about the hand-over after it.
CREATE TABLE message_failed_hand_over (
  gateway text NOT NULL,
  gateway_message_id text NOT NULL,
  message_id uuid NOT NULL CONSTRAINT message_failed_hand_over_message_fkey REFERENCES message (id),
  attempt integer NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT message_failed_hand_over_pkey PRIMARY KEY (gateway, gateway_message_id)
);
CREATE INDEX message_failed_hand_over_message ON message_failed_hand_over (message_id);
COMMENT ON TABLE message_failed_hand_over IS 'Ids of hand-overs that failed, of messages that went back to the queue.';

ALTER TABLE message ADD COLUMN template_only boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN message.template_only IS 'The transport said that the resident''s window is closed although we thought otherwise: from now on only as its template.';

GRANT SELECT, INSERT ON message_failed_hand_over TO puntadewa_app;

-- Down Migration
ALTER TABLE message DROP COLUMN template_only;
DROP TABLE message_failed_hand_over;
