package search_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/dbtest"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/search"
)

func execute(t *testing.T, db *database.DB, sql string) {
	t.Helper()
	if err := db.Handle(t.Context()).Exec(sql).Error; err != nil {
		t.Fatalf("%v\n%s", err, sql)
	}
}

// fill makes a small hub. Ids end in numbers: "ch3" is the third challenge.
func fill(t *testing.T) *database.DB {
	t.Helper()
	db := dbtest.New(t)
	execute(t, db, `CREATE FUNCTION nth(n integer) RETURNS uuid LANGUAGE sql
		AS $$ SELECT ('01900000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid $$`)
	execute(t, db, `INSERT INTO app_user (id, handle, display_name) VALUES (nth(1), 'learner-01', 'Learner One')`)
	execute(t, db, `INSERT INTO program (id, slug, title, folded_title) VALUES (nth(1), 'backend', 'Backend', 'backend')`)
	execute(t, db, `INSERT INTO cohort (id, program_id, name, visibility) VALUES (nth(1), nth(1), 'Spring', 'PUBLIC'), (nth(2), nth(1), 'Closed', 'MEMBERS')`)
	execute(t, db, `INSERT INTO technology (id, slug, name, category) VALUES (nth(1), 'postgresql', 'PostgreSQL', 'DATABASE'),
		(nth(2), 'docker', 'Docker', 'TOOL'), (nth(3), 'csharp', 'C#', 'LANGUAGE')`)
	execute(t, db, `INSERT INTO technology_alias (folded_name, technology_id, name) VALUES ('postgresql', nth(1), 'PostgreSQL'), ('postgres', nth(1), 'Postgres'),
		('postgre sql', nth(1), 'Postgre SQL'), ('docker', nth(2), 'Docker'), ('c#', nth(3), 'C#')`)
	execute(t, db, `INSERT INTO concept (id, slug, title, folded_title) VALUES (nth(1), 'connection-pooling', 'Connection pooling', 'connection pooling')`)
	execute(t, db, `INSERT INTO document (id, owner_id, cohort_id, program_id, source, title, overview) VALUES
		(nth(1), nth(1), NULL, nth(1), 'hub/a/README.md', 'What I learned', 'About queues.')`)
	execute(t, db, `INSERT INTO document_revision (id, document_id, number, markdown, content_hash) VALUES
		(nth(1), nth(1), 1, '# Notes on redis/celery and node.js', repeat('a', 64))`)
	execute(t, db, `INSERT INTO mention (id, document_id, technology_id, text, first_line, last_line) VALUES (nth(1), nth(1), nth(3), 'C#', 1, 1)`)
	execute(t, db, `INSERT INTO challenge (id, title, body, score, status, cohort_id) VALUES
		(nth(1), 'PostgreSQL connection refused inside Docker', 'The API cannot reach it: connection refused.', 0, 'SOLVED', nth(1)),
		(nth(2), 'Docker image is too large', 'It has 2 GB. Postgres runs elsewhere; a connection was refused.', 5, 'OPEN', nth(1)),
		(nth(3), 'Tests are slow', 'They wait for the network.', 9, 'OPEN', NULL),
		(nth(4), 'Réponses trop lentes', 'La base de données attend.', 0, 'OPEN', NULL),
		(nth(5), 'Hidden treasure', 'Secrets of the closed cohort: zanzibar.', 0, 'OPEN', nth(2))`)
	execute(t, db, `INSERT INTO challenge_technology VALUES (nth(1), nth(1), now()), (nth(3), nth(1), now())`)
	execute(t, db, `INSERT INTO solution (id, challenge_id, body, accepted, score) VALUES
		(nth(1), nth(1), 'Use the name of the **service**, not localhost.', true, 2)`)
	execute(t, db, `INSERT INTO practice (id, title, body) VALUES (nth(1), 'Count queries in a test', 'It finds repeated ones early.')`)
	return db
}

// short returns an id as "ch3".
func short(i id.Any) string { return i.Prefix + strings.TrimLeft(i.UUID.String()[24:], "0") }

func ids(c *search.SearchConnection) string {
	var list []string
	for _, e := range c.Edges {
		list = append(list, short(e.NodeID))
	}
	return strings.Join(list, " ")
}

func find(t *testing.T, db *database.DB, q search.Query) *search.SearchConnection {
	t.Helper()
	found, err := search.New(db).Search(t.Context(), q)
	if err != nil {
		t.Fatalf("%+v: %v", q, err)
	}
	return found
}

