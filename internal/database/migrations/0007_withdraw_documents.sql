-- +goose Up
-- What people do with documents and channels.

-- Search takes a withdrawn document for one that is not shown to everybody.
-- +goose StatementBegin
DO $$
BEGIN
    EXECUTE 'CREATE OR REPLACE VIEW search_source AS '
        || replace(pg_get_viewdef('search_source'), '(d.hidden_at IS NULL)', '((d.hidden_at IS NULL) AND (d.status <> ''WITHDRAWN''))');
    IF pg_get_viewdef('search_source') NOT LIKE '%d.status <> ''WITHDRAWN''%' THEN
        RAISE EXCEPTION 'search_source has another shape';
    END IF;
END $$;
-- +goose StatementEnd

-- When a document was taken back. The entries that went with it are missing
-- since the same moment, and return with it.
ALTER TABLE document ADD COLUMN withdrawn_at timestamptz;
UPDATE document SET withdrawn_at = updated_at WHERE status = 'WITHDRAWN';
ALTER TABLE document ADD CHECK ((status = 'WITHDRAWN') = (withdrawn_at IS NOT NULL));

-- Who wrote a revision in the hub; NULL: it was imported.
ALTER TABLE document_revision ADD COLUMN author_id uuid REFERENCES app_user;
CREATE INDEX document_revision_author_id_idx ON document_revision (author_id);

-- A link that a page shows leads to the web and runs no script.
UPDATE channel SET url = NULL WHERE url !~* '^https?://';
ALTER TABLE channel ADD CHECK (url ~* '^https?://');

-- Imported tips and channels have the author of their document.
UPDATE tip SET author_id = d.owner_id FROM document AS d WHERE d.id = tip.document_id AND tip.author_id IS NULL;
UPDATE channel SET author_id = d.owner_id FROM document AS d WHERE d.id = channel.document_id AND channel.author_id IS NULL;

-- +goose Down
-- +goose StatementBegin
DO $$
BEGIN
    EXECUTE 'CREATE OR REPLACE VIEW search_source AS '
        || replace(pg_get_viewdef('search_source'), '((d.hidden_at IS NULL) AND (d.status <> ''WITHDRAWN''::text))', '(d.hidden_at IS NULL)');
END $$;
-- +goose StatementEnd
ALTER TABLE channel DROP CONSTRAINT channel_url_check;
ALTER TABLE document_revision DROP COLUMN author_id;
ALTER TABLE document DROP COLUMN withdrawn_at;
