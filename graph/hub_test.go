package graph_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/challenge"
	"github.com/project-nexus/nexus/internal/collaboration"
	"github.com/project-nexus/nexus/internal/comment"
	"github.com/project-nexus/nexus/internal/concept"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/document"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/ingest"
	"github.com/project-nexus/nexus/internal/practice"
	"github.com/project-nexus/nexus/internal/program"
	"github.com/project-nexus/nexus/internal/technology"
	"github.com/project-nexus/nexus/internal/user"
)

// numbered returns the id of the n-th row of a type. Rows of different types
// may have the same UUID, as nothing may rely on the contrary.
func numbered[T id.Typed](n int) T {
	return id.Of[T](uuid.MustParse(fmt.Sprintf("01900000-0000-7000-8000-%012x", n)))
}

// wire returns an id as it stands in an answer.
func wire[T id.Typed](t T) string {
	return id.Any{Prefix: t.Prefix(), UUID: struct{ uuid.UUID }(t).UUID}.String()
}

func wires[T id.Typed](from, to int) []string {
	list := make([]string, 0, to-from)
	for n := from; n < to; n++ {
		list = append(list, wire(numbered[T](n)))
	}
	return list
}

func minute(n int) time.Time {
	return time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC).Add(time.Duration(n) * time.Minute)
}

func ptr[T any](v T) *T { return &v }

// insert stores rows of one type in one statement.
func insert[T any](t *testing.T, db *database.DB, rows ...*T) {
	t.Helper()
	if len(rows) == 0 {
		return
	}
	if err := db.Handle(t.Context()).Create(rows).Error; err != nil {
		t.Fatal(err)
	}
}

func execute(t *testing.T, db *database.DB, sql string, vars ...any) {
	t.Helper()
	if err := db.Handle(t.Context()).Exec(sql, vars...).Error; err != nil {
		t.Fatal(err)
	}
}

func rows[T any](n int, row func(i int) *T) []*T {
	list := make([]*T, n)
	for i := range list {
		list[i] = row(i)
	}
	return list
}

// fillHub stores n objects of every type. The i-th ones belong together, so
// that every relation of every object leads somewhere, and those of different
// parents to different objects: nothing is saved by chance.
func fillHub(t *testing.T, db *database.DB, n int) {
	t.Helper()
	fillGraph(t, db, n)
	fillDocuments(t, db, n)
	fillEntries(t, db, n)
	insert(t, db, rows(4*n, func(i int) *comment.Comment {
		c := &comment.Comment{
			ID: numbered[id.Comment](i), AuthorID: ptr(numbered[id.User](i % n)), Body: fmt.Sprintf("Comment *%d*", i),
			Version: 1, CreatedAt: minute(i), UpdatedAt: minute(i),
		}
		switch i / n {
		case 0:
			c.ChallengeID = ptr(numbered[id.Challenge](i % n))
		case 1:
			c.SolutionID = ptr(numbered[id.Solution](i % n))
		case 2:
			c.PracticeID = ptr(numbered[id.Practice](i % n))
		default:
			c.DocumentID = ptr(numbered[id.Document](i % n))
		}
		return c
	})...)
	fillPrivate(t, db)
	execute(t, db, `INSERT INTO event (id, position, at, actor_id, kind, subject_type, subject_id, cohort_id, changed, reason)
		SELECT id, row_number() OVER (ORDER BY id), created_at, author_id, 'challenge.updated', 'ch', id, cohort_id, '{title,body}', 'a typo'
		FROM challenge`)
}