func TestWhatATextFinds(t *testing.T) {
	t.Parallel()
	db := fill(t)
	for text, want := range map[string]string{
		"posgres conection refused docker": "ch1 ch2",             //nolint:misspell // two slips, and a spelling
		"postgres":                         "te1 ch1 ch3 ch2 so1", // also what is linked to it
		"Postgre SQL slow":                 "ch3",
		"C#":                               "te3 do1",
		"docker or lentes":                 "te2 ch2 ch1 ch4",
		"REPONSES":                         "ch4",
		"slow -network":                    "",
		"slow -docker":                     "ch3",
		`"connection refused"`:             "ch1",
		`"refused connection"`:             "",
		"celery node":                      "do1",
		`"redis/celery"`:                   "do1",
		"localhost":                        "so1",
		"conection poling":                 "cn1", //nolint:misspell // on purpose
		"quereis count":                    "pc1", //nolint:misspell // on purpose
		"solw network":                     "ch3", // a swap leaves few trigrams alike
		"zanzibar":                         "",    // for members
		"xyzzy":                            "",
	} {
		got := find(t, db, search.Query{Text: text})
		if ids(got) != want {
			t.Errorf("%q finds %q, want %q", text, ids(got), want)
		}
		if int(got.TotalCount) != len(got.Edges) || got.AtLeast {
			t.Errorf("%q counts %d", text, got.TotalCount)
		}
	}
}

