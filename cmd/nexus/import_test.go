package main

import (
	"bytes"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/internal/dbtest"
	"github.com/project-nexus/nexus/internal/entry"
	"github.com/project-nexus/nexus/internal/importer"
	"github.com/project-nexus/nexus/internal/importer/source"
)

func TestImportPrintsALineAFileAndASummary(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	dir := filepath.Join(t.TempDir(), "docs")
	writeFile(t, filepath.Join(dir, "a.md"), "Only a line.\n")
	writeFile(t, filepath.Join(dir, "bad.md"), "\x00\x01\x02")
	writeFile(t, filepath.Join(dir, "photo.png"), "png")
	run := func() (string, error) {
		var out bytes.Buffer
		err := runImport(t.Context(), db, []source.Input{source.Path(dir)}, importer.Options{}, newImportReport(&out, &out, false))
		return out.String(), err
	}
	out, err := run()
	if err == nil || err.Error() != "1 file failed" {
		t.Errorf("got %v", err)
	}
	for _, want := range []string{
		"created   " + dir + "/a.md: ", "failed    " + dir + "/bad.md: ", "skipped   " + dir + "/photo.png: is no Markdown file",
		"1 change: 1 created, 0 updated, 0 unchanged, 1 skipped, 1 failed",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("the output lacks %q:\n%s", want, out)
		}
	}
	if out, _ = run(); !strings.Contains(out, "unchanged "+dir+"/a.md\n") || !strings.Contains(out, "0 changes: ") {
		t.Errorf("the second run prints:\n%s", out)
	}
}

func TestImportRefusesFlagsThatDoNotFit(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		arguments []string
		want      string
	}{
		"nothing given":           {nil, "give files"},
		"input without a name":    {[]string{"-"}, "--source"},
		"a name for files":        {[]string{"--source", "x", "a.md"}, "--source"},
		"input and files":         {[]string{"-", "a.md"}, "cannot be imported together"},
		"no id":                   {[]string{"--cohort", "spring", "a.md"}, "--cohort"},
		"an id of something else": {[]string{"--cohort", "us_01931c3e-0000-7000-8000-000000000000", "a.md"}, "--cohort"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := execute(t, append([]string{"import"}, c.arguments...)...); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestAResultIsOneLine(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		result importer.FileResult
		want   string
	}{
		{importer.FileResult{Path: "a\n.md", Outcome: importer.Failed, Err: errors.New("is bad")}, "failed    a�.md: is bad"},
		{importer.FileResult{Path: "a.md", Outcome: importer.Updated, Changes: entry.Changes{}}, "updated   a.md: no entries"},
		{
			importer.FileResult{Path: "a.md", Outcome: importer.Created, Found: importer.Found{Technologies: 2, Tips: 1}, Diagnostics: 3},
			"created   a.md: 2 technologies, 1 tip, 3 diagnostics",
		},
	} {
		if diff := cmp.Diff(c.want, line(c.result)); diff != "" {
			t.Errorf("line (-want +got):\n%s", diff)
		}
	}
}
