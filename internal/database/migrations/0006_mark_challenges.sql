-- +goose Up
-- A challenge is solved because a solution of it is accepted, or because somebody
-- marked it. What is marked stays solved when the accepted solution goes.
ALTER TABLE challenge ADD COLUMN marked_solved boolean NOT NULL DEFAULT false
    CHECK (status = 'SOLVED' OR NOT marked_solved);

-- +goose Down
ALTER TABLE challenge DROP COLUMN marked_solved;
