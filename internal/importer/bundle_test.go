package importer_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/dbtest"
	"github.com/project-nexus/nexus/internal/importer"
	"github.com/project-nexus/nexus/internal/importer/source"
)

// bundle is an empty hub and a folder to import from, named "docs".
type bundle struct {
	*testing.T

	db  *database.DB
	dir string
}

func setup(t *testing.T) *bundle {
	t.Helper()
	return &bundle{t, dbtest.New(t), filepath.Join(t.TempDir(), "docs")}
}

// write writes a file of the folder.
func (b *bundle) write(name, text string) {
	b.Helper()
	path := filepath.Join(b.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		b.Fatal(err)
	}
}

// try imports inputs, or the folder when there are none.
func (b *bundle) try(o importer.Options, inputs ...source.Input) (importer.Summary, error) {
	b.Helper()
	if len(inputs) == 0 {
		inputs = []source.Input{source.Path(b.dir)}
	}
	return importer.New(importer.NewServices(b.db)).Import(b.Context(), inputs, o)
}

// imports is try where neither the import nor a file may fail.
func (b *bundle) imports(o importer.Options, inputs ...source.Input) importer.Summary {
	b.Helper()
	summary, err := b.try(o, inputs...)
	if err != nil {
		b.Fatal(err)
	}
	for _, f := range summary.Files {
		if f.Err != nil {
			b.Fatalf("%s: %v", f.Path, f.Err)
		}
	}
	b.wantSearchable()
	return summary
}

// wantSearchable checks that the search data are those of what was imported.
func (b *bundle) wantSearchable() {
	b.Helper()
	const columns = "kind, id, cohort_id, shown, program_id, status, quality, technology_ids, name, name_size, words"
	var stale int
	if err := b.db.Handle(b.Context()).Raw(`SELECT count(*) FROM (
		(SELECT ` + columns + ` FROM search_source EXCEPT SELECT ` + columns + ` FROM search_entry) UNION ALL
		(SELECT ` + columns + ` FROM search_entry EXCEPT SELECT ` + columns + ` FROM search_source)) AS x`).Scan(&stale).Error; err != nil || stale > 0 {
		b.Errorf("%d rows of the search data are not in step (%v)", stale, err)
	}
}

func (b *bundle) exec(sql string, args ...any) {
	b.Helper()
	if _, err := b.db.Pool().Exec(b.Context(), sql, args...); err != nil {
		b.Fatal(err)
	}
}

// rows returns the result of a query, a line a row, columns separated by " | ".
func (b *bundle) rows(sql string, args ...any) []string {
	b.Helper()
	found, err := b.db.Pool().Query(b.Context(), sql, args...)
	if err != nil {
		b.Fatal(err)
	}
	defer found.Close()
	lines := []string{}
	for found.Next() {
		values, err := found.Values()
		if err != nil {
			b.Fatal(err)
		}
		columns := make([]string, len(values))
		for i, v := range values {
			columns[i] = fmt.Sprint(v)
			if v == nil {
				columns[i] = "-"
			}
		}
		lines = append(lines, strings.Join(columns, " | "))
	}
	if err := found.Err(); err != nil {
		b.Fatal(err)
	}
	return lines
}

// want compares the rows of a query.
func (b *bundle) want(sql string, want ...string) {
	b.Helper()
	if diff := cmp.Diff(append([]string{}, want...), b.rows(sql)); diff != "" {
		b.Errorf("%s\n(-want +got):\n%s", sql, diff)
	}
}

// one returns the only value of a query.
func (b *bundle) one(sql string, args ...any) string {
	b.Helper()
	found := b.rows(sql, args...)
	if len(found) != 1 {
		b.Fatalf("%s: %d rows", sql, len(found))
	}
	return found[0]
}

// everything is the number of rows of every table.
func (b *bundle) everything() map[string]string {
	b.Helper()
	counts := map[string]string{}
	for _, table := range b.rows(`SELECT table_name FROM information_schema.tables
		WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name <> 'goose_db_version'`) {
		counts[table] = b.one("SELECT count(*) FROM " + table)
	}
	return counts
}

func (b *bundle) wantCounts(s importer.Summary, want map[importer.Outcome]int) {
	b.Helper()
	if diff := cmp.Diff(want, s.Counts); diff != "" {
		b.Errorf("outcomes (-want +got):\n%s", diff)
		for _, f := range s.Files {
			b.Logf("%s: %s %s %v", f.Path, f.Outcome, f.Reason, f.Err)
		}
	}
}

// user and cohort put people and cohorts of a programme into the hub.
func (b *bundle) user(handle string) {
	b.Helper()
	b.exec("INSERT INTO app_user (id, handle, display_name) VALUES (gen_random_uuid(), $1, $1)", handle)
}

func (b *bundle) cohort(program, name, visibility string) string {
	b.Helper()
	b.exec(`INSERT INTO program (id, slug, title, folded_title) VALUES (gen_random_uuid(), $1, $2, $3) ON CONFLICT DO NOTHING`,
		strings.ReplaceAll(strings.ToLower(program), " ", "-"), program, strings.ToLower(program))
	return b.one(`INSERT INTO cohort (id, program_id, name, visibility)
		SELECT gen_random_uuid(), id, $2, $3 FROM program WHERE title = $1 RETURNING id::text`, program, name, visibility)
}

// sample is a document with one of each kind of entry, and two challenges.
const sample = `# Backend Engineering Programme

Sixteen weeks of services, data and deployment.

## Key Technologies

- **PostgreSQL**: keeps the bookings of every tenant.
- **Docker**: starts the same containers everywhere.

## Backend Concepts

- **Caching**: answers twice, computes once.

## Challenges and Solutions

| Challenge | Solution |
| --- | --- |
| Listing page loaded each owner with a query of its own | Joined the owners in one PostgreSQL query |
| Containers could not reach each other by name | Put them on one Docker network |

## Best Practices

- Count the statements of a request in a test

## Collaboration

- Discord: #backend-help
`
