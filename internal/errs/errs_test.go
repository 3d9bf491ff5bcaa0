package errs_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/internal/errs"
)

func TestMain(m *testing.M) {
	flag.Bool("update", false, "write docs/errors.md")
	os.Exit(m.Run())
}

func TestAnErrorSpeaksToClientsAndLogs(t *testing.T) {
	t.Parallel()
	plain := errs.BadUserInput("first must be 1 to %d", 100)
	caused := plain.At("input", "first").RetryIn(time.Minute).Because(io.EOF)
	if plain.Error() != "first must be 1 to 100" || caused.Error() != "first must be 1 to 100: EOF" {
		t.Errorf("%q, %q", plain.Error(), caused.Error())
	}
	if caused.Message != plain.Message || caused.Code != errs.CodeBadUserInput || !errors.Is(caused, io.EOF) {
		t.Errorf("a copy lost something: %+v", caused)
	}
	if caused.RetryAfter != time.Minute {
		t.Errorf("retry after %v, want a minute", caused.RetryAfter)
	}
	if plain.Path != nil || plain.RetryAfter != 0 || errors.Is(plain, io.EOF) {
		t.Errorf("the original changed: %+v", plain)
	}
	if diff := cmp.Diff([]string{"input", "first"}, caused.Path); diff != "" {
		t.Errorf("path (-want +got):\n%s", diff)
	}
}

func TestCodeOf(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		err  error
		want errs.Code
	}{
		"nil":      {nil, ""},
		"own":      {errs.NotFound("none"), errs.CodeNotFound},
		"wrapped":  {fmt.Errorf("list: %w", errs.Conflict("taken")), errs.CodeConflict},
		"joined":   {errors.Join(io.EOF, errs.New(errs.CodeTimeout, "late")), errs.CodeTimeout},
		"foreign":  {context.Canceled, errs.CodeInternal},
		"as cause": {errs.New(errs.CodeUnavailable, "down").Because(errs.Conflict("inner")), errs.CodeUnavailable},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := errs.CodeOf(test.err); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestTheTableOfCodes(t *testing.T) {
	t.Parallel()
	seen := map[errs.Code]bool{}
	for _, entry := range errs.Table() {
		if seen[entry.Code] {
			t.Errorf("%s stands twice", entry.Code)
		}
		seen[entry.Code] = true
		if !regexp.MustCompile(`^[A-Z]+(_[A-Z]+)*$`).MatchString(string(entry.Code)) {
			t.Errorf("%s is not in capitals", entry.Code)
		}
		if http.StatusText(entry.Status) == "" || entry.Status < 400 || entry.Code.Status() != entry.Status {
			t.Errorf("%s has the status %d, answers %d", entry.Code, entry.Status, entry.Code.Status())
		}
		if !strings.HasSuffix(entry.Meaning, ".") {
			t.Errorf("%s means %q: no sentence", entry.Code, entry.Meaning)
		}
	}
	if got := errs.Code("NEW").Status(); got != http.StatusInternalServerError {
		t.Errorf("an unknown code has the status %d", got)
	}
}

// Every constant is in the table: a code without a row would be undocumented.
func TestNoCodeIsMissingInTheTable(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("code.go")
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for _, entry := range errs.Table() {
		listed[string(entry.Code)] = true
	}
	constants := regexp.MustCompile(`(?m)^\tCode\w+\s+Code = "(\w+)"`).FindAllSubmatch(source, -1)
	if len(constants) < 10 {
		t.Fatalf("only %d codes found in code.go", len(constants))
	}
	for _, match := range constants {
		if !listed[string(match[1])] {
			t.Errorf("%s is not in the table", match[1])
		}
	}
}

func TestDocumentationListsTheCodes(t *testing.T) {
	t.Parallel()
	const path = "../../docs/errors.md"
	const begin, end = "<!-- codes: written by go test ./internal/errs -update -->\n", "<!-- end of codes -->\n"
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, _ := strings.Cut(string(file), begin)
	_, after, found := strings.Cut(rest, end)
	if !found {
		t.Fatalf("%s lacks the lines around the table", path)
	}
	var fresh strings.Builder
	fresh.WriteString(before + begin + "| code | status | what it means |\n|---|---|---|\n")
	for _, entry := range errs.Table() {
		fmt.Fprintf(&fresh, "| `%s` | %d | %s |\n", entry.Code, entry.Status, entry.Meaning)
	}
	fresh.WriteString(end + after)
	if flag.Lookup("update").Value.String() == "true" {
		if err := os.WriteFile(path, []byte(fresh.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(fresh.String(), string(file)); diff != "" {
		t.Errorf("%s is stale, run go test ./internal/errs -update (-fresh +file):\n%s", path, diff)
	}
}
