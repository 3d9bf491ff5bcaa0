-- +goose Up
-- What admins make of technologies and concepts, invitations to cohorts, and what
-- people keep for themselves.

-- A technology or concept that was merged into another one: its row stays, as
-- deleted, so that its slug still leads somewhere. A merge points those that were
-- merged before at the new target, so that no chain has two links.
ALTER TABLE technology
    ADD COLUMN merged_into_id uuid REFERENCES technology,
    ADD CONSTRAINT technology_merged_check CHECK (merged_into_id IS NULL OR deleted_at IS NOT NULL AND merged_into_id <> id);
CREATE INDEX technology_merged_into_id_idx ON technology (merged_into_id) WHERE merged_into_id IS NOT NULL;
CREATE INDEX technology_merged_slug_idx ON technology (slug, deleted_at) WHERE merged_into_id IS NOT NULL;
ALTER TABLE concept
    ADD COLUMN merged_into_id uuid REFERENCES concept,
    ADD CONSTRAINT concept_merged_check CHECK (merged_into_id IS NULL OR deleted_at IS NOT NULL AND merged_into_id <> id);
CREATE INDEX concept_merged_into_id_idx ON concept (merged_into_id) WHERE merged_into_id IS NOT NULL;
CREATE INDEX concept_merged_slug_idx ON concept (slug, deleted_at) WHERE merged_into_id IS NOT NULL;

-- An import looks up titles of deleted concepts too.
CREATE INDEX concept_folded_title_idx ON concept (folded_title);

-- Other titles of a concept; a title that a concept has itself comes first.
CREATE TABLE concept_alias (
    folded_title text PRIMARY KEY CHECK (folded_title <> ''),
    concept_id uuid NOT NULL REFERENCES concept,
    title text COLLATE "C" NOT NULL CHECK (length(title) BETWEEN 1 AND 300)
);
CREATE INDEX concept_alias_concept_id_idx ON concept_alias (concept_id);
CREATE INDEX concept_alias_folded_title_trgm_idx ON concept_alias USING gin (folded_title gin_trgm_ops);

-- The technology that a spelling or a slug means, a former slug included; NULL
-- when none does. A spelling comes before a slug, a slug before a former one.
CREATE OR REPLACE FUNCTION technology_by_name(folded text, wanted_slug text) RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
        SELECT t.id FROM (
            SELECT technology_id AS id, 1 AS rank FROM technology_alias WHERE folded_name = folded
            UNION ALL SELECT id, 2 FROM technology WHERE slug = wanted_slug AND deleted_at IS NULL
            UNION ALL (SELECT merged_into_id, 3 FROM technology WHERE slug = wanted_slug AND merged_into_id IS NOT NULL
                ORDER BY deleted_at DESC LIMIT 1)) AS found
        JOIN technology t ON t.id = found.id AND t.deleted_at IS NULL
        ORDER BY found.rank LIMIT 1
    $$;

-- The same for concepts.
CREATE FUNCTION concept_by_name(folded text, wanted_slug text) RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
        SELECT c.id FROM (
            SELECT id, 1 AS rank FROM concept WHERE slug = wanted_slug AND deleted_at IS NULL
            UNION ALL SELECT id, 2 FROM concept WHERE folded_title = folded AND deleted_at IS NULL
            UNION ALL SELECT concept_id, 3 FROM concept_alias WHERE folded_title = folded
            UNION ALL (SELECT merged_into_id, 4 FROM concept WHERE slug = wanted_slug AND merged_into_id IS NOT NULL
                ORDER BY deleted_at DESC LIMIT 1)) AS found
        JOIN concept c ON c.id = found.id AND c.deleted_at IS NULL
        ORDER BY found.rank LIMIT 1
    $$;

