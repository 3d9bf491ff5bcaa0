package examples_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/examples"
)

// manifest is hub.json as docs/hub-json.md describes it.
type manifest struct {
	Schema  string `json:"$schema"`
	Version int    `json:"version"`
	Users   []struct {
		Handle      string `json:"handle"`
		DisplayName string `json:"displayName"`
		Bio         string `json:"bio"`
	} `json:"users"`
	Cohorts []cohort         `json:"cohorts"`
	Files   map[string]entry `json:"files"`
}

type cohort struct {
	Key        string `json:"key"`
	Program    string `json:"program"`
	Name       string `json:"name"`
	StartsOn   string `json:"startsOn"`
	EndsOn     string `json:"endsOn"`
	Visibility string `json:"visibility"`
	Members    []struct {
		Handle string `json:"handle"`
		Role   string `json:"role"`
	} `json:"members"`
}

type entry struct {
	Owner   string `json:"owner"`
	Cohort  string `json:"cohort"`
	Program string `json:"program"`
}

func TestEveryFileIsDeclaredAndEveryDeclaredFileExists(t *testing.T) {
	t.Parallel()
	declared := make([]string, 0, 18)
	for name := range readManifest(t).Files {
		declared = append(declared, name)
	}
	slices.Sort(declared)
	if diff := cmp.Diff(markdownFiles(t), declared); diff != "" {
		t.Errorf("files of the hub (-) and of hub.json (+) differ:\n%s", diff)
	}
	if len(declared) < 15 {
		t.Errorf("%d files, want at least 15", len(declared))
	}
}

func TestEveryReferenceInTheManifestResolves(t *testing.T) {
	t.Parallel()
	m := readManifest(t)
	users := map[string]bool{}
	for _, u := range m.Users {
		if users[u.Handle] || u.DisplayName == "" {
			t.Errorf("user %q is doubled or has no display name", u.Handle)
		}
		users[u.Handle] = true
	}
	cohorts := checkCohorts(t, m.Cohorts, users)
	for name, e := range m.Files {
		c, known := cohorts[e.Cohort]
		if !known || e.Program != c.Program {
			t.Errorf("%s: cohort %q unknown, or of another programme than %q", name, e.Cohort, e.Program)
		}
		if !users[e.Owner] || e.Owner != path.Dir(name) {
			t.Errorf("%s: owner %q is not the learner of its folder", name, e.Owner)
		}
		if !isMember(c, e.Owner) {
			t.Errorf("%s: owner %q is no member of cohort %q", name, e.Owner, e.Cohort)
		}
	}
}

// checkCohorts returns the cohorts by key.
func checkCohorts(t *testing.T, cohorts []cohort, users map[string]bool) map[string]cohort {
	t.Helper()
	byKey := map[string]cohort{}
	visible := map[string]int{}
	for _, c := range cohorts {
		if _, doubled := byKey[c.Key]; doubled {
			t.Errorf("cohort key %q is doubled", c.Key)
		}
		byKey[c.Key] = c
		visible[c.Visibility]++
		start, startErr := time.Parse(time.DateOnly, c.StartsOn)
		end, endErr := time.Parse(time.DateOnly, c.EndsOn)
		if startErr != nil || endErr != nil || end.Before(start) {
			t.Errorf("cohort %q: dates %q to %q", c.Key, c.StartsOn, c.EndsOn)
		}
		seen := map[string]bool{}
		for _, member := range c.Members {
			if !users[member.Handle] || seen[member.Handle] {
				t.Errorf("cohort %q: member %q is unknown or doubled", c.Key, member.Handle)
			}
			seen[member.Handle] = true
			if !slices.Contains([]string{"LEARNER", "MENTOR", "STAFF"}, member.Role) {
				t.Errorf("cohort %q: role %q", c.Key, member.Role)
			}
		}
	}
	if diff := cmp.Diff(map[string]int{"PUBLIC": 3, "MEMBERS": 1}, visible); diff != "" {
		t.Errorf("cohorts by visibility (-want +got):\n%s", diff)
	}
	return byKey
}

func isMember(c cohort, handle string) bool {
	for _, member := range c.Members {
		if member.Handle == handle {
			return true
		}
	}
	return false
}

