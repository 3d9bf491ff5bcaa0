package hub_test

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/project-nexus/nexus/examples"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/importer/hub"
)

func TestTheSampleHubIsRead(t *testing.T) {
	t.Parallel()
	text, err := fs.ReadFile(examples.Hub(), "hub.json")
	if err != nil {
		t.Fatal(err)
	}
	h, err := hub.Parse(text, exists)
	if err != nil {
		t.Fatal(err)
	}
	cohort, declared := h.CohortByKey(h.File("learner-12/README.md").Cohort)
	if !declared || cohort.Visibility != "MEMBERS" || cohort.StartsOn.Time.Format("2006-01-02") != "2026-09-07" {
		t.Errorf("cohort of learner-12: %+v", cohort)
	}
	if !h.Declares("LEARNER-01") || h.Declares("learner-99") {
		t.Error("handles are compared wrongly")
	}
}

func TestNamesAreComparedInOneUnicodeForm(t *testing.T) {
	t.Parallel()
	h, err := hub.Parse([]byte(`{"version": 1, "files": {"cafe\u0301.md": {"owner": "learner-01"}}}`), func(name string) bool { return name == "caf\u00e9.md" })
	if err != nil {
		t.Fatal(err)
	}
	if owner := h.File("caf\u00e9.md").Owner; owner != "learner-01" {
		t.Errorf("owner %q", owner)
	}
}

func TestFaultsAreReportedWithTheirPlace(t *testing.T) {
	t.Parallel()
	const cohort = `{"key": "a", "program": "P", "name": "N", "visibility": "PUBLIC"`
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"no JSON":            {"hello", []string{"line 1, column 1"}},
		"missing comma":      {"{\"version\": 1\n \"files\": {}}", []string{"line 2, column 2"}},
		"text ends early":    {"{\"version\": 1,\n", []string{"ends too early"}},
		"text goes on":       {"{\"version\": 1, \"files\": {}}\n{}", []string{"line 2", "after the end"}},
		"a list":             {"[]", []string{"the top is a JSON array"}},
		"another version":    {`{"version": 2, "files": {}}`, []string{"line 1, column 13: version is not 1"}},
		"no files":           {`{"version": 1}`, []string{"files is missing"}},
		"unknown field":      {"{\"version\": 1,\n  \"file\": {}, \"files\": {}}", []string{"line 2, column 3: file is no field"}},
		"unknown deep field": {"{\"version\": 1, \"files\": {\"a.md\":\n {\"Owner\": \"x\"}}}", []string{`line 2, column 3: files["a.md"].Owner is no field`}},
		"doubled file":       {`{"version": 1, "files": {"a.md": {}, "a.md": {}}}`, []string{`files["a.md"] stands there twice`}},
		"wrong type":         {"{\"version\": 1,\n\"users\": [{\"handle\": 7}], \"files\": {}}", []string{"line 2", "users", "number"}},
		"absent file":        {`{"version": 1, "files": {"absent.md": {}}}`, []string{`files["absent.md"] is no document`}},
		"bad handle":         {`{"version": 1, "files": {"a.md": {"owner": "a b"}}}`, []string{`files["a.md"].owner is "a b"`}},
		"unknown key":        {`{"version": 1, "files": {"a.md": {"cohort": "x"}}}`, []string{`files["a.md"].cohort is "x", which is the key of no cohort`}},
		"user twice":         {`{"version": 1, "users": [{"handle": "a", "displayName": "A"}, {"handle": "A", "displayName": "A"}], "files": {}}`, []string{"users[1].handle stands there twice"}},
		"user without name":  {"{\"version\": 1, \"users\":\n [{\"handle\": \"a\"}], \"files\": {}}", []string{"line 2, column 3: users[0].displayName is missing"}},
		"dates":              {`{"version": 1, "cohorts": [` + cohort + `, "startsOn": "2026-05-01", "endsOn": "2026-04-01"}], "files": {}}`, []string{"cohorts[0].endsOn is before startsOn"}},
		"no date":            {`{"version": 1, "cohorts": [` + cohort + `, "startsOn": "2026-02-30"}], "files": {}}`, []string{"cohorts[0].startsOn is no date"}},
		"visibility":         {`{"version": 1, "cohorts": [{"key": "a", "program": "P", "name": "N", "visibility": "public"}], "files": {}}`, []string{`visibility is "public"`}},
		"role":               {`{"version": 1, "cohorts": [` + cohort + `, "members": [{"handle": "a", "role": "BOSS"}]}], "files": {}}`, []string{`cohorts[0].members[0].role is "BOSS"`}},
		"member twice":       {`{"version": 1, "cohorts": [` + cohort + `, "members": [{"handle": "a", "role": "STAFF"}, {"handle": "a", "role": "MENTOR"}]}], "files": {}}`, []string{"members[1].handle stands there twice"}},
		"cohort twice":       {`{"version": 1, "cohorts": [` + cohort + `}, {"key": "b", "program": "P", "name": "N", "visibility": "PUBLIC"}], "files": {}}`, []string{"cohorts[1].name stands there twice"}},
		"other programme":    {`{"version": 1, "cohorts": [` + cohort + `}], "files": {"a.md": {"cohort": "a", "program": "Q"}}}`, []string{`files["a.md"].program is not "P"`}},
		"several":            {"{\"version\": 3,\n\"files\": {\"b.md\": {\"owner\": \"?\"}}}", []string{"line 1, column 13: version", `line 2, column 29: files["b.md"].owner`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := hub.Parse([]byte(c.text), exists)
			if errs.CodeOf(err) != errs.CodeBadUserInput {
				t.Fatalf("got %v", err)
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("the error lacks %q: %v", want, err)
				}
			}
		})
	}
}

func exists(name string) bool { return name != "absent.md" }
