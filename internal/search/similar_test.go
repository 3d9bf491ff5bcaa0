package search_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/search"
)

func similarIDs(list []*search.SimilarChallenge) string {
	var found []string
	for _, c := range list {
		found = append(found, fmt.Sprintf("%s %.2f", short(id.AnyOf(c.ChallengeID)), c.Score))
	}
	return strings.Join(found, ", ")
}

func TestSimilarChallenges(t *testing.T) {
	t.Parallel()
	db := fill(t)
	execute(t, db, `INSERT INTO challenge (id, title, body, cohort_id) VALUES
		(nth(6), 'Connection refused by PostgreSQL in Docker', '', NULL),
		(nth(7), 'Connection refused by PostgreSQL in Docker', '', nth(2)),
		(nth(8), 'Flaky browser tests on the build server', '', NULL)`)
	s := search.New(db)
	cohort := id.Cohort(nth(1))
	for name, test := range map[string]struct {
		title  string
		cohort *id.Cohort
		want   string
	}{
		"other words and a slip": {"posgres conection refused docker", nil, "ch6 1.00, ch1 0.80"}, //nolint:misspell // on purpose
		"one of a cohort":        {"Postgres connection refused docker", &cohort, "ch1 0.80"},
		"something else":         {"Cannot choose a font", nil, ""},
	} {
		got, err := s.SimilarChallenges(t.Context(), test.title, nil, test.cohort, 5)
		if err != nil {
			t.Fatal(err)
		}
		if similarIDs(got) != test.want {
			t.Errorf("%s: %s, want %s", name, similarIDs(got), test.want)
		}
	}
	if _, err := s.SimilarChallenges(t.Context(), " ?! ", nil, nil, 5); errs.CodeOf(err) != errs.CodeBadUserInput {
		t.Errorf("a title without a word: %v", err)
	}
	one, two, closed := id.Challenge(nth(1)), id.Challenge(nth(6)), id.Challenge(nth(7))
	each, err := s.Similar(t.Context(), []id.Challenge{one, two, closed}, 5)
	if err != nil {
		t.Fatal(err)
	}
	if a, b, c := similarIDs(each[one]), similarIDs(each[two]), similarIDs(each[closed]); a != "ch6 0.80" || b != "ch1 0.80" || c != "" {
		t.Errorf("ch1: %s; ch6: %s; of an unseen one: %s", a, b, c)
	}
}

func TestSuggestions(t *testing.T) {
	t.Parallel()
	db := fill(t)
	s := search.New(db)
	for prefix, want := range map[string]string{
		"pos": "te1 PostgreSQL, ch1 PostgreSQL connection refused inside Docker",
		"DOC": "te2 Docker, ch2 Docker image is too large",
		"con": "cn1 Connection pooling",
		"rep": "ch4 Réponses trop lentes",
		"RÉP": "ch4 Réponses trop lentes",
		"hid": "", // for members
		"%":   "",
	} {
		list, err := s.Suggestions(t.Context(), prefix, 8)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, one := range list {
			got = append(got, short(one.NodeID)+" "+one.Text)
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%q: %v, want %s", prefix, got, want)
		}
	}
	if _, err := s.Suggestions(t.Context(), " ", 8); errs.CodeOf(err) != errs.CodeBadUserInput {
		t.Errorf("a blank prefix: %v", err)
	}
}
