package importer_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/project-nexus/nexus/examples"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/importer"
	"github.com/project-nexus/nexus/internal/importer/source"
)

func cohortID(t *testing.T, text string) id.Cohort {
	t.Helper()
	return id.Of[id.Cohort](uuid.MustParse(text))
}

func TestTheSourceKeyIsTheOwnerAndTheSource(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.user("learner-01")
	b.write("README.md", sample)
	b.imports(importer.Options{})
	b.imports(importer.Options{})
	b.imports(importer.Options{Owner: "learner-01"})
	b.imports(importer.Options{Owner: "LEARNER-01"})
	b.want("SELECT d.source, u.handle FROM document d LEFT JOIN app_user u ON u.id = d.owner_id ORDER BY u.handle",
		"docs/README.md | learner-01", "docs/README.md | -")
}

func TestTwoFilesWithOneKeyStopTheImport(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.write("a/README.md", sample)
	b.write("x/a/README.md", sample)
	_, err := b.try(importer.Options{}, source.Path(b.dir+"/a"), source.Path(b.dir+"/x/a/README.md"))
	if errs.CodeOf(err) != errs.CodeConflict {
		t.Fatalf("got %v", err)
	}
	for _, want := range []string{b.dir + "/a/README.md", b.dir + "/x/a/README.md", "a/README.md"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not name %s: %v", want, err)
		}
	}
	b.want("SELECT count(*) FROM document", "0")
}

