package importer_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/importer"
	"github.com/project-nexus/nexus/internal/importer/source"
)

const (
	slowRow   = "| Listing page loaded each owner with a query of its own | Joined the owners in one PostgreSQL query |\n"
	dockerRow = "| Containers could not reach each other by name | Put them on one Docker network |\n"
)

// without removes a part of the sample.
func without(part string) string { return strings.Replace(sample, part, "", 1) }

func TestTheSameContentChangesNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.write("README.md", sample)
	b.write("plain.md", "# Notes\n\nNothing much.\n")
	b.imports(importer.Options{})
	before := b.rows("SELECT version, updated_at, xmin::text FROM document ORDER BY id")

	ctx, statements := database.CountStatements(t.Context())
	summary, err := importer.New(importer.NewServices(b.db)).Import(ctx, []source.Input{source.Path(b.dir)}, importer.Options{})
	if err != nil {
		t.Fatal(err)
	}
	b.wantCounts(summary, map[importer.Outcome]int{importer.Unchanged: 2})
	if summary.Changed() != 0 || !summary.Changes.None() {
		t.Errorf("changes: %+v", summary)
	}
	for _, sql := range statements.Texts() {
		if !strings.HasPrefix(sql, "SELECT") || strings.Contains(sql, "FOR ") {
			t.Errorf("the import wrote or locked: %s", sql)
		}
	}
	if diff := cmp.Diff(before, b.rows("SELECT version, updated_at, xmin::text FROM document ORDER BY id")); diff != "" {
		t.Errorf("documents changed:\n%s", diff)
	}
}

func TestAChangedTextIsANewRevisionWithTheSameEntries(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.write("README.md", sample)
	b.imports(importer.Options{})
	b.user("reader")
	slow := b.one("SELECT id::text FROM challenge WHERE first_line = 18")
	b.exec("INSERT INTO vote (id, user_id, challenge_id, value) SELECT gen_random_uuid(), id, $1::text::uuid, 1 FROM app_user", slow)
	b.exec("UPDATE challenge SET score = 1 WHERE id = $1::text::uuid", slow)
	b.exec("INSERT INTO comment (id, author_id, challenge_id, body) SELECT gen_random_uuid(), id, $1::text::uuid, 'Same here' FROM app_user", slow)
	ids := b.rows("SELECT id::text FROM challenge UNION ALL SELECT id::text FROM solution UNION ALL SELECT id::text FROM practice UNION ALL SELECT id::text FROM channel UNION ALL SELECT id::text FROM mention ORDER BY 1")

	changed := strings.Replace(sample, "loaded each owner with a query of its own", "loaded every owner with a query of its own", 1)
	changed = strings.Replace(changed, "# Backend Engineering Programme\n", "# Backend Engineering Programme\n\nA new line.\n", 1)
	b.write("README.md", changed)
	summary := b.imports(importer.Options{})
	b.wantCounts(summary, map[importer.Outcome]int{importer.Updated: 1})
	if c := summary.Changes; c.Created != 0 || c.Missing != 0 || c.Updated == 0 {
		t.Errorf("changes: %+v", c)
	}
	b.want("SELECT number FROM document_revision ORDER BY 1", "1", "2")
	b.want(`SELECT d.version, d.created_at < d.updated_at, d.updated_at = r.created_at FROM document d
		JOIN document_revision r ON r.document_id = d.id AND r.number = 2`, "2 | true | true")
	b.want("SELECT title, score, version, first_line, created_at < updated_at FROM challenge ORDER BY first_line",
		"Listing page loaded every owner with a query of its own | 1 | 2 | 20 | true",
		"Containers could not reach each other by name | 0 | 1 | 21 | false")
	b.want("SELECT count(*) FROM comment JOIN challenge c ON c.id = comment.challenge_id WHERE c.first_line = 20", "1")
	after := b.rows("SELECT id::text FROM challenge UNION ALL SELECT id::text FROM solution UNION ALL SELECT id::text FROM practice UNION ALL SELECT id::text FROM channel UNION ALL SELECT id::text FROM mention ORDER BY 1")
	if diff := cmp.Diff(ids, after); diff != "" {
		t.Errorf("ids changed:\n%s", diff)
	}
}

