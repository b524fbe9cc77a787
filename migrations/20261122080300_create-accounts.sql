-- Up Migration
-- The tables of Better Auth 1.7 (username and two-factor plugins); their shape is its, the names are mapped in
-- features/accounts/auth.ts.
CREATE TABLE auth_user (
  id uuid NOT NULL,
  name text NOT NULL,
  email text NOT NULL,
  email_verified boolean NOT NULL,
  image text,
  username text NOT NULL,
  display_username text,
  two_factor_enabled boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT auth_user_pkey PRIMARY KEY (id),
  CONSTRAINT auth_user_email_key UNIQUE (email),
  CONSTRAINT auth_user_username_key UNIQUE (username)
);
COMMENT ON TABLE auth_user IS 'Who can sign in. Role and scope are in account.';
COMMENT ON COLUMN auth_user.email IS 'Better Auth wants one; nobody signs in or is written to by it: <username>@users.invalid.';

CREATE TABLE auth_session (
  id uuid NOT NULL,
  token text NOT NULL,
  user_id uuid NOT NULL,
  expires_at timestamptz NOT NULL,
  ip_address text,
  user_agent text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL,
  CONSTRAINT auth_session_pkey PRIMARY KEY (id),
  CONSTRAINT auth_session_token_key UNIQUE (token),
  CONSTRAINT auth_session_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth_user (id) ON DELETE CASCADE
);
COMMENT ON TABLE auth_session IS 'Sessions of people. The cookie carries the token with a signature, so a token alone opens nothing.';
CREATE INDEX auth_session_user_id_idx ON auth_session (user_id);
CREATE INDEX auth_session_expires_at_idx ON auth_session (expires_at);

CREATE TABLE auth_account (
  id uuid NOT NULL,
  account_id text NOT NULL,
  provider_id text NOT NULL,
  user_id uuid NOT NULL,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  password text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL,
  CONSTRAINT auth_account_pkey PRIMARY KEY (id),
  CONSTRAINT auth_account_user_id_provider_id_key UNIQUE (user_id, provider_id),
  CONSTRAINT auth_account_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth_user (id) ON DELETE CASCADE
);
COMMENT ON TABLE auth_account IS 'How a user proves who they are: one row with provider "credential" and a scrypt hash.';

CREATE TABLE auth_verification (
  id uuid NOT NULL,
  identifier text NOT NULL,
  value text NOT NULL,
  expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT auth_verification_pkey PRIMARY KEY (id)
);
COMMENT ON TABLE auth_verification IS 'Sign-ins between password and code, with the attempts made.';
CREATE INDEX auth_verification_identifier_idx ON auth_verification (identifier);
CREATE INDEX auth_verification_expires_at_idx ON auth_verification (expires_at);

CREATE TABLE auth_two_factor (
  id uuid NOT NULL,
  user_id uuid NOT NULL,
  secret text NOT NULL,
  backup_codes text NOT NULL,
  verified boolean,
  failed_verification_count integer,
  locked_until timestamptz,
  CONSTRAINT auth_two_factor_pkey PRIMARY KEY (id),
  CONSTRAINT auth_two_factor_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth_user (id) ON DELETE CASCADE
);
COMMENT ON TABLE auth_two_factor IS 'TOTP secrets and backup codes, encrypted with AUTH_SECRET.';
CREATE INDEX auth_two_factor_user_id_idx ON auth_two_factor (user_id);

CREATE TABLE account (
  user_id uuid NOT NULL,
  role text NOT NULL,
  region_code text COLLATE "C" NOT NULL,
  display_name text NOT NULL,
  active boolean NOT NULL DEFAULT true,
  must_change_password boolean NOT NULL DEFAULT false,
  version integer NOT NULL DEFAULT 1,
  created_by uuid,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT account_pkey PRIMARY KEY (user_id),
  CONSTRAINT account_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth_user (id),
  CONSTRAINT account_region_code_fkey FOREIGN KEY (region_code) REFERENCES region (code),
  CONSTRAINT account_created_by_fkey FOREIGN KEY (created_by) REFERENCES account (user_id),
  CONSTRAINT account_role_known
    CHECK (role IN ('petugas', 'kader', 'verifikator', 'supervisor', 'penyetuju', 'auditor', 'admin')),
  CONSTRAINT account_display_name_length CHECK (char_length(display_name) BETWEEN 1 AND 100)
);
COMMENT ON TABLE account IS 'What a user may do and where. Never deleted: the audit log and the journal point to it; who has left is not active.';
COMMENT ON COLUMN account.region_code IS 'Root of the subtree of regions it may see.';
COMMENT ON COLUMN account.must_change_password IS 'Set when an admin chose the password: nothing but changing it is allowed until then.';
COMMENT ON COLUMN account.version IS 'Counts changes by admins; a change names the version it was made on.';
CREATE INDEX account_region_code_idx ON account (region_code);
CREATE INDEX account_created_by_idx ON account (created_by);

