-- The hub of the scenarios beside this file. Ids end in small numbers, so that
-- answers can be read: the challenge ch_…-000000000003 is the third one here.
CREATE FUNCTION nth(n integer) RETURNS uuid LANGUAGE sql
    AS $$ SELECT ('01900000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid $$;
CREATE FUNCTION day(n integer) RETURNS timestamptz LANGUAGE sql
    AS $$ SELECT timestamptz '2026-03-01 09:30:00Z' + make_interval(days => n) $$;

INSERT INTO app_user (id, handle, display_name, bio, avatar_url, role, created_at, updated_at) VALUES
    (nth(1), 'learner-01', 'Learner One', 'Likes **databases**.', 'https://example.org/1.png', 'USER', day(1), day(1)),
    (nth(2), 'learner-02', 'Learner Two', NULL, NULL, 'USER', day(2), day(2)),
    (nth(3), 'Mentor', 'A Mentor', NULL, NULL, 'USER', day(3), day(3)),
    (nth(4), 'admin', 'An Admin', NULL, NULL, 'ADMIN', day(4), day(4));

INSERT INTO program (id, slug, title, folded_title, provider, overview, created_at, updated_at) VALUES
    (nth(1), 'backend-basics', 'Backend Basics', 'backend basics', 'A school', 'APIs, *databases* and queues.', day(1), day(1)),
    (nth(2), 'frontend-basics', 'Frontend Basics', 'frontend basics', NULL, NULL, day(2), day(2));

INSERT INTO cohort (id, program_id, name, starts_on, ends_on, visibility, created_at, updated_at) VALUES
    (nth(1), nth(1), 'Spring 2026', '2026-03-02', '2026-06-26', 'PUBLIC', day(1), day(1)),
    (nth(2), nth(1), 'Autumn 2026', '2026-09-07', NULL, 'MEMBERS', day(2), day(2)),
    (nth(3), nth(2), 'At your own pace', NULL, NULL, 'PUBLIC', day(3), day(3));

INSERT INTO membership (id, cohort_id, user_id, role, joined_at) VALUES
    (nth(1), nth(1), nth(1), 'LEARNER', day(1)), (nth(2), nth(1), nth(3), 'MENTOR', day(2)),
    (nth(3), nth(2), nth(1), 'LEARNER', day(3)), (nth(4), nth(3), nth(2), 'LEARNER', day(4));

INSERT INTO technology (id, slug, name, category, created_at, updated_at) VALUES
    (nth(1), 'postgresql', 'PostgreSQL', 'DATABASE', day(1), day(1)), (nth(2), 'redis', 'Redis', 'DATABASE', day(2), day(2)),
    (nth(3), 'go', 'Go', 'LANGUAGE', day(3), day(3)), (nth(4), 'rabbitmq', 'RabbitMQ', 'MESSAGING', day(4), day(4));
INSERT INTO technology_alias (folded_name, technology_id, name) VALUES
    ('postgresql', nth(1), 'PostgreSQL'), ('postgres', nth(1), 'Postgres'), ('postgre sql', nth(1), 'Postgre SQL'), ('redis', nth(2), 'Redis'),
    ('go', nth(3), 'Go'), ('golang', nth(3), 'Golang'), ('rabbitmq', nth(4), 'RabbitMQ');

INSERT INTO concept (id, slug, title, folded_title, created_at, updated_at) VALUES
    (nth(1), 'database-indexing', 'Database indexing', 'database indexing', day(1), day(1)),
    (nth(2), 'caching', 'Caching', 'caching', day(2), day(2));

INSERT INTO document (id, owner_id, cohort_id, program_id, source, title, overview, status, version, created_at, updated_at) VALUES
    (nth(1), nth(1), nth(1), nth(1), 'hub/learner-01/README.md', 'What I learned', 'A *short* story.', 'PUBLISHED', 2, day(1), day(5)),
    (nth(2), NULL, NULL, NULL, 'hub/loose/README.md', 'Loose notes', NULL, 'PUBLISHED', 1, day(2), day(2)),
    (nth(3), nth(1), nth(2), NULL, 'hub/closed/README.md', 'For members', NULL, 'PUBLISHED', 1, day(3), day(3));
INSERT INTO document_revision (id, document_id, number, markdown, content_hash, created_at) VALUES
    (nth(1), nth(1), 1, 'A first try.', repeat('a', 64), day(1)),
    (nth(2), nth(1), 2, E'# What I learned\n\n| tool | for |\n|---|---|\n| Redis | caching |\n\n- [x] indexes\n- [ ] queues\n\n'
        || E'[good](https://example.org) [bad](javascript:alert(1)) <script>alert(2)</script> <b onclick="alert(3)">bold</b>\n', repeat('b', 64), day(5)),
    (nth(3), nth(2), 1, 'Only a line.', repeat('c', 64), day(2)),
    (nth(4), nth(3), 1, 'Only for members.', repeat('d', 64), day(3));
INSERT INTO document_diagnostic (document_id, position, line, column_number, severity, code, message, expected) VALUES
    (nth(1), 1, NULL, NULL, 'WARNING', 'MISSING_SECTION', 'The document has no section on collaboration.', 'a heading such as "Collaboration"'),
    (nth(1), 2, 9, 3, 'INFO', 'TEMPLATE_PLACEHOLDER', 'A placeholder of the template is left.', NULL);
INSERT INTO mention (id, document_id, technology_id, concept_id, text, first_line, last_line, created_at) VALUES
    (nth(1), nth(1), nth(1), NULL, 'Keeps our **data**.', 3, 3, day(1)), (nth(2), nth(1), NULL, nth(1), 'Finds rows fast.', 4, 5, day(1)),
    (nth(3), nth(2), nth(1), NULL, 'Also here.', 1, 1, day(2)), (nth(4), nth(3), nth(2), NULL, 'Only for members.', 1, 1, day(3));

INSERT INTO challenge (id, title, body, status, duplicate_of_id, score, author_id, cohort_id, document_id, first_line, last_line, created_at, updated_at) VALUES
    (nth(1), 'Slow queries on the orders page', 'A page took 3 s; *N+1* queries were the cause.', 'SOLVED', NULL, 5, nth(1), nth(1), nth(1), 10, 12, day(1), day(6)),
    (nth(2), 'Workers lose jobs', 'After a restart some jobs are gone.', 'OPEN', NULL, 2, nth(2), NULL, NULL, NULL, NULL, day(2), day(2)),
    (nth(3), 'Réponses trop lentes', 'Les pages sont lentes.', 'OPEN', NULL, 2, NULL, nth(3), NULL, NULL, NULL, day(3), day(3)),
    (nth(4), 'Orders page is slow', '', 'DUPLICATE', nth(1), 0, nth(2), nth(1), NULL, NULL, NULL, day(4), day(4)),
    (nth(5), 'Only members know', 'A secret.', 'OPEN', NULL, 9, nth(1), nth(2), nth(3), 1, 1, day(5), day(5));
INSERT INTO challenge_technology SELECT nth(c), nth(t), day(c) FROM (VALUES (1, 1), (1, 3), (2, 4), (4, 1), (5, 1)) AS l(c, t);
INSERT INTO solution (id, challenge_id, author_id, document_id, first_line, last_line, body, accepted, score, created_at, updated_at) VALUES
    (nth(1), nth(1), nth(1), nth(1), 13, 14, 'Load relations in **one** query.', true, 3, day(1), day(1)),
    (nth(2), nth(1), nth(3), NULL, NULL, NULL, 'Cache the page.', false, 7, day(2), day(2)),
    (nth(3), nth(2), nth(3), NULL, NULL, NULL, 'Acknowledge by hand.', false, 0, day(3), day(3));

INSERT INTO practice (id, title, body, score, author_id, cohort_id, document_id, first_line, last_line, created_at, updated_at) VALUES
    (nth(1), 'Count queries in a test', 'A test that counts finds N+1 early.', 4, nth(1), nth(1), nth(1), 20, 20, day(1), day(1)),
    (nth(2), 'Write down decisions', '', 1, nth(3), NULL, NULL, NULL, NULL, day(2), day(2));
INSERT INTO practice_technology VALUES (nth(1), nth(1), day(1));

INSERT INTO tip (id, body, cohort_id, document_id, first_line, last_line, created_at, updated_at) VALUES
    (nth(1), 'Ask *early*.', nth(1), nth(1), 30, 30, day(1), day(1)), (nth(2), 'Pair on Mondays.', NULL, NULL, NULL, NULL, day(2), day(2));
INSERT INTO channel (id, name, kind, url, cohort_id, document_id, first_line, last_line, created_at, updated_at) VALUES
    (nth(1), '#backend-help', 'DISCORD', 'https://example.org/chat', nth(1), nth(1), 31, 31, day(1), day(1)),
    (nth(2), 'discussions', 'GITHUB', NULL, NULL, NULL, NULL, NULL, day(2), day(2)), (nth(3), 'Room 12', 'OTHER', NULL, nth(2), NULL, NULL, NULL, day(3), day(3));

INSERT INTO comment (id, author_id, challenge_id, solution_id, practice_id, document_id, body, created_at, updated_at) VALUES
    (nth(1), nth(2), nth(1), NULL, NULL, NULL, 'We had **that** too.', day(1), day(1)), (nth(2), nth(1), NULL, nth(2), NULL, NULL, 'It helped.', day(2), day(2)),
    (nth(3), nth(2), NULL, NULL, nth(1), NULL, 'How?', day(3), day(3)), (nth(4), nth(2), NULL, NULL, NULL, nth(2), 'Thank you.', day(4), day(4)),
    (nth(5), nth(2), nth(5), NULL, NULL, NULL, 'Hush.', day(5), day(5));