func TestFiltersAndFacets(t *testing.T) {
	t.Parallel()
	db := fill(t)
	technology, unknown := "postgres", "unknown"
	cohort, program := id.Cohort(nth(1)), id.Program(nth(1))
	for name, test := range map[string]struct {
		query search.Query
		want  string
	}{
		"types":      {search.Query{Types: []search.SearchType{search.TypeTechnology, search.TypeSolution}}, "te2 so1"},
		"no types":   {search.Query{Types: []search.SearchType{}}, ""},
		"technology": {search.Query{Filter: search.SearchFilter{Technology: &technology}}, "ch3 ch1 so1"},
		"unknown":    {search.Query{Filter: search.SearchFilter{Technology: &unknown}}, ""},
		"cohort":     {search.Query{Filter: search.SearchFilter{Cohort: &cohort}}, "ch2 ch1 so1"},
		"program":    {search.Query{Filter: search.SearchFilter{Program: &program}}, "ch2 ch1 so1"},
		"statuses":   {search.Query{Filter: search.SearchFilter{Statuses: []string{"SOLVED"}}}, "ch1"},
	} {
		test.query.Text = "docker or localhost or slow"
		if got := ids(find(t, db, test.query)); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
	f := find(t, db, search.Query{Text: "docker or localhost or slow", Facets: true}).Facets
	var got []string
	for _, v := range f.Types {
		got = append(got, fmt.Sprint(v.Type, v.Count))
	}
	for _, v := range f.Statuses {
		got = append(got, fmt.Sprint(v.Status, v.Count))
	}
	for _, v := range f.Technologies {
		got = append(got, fmt.Sprint(v.TechnologyID.String()[35:], " ", v.Count))
	}
	for _, v := range f.Cohorts {
		got = append(got, fmt.Sprint("cohort ", v.Count))
	}
	for _, v := range f.Programs {
		got = append(got, fmt.Sprint("program ", v.Count))
	}
	want := []string{"CHALLENGE3", "SOLUTION1", "TECHNOLOGY1", "OPEN2", "SOLVED1", "1 3", "2 1", "cohort 3", "program 3"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("facets (-want +got):\n%s", diff)
	}
}

func nth(n int) struct{ uuid.UUID } {
	parsed, err := id.Parse(fmt.Sprintf("ch_01900000-0000-7000-8000-%012d", n))
	if err != nil {
		panic(err)
	}
	return struct{ uuid.UUID }{parsed.UUID}
}

func TestHighlightsAndExcerpt(t *testing.T) {
	t.Parallel()
	db := fill(t)
	execute(t, db, `INSERT INTO challenge (id, title, body) VALUES (nth(9), '😀 Réponses lentes', '**Déjà** vu: les réponses 😀 sont trop lentes, `+"`lentes`"+`.')`)
	found := find(t, db, search.Query{Text: "reponses lentes"})
	if ids(found) != "ch9 ch4" {
		t.Fatal(ids(found))
	}
	texts, err := search.New(db).Texts(t.Context(), []id.Any{found.Edges[0].NodeID})
	if err != nil {
		t.Fatal(err)
	}
	text := texts[found.Edges[0].NodeID]
	fields := map[search.SearchField][]rune{
		search.FieldTitle: []rune("😀 Réponses lentes"), search.FieldBody: []rune("**Déjà** vu: les réponses 😀 sont trop lentes, `lentes`."),
	}
	var got []string
	for _, h := range found.Edges[0].Highlights(text) {
		got = append(got, string(h.Field)+" "+string(fields[h.Field][h.Start:h.End]))
	}
	if diff := cmp.Diff([]string{"TITLE Réponses", "TITLE lentes", "BODY réponses", "BODY lentes", "BODY lentes"}, got); diff != "" {
		t.Errorf("highlights (-want +got):\n%s", diff)
	}
	if excerpt := found.Edges[0].Excerpt(text); excerpt != "Déjà vu: les réponses 😀 sont trop lentes, lentes." {
		t.Errorf("excerpt %q", excerpt)
	}
}

func TestPagesAndTheirCursors(t *testing.T) {
	t.Parallel()
	db := fill(t)
	execute(t, db, `INSERT INTO challenge (id, title, body, score) SELECT nth(100 + n), 'Numbered', 'common words ' || n, n % 3 FROM generate_series(1, 25) AS n`)
	whole := find(t, db, search.Query{Text: "common words"})
	if len(whole.Edges) != 20 || !whole.PageInfo.HasNextPage || whole.TotalCount != 25 {
		t.Fatalf("%d of %d", len(whole.Edges), whole.TotalCount)
	}
	var got []string
	first := int32(7)
	q := search.Query{Text: "common words", First: &first}
	for {
		c := find(t, db, q)
		for _, e := range c.Edges {
			got = append(got, short(e.NodeID))
		}
		if !c.PageInfo.HasNextPage {
			break
		}
		q.After = c.PageInfo.EndCursor
	}
	if len(got) != 25 || len(slices.Compact(slices.Sorted(slices.Values(got)))) != 25 || !strings.HasPrefix(strings.Join(got, " "), ids(whole)) {
		t.Errorf("the pages hold %v", got)
	}
	other := "not a cursor"
	for name, wrong := range map[string]search.Query{
		"another text":   {Text: "common", After: q.After},
		"another filter": {Text: "common words", Types: []search.SearchType{search.TypeChallenge}, After: q.After},
		"no cursor":      {Text: "common words", After: &other},
		"blank":          {Text: " \t"},
		"no word":        {Text: `++ "..."`},
		"only not":       {Text: "-docker"},
		"size":           {Text: "docker", First: new(int32)},
	} {
		if _, err := search.New(db).Search(t.Context(), wrong); errs.CodeOf(err) != errs.CodeBadUserInput || len(errs.As(err).Path) != 1 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Of very many, the best are listed; counts say that they are lower bounds.
func TestManyResults(t *testing.T) {
	t.Parallel()
	db := fill(t)
	execute(t, db, `INSERT INTO challenge (id, title, body, score) SELECT nth(1000 + n), 'Numbered', 'common words', n % 20 FROM generate_series(1, 1100) AS n`)
	execute(t, db, `INSERT INTO practice (id, title, body) VALUES (nth(7), 'Common words', '')`)
	c := find(t, db, search.Query{Text: "common words", Facets: true})
	if c.TotalCount != search.MaxCount || !c.AtLeast || !c.Facets.Types[0].AtLeast {
		t.Errorf("counts %d, at least: %t", c.TotalCount, c.AtLeast)
	}
	if got := short(c.Edges[0].NodeID); got != "pc7" {
		t.Errorf("the first is %s, want what has the words in its name", got)
	}
	if got := c.Edges[1].Points; got != c.Edges[20-1].Points {
		t.Errorf("the best by votes are not together: %d", got)
	}
	execute(t, db, "DELETE FROM challenge WHERE title = 'Numbered' AND id > nth(1999)")
	if c = find(t, db, search.Query{Text: "common words"}); c.TotalCount != 1000 || c.AtLeast {
		t.Errorf("counts %d, at least: %t", c.TotalCount, c.AtLeast)
	}
}

// A word that only others see is, for the rest, a word that nothing has: whether
// it is corrected does not tell that it is there.
func TestUnseenWordsHaveNoInfluence(t *testing.T) {
	t.Parallel()
	db := fill(t)
	execute(t, db, `INSERT INTO challenge (id, title, body) VALUES (nth(8), 'Zanzibal', '')`)
	if got := ids(find(t, db, search.Query{Text: "zanzibar"})); got != "ch8" {
		t.Errorf("a visitor finds %q, want what a slip away is", got)
	}
	ctx := auth.WithActor(t.Context(), auth.Actor{Admin: true})
	found, err := search.New(db).Search(ctx, search.Query{Text: "zanzibar"})
	if err != nil || ids(found) != "ch5" {
		t.Errorf("who sees the word finds %q (%v)", ids(found), err)
	}
}