-- Who is asked by mail to join a cohort. An invitation that was used, revoked or
-- replaced by a newer one stays until it would have expired: the limit of mails
-- counts it.
CREATE TABLE invitation (
    id uuid PRIMARY KEY,
    cohort_id uuid NOT NULL REFERENCES cohort,
    email text NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    folded_email text NOT NULL CHECK (folded_email = lower(email)),
    role text NOT NULL CHECK (role IN ('LEARNER', 'MENTOR', 'STAFF')),
    invited_by_id uuid REFERENCES app_user,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    -- When it was used, revoked or replaced.
    ended_at timestamptz
);
CREATE UNIQUE INDEX invitation_open_key ON invitation (cohort_id, folded_email) WHERE ended_at IS NULL;
CREATE INDEX invitation_cohort_id_idx ON invitation (cohort_id, created_at, id);
CREATE INDEX invitation_folded_email_idx ON invitation (folded_email);
CREATE INDEX invitation_invited_by_id_idx ON invitation (invited_by_id);
CREATE INDEX invitation_expires_at_idx ON invitation (expires_at);

-- The code in the last mail of an invitation, as a SHA-256 hash.
CREATE TABLE invitation_code (
    invitation_id uuid PRIMARY KEY REFERENCES invitation ON DELETE CASCADE,
    token_hash bytea NOT NULL
);
CREATE UNIQUE INDEX invitation_code_token_hash_key ON invitation_code (token_hash);

-- What a person wants to find again, and what they want to hear of: nobody else
-- sees either.
CREATE TABLE bookmark (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES app_user,
    challenge_id uuid REFERENCES challenge,
    solution_id uuid REFERENCES solution,
    practice_id uuid REFERENCES practice,
    document_id uuid REFERENCES document,
    created_at timestamptz NOT NULL DEFAULT now(),
    CHECK (num_nonnulls(challenge_id, solution_id, practice_id, document_id) = 1)
);
CREATE UNIQUE INDEX bookmark_challenge_id_user_id_key ON bookmark (challenge_id, user_id) WHERE challenge_id IS NOT NULL;
CREATE UNIQUE INDEX bookmark_solution_id_user_id_key ON bookmark (solution_id, user_id) WHERE solution_id IS NOT NULL;
CREATE UNIQUE INDEX bookmark_practice_id_user_id_key ON bookmark (practice_id, user_id) WHERE practice_id IS NOT NULL;
CREATE UNIQUE INDEX bookmark_document_id_user_id_key ON bookmark (document_id, user_id) WHERE document_id IS NOT NULL;
CREATE INDEX bookmark_user_id_idx ON bookmark (user_id, created_at, id);

CREATE TABLE follow (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES app_user,
    technology_id uuid REFERENCES technology,
    challenge_id uuid REFERENCES challenge,
    followed_user_id uuid REFERENCES app_user,
    created_at timestamptz NOT NULL DEFAULT now(),
    CHECK (num_nonnulls(technology_id, challenge_id, followed_user_id) = 1),
    CHECK (followed_user_id <> user_id)
);
CREATE UNIQUE INDEX follow_technology_id_user_id_key ON follow (technology_id, user_id) WHERE technology_id IS NOT NULL;
CREATE UNIQUE INDEX follow_challenge_id_user_id_key ON follow (challenge_id, user_id) WHERE challenge_id IS NOT NULL;
CREATE UNIQUE INDEX follow_followed_user_id_user_id_key ON follow (followed_user_id, user_id) WHERE followed_user_id IS NOT NULL;
CREATE INDEX follow_user_id_idx ON follow (user_id, created_at, id);

-- +goose Down
DROP TABLE follow, bookmark, invitation_code, invitation;
DROP FUNCTION concept_by_name(text, text);
CREATE OR REPLACE FUNCTION technology_by_name(folded text, wanted_slug text) RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
        SELECT t.id FROM technology t LEFT JOIN technology_alias a ON a.technology_id = t.id AND a.folded_name = folded
        WHERE t.deleted_at IS NULL AND t.id IN (
            SELECT technology_id FROM technology_alias WHERE folded_name = folded
            UNION ALL SELECT id FROM technology WHERE slug = wanted_slug AND deleted_at IS NULL)
        ORDER BY a.folded_name IS NULL LIMIT 1
    $$;
DROP TABLE concept_alias;
DROP INDEX concept_folded_title_idx;
ALTER TABLE concept DROP COLUMN merged_into_id;
ALTER TABLE technology DROP COLUMN merged_into_id;
