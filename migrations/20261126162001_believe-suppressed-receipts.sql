-- Up Migration
-- A text that was handed over, came back to the queue and was suppressed there may turn out to have reached the phone after all. To say so
-- sends nothing.
DROP TRIGGER message_update_refuses_opted_out ON message;
CREATE TRIGGER message_update_refuses_opted_out BEFORE UPDATE ON message FOR EACH ROW
  WHEN (NOT NEW.essential AND (
    (NEW.state = 'sending' AND (OLD.state <> 'sending' OR NEW.attempts <> OLD.attempts))
    OR (NEW.state IN ('sent', 'delivered', 'read') AND OLD.attempts = 0)
    OR (NEW.state = 'sent' AND OLD.state = 'suppressed')
  ))
  EXECUTE FUNCTION message_refuse_opted_out();

-- Down Migration
DROP TRIGGER message_update_refuses_opted_out ON message;
CREATE TRIGGER message_update_refuses_opted_out BEFORE UPDATE ON message FOR EACH ROW
  WHEN (NOT NEW.essential AND (
    (NEW.state = 'sending' AND (OLD.state <> 'sending' OR NEW.attempts <> OLD.attempts))
    OR (NEW.state IN ('sent', 'delivered', 'read') AND (OLD.state = 'suppressed' OR OLD.attempts = 0))
  ))
  EXECUTE FUNCTION message_refuse_opted_out();
