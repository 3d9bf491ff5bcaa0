-- +goose Up
-- What search looks through: one row for each challenge, solution, practice,
-- concept, technology and document, derived from theirs. Triggers keep it in
-- step in the transaction of the change, whoever makes it; the view
-- search_source says what a row must hold, and search_rebuild() makes all anew.

-- Words are what stands between spaces and punctuation, folded. The parser of
-- PostgreSQL takes "redis/celery" for a file, "node.js" for a host and "<T>" for
-- a tag; without these signs it finds words. (translate() is three times slower.)
-- +goose StatementBegin
CREATE FUNCTION search_fold(value text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT replace(replace(replace(replace(replace(replace(replace(replace(public.fold_text(value),
        '.', ' '), '/', ' '), '-', ' '), '<', ' '), '@', ' '), '&', ' '), '~', ' '), '+', ' ') $$;
-- +goose StatementEnd

-- Marks are lexemes that no text has. Those with '^' part the rows by quality,
-- so that the best of very many are found without a look at all.
CREATE FUNCTION search_tier(quality integer) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT CASE WHEN quality >= 16 THEN '^5' WHEN quality >= 8 THEN '^4' WHEN quality >= 4 THEN '^3' WHEN quality >= 2 THEN '^2'
        WHEN quality = 1 THEN '^1' ELSE '^0' END $$;

-- The marks of a row: '^' tier, '/' each word of its name, '=' id of each linked
-- technology, and what else can be filtered by: ':' kind, status, '@' cohort, programme.
-- +goose StatementBegin
CREATE FUNCTION search_marks(quality integer, name_words tsvector, technology_ids uuid[], VARIADIC others text[]) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT array_to_tsvector(ARRAY[search_tier(quality)] || ARRAY(SELECT '/' || w FROM unnest(tsvector_to_array(name_words)) AS w)
        || ARRAY(SELECT '=' || t FROM unnest(technology_ids) AS t) || array_remove(others, NULL)) $$;
-- +goose StatementEnd

CREATE FUNCTION search_words(value text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT to_tsvector('pg_catalog.simple', search_fold(coalesce(left(value, 20000), ''))) $$;

-- No foreign keys: rows come and go with those that they are derived from.
CREATE TABLE search_entry (
    kind text COLLATE "C" NOT NULL CHECK (kind IN ('CHALLENGE', 'SOLUTION', 'PRACTICE', 'CONCEPT', 'TECHNOLOGY', 'DOCUMENT')),
    id uuid NOT NULL,
    -- Who may see it: a row that is shown is seen by all who see its cohort; for
    -- the others (hidden, missing, concepts) the rules of their own tables decide.
    cohort_id uuid,
    shown boolean NOT NULL,
    program_id uuid,
    status text,
    -- What votes and acceptance say of it.
    quality integer NOT NULL,
    technology_ids uuid[] NOT NULL,
    -- The beginning of the name, folded, for completion; NULL where there is none.
    name text COLLATE "C",
    name_size integer NOT NULL,
    -- All words with their places, and the marks.
    words tsvector NOT NULL,
    PRIMARY KEY (kind, id)
);

-- All words that there ever were, to find what a mistyped one may have meant.
-- That a word is here says nothing: only a row with it that one sees does.
CREATE TABLE search_word (word text COLLATE "C" PRIMARY KEY);

-- OFFSET 0 keeps what is made once from being made for each use.
CREATE VIEW search_source AS
    SELECT 'CHALLENGE' AS kind, c.id, c.cohort_id, c.hidden_at IS NULL AND c.missing_at IS NULL AS shown,
        NULL::uuid AS program_id, c.status, quality, technology_ids, left(fold_text(c.title), 200) COLLATE "C" AS name,
        length(name_words) AS name_size, name_words || search_words(c.body) || search_marks(quality, name_words, technology_ids, ':CHALLENGE', ':' || c.status, '@' || c.cohort_id) AS words
    FROM challenge AS c CROSS JOIN LATERAL (SELECT search_words(c.title) AS name_words,
        c.score + CASE c.status WHEN 'SOLVED' THEN 2 WHEN 'DUPLICATE' THEN -2 ELSE 0 END AS quality,
        ARRAY(SELECT l.technology_id FROM challenge_technology AS l WHERE l.challenge_id = c.id ORDER BY 1) AS technology_ids OFFSET 0) AS made
    WHERE c.deleted_at IS NULL
UNION ALL
    SELECT 'SOLUTION', s.id, c.cohort_id,
        s.hidden_at IS NULL AND s.missing_at IS NULL AND c.hidden_at IS NULL AND c.missing_at IS NULL,
        NULL, NULL, quality, technology_ids, NULL,
        0, search_words(s.body) || search_marks(quality, NULL, technology_ids, ':SOLUTION', '@' || c.cohort_id)
    FROM solution AS s JOIN challenge AS c ON c.id = s.challenge_id
    CROSS JOIN LATERAL (SELECT s.score + CASE WHEN s.accepted THEN 3 ELSE 0 END AS quality,
        ARRAY(SELECT l.technology_id FROM challenge_technology AS l WHERE l.challenge_id = c.id ORDER BY 1) AS technology_ids OFFSET 0) AS made
    WHERE s.deleted_at IS NULL AND c.deleted_at IS NULL
UNION ALL
    SELECT 'PRACTICE', p.id, p.cohort_id, p.hidden_at IS NULL AND p.missing_at IS NULL,
        NULL, NULL, p.score, technology_ids, left(fold_text(p.title), 200),
        length(name_words), name_words || search_words(p.body) || search_marks(p.score, name_words, technology_ids, ':PRACTICE', '@' || p.cohort_id)
    FROM practice AS p CROSS JOIN LATERAL (SELECT search_words(p.title) AS name_words,
        ARRAY(SELECT l.technology_id FROM practice_technology AS l WHERE l.practice_id = p.id ORDER BY 1) AS technology_ids OFFSET 0) AS made
    WHERE p.deleted_at IS NULL
UNION ALL
    SELECT 'CONCEPT', c.id, NULL, false, NULL, NULL, 4, '{}', left(fold_text(c.title), 200),
        length(name_words), name_words || search_marks(4, name_words, NULL, ':CONCEPT')
    FROM concept AS c CROSS JOIN LATERAL (SELECT search_words(c.title) AS name_words OFFSET 0) AS made
    WHERE c.deleted_at IS NULL
UNION ALL
    SELECT 'TECHNOLOGY', t.id, NULL, true, NULL, NULL, 8, ARRAY[t.id], left(fold_text(t.name), 200),
        length(search_words(t.name)), name_words || search_marks(8, name_words, ARRAY[t.id], ':TECHNOLOGY')
    FROM technology AS t CROSS JOIN LATERAL (SELECT search_words(concat_ws(' . ', t.name,
        (SELECT string_agg(a.name, ' . ' ORDER BY a.folded_name) FROM technology_alias AS a WHERE a.technology_id = t.id))) AS name_words OFFSET 0) AS made
    WHERE t.deleted_at IS NULL
UNION ALL
    SELECT 'DOCUMENT', d.id, d.cohort_id, d.hidden_at IS NULL, d.program_id, NULL, 0, technology_ids, left(fold_text(d.title), 200),
        length(name_words), name_words || search_words(d.overview) || search_words(r.markdown) || search_marks(0, name_words, technology_ids,
            ':DOCUMENT', '@' || d.cohort_id, '@' || d.program_id)
    FROM document AS d
    JOIN LATERAL (SELECT markdown FROM document_revision WHERE document_id = d.id ORDER BY number DESC LIMIT 1) AS r ON true
    CROSS JOIN LATERAL (SELECT search_words(d.title) AS name_words,
        ARRAY(SELECT m.technology_id FROM mention AS m WHERE m.document_id = d.id AND m.technology_id IS NOT NULL ORDER BY 1) AS technology_ids OFFSET 0) AS made
    WHERE d.deleted_at IS NULL;

-- Brings the rows of a kind in step; rows that stay the same are not written.
-- It is planned once a session: planning takes longer than the work. A plan of an
-- empty hub must do for a full one, so it uses indexes in any case.
-- +goose StatementBegin
CREATE FUNCTION search_refresh(wanted text, ids uuid[]) RETURNS void
    LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
BEGIN
    -- MATERIALIZED: reading words is the dear part, and happens once a row.
    WITH fresh AS MATERIALIZED (
        SELECT s.kind, s.id, s.cohort_id, s.shown, s.program_id, s.status, s.quality, s.technology_ids, s.name, s.name_size, s.words
        FROM search_source AS s WHERE s.kind = wanted AND s.id = ANY(ids)),
    gone AS (
        DELETE FROM search_entry AS e WHERE e.kind = wanted AND e.id = ANY(ids) AND NOT EXISTS (SELECT FROM fresh WHERE fresh.id = e.id))
    INSERT INTO search_entry AS e (kind, id, cohort_id, shown, program_id, status, quality, technology_ids, name, name_size, words)
        SELECT kind, id, cohort_id, shown, program_id, status, quality, technology_ids, name, name_size, words FROM fresh ORDER BY id
        ON CONFLICT (kind, id) DO UPDATE SET cohort_id = excluded.cohort_id, shown = excluded.shown, program_id = excluded.program_id,
            status = excluded.status, quality = excluded.quality, technology_ids = excluded.technology_ids, name = excluded.name,
            name_size = excluded.name_size, words = excluded.words
        WHERE (e.cohort_id, e.shown, e.program_id, e.status, e.quality, e.technology_ids, e.name, e.name_size, e.words)
            IS DISTINCT FROM (excluded.cohort_id, excluded.shown, excluded.program_id, excluded.status, excluded.quality,
                excluded.technology_ids, excluded.name, excluded.name_size, excluded.words);
END $$;
-- +goose StatementEnd

-- What a transaction has changed and not yet brought in step: it does so once, when
-- it commits, however many of its statements touch a row. No other transaction
-- sees or waits for these rows, and none of them outlives its own.
CREATE UNLOGGED TABLE search_stale (
    transaction xid8 NOT NULL DEFAULT pg_current_xact_id(),
    kind text NOT NULL,
    id uuid NOT NULL,
    PRIMARY KEY (transaction, kind, id)
);

-- The first of its calls does the work of all. Kinds and ids are taken in one
-- order, so that transactions do not wait for each other in a circle.
-- +goose StatementBegin
CREATE FUNCTION search_catch_up() RETURNS trigger
    LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE stale record;
BEGIN
    IF NOT EXISTS (SELECT FROM search_stale WHERE transaction = NEW.transaction AND kind = NEW.kind AND id = NEW.id) THEN
        RETURN NULL;
    END IF;
    FOR stale IN WITH taken AS (DELETE FROM search_stale WHERE transaction = NEW.transaction RETURNING kind, id)
        SELECT kind, array_agg(id ORDER BY id) AS ids FROM taken GROUP BY kind ORDER BY kind
    LOOP
        PERFORM search_refresh(stale.kind, stale.ids);
    END LOOP;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE CONSTRAINT TRIGGER search_catch_up AFTER INSERT ON search_stale
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION search_catch_up();

-- Follows the rows of a statement. Arguments: the kind of the rows of
-- search_entry that the table contributes to, and the column with their ids.
-- +goose StatementBegin
CREATE FUNCTION search_follow() RETURNS trigger
    LANGUAGE plpgsql AS $$
DECLARE ids uuid[];
BEGIN
    -- An upsert that updates nothing is the usual case.
    IF TG_OP = 'UPDATE' THEN
        IF NOT EXISTS (SELECT FROM new_rows) THEN
            RETURN NULL;
        END IF;
    END IF;
    EXECUTE format(CASE TG_OP
        WHEN 'INSERT' THEN 'SELECT array_agg(DISTINCT %1$I) FROM new_rows'
        WHEN 'DELETE' THEN 'SELECT array_agg(DISTINCT %1$I) FROM old_rows'
        ELSE 'SELECT array_agg(DISTINCT %1$I) FROM (SELECT %1$I FROM old_rows UNION ALL SELECT %1$I FROM new_rows) AS both_rows' END, TG_ARGV[1]) INTO ids;
    IF ids IS NULL THEN
        RETURN NULL;
    END IF;
    INSERT INTO search_stale (kind, id) SELECT TG_ARGV[0], unnest(ids) ON CONFLICT DO NOTHING;
    -- Solutions take their technologies from their challenge.
    IF TG_TABLE_NAME = 'challenge_technology' THEN
        INSERT INTO search_stale (kind, id) SELECT 'SOLUTION', s.id FROM solution AS s WHERE s.challenge_id = ANY(ids) ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd

-- Solutions are seen as far as their challenge is.
-- +goose StatementBegin
CREATE FUNCTION search_follow_solutions() RETURNS trigger
    LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
BEGIN
    INSERT INTO search_stale (kind, id) SELECT 'SOLUTION', s.id
        FROM new_rows AS n JOIN old_rows AS o ON o.id = n.id JOIN solution AS s ON s.challenge_id = n.id
        WHERE (n.cohort_id, n.hidden_at IS NULL, n.missing_at IS NULL, n.deleted_at IS NULL)
            IS DISTINCT FROM (o.cohort_id, o.hidden_at IS NULL, o.missing_at IS NULL, o.deleted_at IS NULL)
        ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
DO $$
DECLARE followed record;
BEGIN
    FOR followed IN SELECT * FROM (VALUES
        ('challenge', 'CHALLENGE', 'id'), ('challenge_technology', 'CHALLENGE', 'challenge_id'), ('solution', 'SOLUTION', 'id'),
        ('practice', 'PRACTICE', 'id'), ('practice_technology', 'PRACTICE', 'practice_id'), ('concept', 'CONCEPT', 'id'),
        ('technology', 'TECHNOLOGY', 'id'), ('technology_alias', 'TECHNOLOGY', 'technology_id'), ('document', 'DOCUMENT', 'id'),
        ('document_revision', 'DOCUMENT', 'document_id'), ('mention', 'DOCUMENT', 'document_id')) AS f(source, kind, key)
    LOOP
        EXECUTE format('CREATE TRIGGER search_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS new_rows
            FOR EACH STATEMENT EXECUTE FUNCTION search_follow(%L, %L)', followed.source, followed.kind, followed.key);
        EXECUTE format('CREATE TRIGGER search_update AFTER UPDATE ON %I REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
            FOR EACH STATEMENT EXECUTE FUNCTION search_follow(%L, %L)', followed.source, followed.kind, followed.key);
        EXECUTE format('CREATE TRIGGER search_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS old_rows
            FOR EACH STATEMENT EXECUTE FUNCTION search_follow(%L, %L)', followed.source, followed.kind, followed.key);
    END LOOP;
END $$;
-- +goose StatementEnd
CREATE TRIGGER search_update_solutions AFTER UPDATE ON challenge REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION search_follow_solutions();

-- Words that may have been meant by others: no marks, nothing without a letter.
CREATE FUNCTION search_is_word(lexeme text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT length(lexeme) BETWEEN 3 AND 30 AND lexeme ~ '[[:alpha:]]' AND lexeme !~ '^[=^/:@]' $$;

-- New words are written when the transaction commits and under a lock, as the
-- last thing that it does: transactions that bring the same words neither wait
-- for the whole of each other nor for each other in a circle.
-- +goose StatementBegin
CREATE FUNCTION search_remember() RETURNS trigger
    LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    added tsvector := NEW.words;
    fresh text[];
BEGIN
    IF TG_OP = 'UPDATE' THEN
        added := ts_delete(NEW.words, tsvector_to_array(OLD.words));
    END IF;
    fresh := ARRAY(SELECT w FROM unnest(tsvector_to_array(added)) AS w
        WHERE search_is_word(w) AND NOT EXISTS (SELECT FROM search_word AS k WHERE k.word = w));
    IF cardinality(fresh) > 0 THEN
        PERFORM pg_advisory_xact_lock(7955450243498142583); -- "nexuswrd"
        INSERT INTO search_word SELECT w FROM unnest(fresh) AS w ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE CONSTRAINT TRIGGER search_remember AFTER INSERT OR UPDATE OF words ON search_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION search_remember();

-- Makes all search data anew, as after a change of what a word is. Whoever fills
-- the hub in bulk pauses the triggers (search_pause) and calls this at the end.
-- +goose StatementBegin
CREATE FUNCTION search_rebuild() RETURNS void
    LANGUAGE plpgsql SET maintenance_work_mem = '256MB' SET work_mem = '64MB' AS $$
BEGIN
    ALTER TABLE search_entry DISABLE TRIGGER search_remember;
    TRUNCATE search_entry, search_word;
    DROP INDEX IF EXISTS search_entry_cohort_id_idx, search_entry_name_idx, search_entry_words_idx, search_word_trgm_idx;
    INSERT INTO search_entry (kind, id, cohort_id, shown, program_id, status, quality, technology_ids, name, name_size, words)
        SELECT kind, id, cohort_id, shown, program_id, status, quality, technology_ids, name, name_size, words FROM search_source;
    INSERT INTO search_word SELECT w FROM (SELECT DISTINCT unnest(tsvector_to_array(words)) AS w FROM search_entry) AS used WHERE search_is_word(w);
    CREATE INDEX search_entry_cohort_id_idx ON search_entry (cohort_id);
    CREATE INDEX search_entry_name_idx ON search_entry (kind, name, id) WHERE name IS NOT NULL;
    CREATE INDEX search_entry_words_idx ON search_entry USING gin (words) WITH (fastupdate = off);
    CREATE INDEX search_word_trgm_idx ON search_word USING gin (word gin_trgm_ops);
    ALTER TABLE search_entry ENABLE TRIGGER search_remember;
END $$;
-- +goose StatementEnd

-- Stops the triggers that follow the hub, or lets them go on. It locks the tables.
-- +goose StatementBegin
CREATE FUNCTION search_pause(paused boolean) RETURNS void
    LANGUAGE plpgsql AS $$
DECLARE followed record;
BEGIN
    FOR followed IN SELECT tgrelid::regclass AS source, tgname AS name FROM pg_trigger
        WHERE tgfoid IN ('search_follow'::regproc, 'search_follow_solutions'::regproc) ORDER BY 1, 2
    LOOP
        EXECUTE format('ALTER TABLE %s %s TRIGGER %I', followed.source, CASE WHEN paused THEN 'DISABLE' ELSE 'ENABLE' END, followed.name);
    END LOOP;
END $$;
-- +goose StatementEnd

SELECT search_rebuild();

-- +goose Down
DROP FUNCTION search_rebuild(), search_pause(boolean);
DROP FUNCTION search_follow() CASCADE;
DROP FUNCTION search_follow_solutions() CASCADE;
DROP FUNCTION search_refresh(text, uuid[]);
DROP VIEW search_source;
DROP TABLE search_stale, search_entry, search_word;
DROP FUNCTION search_catch_up(), search_remember(), search_is_word(text), search_words(text), search_marks(integer, tsvector, uuid[], text[]), search_tier(integer), search_fold(text);