// fillPrivate stores what the first person keeps for themselves, and invitations.
func fillPrivate(t *testing.T, db *database.DB) {
	t.Helper()
	first := numbered[id.User](0)
	for _, table := range []string{"challenge", "solution", "practice", "document"} {
		execute(t, db, "INSERT INTO bookmark (id, user_id, "+table+"_id, created_at) SELECT gen_random_uuid(), ?, id, created_at FROM "+table, first)
	}
	for _, table := range []string{"challenge", "solution", "practice"} {
		execute(t, db, "INSERT INTO vote (id, user_id, "+table+"_id, value) SELECT gen_random_uuid(), ?, id, 1 FROM "+table, first)
	}
	execute(t, db, "INSERT INTO follow (id, user_id, technology_id, created_at) SELECT gen_random_uuid(), ?, id, created_at FROM technology", first)
	execute(t, db, "INSERT INTO follow (id, user_id, challenge_id, created_at) SELECT gen_random_uuid(), ?, id, created_at FROM challenge", first)
	execute(t, db, "INSERT INTO follow (id, user_id, followed_user_id, created_at) SELECT gen_random_uuid(), ?, id, created_at FROM app_user WHERE id <> ?", first, first)
	fillNotifications(t, db, first)
	execute(t, db, `INSERT INTO invitation (id, cohort_id, email, folded_email, role, invited_by_id, created_at, expires_at)
		SELECT c.id, c.id, 'x@example.org', 'x@example.org', 'MENTOR', u.id, c.created_at, now() + interval '14 days' FROM cohort AS c JOIN app_user AS u ON u.id = c.id`)
}

// fillNotifications tells a person of everything, as if others had done it.
func fillNotifications(t *testing.T, db *database.DB, of id.User) {
	t.Helper()
	for at, table := range []string{"challenge", "solution", "practice", "comment"} {
		execute(t, db, `INSERT INTO notification (id, user_id, kind, event_id, actor_id, `+table+`_id, in_app, email, created_at, read_at)
			SELECT CAST('01900000-0000-7000-8000-' || lpad(to_hex(? * n.many + n.row), 12, '0') AS uuid), ?, 'MENTIONED', gen_random_uuid(), n.actor, n.id, true, 'NONE', n.created_at, n.created_at
			FROM (SELECT s.id, s.created_at, u.id AS actor, s.row, u.many FROM (SELECT id, created_at, row_number() OVER (ORDER BY id) - 1 AS row FROM `+table+`) AS s
				JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS row, count(*) OVER () AS many FROM app_user) AS u ON u.row = 1 + s.row % greatest(u.many - 1, 1) AND s.row < u.many) AS n
			WHERE n.actor <> ?`, at, of, of)
	}
}

// asAdmin acts for an admin, who sees the change log as well.
func asAdmin(ctx context.Context) context.Context {
	return auth.WithActor(ctx, auth.Actor{User: ptr(numbered[id.User](0)), Admin: true, Scope: auth.ScopeAccount})
}

