-- Up Migration
-- What waits for a number that the household no longer gives is written anew for the number it gives now.
GRANT DELETE ON message_notice TO puntadewa_app;

-- Down Migration
REVOKE DELETE ON message_notice FROM puntadewa_app;
