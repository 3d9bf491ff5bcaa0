package entry_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/internal/entry"
	"github.com/project-nexus/nexus/internal/id"
)

// row makes a stored entry; options follow the title.
func row(title string, line int32, options ...string) entry.Row {
	var cohort *id.Cohort
	var edited, missing, deleted *time.Time
	now, first, last := time.Unix(0, 0), line, line
	firstLine, lastLine := &first, &last
	for _, option := range options {
		switch option {
		case "edited":
			edited = &now
		case "missing":
			missing = &now
		case "deleted":
			deleted = &now
		}
	}
	return entry.Row{
		CohortID: &cohort, FirstLine: &firstLine, LastLine: &lastLine,
		EditedAt: &edited, MissingAt: &missing, DeletedAt: deleted, Title: title,
	}
}

func fresh(titles ...string) []entry.Fresh {
	var list []entry.Fresh
	for _, title := range titles {
		list = append(list, entry.Fresh{Title: title, Source: title})
	}
	return list
}

func TestEntriesOfTwoRevisionsAreMatched(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		former string
		stored []entry.Row
		fresh  []entry.Fresh
		want   []int
	}{
		"nothing stored": {"", nil, fresh("Slow page"), []int{-1}},
		"the same in another order": {
			"Slow page\nLost mail",
			[]entry.Row{row("Slow page", 1), row("Lost mail", 2)},
			fresh("lost MAIL", "**Slow** page"),
			[]int{1, 0},
		},
		"equal titles in order": {
			"Tests\nTests", []entry.Row{row("Tests", 1), row("Tests", 2)}, fresh("Tests", "Tests", "Tests"), []int{0, 1, -1},
		},
		"worded anew in part": {
			"Slow listing page with many joins\nLost mail",
			[]entry.Row{row("Slow listing page with many joins", 1), row("Lost mail", 2)},
			fresh("New entry here", "Slow listing page because of joins", "Lost mail"),
			[]int{-1, 0, 1},
		},
		"worded anew as a whole, same place": {
			"One two\nThree four", []entry.Row{row("One two", 1), row("Three four", 2)}, fresh("One two", "Altogether different"), []int{0, 1},
		},
		"another number of entries: no place": {
			"One two\nThree four", []entry.Row{row("One two", 1), row("Three four", 2)}, fresh("Altogether different"), []int{-1},
		},
		"edited: known by its former lines": {
			"Slow page\nLost mail",
			[]entry.Row{row("A person wrote this", 1, "edited"), row("Lost mail", 2)},
			fresh("Intro", "Slow page", "Lost mail"),
			[]int{-1, 0, 1},
		},
		"returns":                      {"", []entry.Row{row("Slow page", 9, "missing")}, fresh("Slow page"), []int{0}},
		"present before missing":       {"Slow page", []entry.Row{row("Slow page", 9, "missing"), row("Slow page", 1)}, fresh("Slow page"), []int{1}},
		"a missing one has no place":   {"", []entry.Row{row("Slow page", 1, "missing")}, fresh("Lost mail"), []int{-1}},
		"a deleted one is still known": {"Slow page", []entry.Row{row("Slow page", 1, "deleted")}, fresh("Slow page"), []int{0}},
		"a deleted one has no place":   {"Slow page", []entry.Row{row("Slow page", 1, "deleted")}, fresh("Lost mail"), []int{-1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, entry.Match(c.stored, c.fresh, entry.LinesOf(c.former))); diff != "" {
				t.Errorf("matches (-want +got):\n%s", diff)
			}
		})
	}
}

// A document that was written anew as a whole must not take quadratic time.
func TestMatchingManyEntriesEnds(t *testing.T) {
	t.Parallel()
	var stored []entry.Row
	var texts []entry.Fresh
	for i := range 20_000 {
		stored = append(stored, row(strings.Repeat("a", i%50)+"x", int32(i+1)))
		texts = append(texts, fresh(strings.Repeat("b", i%50)+"y")...)
	}
	begin := time.Now()
	entry.Match(stored, texts, nil)
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("took %v", took)
	}
}

func TestTitlesAreCutAtACharacter(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ title, want string }{{"ábc", "ábc"}, {"ábcd", "áb…"}, {"", ""}} {
		if got := entry.Shorten(c.title, 3); got != c.want {
			t.Errorf("%q became %q, want %q", c.title, got, c.want)
		}
	}
}
