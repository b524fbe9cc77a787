-- Up Migration
-- A commit that NOTIFYs wakes every connection that listens, a dozen with BullMQ's, at the moment its own answer is on the way. A
-- transaction whose process tells its relay itself says so, and wakes nobody.
CREATE OR REPLACE FUNCTION outbox_wake() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF coalesce(current_setting('puntadewa.relay_is_told', true), '') <> 'on'
    AND EXISTS (SELECT FROM public.outbox_relay WHERE busy_until <= clock_timestamp() AND watched_until > clock_timestamp())
  THEN
    PERFORM pg_notify('outbox', '');
  END IF;
  RETURN NULL;
END
$$;

-- Down Migration
CREATE OR REPLACE FUNCTION outbox_wake() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM public.outbox_relay WHERE busy_until <= clock_timestamp() AND watched_until > clock_timestamp()) THEN
    PERFORM pg_notify('outbox', '');
  END IF;
  RETURN NULL;
END
$$;
