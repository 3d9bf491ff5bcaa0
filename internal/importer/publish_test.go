package importer_test

import (
	"context"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/challenge"
	"github.com/project-nexus/nexus/internal/collaboration"
	"github.com/project-nexus/nexus/internal/document"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/importer"
	"github.com/project-nexus/nexus/internal/importer/publish"
	"github.com/project-nexus/nexus/internal/moderation"
	"github.com/project-nexus/nexus/internal/page"
	"github.com/project-nexus/nexus/internal/practice"
	"github.com/project-nexus/nexus/internal/search"
)

// publication is a document of ada's, the sample, in a hub with people.
type publication struct {
	*bundle
	documents *publish.Service
	content   *moderation.Service
	key       id.Document
	people    map[string]context.Context
}

// publishes imports the sample for ada, into a public cohort with a mentor and a
// staff member.
func publishes(t *testing.T) publication {
	t.Helper()
	b := setup(t)
	cohort := b.cohort("Backend Engineering Programme", "Spring", "PUBLIC")
	p := publication{bundle: b, documents: publish.New(importer.NewServices(b.db)), people: map[string]context.Context{"visitor": t.Context()}}
	p.content = moderation.New(b.db, moderation.Followers{Challenge: challenge.New(b.db).LinkChallenge, Document: p.documents.Follow})
	for handle, role := range map[string]string{"ada": "LEARNER", "eve": "", "max": "LEARNER", "grace": "MENTOR", "sue": "STAFF", "admin": ""} {
		b.user(handle)
		if role != "" {
			b.exec(`INSERT INTO membership (id, cohort_id, user_id, role) SELECT gen_random_uuid(), $1::text::uuid, id, $2 FROM app_user WHERE handle = $3`, cohort, role, handle)
		}
		user := id.Of[id.User](uuid.MustParse(b.one("SELECT id::text FROM app_user WHERE handle = $1", handle)))
		p.people[handle] = auth.WithActor( //nolint:fatcontext // one for each person, not one in another
			t.Context(), auth.Actor{User: &user, Admin: handle == "admin", Scope: auth.ScopeAccount},
		)
	}
	b.write("README.md", sample)
	home := cohortID(t, cohort)
	b.imports(importer.Options{Owner: "ada", Cohort: &home})
	p.key = id.Of[id.Document](uuid.MustParse(b.one("SELECT id::text FROM document")))
	b.exec("DELETE FROM event")
	return p
}

// events returns the kinds of what happened since the last time, each once.
func (p publication) events() []string {
	p.Helper()
	all := p.rows("SELECT kind, count(*), count(cohort_id) = count(*), array_to_string(array_agg(DISTINCT array_to_string(changed, ',')), ';') FROM event GROUP BY 1 ORDER BY 1")
	p.exec("DELETE FROM event")
	return all
}

func (p publication) wantEvents(want ...string) {
	p.Helper()
	if diff := cmp.Diff(want, p.events()); diff != "" {
		p.Errorf("events (-want +got):\n%s", diff)
	}
}

func (p publication) wantCode(what string, err error, code errs.Code, path ...string) {
	p.Helper()
	e := errs.As(err)
	if errs.CodeOf(err) != code || e != nil && cmp.Diff(path, e.Path) != "" {
		p.Errorf("%s: got %v at %v, want %s at %v", what, err, e, code, path)
	}
}

// update changes the document as a person.
func (p publication) update(as string, input document.UpdateDocumentInput) error {
	input.ID = p.key
	_, err := p.documents.Update(p.people[as], input)
	return err
}

// sees counts the documents and challenges that a person sees.
func (p publication) sees(who string) (documents, challenges int) {
	p.Helper()
	listed, err := document.New(p.db).List(p.people[who], page.Query[document.DocumentFilter]{})
	if err != nil {
		p.Fatal(err)
	}
	found, err := challenge.New(p.db).List(p.people[who], page.Query[challenge.ChallengeFilter]{})
	if err != nil {
		p.Fatal(err)
	}
	return len(listed.Nodes()), len(found.Nodes())
}

