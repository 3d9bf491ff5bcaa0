package importer_test

import (
	"strings"
	"testing"

	"github.com/project-nexus/nexus/internal/importer"
	"github.com/project-nexus/nexus/internal/importer/source"
)

func TestADocumentIsStoredWithAllItsEntries(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.user("learner-01")
	b.write("README.md", sample)
	summary := b.imports(importer.Options{Owner: "Learner-01"})
	b.wantCounts(summary, map[importer.Outcome]int{importer.Created: 1})

	b.want(`SELECT d.source, d.title, d.status, u.handle, p.title, d.cohort_id FROM document d
		LEFT JOIN app_user u ON u.id = d.owner_id LEFT JOIN program p ON p.id = d.program_id`,
		"docs/README.md | Backend Engineering Programme | PUBLISHED | learner-01 | Backend Engineering Programme | -")
	b.want("SELECT number, markdown = $$"+sample+"$$, content_hash = encode(sha256(convert_to(markdown, 'UTF8')), 'hex') FROM document_revision",
		"1 | true | true")
	b.want(`SELECT t.slug, t.name, t.category, m.first_line FROM mention m JOIN technology t ON t.id = m.technology_id ORDER BY 1`,
		"docker | Docker | TOOL | 8", "postgresql | PostgreSQL | DATABASE | 7")
	b.want(`SELECT c.slug, c.title, m.first_line, m.last_line FROM mention m JOIN concept c ON c.id = m.concept_id`,
		"caching | Caching | 12 | 12")
	b.want(`SELECT c.title, c.status, u.handle, c.first_line, c.last_line, c.version, d.source FROM challenge c
		JOIN app_user u ON u.id = c.author_id JOIN document d ON d.id = c.document_id ORDER BY first_line`,
		"Listing page loaded each owner with a query of its own | SOLVED | learner-01 | 18 | 18 | 1 | docs/README.md",
		"Containers could not reach each other by name | SOLVED | learner-01 | 19 | 19 | 1 | docs/README.md")
	b.want(`SELECT s.body, s.accepted, u.handle, s.first_line FROM solution s JOIN app_user u ON u.id = s.author_id ORDER BY first_line`,
		"Joined the owners in one PostgreSQL query | true | learner-01 | 18", "Put them on one Docker network | true | learner-01 | 19")
	b.want(`SELECT c.first_line, t.name, ct.created_at = c.created_at FROM challenge_technology ct
		JOIN challenge c ON c.id = ct.challenge_id JOIN technology t ON t.id = ct.technology_id ORDER BY 1`,
		"18 | PostgreSQL | true", "19 | Docker | true")
	b.want("SELECT p.title, u.handle, p.first_line FROM practice p JOIN app_user u ON u.id = p.author_id",
		"Count the statements of a request in a test | learner-01 | 23")
	b.want("SELECT kind, first_line FROM channel", "DISCORD | 27")
}

func TestAnAliasOfTheVocabularyFindsTheTechnology(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.write("README.md", sample)
	b.imports(importer.Options{})
	b.want(`SELECT t.name FROM technology_alias a JOIN technology t ON t.id = a.technology_id WHERE a.folded_name = 'postgres'`, "PostgreSQL")
}

func TestAliasesOfOthersNeverFailAnImport(t *testing.T) {
	t.Parallel()
	b := setup(t)
	// Staff keep their own PostgreSQL, whose name is an alias of the vocabulary,
	// and another technology has the slug of Docker.
	b.exec(`WITH t AS (INSERT INTO technology (id, slug, name, category) VALUES
			(gen_random_uuid(), 'pg', 'Postgres', 'DATABASE'), (gen_random_uuid(), 'docker', 'Docker Inc', 'OTHER') RETURNING id, name)
		INSERT INTO technology_alias (folded_name, technology_id, name) SELECT lower(name), id, name FROM t`)
	b.write("README.md", sample)
	b.imports(importer.Options{})
	b.want(`SELECT t.slug, t.name FROM mention m JOIN technology t ON t.id = m.technology_id ORDER BY 1`,
		"docker-2 | Docker", "pg | Postgres")
}

func TestDeletedTechnologiesAndConceptsStayDeleted(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.write("README.md", sample)
	b.imports(importer.Options{})
	b.exec("UPDATE technology SET deleted_at = now() WHERE name = 'Docker'")
	b.exec("UPDATE concept SET deleted_at = now()")
	b.write("other.md", sample)
	b.imports(importer.Options{})
	b.want("SELECT count(*) FROM technology WHERE name = 'Docker'", "1")
	b.want("SELECT count(*) FROM concept", "1")
	b.want("SELECT t.name FROM mention m JOIN document d ON d.id = m.document_id JOIN technology t ON t.id = m.technology_id WHERE d.source = 'docs/other.md'", "PostgreSQL")
}

func TestDocumentsShareTechnologiesConceptsAndProgrammes(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.write("a.md", sample)
	b.write("b.md", strings.ReplaceAll(sample, "Backend Engineering Programme", "BACKEND engineering programme"))
	b.imports(importer.Options{})
	b.want("SELECT title, slug FROM program", "Backend Engineering Programme | backend-engineering-programme")
	b.want("SELECT count(*) FROM technology", "2")
	b.want("SELECT count(*) FROM concept", "1")
	b.want("SELECT count(*) FROM mention", "6")
}

func TestATitleFallsBackToTheNameOfTheFile(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, name := range []string{"week-1/README.md", "readme", "Notes on caching.md"} {
		b.write(name, "Only a line of text.\n")
	}
	b.imports(importer.Options{})
	b.imports(importer.Options{}, source.Reader("letter", strings.NewReader("Only a line of text.\n")))
	b.want("SELECT title FROM document ORDER BY title", "Notes on caching", "docs", "letter", "week-1")
}

func TestTheOverviewDescribesAPublicProgramme(t *testing.T) {
	t.Parallel()
	b := setup(t)
	cohort := cohortID(t, b.cohort("Backend Engineering Programme", "Secret", "MEMBERS"))
	b.write("README.md", sample)
	b.imports(importer.Options{Cohort: &cohort})
	b.want("SELECT overview FROM program", "-")
	b.write("b.md", sample)
	b.imports(importer.Options{}, source.Path(b.dir+"/b.md"))
	b.want("SELECT overview FROM program", "Sixteen weeks of services, data and deployment.")
}