func TestOptionsThatMakeNoSenseStopTheImport(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.write("README.md", sample)
	absent := id.New[id.Cohort]()
	for name, o := range map[string]importer.Options{
		"owner": {Owner: "nobody"}, "cohort": {Cohort: &absent}, "programme": {Program: "!?"},
	} {
		_, err := b.try(o)
		if code := errs.CodeOf(err); code != errs.CodeNotFound && (name != "programme" || code != errs.CodeBadUserInput) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	b.want("SELECT count(*) FROM document", "0")
}

func TestACohortDecidesPlaceAndProgramme(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.write("README.md", sample)
	b.imports(importer.Options{})
	cohort := cohortID(t, b.cohort("Frontend", "Spring", "MEMBERS"))

	summary := b.imports(importer.Options{Cohort: &cohort})
	b.wantCounts(summary, map[importer.Outcome]int{importer.Updated: 1})
	b.want("SELECT number FROM document_revision", "1")
	for _, table := range []string{"document", "challenge", "practice", "channel"} {
		b.want("SELECT DISTINCT cohort_id::text FROM "+table, cohort.String())
	}
	b.want("SELECT p.title FROM document d JOIN program p ON p.id = d.program_id", "Frontend")
	b.wantCounts(b.imports(importer.Options{Cohort: &cohort}), map[importer.Outcome]int{importer.Unchanged: 1})

	if _, err := b.try(importer.Options{Cohort: &cohort, Program: "Another"}); errs.CodeOf(err) != errs.CodeBadUserInput {
		t.Errorf("a programme that is not the cohort's: %v", err)
	}
	b.wantCounts(b.imports(importer.Options{}), map[importer.Outcome]int{importer.Updated: 1})
	b.want("SELECT DISTINCT cohort_id FROM challenge", "-")
}

func TestAGivenProgrammeIsFoundByItsFoldedTitle(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.write("README.md", sample)
	b.exec("INSERT INTO program (id, slug, title, folded_title) VALUES (gen_random_uuid(), 'data-school', 'Other', 'other')")
	b.write("plain.md", "Only a line of text.\n")
	b.imports(importer.Options{})
	b.wantCounts(b.imports(importer.Options{Program: "Data School"}), map[importer.Outcome]int{importer.Updated: 2})
	b.wantCounts(b.imports(importer.Options{Program: "DATA school!"}), map[importer.Outcome]int{importer.Unchanged: 2})
	b.want("SELECT DISTINCT p.title, p.slug FROM document d JOIN program p ON p.id = d.program_id", "Data School | data-school-2")
}

const hubJSON = `{
  "version": 1,
  "users": [{"handle": "learner-01", "displayName": "Learner 01"}, {"handle": "learner-02", "displayName": "Learner 02"}],
  "cohorts": [{"key": "spring", "program": "Data School", "name": "Spring", "startsOn": "2026-03-02", "visibility": "MEMBERS",
    "members": [{"handle": "learner-01", "role": "MENTOR"}]}],
  "files": {
    "one/README.md": {"owner": "learner-01", "cohort": "spring"},
    "two/README.md": {"owner": "learner-02", "program": "Night School"}
  }
}`

func TestHubJSONSaysWhoseTheFilesAre(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, name := range []string{"one/README.md", "two/README.md", "three/README.md"} {
		b.write(name, sample)
	}
	b.write("hub.json", hubJSON)
	if _, err := b.try(importer.Options{}); errs.CodeOf(err) != errs.CodeNotFound {
		t.Errorf("without Create: %v", err)
	}
	if counts := b.everything(); counts["app_user"]+counts["document"]+counts["program"] != "000" {
		t.Errorf("something was stored: %v", counts)
	}
	b.wantCounts(b.imports(importer.Options{Create: true}), map[importer.Outcome]int{importer.Created: 3})
	b.want(`SELECT d.source, u.handle, c.name, p.title FROM document d LEFT JOIN app_user u ON u.id = d.owner_id
		LEFT JOIN cohort c ON c.id = d.cohort_id LEFT JOIN program p ON p.id = d.program_id ORDER BY 1`,
		"docs/one/README.md | learner-01 | Spring | Data School",
		"docs/three/README.md | - | - | Backend Engineering Programme",
		"docs/two/README.md | learner-02 | - | Night School")
	b.want("SELECT u.handle, c.name, c.starts_on::text, c.visibility, m.role FROM membership m JOIN cohort c ON c.id = m.cohort_id JOIN app_user u ON u.id = m.user_id",
		"learner-01 | Spring | 2026-03-02 | MEMBERS | MENTOR")

	b.exec("UPDATE app_user SET display_name = 'Renamed'")
	for _, o := range []importer.Options{{}, {Create: true}} {
		b.wantCounts(b.imports(o), map[importer.Outcome]int{importer.Unchanged: 3})
	}
	b.want("SELECT DISTINCT display_name FROM app_user", "Renamed")
	b.want("SELECT count(*) FROM membership", "1")
}

func TestAFaultyHubJSONFailsItsFolderAlone(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{
		"not declared anywhere": {strings.ReplaceAll(hubJSON, `"owner": "learner-02"`, `"owner": "nobody"`), `line 8, column 32: files["two/README.md"].owner is "nobody"`},
		"broken":                {"{", "no valid JSON"},
		"absent file":           {strings.Replace(hubJSON, "two/README.md", "four/README.md", 1), `files["four/README.md"] is no document`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.write("one/README.md", sample)
			b.write("two/README.md", sample)
			b.write("hub.json", c.text)
			good := source.Reader("good", strings.NewReader(sample))
			summary, err := b.try(importer.Options{Create: true}, source.Path(b.dir), good)
			if err != nil {
				t.Fatal(err)
			}
			b.wantCounts(summary, map[importer.Outcome]int{importer.Failed: 1, importer.Created: 1})
			if f := summary.Files[0]; f.Path != b.dir+"/hub.json" || !strings.Contains(f.Err.Error(), c.want) {
				t.Errorf("%s: %v, want %s", f.Path, f.Err, c.want)
			}
			b.want("SELECT source FROM document", "good")
			b.want("SELECT count(*) FROM app_user", "0")
		})
	}
}

func TestFlagsStandForFilesThatHubJSONDoesNotName(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.user("teacher")
	b.write("one/README.md", sample)
	b.write("two/README.md", sample)
	b.write("three/README.md", sample)
	b.write("hub.json", hubJSON)
	b.imports(importer.Options{Create: true, Owner: "teacher", Program: "Evening School"})
	b.want("SELECT u.handle, p.title FROM document d JOIN app_user u ON u.id = d.owner_id JOIN program p ON p.id = d.program_id ORDER BY d.source",
		"learner-01 | Data School", "teacher | Evening School", "learner-02 | Night School")
}

func TestTheSampleHubIsImportedTwice(t *testing.T) {
	t.Parallel()
	b := setup(t)
	hub := source.FS(examples.HubName, examples.Hub())
	b.wantCounts(b.imports(importer.Options{Create: true}, hub), map[importer.Outcome]int{importer.Created: 18})
	b.want("SELECT source FROM document ORDER BY source LIMIT 1", "hub/learner-01/README.md")
	b.want("SELECT count(*) FROM cohort", "4")
	b.want("SELECT count(*) FROM program", "2")
	b.wantCounts(b.imports(importer.Options{Create: true}, hub), map[importer.Outcome]int{importer.Unchanged: 18})
}
