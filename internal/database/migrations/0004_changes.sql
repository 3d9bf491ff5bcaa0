-- +goose Up
-- What people change: the change log, and what their rows lack for it.

-- The change log: one row for each change, written in its transaction. It names
-- what changed and never holds values. Ids are handed out before a commit, so a
-- reader that remembers the greatest one would miss those that commit late:
-- position is given to committed rows, in order and without gaps.
CREATE TABLE event (
    id uuid PRIMARY KEY,
    position bigint,
    at timestamptz NOT NULL DEFAULT now(),
    -- NULL: the server itself, as in an import by a command.
    actor_id uuid REFERENCES app_user,
    kind text NOT NULL CHECK (kind ~ '^[a-z_]+\.[a-z_]+$'),
    -- The prefix of the subject's ids tells its type. No foreign key: what is
    -- erased stays in the log by its id.
    subject_type text NOT NULL,
    subject_id uuid NOT NULL,
    -- What the subject belongs to: the challenge of a solution, the subject of a comment.
    parent_type text,
    parent_id uuid,
    cohort_id uuid REFERENCES cohort,
    -- Names of the fields that changed.
    changed text[] NOT NULL DEFAULT '{}' CHECK (array_to_string(changed, ',', '') ~ '^[A-Za-z0-9,]*$'),
    -- Why, where the actor must say so.
    reason text CHECK (length(reason) BETWEEN 1 AND 1000),
    CHECK (num_nonnulls(parent_type, parent_id) IN (0, 2))
);
CREATE UNIQUE INDEX event_position_key ON event (position);
CREATE INDEX event_waiting_idx ON event (id) WHERE position IS NULL;
CREATE INDEX event_subject_idx ON event (subject_id, position);
CREATE INDEX event_parent_idx ON event (parent_id, position) WHERE parent_id IS NOT NULL;
CREATE INDEX event_actor_id_idx ON event (actor_id, at, id);
CREATE INDEX event_cohort_id_idx ON event (cohort_id, at, id);
CREATE INDEX event_at_idx ON event (at, id);

-- The greatest position so far; its one row is locked by whoever gives the next.
-- Not max(position): old events are removed, and positions go on all the same.
CREATE TABLE event_sequence (
    id boolean PRIMARY KEY DEFAULT true CHECK (id),
    position bigint NOT NULL
);
INSERT INTO event_sequence (position) VALUES (0);

ALTER TABLE app_user ADD COLUMN edited_at timestamptz;

-- Tips and channels that people add have an author, who may edit them.
ALTER TABLE tip ADD COLUMN author_id uuid REFERENCES app_user;
CREATE INDEX tip_author_id_idx ON tip (author_id, created_at, id);
ALTER TABLE channel ADD COLUMN author_id uuid REFERENCES app_user;
CREATE INDEX channel_author_id_idx ON channel (author_id, created_at, id);

-- +goose Down
ALTER TABLE channel DROP COLUMN author_id;
ALTER TABLE tip DROP COLUMN author_id;
ALTER TABLE app_user DROP COLUMN edited_at;
DROP TABLE event, event_sequence;
