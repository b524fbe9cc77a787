-- Up Migration
-- The product connects as the login of DATABASE_URL and drops to this role: it owns nothing, so the append-only
-- tables (journal, audit) cannot be changed through it. Roles belong to the whole cluster: another database may have made it.
DO $$
BEGIN
  CREATE ROLE puntadewa_app NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
  NULL;
END
$$;
DO $$
BEGIN
  EXECUTE format('GRANT puntadewa_app TO %I', current_user);
EXCEPTION WHEN OTHERS THEN
  IF NOT pg_has_role(current_user, 'puntadewa_app', 'MEMBER') THEN
    RAISE;
  END IF;
END
$$;
GRANT USAGE ON SCHEMA public TO puntadewa_app;
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- Down Migration
DROP EXTENSION IF EXISTS pg_trgm;
REVOKE USAGE ON SCHEMA public FROM puntadewa_app;
