-- Up Migration
ALTER TABLE simulator_event
  DROP CONSTRAINT simulator_event_kind_known,
  ADD CONSTRAINT simulator_event_kind_known CHECK (kind IN ('sent', 'delivered', 'read', 'failed', 'inbound', 'own'));

-- Down Migration
DELETE FROM simulator_event WHERE kind = 'own';
ALTER TABLE simulator_event
  DROP CONSTRAINT simulator_event_kind_known,
  ADD CONSTRAINT simulator_event_kind_known CHECK (kind IN ('sent', 'delivered', 'read', 'failed', 'inbound'));