func fillGraph(t *testing.T, db *database.DB, n int) {
	t.Helper()
	insert(t, db, rows(n, func(i int) *user.User {
		return &user.User{
			ID: numbered[id.User](i), Handle: fmt.Sprintf("learner-%02d", i), DisplayName: fmt.Sprintf("Learner %d", i),
			Bio: ptr("Learns **Go**."), AvatarURL: ptr("https://example.org/a.png"), Role: user.RoleUser,
			Version: 1, CreatedAt: minute(i), UpdatedAt: minute(i),
		}
	})...)
	insert(t, db, rows(n, func(i int) *program.Program {
		return &program.Program{
			ID: numbered[id.Program](i), Slug: fmt.Sprintf("program-%02d", i), Title: fmt.Sprintf("Program %02d", i),
			FoldedTitle: fmt.Sprintf("program %02d", i), Provider: ptr("A school"), Overview: ptr("*Much* to learn."),
			Version: 1, CreatedAt: minute(i), UpdatedAt: minute(i),
		}
	})...)
	insert(t, db, rows(n, func(i int) *program.Cohort {
		return &program.Cohort{
			ID: numbered[id.Cohort](i), ProgramID: numbered[id.Program](i), Name: fmt.Sprintf("Cohort %02d", i),
			StartsOn: ptr(time.Date(2026, 1, 1+i, 0, 0, 0, 0, time.UTC)), EndsOn: ptr(time.Date(2026, 7, 1+i, 0, 0, 0, 0, time.UTC)),
			Visibility: program.Public, Version: 1, CreatedAt: minute(i), UpdatedAt: minute(i),
		}
	})...)
	insert(t, db, rows(n, func(i int) *program.Membership {
		return &program.Membership{
			ID: numbered[id.Membership](i), CohortID: numbered[id.Cohort](i), UserID: numbered[id.User](i),
			Role: program.Learner, JoinedAt: minute(i),
		}
	})...)
	insert(t, db, rows(n, func(i int) *technology.Technology {
		return &technology.Technology{
			ID: numbered[id.Technology](i), Slug: fmt.Sprintf("technology-%02d", i), Name: fmt.Sprintf("Technology %02d", i),
			Category: technology.Tool, Version: 1, CreatedAt: minute(i), UpdatedAt: minute(i),
		}
	})...)
	insert(t, db, rows(2*n, func(i int) *technology.TechnologyAlias {
		name := fmt.Sprintf("Technology %02d", i/2)
		if i%2 == 1 {
			name = fmt.Sprintf("T-%02d", i/2)
		}
		return &technology.TechnologyAlias{FoldedName: ingest.Fold(name), TechnologyID: numbered[id.Technology](i / 2), Name: name}
	})...)
	insert(t, db, rows(n, func(i int) *concept.Concept {
		return &concept.Concept{
			ID: numbered[id.Concept](i), Slug: fmt.Sprintf("concept-%02d", i), Title: fmt.Sprintf("Concept %02d", i),
			FoldedTitle: fmt.Sprintf("concept %02d", i), Version: 1, CreatedAt: minute(i), UpdatedAt: minute(i),
		}
	})...)
	execute(t, db, `INSERT INTO concept_alias SELECT 'idea ' || right(slug, 2), id, 'Idea ' || right(slug, 2) FROM concept`)
}

func fillDocuments(t *testing.T, db *database.DB, n int) {
	t.Helper()
	insert(t, db, rows(n, func(i int) *document.Document {
		return &document.Document{
			ID: numbered[id.Document](i), OwnerID: ptr(numbered[id.User](i)), CohortID: ptr(numbered[id.Cohort](i)),
			ProgramID: ptr(numbered[id.Program](i)), Source: fmt.Sprintf("hub/learner-%02d/README.md", i), Title: fmt.Sprintf("Notes %02d", i),
			Overview: ptr("What I did."), Status: document.Published, Version: 2, CreatedAt: minute(i), UpdatedAt: minute(i),
		}
	})...)
	insert(t, db, rows(2*n, func(i int) *document.DocumentRevision {
		return &document.DocumentRevision{
			ID: numbered[id.DocumentRevision](i), DocumentID: numbered[id.Document](i / 2), Number: int32(i%2 + 1),
			Markdown: fmt.Sprintf("# Notes %02d\n\nRevision %d.\n", i/2, i%2+1), ContentHash: fmt.Sprintf("%064x", i),
			AuthorID: ptr(numbered[id.User](i % n)), CreatedAt: minute(i),
		}
	})...)
	insert(t, db, rows(2*n, func(i int) *document.Diagnostic {
		return &document.Diagnostic{
			DocumentID: numbered[id.Document](i / 2), Position: int32(i%2 + 1), Line: ptr(int32(i%2 + 1)), Column: ptr(int32(1)),
			Severity: document.SeverityWarning, Code: "MISSING_SECTION", Message: "The text has no tips.", Expected: ptr("a section"),
		}
	})...)
	insert(t, db, rows(2*n, func(i int) *document.Mention {
		m := &document.Mention{
			ID: numbered[id.Mention](i), DocumentID: numbered[id.Document](i % n), Text: fmt.Sprintf("It serves us well, %d.", i),
			FirstLine: int32(i/n + 1), LastLine: int32(i/n + 2), CreatedAt: minute(i),
		}
		if i < n {
			m.TechnologyID = ptr(numbered[id.Technology](i))
		} else {
			m.ConceptID = ptr(numbered[id.Concept](i - n))
		}
		return m
	})...)
}