func TestAVanishedEntryIsMissingUntilItReturns(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.write("README.md", sample)
	b.imports(importer.Options{})
	ids := b.rows("SELECT id::text FROM challenge ORDER BY first_line")

	b.write("README.md", without(slowRow))
	summary := b.imports(importer.Options{})
	if summary.Changes.Missing != 2 {
		t.Errorf("missing: %+v, want challenge and solution", summary.Changes)
	}
	b.want("SELECT title, missing_at IS NOT NULL, status FROM challenge ORDER BY title",
		"Containers could not reach each other by name | false | SOLVED",
		"Listing page loaded each owner with a query of its own | true | SOLVED")
	b.want("SELECT body, missing_at IS NOT NULL FROM solution ORDER BY body",
		"Joined the owners in one PostgreSQL query | true", "Put them on one Docker network | false")

	b.write("README.md", sample)
	summary = b.imports(importer.Options{})
	if c := summary.Changes; c.Returned != 2 || c.Created != 0 {
		t.Errorf("returned: %+v, want challenge and solution", c)
	}
	b.want("SELECT count(*) FROM challenge WHERE missing_at IS NOT NULL", "0")
	b.want("SELECT count(*) FROM solution WHERE missing_at IS NOT NULL", "0")
	if diff := cmp.Diff(ids, b.rows("SELECT id::text FROM challenge ORDER BY first_line")); diff != "" {
		t.Errorf("ids changed:\n%s", diff)
	}
}

func TestEveryKindOfEntryVanishesAndReturns(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.write("README.md", sample)
	b.imports(importer.Options{})
	b.write("README.md", sample[:strings.Index(sample, "## Best Practices")])
	b.imports(importer.Options{})
	b.want("SELECT missing_at IS NOT NULL FROM practice UNION ALL SELECT missing_at IS NOT NULL FROM channel", "true", "true")
	b.write("README.md", strings.Replace(without("- **Docker**: starts the same containers everywhere.\n"), dockerRow, "", 1))
	b.imports(importer.Options{})
	b.want("SELECT missing_at IS NOT NULL FROM practice UNION ALL SELECT missing_at IS NOT NULL FROM channel", "false", "false")
	b.want("SELECT t.name FROM mention m JOIN technology t ON t.id = m.technology_id", "PostgreSQL")
}

func TestAnEditedEntryKeepsThePersonsText(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.write("README.md", sample)
	b.imports(importer.Options{})
	b.exec("UPDATE challenge SET title = 'N+1 statements', body = 'By hand', edited_at = now() WHERE first_line = 18")
	b.exec("UPDATE solution SET body = 'A loader', edited_at = now() WHERE first_line = 18")
	b.exec("UPDATE practice SET title = 'Pin the number of statements', edited_at = now()")
	b.exec("UPDATE document SET title = 'My own title', edited_at = now()")

	b.write("README.md", strings.Replace(sample, "Sixteen weeks", "Eighteen weeks", 1)+"\n")
	summary := b.imports(importer.Options{})
	if c := summary.Changes; c.Created != 0 || c.Missing != 0 || len(c.Kept) != 3 {
		t.Errorf("changes: %+v, want nothing but three kept texts", c)
	}
	b.want("SELECT title, body, missing_at FROM challenge WHERE edited_at IS NOT NULL", "N+1 statements | By hand | -")
	b.want("SELECT body, accepted FROM solution WHERE edited_at IS NOT NULL", "A loader | true")
	b.want("SELECT title FROM practice", "Pin the number of statements")
	b.want("SELECT title FROM document", "My own title")
	b.want("SELECT code, line, severity FROM document_diagnostic WHERE code LIKE 'EDITED%' ORDER BY code, line",
		"EDITED_DOCUMENT_KEPT | - | INFO", "EDITED_ENTRY_KEPT | 18 | INFO", "EDITED_ENTRY_KEPT | 18 | INFO", "EDITED_ENTRY_KEPT | 23 | INFO")
	b.want("SELECT t.name FROM challenge_technology ct JOIN technology t ON t.id = ct.technology_id ORDER BY 1", "Docker", "PostgreSQL")
}

