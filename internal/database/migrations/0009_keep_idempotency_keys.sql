-- +goose Up
-- Mutations that were done under an Idempotency-Key, with their answers. A row is
-- written in the transaction of its mutation, so that neither is there without
-- the other. Rows are kept for a day.
CREATE TABLE idempotency_key (
    owner_id uuid NOT NULL REFERENCES app_user,
    key text COLLATE "C" NOT NULL CHECK (key ~ '^[!-~]{1,255}$'),
    -- SHA-256 of document, name of the operation and variables.
    fingerprint bytea NOT NULL CHECK (length(fingerprint) = 32),
    -- data and errors, as JSON. It is text, which keeps every byte.
    answer text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (owner_id, key)
);
CREATE INDEX idempotency_key_created_at_idx ON idempotency_key (created_at);
