package slug_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/internal/slug"
)

func TestNamesGetTheirFirstFreeSlug(t *testing.T) {
	t.Parallel()
	names := []string{"C", "C++", "C#", "Ångström & Søn", "Node.js", "node js", "Docker", "日本語", "🚀"}
	got := slug.Assign(names, []string{"docker", "docker-2"})
	want := []string{"c", "c-plus-plus", "c-sharp", "angstrom-and-s-n", "node-js", "node-js-2", "docker-3"}
	if diff := cmp.Diff(want, got[:len(want)]); diff != "" {
		t.Errorf("slugs (-want +got):\n%s", diff)
	}
	for i, name := range names[len(want):] {
		if s := got[len(want)+i]; !strings.HasPrefix(s, "n-") {
			t.Errorf("%q got %q, want a hash", name, s)
		}
	}
}

// The database refuses everything else.
func FuzzSlugsHaveTheFormOfTheDatabase(f *testing.F) {
	form := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	for _, seed := range []string{"", "-", "C++", strings.Repeat("ab ", 100), "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		seen := map[string]bool{}
		for _, candidate := range slug.Candidates(name) {
			if !form.MatchString(candidate) || seen[candidate] {
				t.Errorf("%q may get %q", name, candidate)
			}
			seen[candidate] = true
		}
	})
}