func TestAnotherTextIsTheNextRevision(t *testing.T) {
	t.Parallel()
	p := publishes(t)
	b := p.bundle
	b.exec("UPDATE challenge SET title = 'By hand', edited_at = now() WHERE first_line = 18")
	text := strings.Replace(without(dockerRow), "Sixteen weeks", "Eighteen weeks", 1) + "\n<script>alert(1)</script>\n"
	if err := p.update("ada", document.UpdateDocumentInput{Markdown: graphql.OmittableOf(&text), Title: graphql.OmittableOf(new("My notes")), IfVersion: new(int32(1))}); err != nil {
		t.Fatal(err)
	}
	b.want("SELECT r.number, u.handle FROM document_revision r LEFT JOIN app_user u ON u.id = r.author_id ORDER BY 1", "1 | -", "2 | ada")
	b.want("SELECT d.title, d.version, d.cohort_id IS NOT NULL, d.program_id IS NOT NULL FROM document d", "My notes | 2 | true | true")
	b.want("SELECT title, missing_at IS NOT NULL FROM challenge ORDER BY title", "By hand | false", "Containers could not reach each other by name | true")
	p.wantEvents("challenge.went_missing | 1 | true | ", "document.updated | 1 | true | title,markdown", "solution.went_missing | 1 | true | ")
	latest, err := document.New(b.db).Latest(p.people["visitor"], []id.Document{p.key})
	if err != nil || strings.Contains(latest[p.key].BodyHTML(), "<script") || !strings.Contains(latest[p.key].BodyHTML(), "Eighteen weeks") {
		t.Errorf("as HTML: %v, %v", latest[p.key], err)
	}

	// The same file leaves the person's text; another one is the next revision.
	if summary := b.imports(importer.Options{Owner: "ada", Cohort: p.cohort()}); summary.Counts[importer.Unchanged] != 1 {
		t.Errorf("the same file again: %v", summary.Counts)
	}
	b.imports(importer.Options{Owner: "ada"}) // into no cohort, with an edited title: it stays
	b.want("SELECT count(*) FROM document_revision", "2")
	b.write("README.md", sample+"\nOne more line.\n")
	b.imports(importer.Options{Owner: "ada", Cohort: p.cohort()})
	b.want("SELECT number, author_id IS NULL FROM document_revision ORDER BY 1", "1 | true", "2 | false", "3 | true")
	b.want("SELECT title, missing_at IS NOT NULL FROM challenge ORDER BY title", "By hand | false", "Containers could not reach each other by name | false")
	b.want("SELECT title FROM document", "My notes")
}

func (p publication) cohort() *id.Cohort {
	p.Helper()
	cohort := cohortID(p.T, p.one("SELECT id::text FROM cohort"))
	return &cohort
}

// A text of a person says nothing of where the document belongs: who sees it and
// whose it is stays.
func TestAnotherTextStaysInItsCohort(t *testing.T) {
	t.Parallel()
	p := publishes(t)
	text := strings.Replace(sample, "# Backend Engineering Programme", "# Frontend Design Programme", 1)
	if err := p.update("ada", document.UpdateDocumentInput{Markdown: graphql.OmittableOf(&text)}); err != nil {
		t.Fatal(err)
	}
	p.want("SELECT d.title, c.name, g.title, d.edited_at FROM document d JOIN cohort c ON c.id = d.cohort_id JOIN program g ON g.id = d.program_id",
		"Frontend Design Programme | Spring | Backend Engineering Programme | -")
	p.want("SELECT count(*), count(cohort_id) FROM challenge", "2 | 2")
	p.want("SELECT title FROM program", "Backend Engineering Programme") // people make no programmes by a text
}

// A document that moves keeps the text that a person gave it.
func TestAMovedDocumentKeepsThePersonsText(t *testing.T) {
	t.Parallel()
	p := publishes(t)
	text := without(dockerRow)
	if err := p.update("ada", document.UpdateDocumentInput{Markdown: graphql.OmittableOf(&text)}); err != nil {
		t.Fatal(err)
	}
	other := cohortID(t, p.bundle.cohort("Backend Engineering Programme", "Autumn", "PUBLIC"))
	p.imports(importer.Options{Owner: "ada", Cohort: &other})
	p.want("SELECT number FROM document_revision ORDER BY 1", "1", "2")
	p.want("SELECT c.name FROM document d JOIN cohort c ON c.id = d.cohort_id", "Autumn")
	p.want("SELECT count(*) FROM challenge WHERE missing_at IS NULL", "1")
}

