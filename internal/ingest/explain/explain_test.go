package explain_test

import (
	"strings"
	"testing"

	"github.com/project-nexus/nexus/internal/ingest"
	"github.com/project-nexus/nexus/internal/ingest/explain"
)

func TestEachLineIsExplained(t *testing.T) {
	t.Parallel()
	const text = `# Notes of a term

## Technologies

- Django
- Redis

## Challenges

- **Challenge:** Pages were slow
  **Solution:** Kept them in a cache
  for a minute
- **Challenge:** Mail was late

## Colophon

Just a line.
`
	document, err := ingest.Extract([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Split(explain.Lines(document), "\n")
	line := func(number string) string {
		t.Helper()
		for _, l := range got {
			if strings.HasPrefix(strings.TrimSpace(l), number+" ") {
				return l
			}
		}
		t.Fatalf("line %s is missing", number)
		return ""
	}
	for number, wants := range map[string][]string{
		"5":  {"technology Django", "- Django"},
		"6":  {"technology Redis"},
		"10": {"challenge Pages were slow", "**Challenge:**"},
		"11": {"solution", "Kept them"},
		"12": {"solution", "for a minute"},
		"13": {"challenge Mail was late"},
	} {
		for _, want := range wants {
			if !strings.Contains(line(number), want) {
				t.Errorf("line %s lacks %q: %s", number, want, line(number))
			}
		}
	}
	if l := line("17"); strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(l), "17")) != "Just a line." {
		t.Errorf("a line that became nothing is explained: %s", l)
	}
	all := strings.Join(got, "\n")
	for _, want := range []string{"CHALLENGE_WITHOUT_SOLUTION", "MISSING_SECTION", "expected: "} {
		if !strings.Contains(all, want) {
			t.Errorf("the diagnostics lack %q:\n%s", want, all)
		}
	}
	if at := strings.Index(all, "CHALLENGE_WITHOUT_SOLUTION"); at < strings.Index(all, "Mail was late") || at > strings.Index(all, "Just a line.") {
		t.Error("the diagnostic of line 13 does not stand below it")
	}
}