CREATE TABLE account_office (
  user_id uuid NOT NULL,
  office_id uuid NOT NULL,
  position smallint NOT NULL,
  CONSTRAINT account_office_pkey PRIMARY KEY (user_id, office_id),
  CONSTRAINT account_office_user_id_position_key UNIQUE (user_id, position),
  CONSTRAINT account_office_user_id_fkey FOREIGN KEY (user_id) REFERENCES account (user_id),
  CONSTRAINT account_office_office_id_fkey FOREIGN KEY (office_id) REFERENCES office (id)
);
COMMENT ON TABLE account_office IS 'Offices a user works for; position 0 is the one its registrations belong to.';
CREATE INDEX account_office_office_id_idx ON account_office (office_id);

CREATE TABLE api_key (
  id uuid NOT NULL,
  user_id uuid NOT NULL,
  name text NOT NULL,
  prefix text NOT NULL,
  hash bytea NOT NULL,
  scopes text[] NOT NULL,
  expires_at timestamptz NOT NULL,
  last_used_at timestamptz,
  revoked_at timestamptz,
  created_by uuid NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT api_key_pkey PRIMARY KEY (id),
  CONSTRAINT api_key_hash_key UNIQUE (hash),
  CONSTRAINT api_key_user_id_fkey FOREIGN KEY (user_id) REFERENCES account (user_id),
  CONSTRAINT api_key_created_by_fkey FOREIGN KEY (created_by) REFERENCES account (user_id),
  CONSTRAINT api_key_name_length CHECK (char_length(name) BETWEEN 1 AND 60),
  CONSTRAINT api_key_scopes_known CHECK (
    cardinality(scopes) > 0
    AND scopes <@ ARRAY['intakes:write', 'proposals:read', 'coverage:read', 'regions:read']
  )
);
COMMENT ON TABLE api_key IS 'Keys of machines. A key acts as its user, narrowed to its scopes. Never deleted; a revoked one says when.';
COMMENT ON COLUMN api_key.hash IS 'SHA-256 of the whole key. The key has 256 random bits, so a slow hash would add nothing.';
COMMENT ON COLUMN api_key.prefix IS 'First characters of the key, shown in lists so that people can tell keys apart.';
COMMENT ON COLUMN api_key.last_used_at IS 'To the minute: written at most once a minute per process.';
CREATE INDEX api_key_user_id_idx ON api_key (user_id);
CREATE INDEX api_key_created_by_idx ON api_key (created_by);

CREATE TABLE sign_in_guard (
  kind text NOT NULL,
  subject bytea NOT NULL,
  failures integer NOT NULL,
  window_started_at timestamptz NOT NULL,
  locked_until timestamptz,
  lock_count integer NOT NULL DEFAULT 0,
  last_attempt_at timestamptz NOT NULL,
  CONSTRAINT sign_in_guard_pkey PRIMARY KEY (kind, subject),
  CONSTRAINT sign_in_guard_kind_known CHECK (kind IN ('account', 'address'))
);
COMMENT ON TABLE sign_in_guard IS 'Failed sign-ins per username and per address, and the locks that follow. Usernames that do not exist are counted alike, so that a lock tells nothing.';
COMMENT ON COLUMN sign_in_guard.subject IS 'Keyed hash: people sometimes type their password where the username belongs.';
COMMENT ON COLUMN sign_in_guard.failures IS 'Attempts of the present window that did not end in a session, those under way included.';
COMMENT ON COLUMN sign_in_guard.lock_count IS 'Locks without a success in between; each lasts twice as long as the one before.';
CREATE INDEX sign_in_guard_last_attempt_at_idx ON sign_in_guard (last_attempt_at);

CREATE UNLOGGED TABLE rate_limit (
  key varchar(255) NOT NULL,
  points integer NOT NULL DEFAULT 0,
  expire bigint,
  CONSTRAINT rate_limit_pkey PRIMARY KEY (key)
);
COMMENT ON TABLE rate_limit IS 'Calls of the present window per class and caller, shared by all processes (rate-limiter-flexible). Unlogged: after a crash everybody starts a new window.';

GRANT SELECT, INSERT, UPDATE, DELETE
  ON auth_user, auth_session, auth_account, auth_verification, auth_two_factor, account_office, sign_in_guard, rate_limit
  TO puntadewa_app;
GRANT SELECT, INSERT, UPDATE ON account, api_key TO puntadewa_app;

-- Down Migration
DROP TABLE rate_limit;
DROP TABLE sign_in_guard;
DROP TABLE api_key;
DROP TABLE account_office;
DROP TABLE account;
DROP TABLE auth_two_factor;
DROP TABLE auth_verification;
DROP TABLE auth_account;
DROP TABLE auth_session;
DROP TABLE auth_user;