func TestDeletedEntriesStayDeleted(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.write("README.md", sample)
	b.imports(importer.Options{})
	b.exec("UPDATE challenge SET deleted_at = now() WHERE first_line = 18")
	b.exec("UPDATE practice SET deleted_at = now()")
	b.exec("UPDATE solution SET deleted_at = now(), accepted = false WHERE first_line = 19")
	b.write("README.md", sample+"\nOne more line.\n")
	summary := b.imports(importer.Options{})
	if !summary.Changes.None() {
		t.Errorf("changes: %+v", summary.Changes)
	}
	b.want("SELECT count(*), count(deleted_at) FROM challenge", "2 | 1")
	b.want("SELECT count(*), count(deleted_at) FROM practice", "1 | 1")
	b.want("SELECT count(*), count(deleted_at) FROM solution", "2 | 1")
}

func TestThePersonsAcceptedSolutionStaysAccepted(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.user("mentor")
	b.write("README.md", strings.Replace(sample, "Joined the owners in one PostgreSQL query", "", 1))
	b.imports(importer.Options{})
	b.want("SELECT status FROM challenge ORDER BY first_line", "OPEN", "SOLVED")
	b.exec(`INSERT INTO solution (id, challenge_id, author_id, body, accepted)
		SELECT gen_random_uuid(), c.id, u.id, 'Use a loader', true FROM challenge c, app_user u WHERE c.first_line = 18`)
	b.exec("UPDATE challenge SET status = 'SOLVED', edited_at = now() WHERE first_line = 18")
	b.write("README.md", sample)
	b.imports(importer.Options{})
	b.want("SELECT body, accepted FROM solution ORDER BY body",
		"Joined the owners in one PostgreSQL query | false", "Put them on one Docker network | true", "Use a loader | true")
}

func TestASolutionThatComesLaterSolvesTheChallenge(t *testing.T) {
	t.Parallel()
	b := setup(t)
	open := strings.Replace(sample, "Joined the owners in one PostgreSQL query", "", 1)
	for _, text := range []string{open, sample, open, sample} {
		b.write("README.md", text)
		b.imports(importer.Options{})
		want := "OPEN | 1 | false"
		if text == sample {
			want = "SOLVED | 1 | true"
		}
		if strings.Count(b.one("SELECT count(*) FROM document_revision"), "1") == 1 {
			continue // the first text has no solution at all
		}
		b.want(`SELECT c.status, count(s.*), bool_or(s.accepted AND s.missing_at IS NULL) FROM challenge c
			JOIN solution s ON s.challenge_id = c.id WHERE c.first_line = 18 GROUP BY c.status`, want)
	}
}

func TestAWithdrawnDocumentIsLeftAlone(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.write("README.md", sample)
	b.imports(importer.Options{})
	b.exec("UPDATE document SET status = 'WITHDRAWN', withdrawn_at = now()")
	b.write("README.md", without(slowRow))
	summary := b.imports(importer.Options{})
	b.wantCounts(summary, map[importer.Outcome]int{importer.Skipped: 1})
	if reason := summary.Files[0].Reason; reason != "is withdrawn" {
		t.Errorf("reason %q", reason)
	}
	b.want("SELECT count(*) FROM document_revision", "1")
}

func TestDiagnosticsAreThoseOfTheNewestRevision(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.write("README.md", sample)
	b.imports(importer.Options{})
	b.exec("INSERT INTO document_diagnostic (document_id, position, severity, code, message) SELECT id, 99, 'ERROR', 'STALE', 'x' FROM document")
	b.write("README.md", without(dockerRow))
	summary := b.imports(importer.Options{})
	b.want("SELECT count(*) FROM document_diagnostic WHERE code = 'STALE'", "0")
	if stored := len(b.rows("SELECT 1 FROM document_diagnostic")); stored != summary.Files[0].Diagnostics {
		t.Errorf("%d diagnostics are stored, %d reported", stored, summary.Files[0].Diagnostics)
	}
}

func TestAnImportOfManyFilesIsDeterministic(t *testing.T) {
	t.Parallel()
	dump := func() []string {
		b := setup(t)
		for _, name := range []string{"a", "b", "c", "d", "e", "f"} {
			b.write(name+".md", strings.ReplaceAll(sample, "Docker", "Tool "+name))
		}
		b.imports(importer.Options{})
		return b.rows(`SELECT 'technology', name, slug FROM technology UNION ALL SELECT 'document', source, title FROM document
			UNION ALL (SELECT 'challenge', title, '' FROM challenge) ORDER BY 1, 2, 3`)
	}
	if diff := cmp.Diff(dump(), dump()); diff != "" {
		t.Errorf("two imports differ:\n%s", diff)
	}
}