func TestBadTextsChangeNothing(t *testing.T) {
	t.Parallel()
	p := publishes(t)
	before := p.everything()
	for name, text := range map[string]*string{
		"null": nil, "blank": new(" \n"), "too deep": new(strings.Repeat("> ", 100) + "x"), "too large": new(strings.Repeat("word ", 1<<20+1)),
	} {
		err := p.update("ada", document.UpdateDocumentInput{Markdown: graphql.OmittableOf(text), Title: graphql.OmittableOf(new("New"))})
		p.wantCode(name, err, errs.CodeBadUserInput, "input", "markdown")
	}
	err := p.update("ada", document.UpdateDocumentInput{Title: graphql.OmittableOf[*string](nil)})
	p.wantCode("no title", err, errs.CodeBadUserInput, "input", "title")
	err = p.update("ada", document.UpdateDocumentInput{Title: graphql.OmittableOf(new("New")), IfVersion: new(int32(7))})
	p.wantCode("another version", err, errs.CodeConflict, "input", "ifVersion")
	if diff := cmp.Diff(before, p.everything()); diff != "" {
		t.Errorf("rows:\n%s", diff)
	}
	p.want("SELECT title, version FROM document", "Backend Engineering Programme | 1")
}

func TestAWithdrawnDocumentIsGoneUntilItIsBack(t *testing.T) {
	t.Parallel()
	p := publishes(t)
	b := p.bundle
	b.exec("INSERT INTO comment (id, author_id, challenge_id, body) SELECT gen_random_uuid(), (SELECT id FROM app_user WHERE handle = 'eve'), id, 'Same here' FROM challenge WHERE first_line = 18")
	before := b.rows("SELECT id::text, missing_at FROM challenge UNION ALL SELECT id::text, missing_at FROM solution UNION ALL SELECT id::text, missing_at FROM practice UNION ALL SELECT id::text, missing_at FROM channel ORDER BY 1")
	payload, err := p.documents.Withdraw(p.people["ada"], document.WithdrawDocumentInput{ID: p.key})
	if err != nil || payload.Document == nil || payload.Document.Status != document.Withdrawn {
		t.Fatalf("withdrawn: %+v, %v", payload, err)
	}
	p.wantEvents("challenge.went_missing | 2 | true | ", "channel.went_missing | 1 | true | ", "document.withdrawn | 1 | true | status", "practice.went_missing | 1 | true | ", "solution.went_missing | 2 | true | ")
	for who, want := range map[string]int{"visitor": 0, "eve": 0, "max": 0, "ada": 1, "grace": 1, "sue": 1, "admin": 1} {
		if documents, challenges := p.sees(who); documents != want || challenges != 1 {
			t.Errorf("%s sees %d documents and %d challenges, want %d and the one with a comment", who, documents, challenges, want)
		}
		if found := p.finds(who); found != want {
			t.Errorf("%s finds %d documents, want %d", who, found, want)
		}
	}
	text := sample + "\nMore.\n"
	p.wantCode("another text", p.update("ada", document.UpdateDocumentInput{Markdown: graphql.OmittableOf(&text)}), errs.CodeConflict, "input", "markdown")
	b.write("README.md", text)
	if summary := b.imports(importer.Options{Owner: "ada", Cohort: p.cohort()}); summary.Counts[importer.Skipped] != 1 {
		t.Errorf("imported again: %v", summary.Counts)
	}
	if _, err := p.documents.Republish(p.people["ada"], document.RepublishDocumentInput{ID: p.key, IfVersion: new(int32(2))}); err != nil {
		t.Fatal(err)
	}
	if documents, challenges := p.sees("visitor"); documents != 1 || challenges != 2 || p.finds("visitor") != 1 {
		t.Errorf("back are %d documents and %d challenges", documents, challenges)
	}
	after := b.rows("SELECT id::text, missing_at FROM challenge UNION ALL SELECT id::text, missing_at FROM solution UNION ALL SELECT id::text, missing_at FROM practice UNION ALL SELECT id::text, missing_at FROM channel ORDER BY 1")
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("entries (-before +after):\n%s", diff)
	}
	if summary := b.imports(importer.Options{Owner: "ada", Cohort: p.cohort()}); summary.Counts[importer.Updated] != 1 || summary.Changes.Created != 0 {
		t.Errorf("imported again: %v %+v", summary.Counts, summary.Changes)
	}
}

