package embedded

import (
	"strings"
	"testing"
)

func TestDataOfAnotherVersionAreNamed(t *testing.T) {
	t.Parallel()
	_, err := findBinaries(t.Context(), 99)
	if err == nil || !strings.Contains(err.Error(), "99, which wrote the data") {
		t.Errorf("got %v, want an error that names the version", err)
	}
}

func TestVersionOfAPath(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]int{
		"/usr/lib/postgresql/15/bin":            15,
		"/usr/pgsql-16/bin":                     16,
		"/opt/homebrew/opt/postgresql@17/bin":   17,
		"/usr/libexec/postgresql":               0,
		"/Applications/Postgres.app/latest/bin": 0,
	} {
		if got := lastNumber(path); got != want {
			t.Errorf("%s: got %d, want %d", path, got, want)
		}
	}
}
