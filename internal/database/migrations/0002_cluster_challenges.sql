-- +goose Up
-- Near-equal challenges of different learners: the connected parts of the
-- likeness that internal/ingest/similar tells. Both tables are derived from
-- challenge and written under one lock; an own table keeps imports from locking
-- the challenges of others.

-- Two challenges or more; a challenge like no other one is in no cluster.
CREATE TABLE challenge_cluster (
    id uuid PRIMARY KEY,
    created_at timestamptz NOT NULL DEFAULT now()
);

-- What a present challenge is compared by; keys are what similar ones share.
CREATE TABLE challenge_signature (
    challenge_id uuid PRIMARY KEY REFERENCES challenge,
    words text[] NOT NULL CHECK (cardinality(words) > 0),
    keys text[] NOT NULL CHECK (cardinality(keys) > 0 AND keys <@ words),
    cluster_id uuid REFERENCES challenge_cluster
);
CREATE INDEX challenge_signature_cluster_id_idx ON challenge_signature (cluster_id);
-- Each import looks keys up right after it wrote some: no list of pending ones.
CREATE INDEX challenge_signature_keys_idx ON challenge_signature USING gin (keys) WITH (fastupdate = off);

-- +goose Down
DROP TABLE challenge_signature, challenge_cluster;
