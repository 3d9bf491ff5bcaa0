-- +goose Up
-- What people do with documents and channels.

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
ALTER TABLE channel DROP CONSTRAINT channel_url_check;
ALTER TABLE document_revision DROP COLUMN author_id;
ALTER TABLE document DROP COLUMN withdrawn_at;
