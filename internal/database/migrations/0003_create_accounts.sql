-- +goose Up
-- How people sign in. None of it stands on the row of the person, which everybody
-- may see. Secrets that a client holds (refresh tokens, access tokens, links of
-- mails) are kept as SHA-256 hashes only.

CREATE TABLE credential (
    user_id uuid PRIMARY KEY REFERENCES app_user,
    email text NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    folded_email text NOT NULL CHECK (folded_email = lower(email)),
    -- argon2id in the PHC string format.
    password_hash text NOT NULL,
    disabled_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX credential_folded_email_key ON credential (folded_email);

-- Who asked for an account and has not yet shown that the address is theirs. An
-- address may stand here many times: each link confirms what its own request said.
CREATE TABLE registration (
    id uuid PRIMARY KEY,
    email text NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    folded_email text NOT NULL CHECK (folded_email = lower(email)),
    handle text NOT NULL,
    display_name text NOT NULL,
    password_hash text NOT NULL,
    -- Of the link in the last mail; NULL until one was sent.
    token_hash bytea,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX registration_token_hash_key ON registration (token_hash);
CREATE INDEX registration_folded_email_idx ON registration (folded_email, created_at);
CREATE INDEX registration_expires_at_idx ON registration (expires_at);

CREATE TABLE password_reset (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES app_user,
    token_hash bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE UNIQUE INDEX password_reset_token_hash_key ON password_reset (token_hash);
CREATE INDEX password_reset_user_id_idx ON password_reset (user_id);
CREATE INDEX password_reset_expires_at_idx ON password_reset (expires_at);

CREATE TABLE session (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES app_user,
    device text NOT NULL,
    mode text NOT NULL CHECK (mode IN ('TOKEN', 'COOKIE')),
    created_at timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz NOT NULL DEFAULT now(),
    -- Sliding: each refresh moves it, never past ends_at.
    expires_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    revoked_at timestamptz,
    CHECK (expires_at <= ends_at)
);
CREATE INDEX session_user_id_idx ON session (user_id, last_used_at);
CREATE INDEX session_ends_at_idx ON session (ends_at);

-- The newest token of a session, and those used so lately that their use once more
-- is a retry. Of older ones nothing is kept: a token tells by itself whose it was.
CREATE TABLE refresh_token (
    token_hash bytea PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES session ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    used_at timestamptz
);
CREATE INDEX refresh_token_session_id_idx ON refresh_token (session_id);

-- Personal access tokens, for scripts.
CREATE TABLE access_token (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES app_user,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    token_hash bytea NOT NULL,
    -- READ or WRITE; WRITE includes READ.
    scope text NOT NULL CHECK (scope IN ('READ', 'WRITE')),
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    last_used_at timestamptz,
    revoked_at timestamptz
);
CREATE UNIQUE INDEX access_token_token_hash_key ON access_token (token_hash);
CREATE INDEX access_token_user_id_idx ON access_token (user_id, created_at);

-- Keys that sign access tokens. A key is published from the moment that it stands
-- here, signs from signs_from on until a younger one does, and is published until
-- its last token has expired.
CREATE TABLE signing_key (
    id text PRIMARY KEY,
    algorithm text NOT NULL CHECK (algorithm IN ('EdDSA', 'ES256')),
    -- PKCS #8, DER.
    private_key bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    signs_from timestamptz NOT NULL
);
CREATE INDEX signing_key_signs_from_idx ON signing_key (signs_from);

-- Random keys of the server itself, by what they are for.
CREATE TABLE server_secret (
    name text PRIMARY KEY,
    secret bytea NOT NULL CHECK (length(secret) >= 32),
    created_at timestamptz NOT NULL DEFAULT now()
);

-- What strict limits count: checks of a password and mails that were asked for,
-- by account and by client address. It holds hashes, as an address that was
-- mistyped or guessed is nobody's business.
CREATE TABLE attempt (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('PASSWORD', 'MAIL')),
    subject bytea NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX attempt_kind_subject_at_idx ON attempt (kind, subject, at);
CREATE INDEX attempt_at_idx ON attempt (at);

-- Background work. The row is the truth; whoever runs a job leases it.
CREATE TABLE job (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    arguments jsonb NOT NULL,
    state text NOT NULL DEFAULT 'QUEUED' CHECK (state IN ('QUEUED', 'RUNNING', 'SUCCEEDED', 'DEAD')),
    attempts integer NOT NULL DEFAULT 0,
    max_attempts integer NOT NULL CHECK (max_attempts > 0),
    -- When it may run, or run again.
    run_at timestamptz NOT NULL DEFAULT now(),
    -- Until when whoever runs it may do so alone.
    leased_until timestamptz,
    -- What went wrong at the last attempt, for operators.
    error text,
    created_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    CHECK ((state IN ('SUCCEEDED', 'DEAD')) = (finished_at IS NOT NULL)),
    CHECK ((state = 'RUNNING') = (leased_until IS NOT NULL))
);
CREATE INDEX job_queued_idx ON job (run_at, id) WHERE state = 'QUEUED';
CREATE INDEX job_running_idx ON job (leased_until) WHERE state = 'RUNNING';
CREATE INDEX job_finished_at_idx ON job (finished_at);

-- +goose Down
DROP TABLE job, attempt, server_secret, signing_key, access_token, refresh_token, session, password_reset, registration, credential;