// finds counts the documents that a person finds by a word of the sample.
func (p publication) finds(who string) int {
	p.Helper()
	found, err := search.New(p.db).Search(p.people[who], search.Query{Text: "tenant", Types: []search.SearchType{search.TypeDocument}})
	if err != nil {
		p.Fatal(err)
	}
	return len(found.Edges)
}

func TestADeletedDocumentComesBackWithItsEntries(t *testing.T) {
	t.Parallel()
	p := publishes(t)
	b := p.bundle
	b.write("README.md", without(dockerRow))
	b.imports(importer.Options{Owner: "ada", Cohort: p.cohort()}) // one challenge has vanished before
	b.exec("UPDATE practice SET title = 'Count', edited_at = now()")
	if _, err := p.documents.Delete(p.people["ada"], document.DeleteDocumentInput{ID: p.key}); err != nil {
		t.Fatal(err)
	}
	if documents, challenges := p.sees("admin"); documents != 0 || challenges != 0 {
		t.Errorf("left are %d documents and %d challenges", documents, challenges)
	}
	if found, _ := practice.New(b.db).List(p.people["visitor"], page.Query[practice.PracticeFilter]{}); len(found.Nodes()) != 1 {
		t.Errorf("%d practices, want the edited one", len(found.Nodes()))
	}
	restore := moderation.RestoreContentInput{ID: id.AnyOf(p.key), Reason: "Too hasty."}
	_, err := p.content.Restore(p.people["eve"], restore)
	p.wantCode("a stranger", err, errs.CodeNotFound, "input", "id")
	if _, err := p.content.Restore(p.people["ada"], restore); err != nil {
		t.Fatal(err)
	}
	if documents, challenges := p.sees("visitor"); documents != 1 || challenges != 1 {
		t.Errorf("back are %d documents and %d challenges, want 1 and the one that had not vanished", documents, challenges)
	}
	// Another import of the source takes its place.
	if _, err := p.documents.Delete(p.people["ada"], document.DeleteDocumentInput{ID: p.key}); err != nil {
		t.Fatal(err)
	}
	if summary := b.imports(importer.Options{Owner: "ada", Cohort: p.cohort()}); summary.Counts[importer.Created] != 1 {
		t.Errorf("imported again: %v", summary.Counts)
	}
	_, err = p.content.Restore(p.people["ada"], restore)
	p.wantCode("the source is taken", err, errs.CodeConflict, "input", "id")
}

func TestWhoMayChangeADocument(t *testing.T) {
	t.Parallel()
	p := publishes(t)
	const ok = errs.Code("")
	for who, want := range map[string]struct{ owned, orphan errs.Code }{
		"visitor": {errs.CodeUnauthenticated, errs.CodeUnauthenticated},
		"ada":     {ok, errs.CodeForbidden},
		"eve":     {errs.CodeForbidden, errs.CodeForbidden},
		"max":     {errs.CodeForbidden, errs.CodeForbidden},
		"grace":   {errs.CodeForbidden, ok},
		"sue":     {errs.CodeForbidden, ok},
		"admin":   {ok, ok},
	} {
		for handle, code := range map[string]errs.Code{"ada": want.owned, "": want.orphan} {
			p.exec("UPDATE document SET owner_id = (SELECT id FROM app_user WHERE handle = $1)", handle)
			as, input := p.people[who], document.WithdrawDocumentInput{ID: p.key}
			_, withdrawn := p.documents.Withdraw(as, input)
			_, republished := p.documents.Republish(as, document.RepublishDocumentInput{ID: p.key})
			_, deleted := p.documents.Delete(as, document.DeleteDocumentInput{ID: p.key})
			p.exec("UPDATE document SET deleted_at = NULL")
			for what, err := range map[string]error{
				"update":   p.update(who, document.UpdateDocumentInput{Overview: graphql.OmittableOf(new("By " + who))}),
				"withdraw": withdrawn, "republish": republished, "delete": deleted,
			} {
				if errs.CodeOf(err) != code {
					t.Errorf("%s, owner %q, %s: got %v, want %q", who, handle, what, err, code)
				}
			}
		}
	}
}