// A property that the schema does not declare would be an error in every editor.
func TestSchemaDeclaresEveryPropertyInUse(t *testing.T) {
	t.Parallel()
	type object struct {
		Properties map[string]json.RawMessage `json:"properties"`
	}
	var schema struct {
		object
		Defs map[string]object `json:"$defs"`
	}
	if err := json.Unmarshal(readFile(t, "hub.schema.json"), &schema); err != nil {
		t.Fatal(err)
	}
	var hub map[string]json.RawMessage
	if err := json.Unmarshal(readFile(t, "hub.json"), &hub); err != nil {
		t.Fatal(err)
	}
	for name := range hub {
		if _, declared := schema.Properties[name]; !declared {
			t.Errorf("hub.schema.json lacks %q", name)
		}
	}
	for definition, list := range map[string]string{"user": "users", "cohort": "cohorts"} {
		var rows []map[string]json.RawMessage
		if err := json.Unmarshal(hub[list], &rows); err != nil {
			t.Fatal(err)
		}
		for name := range rows[0] {
			if _, declared := schema.Defs[definition].Properties[name]; !declared {
				t.Errorf("hub.schema.json lacks %s.%s", definition, name)
			}
		}
	}
}

// The samples may name reserved example domains only: no registry, no site of
// anyone, no address of a person.
func TestSamplesNameNoForeignHostOrOrganisation(t *testing.T) {
	t.Parallel()
	host := regexp.MustCompile(`(?i)\b(?:[a-z0-9-]+\.)+(?:com|org|net|dev|io|gg|me|co|app|edu)\b`)
	reserved := regexp.MustCompile(`(?i)^(?:.*\.)?example\.(?:com|org|net)$`)
	organisation := regexp.MustCompile(`(?i)\b(?:alx|prodev|prodevprojectnexus)\b`)
	for _, name := range append(markdownFiles(t), "hub.json") {
		text := readFile(t, name)
		for _, found := range host.FindAllString(string(text), -1) {
			if !reserved.MatchString(found) {
				t.Errorf("%s names the host %q", name, found)
			}
		}
		if found := organisation.Find(text); found != nil {
			t.Errorf("%s names the organisation %q", name, found)
		}
	}
}

func TestOneSampleHasCRLFLineEnds(t *testing.T) {
	t.Parallel()
	text := readFile(t, "learner-08/README.md")
	if lines := bytes.Count(text, []byte("\n")); lines == 0 || bytes.Count(text, []byte("\r\n")) != lines {
		t.Error("learner-08/README.md lost its CRLF line ends; see examples/.gitattributes")
	}
}

// No line of some length may be equal to one of the real documents that the
// importer is measured on: the samples are our own words.
func TestSamplesCopyNoLineOfTheCorpus(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("NEXUS_CORPUS_DIR")
	if dir == "" {
		t.Skip("NEXUS_CORPUS_DIR is not set: the samples are compared with nothing")
	}
	foreign := map[string]string{}
	paths, err := filepath.Glob(filepath.Join(dir, "*.md"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no Markdown files in %s (%v)", dir, err)
	}
	for _, p := range paths {
		text, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range longLines(text) {
			foreign[line] = filepath.Base(p)
		}
	}
	for _, name := range markdownFiles(t) {
		for _, line := range longLines(readFile(t, name)) {
			if source, copied := foreign[line]; copied {
				t.Errorf("%s shares a line with %s: %q", name, source, line)
			}
		}
	}
}

// longLines returns the lines of 40 letters and more, without case, Markdown
// marks and punctuation.
func longLines(text []byte) []string {
	var lines []string
	for line := range strings.Lines(string(text)) {
		words := strings.FieldsFunc(strings.ToLower(line), func(r rune) bool {
			return strings.ContainsRune(" \t\r\n#*_`|>-–—:.,;!?()[]\"'", r)
		})
		if folded := strings.Join(words, " "); len(folded) >= 40 {
			lines = append(lines, folded)
		}
	}
	return lines
}

func readManifest(t *testing.T) manifest {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(readFile(t, "hub.json")))
	decoder.DisallowUnknownFields()
	var m manifest
	if err := decoder.Decode(&m); err != nil {
		t.Fatalf("hub.json: %v", err)
	}
	return m
}

// markdownFiles returns the documents of the hub in order.
func markdownFiles(t *testing.T) []string {
	t.Helper()
	names, err := fs.Glob(examples.Hub(), "*/*.md")
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func readFile(t *testing.T, name string) []byte {
	t.Helper()
	text, err := fs.ReadFile(examples.Hub(), name)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