func fillEntries(t *testing.T, db *database.DB, n int) {
	t.Helper()
	insert(t, db, rows(n, func(i int) *challenge.Challenge {
		return &challenge.Challenge{
			ID: numbered[id.Challenge](i), Title: fmt.Sprintf("Challenge %02d: tests are slow", i), Body: "The **tests** are slow.",
			Status: challenge.Duplicate, DuplicateOfID: ptr(numbered[id.Challenge]((i + 1) % n)), Score: int32(i % 3),
			AuthorID: ptr(numbered[id.User](i)), CohortID: ptr(numbered[id.Cohort](i)), DocumentID: ptr(numbered[id.Document](i)),
			FirstLine: ptr(int32(3)), LastLine: ptr(int32(4)), Version: 1, CreatedAt: minute(i), UpdatedAt: minute(i),
		}
	})...)
	insert(t, db, rows(n, func(i int) *challenge.Solution {
		return &challenge.Solution{
			ID: numbered[id.Solution](i), ChallengeID: numbered[id.Challenge](i), AuthorID: ptr(numbered[id.User](i)),
			DocumentID: ptr(numbered[id.Document](i)), FirstLine: ptr(int32(5)), LastLine: ptr(int32(6)), Body: "Run them *at once*.",
			Accepted: true, Score: int32(i % 3), Version: 1, CreatedAt: minute(i), UpdatedAt: minute(i),
		}
	})...)
	insert(t, db, rows(n, func(i int) *practice.Practice {
		return &practice.Practice{
			ID: numbered[id.Practice](i), Title: fmt.Sprintf("Practice %02d", i), Body: "Write it *down*.", Score: int32(i % 3),
			AuthorID: ptr(numbered[id.User](i)), CohortID: ptr(numbered[id.Cohort](i)), DocumentID: ptr(numbered[id.Document](i)),
			FirstLine: ptr(int32(7)), LastLine: ptr(int32(7)), Version: 1, CreatedAt: minute(i), UpdatedAt: minute(i),
		}
	})...)
	insert(t, db, rows(n, func(i int) *collaboration.Tip {
		return &collaboration.Tip{
			ID: numbered[id.Tip](i), Body: fmt.Sprintf("Ask early, %d.", i),
			AuthorID: ptr(numbered[id.User](i)), CohortID: ptr(numbered[id.Cohort](i)),
			DocumentID: ptr(numbered[id.Document](i)), FirstLine: ptr(int32(8)), LastLine: ptr(int32(8)),
			Version: 1, CreatedAt: minute(i), UpdatedAt: minute(i),
		}
	})...)
	insert(t, db, rows(n, func(i int) *collaboration.Channel {
		return &collaboration.Channel{
			ID: numbered[id.Channel](i), Name: fmt.Sprintf("#help-%02d", i), Kind: collaboration.Discord, URL: ptr("https://example.org/help"),
			AuthorID: ptr(numbered[id.User](i)), CohortID: ptr(numbered[id.Cohort](i)), DocumentID: ptr(numbered[id.Document](i)),
			FirstLine: ptr(int32(9)), LastLine: ptr(int32(9)),
			Version: 1, CreatedAt: minute(i), UpdatedAt: minute(i),
		}
	})...)
	execute(t, db, `INSERT INTO challenge_technology SELECT c.id, t.id, c.created_at FROM challenge AS c JOIN technology AS t ON t.id = c.id`)
	execute(t, db, `INSERT INTO practice_technology SELECT p.id, t.id, p.created_at FROM practice AS p JOIN technology AS t ON t.id = p.id`)
}