func TestImportsAreInTheChangeLog(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.user("ada")
	b.write("README.md", sample)
	b.imports(importer.Options{Owner: "ada"})
	kinds := "SELECT kind, count(*), count(actor_id), count(parent_id), max(array_to_string(changed, ',')) FROM event GROUP BY 1 ORDER BY 1"
	b.want(kinds, "challenge.created | 2 | 0 | 0 | ", "channel.created | 1 | 0 | 0 | ", "document.imported | 1 | 0 | 0 | ",
		"practice.created | 1 | 0 | 0 | ", "solution.added | 2 | 0 | 2 | ")
	b.exec("DELETE FROM event")
	b.imports(importer.Options{Owner: "ada"})
	b.imports(importer.Options{Owner: "ada", DryRun: true})
	b.want(kinds)
	b.write("README.md", strings.Replace(without(slowRow), "Put them on", "Joined them to", 1))
	b.imports(importer.Options{Owner: "ada"})
	b.want(kinds, "challenge.went_missing | 1 | 0 | 0 | ", "document.updated | 1 | 0 | 0 | markdown",
		"solution.updated | 1 | 0 | 1 | ", "solution.went_missing | 1 | 0 | 1 | ")
}

// What people changed by the services is left alone by the next import.
func TestImportsLeaveWhatPeopleEdited(t *testing.T) {
	t.Parallel()
	p := publishes(t)
	b := p.bundle
	b.write("README.md", sample+"- Ask for help after half an hour\n")
	b.imports(importer.Options{Owner: "ada", Cohort: p.cohort()})
	ada, services := p.people["ada"], importer.NewServices(b.db)
	tips := b.rows("SELECT id::text FROM tip")
	if len(tips) != 1 {
		t.Fatalf("%d tips", len(tips))
	}
	_, err := services.Collaboration.UpdateTip(ada, collaboration.UpdateTipInput{
		ID: id.Of[id.Tip](uuid.MustParse(tips[0])), Body: graphql.OmittableOf(new("Ask at once.")),
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = services.Collaboration.UpdateChannel(ada, collaboration.UpdateChannelInput{
		ID: id.Of[id.Channel](uuid.MustParse(b.one("SELECT id::text FROM channel"))), Name: graphql.OmittableOf(new("#talk")),
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = services.Practices.Update(ada, practice.UpdatePracticeInput{
		ID: id.Of[id.Practice](uuid.MustParse(b.one("SELECT id::text FROM practice"))), Title: graphql.OmittableOf(new("Count them")),
		TechnologyIDs: graphql.OmittableOf([]id.Technology{}),
	})
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.NewReplacer("Count the statements", "Number the PostgreSQL statements", "#backend-help", "#frontend-help", "half an hour", "one whole hour").
		Replace(sample + "- Ask for help after half an hour\n")
	b.write("README.md", changed)
	summary := b.imports(importer.Options{Owner: "ada", Cohort: p.cohort()})
	if c := summary.Changes; c.Created != 0 || c.Missing != 0 || len(c.Kept) != 3 {
		t.Errorf("changes: %+v, want three kept texts and nothing else", c)
	}
	b.want("SELECT body FROM tip UNION ALL SELECT name FROM channel UNION ALL SELECT title FROM practice ORDER BY 1", "#talk", "Ask at once.", "Count them")
	b.want("SELECT technology_id::text FROM practice_technology")
}
