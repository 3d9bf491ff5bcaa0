package similar_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/project-nexus/nexus/internal/ingest/similar"
)

func TestSimilar(t *testing.T) {
	t.Parallel()
	// A title, and the body behind a bar.
	for name, c := range map[string]struct {
		a, b string
		want bool
	}{
		"the name and what it costs":          {"N+1 query problem", "Too many queries when listing (N+1)", true},
		"the name as a cause":                 {"N+1 query problem", "Slow list pages caused by N+1 queries", true},
		"two ways to say it":                  {"Too many queries when listing (N+1)", "Slow list pages caused by N+1 queries", true},
		"one tool, two problems":              {"Docker networking", "Docker image size", false},
		"filler words":                        {"Docker networking", "Problems with the Docker network", true},
		"another order and form":              {"Rounding imported prices", "Imported price was rounded", true},
		"synonyms":                            {"Asynchronous job ordering", "Ordering of background tasks", true},
		"accents and case":                    {"Índices duplicados", "INDICES  duplicados!", true},
		"two problems with names":             {"CORS errors", "N+1 queries", false},
		"a name and the same words without":   {"Slow queries caused by N+1", "Slow queries", false},
		"fields alone, equal":                 {"Database performance", "Performance of the DB", true},
		"fields alone, not equal":             {"Database performance", "API performance", false},
		"one field, bodies unlike":            {"Docker|Images took an hour to build", "Docker|Ports clashed on my laptop", false},
		"one field, bodies alike":             {"Docker|Images took an hour to build", "Docker issues|Building the images took one hour", true},
		"the body names the problem":          {"API errors|The list ran N+1 queries", "N+1 queries", true},
		"the title goes before the body":      {"Lost mail|The list ran N+1 queries", "N+1 queries", false},
		"a long title and another":            {"Exports timed out for the largest tenant at night", "Imports stalled for a tenant with odd file names", false},
		"nothing to compare":                  {"🚀", "🚀", false},
		"filler words alone have no likeness": {"The problem", "A challenge", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, b := of(c.a), of(c.b)
			if similar.Similar(a, b) != c.want || similar.Similar(b, a) != c.want {
				t.Errorf("%q and %q: want %v", a, b, c.want)
			}
		})
	}
}

func of(text string) similar.Signature {
	title, body, _ := strings.Cut(text, "|")
	return similar.Of(title, body)
}

// What is looked up by keys must find all that is similar.
func TestSimilarSignaturesShareAKey(t *testing.T) {
	t.Parallel()
	dice := rand.New(rand.NewPCG(1, 2))
	stock := strings.Fields("docker network image slow query cache token login queue retry index page report mail lock order")
	var all []similar.Signature
	for range 600 {
		words := make([]string, 1+dice.IntN(7))
		for i := range words {
			words[i] = stock[dice.IntN(len(stock))]
		}
		all = append(all, similar.Of(strings.Join(words, " "), ""))
	}
	pairs := 0
	for _, a := range all {
		for _, b := range all {
			if !similar.Similar(a, b) {
				continue
			}
			pairs++
			if !slices.ContainsFunc(a.Keys(), func(key string) bool { return slices.Contains(b.Keys(), key) }) {
				t.Fatalf("%q and %q share no key", a, b)
			}
		}
	}
	if pairs < 2*len(all) {
		t.Errorf("only %d pairs were compared", pairs)
	}
}

func FuzzOf(f *testing.F) {
	f.Add("N+1 query problem", "")
	f.Add("Docker", "\xff\xfe ss ies ing")
	f.Fuzz(func(t *testing.T, title, body string) {
		s := similar.Of(title, body)
		if len(s) > 0 && !similar.Similar(s, s) {
			t.Errorf("%q is not similar to itself", s)
		}
		if slices.Contains(s, "") {
			t.Errorf("an empty word in %q", s)
		}
	})
}
