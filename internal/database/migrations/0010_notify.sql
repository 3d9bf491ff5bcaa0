-- +goose Up
-- What people are told of, and how they want to be told.

-- One event tells one person once: a job that runs twice adds nothing. There is
-- no foreign key to the event, which leaves the change log after 30 days.
CREATE TABLE notification (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES app_user,
    kind text NOT NULL CHECK (kind IN ('SOLUTION_ADDED', 'SOLUTION_ACCEPTED', 'MENTIONED', 'COMMENTED',
        'FOLLOWED_CHALLENGE', 'FOLLOWED_USER', 'FOLLOWED_TECHNOLOGY')),
    event_id uuid NOT NULL,
    actor_id uuid NOT NULL REFERENCES app_user,
    challenge_id uuid REFERENCES challenge,
    solution_id uuid REFERENCES solution,
    practice_id uuid REFERENCES practice,
    comment_id uuid REFERENCES comment,
    -- Where it goes: into the list of the API, and by mail.
    in_app boolean NOT NULL,
    email text NOT NULL CHECK (email IN ('NONE', 'NOW', 'DIGEST')),
    created_at timestamptz NOT NULL DEFAULT now(),
    read_at timestamptz,
    CHECK (num_nonnulls(challenge_id, solution_id, practice_id, comment_id) = 1),
    CHECK (user_id <> actor_id),
    CHECK (in_app OR email <> 'NONE')
);
CREATE UNIQUE INDEX notification_event_id_user_id_key ON notification (event_id, user_id);
CREATE INDEX notification_user_id_idx ON notification (user_id, created_at, id);
CREATE INDEX notification_unread_idx ON notification (user_id, created_at, id) WHERE read_at IS NULL AND in_app;
CREATE INDEX notification_actor_id_idx ON notification (actor_id);
CREATE INDEX notification_challenge_id_idx ON notification (challenge_id, user_id) WHERE challenge_id IS NOT NULL;
CREATE INDEX notification_solution_id_idx ON notification (solution_id, user_id) WHERE solution_id IS NOT NULL;
CREATE INDEX notification_practice_id_idx ON notification (practice_id, user_id) WHERE practice_id IS NOT NULL;
CREATE INDEX notification_comment_id_idx ON notification (comment_id, user_id) WHERE comment_id IS NOT NULL;

-- What a person chose; NULL, like no row, is the default of the kind.
CREATE TABLE notification_preference (
    user_id uuid NOT NULL REFERENCES app_user,
    kind text NOT NULL CHECK (kind IN ('SOLUTION_ADDED', 'SOLUTION_ACCEPTED', 'MENTIONED', 'COMMENTED',
        'FOLLOWED_CHALLENGE', 'FOLLOWED_USER', 'FOLLOWED_TECHNOLOGY')),
    in_app boolean,
    email text CHECK (email IN ('NONE', 'NOW', 'DIGEST')),
    PRIMARY KEY (user_id, kind)
);

-- +goose Down
DROP TABLE notification_preference, notification;
