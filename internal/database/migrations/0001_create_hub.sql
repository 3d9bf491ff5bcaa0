-- +goose Up
-- The read side of the hub. Keys are UUIDv7, made by the server; times are UTC.
-- Every foreign key and every order of a list has an index that serves it.
-- Names that lists are ordered by compare by code point (COLLATE "C"): the same
-- on every server, whatever its language.

CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- unaccent() is only STABLE because its dictionary may be exchanged; with the
-- dictionary named it may stand in an index or a generated column.
CREATE FUNCTION fold_text(value text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT lower(public.unaccent('public.unaccent'::regdictionary, value)) $$;

CREATE TABLE app_user (
    id uuid PRIMARY KEY,
    handle text COLLATE "C" NOT NULL CHECK (handle ~ '^[A-Za-z0-9][A-Za-z0-9_-]{0,38}$'),
    display_name text NOT NULL CHECK (length(display_name) BETWEEN 1 AND 200),
    bio text,
    avatar_url text,
    role text NOT NULL DEFAULT 'USER' CHECK (role IN ('USER', 'ADMIN')),
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz
);
CREATE UNIQUE INDEX app_user_handle_key ON app_user (lower(handle)) WHERE deleted_at IS NULL;
CREATE INDEX app_user_handle_idx ON app_user (handle, id);
CREATE INDEX app_user_created_at_idx ON app_user (created_at, id);

CREATE TABLE program (
    id uuid PRIMARY KEY,
    slug text NOT NULL CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    title text COLLATE "C" NOT NULL CHECK (length(title) BETWEEN 1 AND 300),
    folded_title text NOT NULL CHECK (folded_title <> ''),
    provider text,
    overview text,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    hidden_at timestamptz,
    edited_at timestamptz
);
CREATE UNIQUE INDEX program_slug_key ON program (slug) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX program_folded_title_key ON program (folded_title) WHERE deleted_at IS NULL;
CREATE INDEX program_title_idx ON program (title, id);
CREATE INDEX program_created_at_idx ON program (created_at, id);

CREATE TABLE cohort (
    id uuid PRIMARY KEY,
    program_id uuid NOT NULL REFERENCES program,
    name text COLLATE "C" NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    starts_on date,
    ends_on date,
    visibility text NOT NULL CHECK (visibility IN ('PUBLIC', 'MEMBERS')),
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    hidden_at timestamptz,
    edited_at timestamptz,
    CHECK (ends_on >= starts_on)
);
CREATE UNIQUE INDEX cohort_program_id_name_key ON cohort (program_id, name) WHERE deleted_at IS NULL;
CREATE INDEX cohort_program_id_idx ON cohort (program_id, starts_on, id);
CREATE INDEX cohort_program_id_starts_on_idx ON cohort (program_id, starts_on DESC NULLS LAST, id DESC);
-- Cohorts without a first day come last in both directions, which needs an index each.
CREATE INDEX cohort_starts_on_idx ON cohort (starts_on, id);
CREATE INDEX cohort_starts_on_desc_idx ON cohort (starts_on DESC NULLS LAST, id DESC);
CREATE INDEX cohort_name_idx ON cohort (name, id);
CREATE INDEX cohort_created_at_idx ON cohort (created_at, id);

CREATE TABLE membership (
    id uuid PRIMARY KEY,
    cohort_id uuid NOT NULL REFERENCES cohort,
    user_id uuid NOT NULL REFERENCES app_user,
    role text NOT NULL CHECK (role IN ('LEARNER', 'MENTOR', 'STAFF')),
    joined_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (cohort_id, user_id)
);
CREATE INDEX membership_cohort_id_idx ON membership (cohort_id, joined_at, id);
CREATE INDEX membership_user_id_idx ON membership (user_id, joined_at, id);

CREATE TABLE technology (
    id uuid PRIMARY KEY,
    slug text NOT NULL CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    name text COLLATE "C" NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    category text NOT NULL CHECK (category IN ('LANGUAGE', 'FRAMEWORK', 'LIBRARY', 'DATABASE', 'MESSAGING',
                                               'TOOL', 'PLATFORM', 'STANDARD', 'OTHER')),
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    edited_at timestamptz
);
CREATE UNIQUE INDEX technology_slug_key ON technology (slug) WHERE deleted_at IS NULL;
CREATE INDEX technology_name_idx ON technology (name, id);
CREATE INDEX technology_created_at_idx ON technology (created_at, id);

-- Every spelling of a technology, its own name included; a spelling belongs to one technology.
CREATE TABLE technology_alias (
    folded_name text PRIMARY KEY CHECK (folded_name <> ''),
    technology_id uuid NOT NULL REFERENCES technology,
    name text COLLATE "C" NOT NULL
);
CREATE INDEX technology_alias_technology_id_idx ON technology_alias (technology_id);
CREATE INDEX technology_alias_folded_name_trgm_idx ON technology_alias USING gin (folded_name gin_trgm_ops);

-- The technology that a spelling or a slug means; NULL when none does.
CREATE FUNCTION technology_by_name(folded text, wanted_slug text) RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
        SELECT t.id FROM technology t LEFT JOIN technology_alias a ON a.technology_id = t.id AND a.folded_name = folded
        WHERE t.deleted_at IS NULL AND t.id IN (
            SELECT technology_id FROM technology_alias WHERE folded_name = folded
            UNION ALL SELECT id FROM technology WHERE slug = wanted_slug AND deleted_at IS NULL)
        ORDER BY a.folded_name IS NULL LIMIT 1
    $$;

CREATE TABLE concept (
    id uuid PRIMARY KEY,
    slug text NOT NULL CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    title text COLLATE "C" NOT NULL CHECK (length(title) BETWEEN 1 AND 300),
    folded_title text NOT NULL CHECK (folded_title <> ''),
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    edited_at timestamptz
);
CREATE UNIQUE INDEX concept_slug_key ON concept (slug) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX concept_folded_title_key ON concept (folded_title) WHERE deleted_at IS NULL;
CREATE INDEX concept_folded_title_trgm_idx ON concept USING gin (folded_title gin_trgm_ops);
CREATE INDEX concept_title_idx ON concept (title, id);
CREATE INDEX concept_created_at_idx ON concept (created_at, id);

CREATE TABLE document (
    id uuid PRIMARY KEY,
    owner_id uuid REFERENCES app_user,
    cohort_id uuid REFERENCES cohort,
    program_id uuid REFERENCES program,
    source text NOT NULL CHECK (length(source) BETWEEN 1 AND 1000),
    title text COLLATE "C" NOT NULL CHECK (length(title) BETWEEN 1 AND 500),
    overview text,
    status text NOT NULL DEFAULT 'PUBLISHED' CHECK (status IN ('PUBLISHED', 'WITHDRAWN')),
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    hidden_at timestamptz,
    edited_at timestamptz
);
-- The source key: one document for an owner (or nobody) and a source.
CREATE UNIQUE INDEX document_source_key ON document (owner_id, source) NULLS NOT DISTINCT WHERE deleted_at IS NULL;
CREATE INDEX document_owner_id_idx ON document (owner_id, created_at, id);
CREATE INDEX document_cohort_id_idx ON document (cohort_id, created_at, id);
CREATE INDEX document_program_id_idx ON document (program_id, created_at, id);
CREATE INDEX document_created_at_idx ON document (created_at, id);
CREATE INDEX document_updated_at_idx ON document (updated_at, id);
CREATE INDEX document_title_idx ON document (title, id);

-- The text lives here alone; the revision with the highest number is the present one.
CREATE TABLE document_revision (
    id uuid PRIMARY KEY,
    document_id uuid NOT NULL REFERENCES document,
    number integer NOT NULL CHECK (number > 0),
    markdown text NOT NULL,
    content_hash text NOT NULL CHECK (content_hash ~ '^[0-9a-f]{64}$'),
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (document_id, number)
);

CREATE TABLE document_diagnostic (
    document_id uuid NOT NULL REFERENCES document,
    position integer NOT NULL CHECK (position > 0),
    line integer CHECK (line > 0),
    column_number integer CHECK (column_number > 0),
    severity text NOT NULL CHECK (severity IN ('INFO', 'WARNING', 'ERROR')),
    code text NOT NULL,
    message text NOT NULL,
    expected text,
    PRIMARY KEY (document_id, position)
);

CREATE TABLE mention (
    id uuid PRIMARY KEY,
    document_id uuid NOT NULL REFERENCES document,
    technology_id uuid REFERENCES technology,
    concept_id uuid REFERENCES concept,
    text text NOT NULL,
    first_line integer NOT NULL CHECK (first_line > 0),
    last_line integer NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CHECK (num_nonnulls(technology_id, concept_id) = 1),
    CHECK (last_line >= first_line)
);
CREATE INDEX mention_document_id_idx ON mention (document_id, first_line, id);
CREATE INDEX mention_document_id_created_at_idx ON mention (document_id, created_at, id);
CREATE INDEX mention_technology_id_idx ON mention (technology_id, created_at, id) INCLUDE (document_id);
CREATE INDEX mention_concept_id_idx ON mention (concept_id, created_at, id) INCLUDE (document_id);
CREATE INDEX mention_technology_id_first_line_idx ON mention (technology_id, first_line, id);
CREATE INDEX mention_concept_id_first_line_idx ON mention (concept_id, first_line, id);
-- A document mentions a technology or a concept once: the import joins what it says.
CREATE UNIQUE INDEX mention_document_id_technology_id_key ON mention (document_id, technology_id);
CREATE UNIQUE INDEX mention_document_id_concept_id_key ON mention (document_id, concept_id);

CREATE TABLE challenge (
    id uuid PRIMARY KEY,
    title text NOT NULL CHECK (length(title) BETWEEN 1 AND 1000),
    body text NOT NULL,
    status text NOT NULL DEFAULT 'OPEN' CHECK (status IN ('OPEN', 'SOLVED', 'DUPLICATE')),
    duplicate_of_id uuid REFERENCES challenge,
    score integer NOT NULL DEFAULT 0,
    author_id uuid REFERENCES app_user,
    cohort_id uuid REFERENCES cohort,
    document_id uuid REFERENCES document,
    first_line integer CHECK (first_line > 0),
    last_line integer,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    hidden_at timestamptz,
    edited_at timestamptz,
    missing_at timestamptz,
    search tsvector NOT NULL GENERATED ALWAYS AS (
        setweight(to_tsvector('simple', fold_text(title)), 'A') ||
        setweight(to_tsvector('simple', fold_text(left(body, 20000))), 'B')) STORED,
    CHECK ((status = 'DUPLICATE') = (duplicate_of_id IS NOT NULL)),
    CHECK (duplicate_of_id <> id),
    CHECK (num_nonnulls(document_id, first_line, last_line) IN (0, 3)),
    CHECK (last_line >= first_line)
);
CREATE INDEX challenge_created_at_idx ON challenge (created_at, id);
CREATE INDEX challenge_updated_at_idx ON challenge (updated_at, id);
CREATE INDEX challenge_score_idx ON challenge (score, id);
CREATE INDEX challenge_author_id_idx ON challenge (author_id, created_at, id);
CREATE INDEX challenge_cohort_id_idx ON challenge (cohort_id, created_at, id);
CREATE INDEX challenge_document_id_idx ON challenge (document_id, created_at, id);
CREATE INDEX challenge_duplicate_of_id_idx ON challenge (duplicate_of_id);
CREATE INDEX challenge_search_idx ON challenge USING gin (search);

-- created_at is the challenge's: the list of a technology's challenges is read in order from this index alone.
CREATE TABLE challenge_technology (
    challenge_id uuid NOT NULL REFERENCES challenge,
    technology_id uuid NOT NULL REFERENCES technology,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (challenge_id, technology_id)
);
CREATE INDEX challenge_technology_technology_id_idx ON challenge_technology (technology_id, created_at, challenge_id);

CREATE TABLE solution (
    id uuid PRIMARY KEY,
    challenge_id uuid NOT NULL REFERENCES challenge,
    author_id uuid REFERENCES app_user,
    document_id uuid REFERENCES document,
    first_line integer CHECK (first_line > 0),
    last_line integer,
    body text NOT NULL CHECK (body <> ''),
    accepted boolean NOT NULL DEFAULT false,
    score integer NOT NULL DEFAULT 0,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    hidden_at timestamptz,
    edited_at timestamptz,
    missing_at timestamptz,
    CHECK (num_nonnulls(document_id, first_line, last_line) IN (0, 3)),
    CHECK (last_line >= first_line)
);
CREATE UNIQUE INDEX solution_accepted_key ON solution (challenge_id) WHERE accepted AND deleted_at IS NULL;
CREATE INDEX solution_challenge_id_score_idx ON solution (challenge_id, score, id);
CREATE INDEX solution_challenge_id_created_at_idx ON solution (challenge_id, created_at, id);
CREATE INDEX solution_author_id_idx ON solution (author_id, score, id);
CREATE INDEX solution_author_id_created_at_idx ON solution (author_id, created_at, id);
CREATE INDEX solution_document_id_idx ON solution (document_id);

CREATE TABLE practice (
    id uuid PRIMARY KEY,
    title text NOT NULL CHECK (length(title) BETWEEN 1 AND 1000),
    body text NOT NULL,
    score integer NOT NULL DEFAULT 0,
    author_id uuid REFERENCES app_user,
    cohort_id uuid REFERENCES cohort,
    document_id uuid REFERENCES document,
    first_line integer CHECK (first_line > 0),
    last_line integer,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    hidden_at timestamptz,
    edited_at timestamptz,
    missing_at timestamptz,
    CHECK (num_nonnulls(document_id, first_line, last_line) IN (0, 3)),
    CHECK (last_line >= first_line)
);
CREATE INDEX practice_created_at_idx ON practice (created_at, id);
CREATE INDEX practice_score_idx ON practice (score, id);
CREATE INDEX practice_author_id_idx ON practice (author_id, created_at, id);
CREATE INDEX practice_cohort_id_idx ON practice (cohort_id, created_at, id);
CREATE INDEX practice_document_id_idx ON practice (document_id, created_at, id);

-- created_at is the practice's, as in challenge_technology.
CREATE TABLE practice_technology (
    practice_id uuid NOT NULL REFERENCES practice,
    technology_id uuid NOT NULL REFERENCES technology,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (practice_id, technology_id)
);
CREATE INDEX practice_technology_technology_id_idx ON practice_technology (technology_id, created_at, practice_id);

CREATE TABLE tip (
    id uuid PRIMARY KEY,
    body text NOT NULL CHECK (body <> ''),
    cohort_id uuid REFERENCES cohort,
    document_id uuid REFERENCES document,
    first_line integer CHECK (first_line > 0),
    last_line integer,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    hidden_at timestamptz,
    edited_at timestamptz,
    missing_at timestamptz,
    CHECK (num_nonnulls(document_id, first_line, last_line) IN (0, 3)),
    CHECK (last_line >= first_line)
);
CREATE INDEX tip_created_at_idx ON tip (created_at, id);
CREATE INDEX tip_cohort_id_idx ON tip (cohort_id, created_at, id);
CREATE INDEX tip_document_id_idx ON tip (document_id, created_at, id);

CREATE TABLE channel (
    id uuid PRIMARY KEY,
    name text COLLATE "C" NOT NULL CHECK (length(name) BETWEEN 1 AND 300),
    kind text NOT NULL CHECK (kind IN ('DISCORD', 'SLACK', 'GITHUB', 'OTHER')),
    url text,
    cohort_id uuid REFERENCES cohort,
    document_id uuid REFERENCES document,
    first_line integer CHECK (first_line > 0),
    last_line integer,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    hidden_at timestamptz,
    edited_at timestamptz,
    missing_at timestamptz,
    CHECK (num_nonnulls(document_id, first_line, last_line) IN (0, 3)),
    CHECK (last_line >= first_line)
);
CREATE INDEX channel_name_idx ON channel (name, id);
CREATE INDEX channel_created_at_idx ON channel (created_at, id);
CREATE INDEX channel_cohort_id_idx ON channel (cohort_id, name, id);
CREATE INDEX channel_document_id_idx ON channel (document_id, name, id);

CREATE TABLE comment (
    id uuid PRIMARY KEY,
    author_id uuid REFERENCES app_user,
    challenge_id uuid REFERENCES challenge,
    solution_id uuid REFERENCES solution,
    practice_id uuid REFERENCES practice,
    document_id uuid REFERENCES document,
    body text NOT NULL CHECK (body <> ''),
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    hidden_at timestamptz,
    edited_at timestamptz,
    CHECK (num_nonnulls(challenge_id, solution_id, practice_id, document_id) = 1)
);
CREATE INDEX comment_author_id_idx ON comment (author_id, created_at, id);
CREATE INDEX comment_challenge_id_idx ON comment (challenge_id, created_at, id) WHERE challenge_id IS NOT NULL;
CREATE INDEX comment_solution_id_idx ON comment (solution_id, created_at, id) WHERE solution_id IS NOT NULL;
CREATE INDEX comment_practice_id_idx ON comment (practice_id, created_at, id) WHERE practice_id IS NOT NULL;
CREATE INDEX comment_document_id_idx ON comment (document_id, created_at, id) WHERE document_id IS NOT NULL;

CREATE TABLE vote (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES app_user,
    challenge_id uuid REFERENCES challenge,
    solution_id uuid REFERENCES solution,
    practice_id uuid REFERENCES practice,
    value smallint NOT NULL CHECK (value IN (-1, 1)),
    created_at timestamptz NOT NULL DEFAULT now(),
    CHECK (num_nonnulls(challenge_id, solution_id, practice_id) = 1)
);
CREATE UNIQUE INDEX vote_challenge_id_user_id_key ON vote (challenge_id, user_id) WHERE challenge_id IS NOT NULL;
CREATE UNIQUE INDEX vote_solution_id_user_id_key ON vote (solution_id, user_id) WHERE solution_id IS NOT NULL;
CREATE UNIQUE INDEX vote_practice_id_user_id_key ON vote (practice_id, user_id) WHERE practice_id IS NOT NULL;
CREATE INDEX vote_user_id_idx ON vote (user_id);

-- +goose Down
DROP TABLE vote, comment, channel, tip, practice_technology, practice, solution, challenge_technology, challenge,
    mention, document_diagnostic, document_revision, document, concept, technology_alias, technology, membership,
    cohort, program, app_user;
DROP FUNCTION technology_by_name(text, text);
DROP FUNCTION fold_text(text);
