-- Up Migration
-- What changed, for the consoles that look at it just now. Unlogged: after a crash nobody can resume, and everybody loads anew.
CREATE UNLOGGED TABLE live_watch (
  only_row boolean NOT NULL DEFAULT true CONSTRAINT live_watch_pkey PRIMARY KEY CONSTRAINT live_watch_one_row CHECK (only_row),
  watched_until timestamptz NOT NULL,
  complete_from xid8 NOT NULL
);
COMMENT ON TABLE live_watch IS 'Whether anybody looks: changes are noted only until watched_until. No row, as after a crash: nobody does.';
COMMENT ON COLUMN live_watch.complete_from IS 'Of every transaction from this one on all changes are noted; the highest number there is while that is being found out.';
GRANT SELECT, INSERT, UPDATE ON live_watch TO puntadewa_app;

CREATE UNLOGGED TABLE live_change (
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  kind text NOT NULL CONSTRAINT live_change_kind_known CHECK (kind IN ('proposal', 'message', 'conversation')),
  subject_id uuid NOT NULL,
  intake_id uuid,
  contact_id uuid,
  region_code text COLLATE "C",
  office_id uuid,
  created_by text,
  village_code text COLLATE "C",
  counts boolean NOT NULL DEFAULT false
);
CREATE INDEX live_change_xid ON live_change (xid);
COMMENT ON TABLE live_change IS 'Ids of what changed and where it lies, for two minutes. Written by triggers in the transaction that did it.';
COMMENT ON COLUMN live_change.xid IS 'Numbers are given before commits: a reader goes by snapshots, never by the highest number it has seen.';
COMMENT ON COLUMN live_change.counts IS 'A proposal came to another state or queue.';
GRANT SELECT, INSERT, DELETE ON live_change TO puntadewa_app;

-- The first line of each is all that an installation pays while nobody looks.
CREATE FUNCTION live_note_registered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM public.live_watch WHERE watched_until > clock_timestamp()) THEN RETURN NULL; END IF;
  INSERT INTO public.live_change (kind, subject_id, intake_id, region_code, office_id, created_by, counts)
  SELECT 'proposal', proposal_id, intake_id, region_code, office_id, created_by, true FROM registered;
  RETURN NULL;
END
$$;
CREATE TRIGGER proposal_status_live_registered AFTER INSERT ON proposal_status
  REFERENCING NEW TABLE AS registered FOR EACH STATEMENT EXECUTE FUNCTION live_note_registered();

-- A lease that is only renewed is no news.
CREATE FUNCTION live_note_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM public.live_watch WHERE watched_until > clock_timestamp()) THEN RETURN NULL; END IF;
  INSERT INTO public.live_change (kind, subject_id, intake_id, region_code, office_id, created_by, counts)
  SELECT 'proposal', n.proposal_id, n.intake_id, n.region_code, n.office_id, n.created_by,
    n.state <> o.state OR n.queue IS DISTINCT FROM o.queue OR n.reserved_until IS DISTINCT FROM o.reserved_until
  FROM moved_from o JOIN moved_to n USING (proposal_id)
  WHERE n.sequence <> o.sequence OR n.lease_holder IS DISTINCT FROM o.lease_holder OR n.likeness <> o.likeness
    OR n.reserved_until IS DISTINCT FROM o.reserved_until;
  RETURN NULL;
END
$$;
CREATE TRIGGER proposal_status_live_moved AFTER UPDATE ON proposal_status
  REFERENCING OLD TABLE AS moved_from NEW TABLE AS moved_to FOR EACH STATEMENT EXECUTE FUNCTION live_note_moved();

CREATE FUNCTION live_note_message() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM public.live_watch WHERE watched_until > clock_timestamp()) THEN RETURN NULL; END IF;
  INSERT INTO public.live_change (kind, subject_id, intake_id, contact_id, region_code)
  VALUES ('message', NEW.id, NEW.intake_id, NEW.contact_id, NEW.region_code);
  RETURN NULL;
END
$$;
CREATE TRIGGER message_live_added AFTER INSERT ON message FOR EACH ROW EXECUTE FUNCTION live_note_message();
CREATE TRIGGER message_live_moved AFTER UPDATE OF state, held_for ON message FOR EACH ROW
  WHEN (OLD.state <> NEW.state OR OLD.held_for IS DISTINCT FROM NEW.held_for) EXECUTE FUNCTION live_note_message();

CREATE FUNCTION live_note_conversation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM public.live_watch WHERE watched_until > clock_timestamp()) THEN RETURN NULL; END IF;
  INSERT INTO public.live_change (kind, subject_id) VALUES ('conversation', coalesce(NEW.contact_id, OLD.contact_id));
  RETURN NULL;
END
$$;
CREATE TRIGGER whatsapp_conversation_live_added AFTER INSERT OR DELETE ON whatsapp_conversation FOR EACH ROW
  EXECUTE FUNCTION live_note_conversation();
CREATE TRIGGER whatsapp_conversation_live_moved
  AFTER UPDATE OF status, claimed_by, unread, last_message_at, waiting_since, bot_paused_until ON whatsapp_conversation FOR EACH ROW
  WHEN ((OLD.status, OLD.claimed_by, OLD.unread, OLD.last_message_at, OLD.waiting_since, OLD.bot_paused_until)
    IS DISTINCT FROM (NEW.status, NEW.claimed_by, NEW.unread, NEW.last_message_at, NEW.waiting_since, NEW.bot_paused_until))
  EXECUTE FUNCTION live_note_conversation();

-- With the place of the household: who saw the conversation through it must hear that it is gone.
CREATE FUNCTION live_note_link() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  link public.whatsapp_conversation_intake := coalesce(NEW, OLD);
BEGIN
  IF NOT EXISTS (SELECT FROM public.live_watch WHERE watched_until > clock_timestamp()) THEN RETURN NULL; END IF;
  INSERT INTO public.live_change (kind, subject_id, region_code, office_id, village_code)
  VALUES ('conversation', link.contact_id, link.region_code, link.office_id, link.village_code);
  RETURN NULL;
END
$$;
CREATE TRIGGER whatsapp_conversation_intake_live AFTER INSERT OR DELETE ON whatsapp_conversation_intake FOR EACH ROW
  EXECUTE FUNCTION live_note_link();

-- Down Migration
DROP TRIGGER whatsapp_conversation_intake_live ON whatsapp_conversation_intake;
DROP TRIGGER whatsapp_conversation_live_moved ON whatsapp_conversation;
DROP TRIGGER whatsapp_conversation_live_added ON whatsapp_conversation;
DROP TRIGGER message_live_moved ON message;
DROP TRIGGER message_live_added ON message;
DROP TRIGGER proposal_status_live_moved ON proposal_status;
DROP TRIGGER proposal_status_live_registered ON proposal_status;
DROP FUNCTION live_note_link, live_note_conversation, live_note_message, live_note_moved, live_note_registered;
DROP TABLE live_change, live_watch;
