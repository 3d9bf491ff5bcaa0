package jobs_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/internal/job"
	"github.com/project-nexus/nexus/internal/jobs"
)

// A kind without a handler would wait in the table for ever.
func TestEveryKindHasAHandler(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../*/*.go")
	below, failed := filepath.Glob("../*/*/*.go")
	if err != nil || failed != nil {
		t.Fatal(err, failed)
	}
	constant := regexp.MustCompile(`(?m)^\s*(?:const )?\w+\s+job\.Kind\s+= "([^"]+)"`)
	var declared []job.Kind
	for _, file := range append(files, below...) {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(file, "_test.go") || !strings.Contains(string(source), "internal/job\"") {
			continue
		}
		for _, match := range constant.FindAllStringSubmatch(string(source), -1) {
			declared = append(declared, job.Kind(match[1]))
		}
	}
	slices.Sort(declared)
	if len(declared) == 0 {
		t.Fatal("no kinds are found in the code")
	}
	if diff := cmp.Diff(declared, slices.Sorted(maps.Keys(jobs.Handlers(jobs.Services{})))); diff != "" {
		t.Errorf("kinds in the code and their handlers (-declared +handled):\n%s", diff)
	}
}

func TestArgumentsOfAnotherFormAreNotTriedAgain(t *testing.T) {
	t.Parallel()
	for kind, handler := range jobs.Handlers(jobs.Services{}) {
		if err := handler(t.Context(), []byte(`["ada@example.org"]`)); !job.IsPermanent(err) {
			t.Errorf("%s: got %v, want a permanent error", kind, err)
		}
	}
}
