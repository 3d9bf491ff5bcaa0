package concept_test

import (
	"context"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/concept"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/dbtest"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
)

// hub is a database with an admin.
type hub struct {
	*testing.T
	db    *database.DB
	s     *concept.Service
	admin context.Context //nolint:containedctx // who acts in most of a test
}

func open(t *testing.T) hub {
	t.Helper()
	db := dbtest.New(t)
	h := hub{T: t, db: db, s: concept.New(db)}
	h.admin = h.person("grace", true)
	return h
}

func (h hub) exec(sql string, args ...any) {
	h.Helper()
	if err := h.db.Handle(h.Context()).Exec(sql, args...).Error; err != nil {
		h.Fatal(err)
	}
}

func (h hub) person(handle string, admin bool) context.Context {
	h.Helper()
	u := id.New[id.User]()
	h.exec(`INSERT INTO app_user (id, handle, display_name) VALUES (?, ?, ?)`, u, handle, handle)
	return auth.WithActor(h.Context(), auth.Actor{User: &u, Admin: admin, Scope: auth.ScopeAccount})
}

func (h hub) create(name string, aliases ...string) *concept.Concept {
	h.Helper()
	payload, err := h.s.Create(h.admin, concept.CreateConceptInput{Title: name, Aliases: aliases})
	if err != nil {
		h.Fatal(err)
	}
	return payload.Concept
}

// finds checks which concept a slug or a spelling means; nil: none.
func (h hub) finds(name string, want *concept.Concept) {
	h.Helper()
	got, err := h.s.ByName(h.Context(), name)
	switch {
	case want == nil && errs.CodeOf(err) == errs.CodeNotFound:
	case want == nil, err != nil, got.ID != want.ID:
		h.Errorf("%q means %+v, %v; want %+v", name, got, err, want)
	}
}

// texts returns the rows of a query of one text column.
func (h hub) texts(sql string) (list []string) {
	h.Helper()
	if err := h.db.Handle(h.Context()).Raw(sql).Scan(&list).Error; err != nil {
		h.Fatal(err)
	}
	return list
}

func (h hub) wantTexts(what string, want []string, sql string) {
	h.Helper()
	if diff := cmp.Diff(want, h.texts(sql)); diff != "" {
		h.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func wantCode(t *testing.T, err error, code errs.Code, path ...string) {
	t.Helper()
	e := errs.As(err)
	if errs.CodeOf(err) != code || e != nil && cmp.Diff(path, e.Path) != "" {
		t.Errorf("got %v, want %s at %v", err, code, path)
	}
}

func TestAConceptIsAddedChangedAndDeleted(t *testing.T) {
	t.Parallel()
	h := open(t)
	postgres := h.create("Postgres", "PostgreSQL DB")
	if postgres.Slug != "postgres" || postgres.Version != 1 {
		t.Errorf("added: %+v", postgres)
	}
	got, err := h.s.Update(h.admin, concept.UpdateConceptInput{
		ID: postgres.ID, Title: graphql.OmittableOf(new("PostgreSQL")), IfVersion: &postgres.Version,
	})
	if err != nil || got.Concept.Title != "PostgreSQL" || got.Concept.Slug != "postgres" || got.Concept.Version != 2 {
		t.Fatalf("changed: %+v, %v", got, err)
	}
	for _, name := range []string{"postgres", "POSTGRES", "postgresql db", "PostgreSQL"} {
		h.finds(name, postgres)
	}
	if _, err = h.s.AddAlias(h.admin, concept.AddConceptAliasInput{ID: postgres.ID, Title: "pg"}); err != nil {
		t.Error(err)
	}
	h.finds("PG", postgres)
	if _, err = h.s.RemoveAlias(h.admin, concept.RemoveConceptAliasInput{ID: postgres.ID, Title: "Pg"}); err != nil {
		t.Error(err)
	}
	h.finds("pg", nil)
	if _, err = h.s.Delete(h.admin, concept.DeleteConceptInput{ID: postgres.ID, IfVersion: new(int32(4))}); err != nil {
		t.Error(err)
	}
	h.finds("postgres", nil)
	again := h.create("PostgreSQL")
	h.finds("postgresql", again)
	h.wantTexts("change log", []string{
		"concept.created ", "concept.updated title", "concept.updated aliases", "concept.updated aliases",
		"concept.deleted ", "concept.created ",
	}, `SELECT kind || ' ' || array_to_string(changed, ',') FROM event ORDER BY id`)
}

func TestWhatIsWrongWithAConcept(t *testing.T) {
	t.Parallel()
	h := open(t)
	docker, kafka := h.create("Docker", "Docker Engine"), h.create("Kafka")
	create := func(input concept.CreateConceptInput) error {
		_, err := h.s.Create(h.admin, input)
		return err
	}
	update := func(input concept.UpdateConceptInput) error {
		_, err := h.s.Update(h.admin, input)
		return err
	}
	wantCode(t, create(concept.CreateConceptInput{Title: "docker ENGINE"}), errs.CodeConflict, "input", "title")
	wantCode(t, create(concept.CreateConceptInput{Title: "…"}), errs.CodeBadUserInput, "input", "title")
	wantCode(t, create(concept.CreateConceptInput{Title: "Podman", Aliases: []string{"pod", "kafka"}}), errs.CodeConflict, "input", "aliases", "1")
	wantCode(t, create(concept.CreateConceptInput{Title: "Podman", Slug: new("docker")}), errs.CodeConflict, "input", "slug")
	wantCode(t, update(concept.UpdateConceptInput{ID: docker.ID, Title: graphql.OmittableOf(new("Kafka"))}), errs.CodeConflict, "input", "title")
	wantCode(t, update(concept.UpdateConceptInput{ID: docker.ID, Title: graphql.OmittableOf[*string](nil)}), errs.CodeBadUserInput, "input", "title")
	wantCode(t, update(concept.UpdateConceptInput{ID: docker.ID, IfVersion: new(int32(7))}), errs.CodeConflict, "input", "ifVersion")
	wantCode(t, update(concept.UpdateConceptInput{ID: id.New[id.Concept]()}), errs.CodeNotFound, "input", "id")
	_, err := h.s.AddAlias(h.admin, concept.AddConceptAliasInput{ID: docker.ID, Title: "kafka"})
	wantCode(t, err, errs.CodeConflict, "input", "title")
	_, err = h.s.RemoveAlias(h.admin, concept.RemoveConceptAliasInput{ID: docker.ID, Title: "docker"})
	wantCode(t, err, errs.CodeBadUserInput, "input", "title")
	_, err = h.s.RemoveAlias(h.admin, concept.RemoveConceptAliasInput{ID: kafka.ID, Title: "docker engine"})
	wantCode(t, err, errs.CodeNotFound, "input", "title")
	_, err = h.s.Merge(h.admin, concept.MergeConceptsInput{SourceID: docker.ID, TargetID: docker.ID})
	wantCode(t, err, errs.CodeBadUserInput, "input", "targetId")
	_, err = h.s.Merge(h.admin, concept.MergeConceptsInput{SourceID: id.New[id.Concept](), TargetID: docker.ID})
	wantCode(t, err, errs.CodeNotFound, "input", "sourceId")
	_, err = h.s.Merge(h.admin, concept.MergeConceptsInput{SourceID: kafka.ID, TargetID: docker.ID, IfVersion: new(int32(2))})
	wantCode(t, err, errs.CodeConflict, "input", "ifVersion")
	h.wantTexts("spellings", []string{"docker engine"}, `SELECT folded_title FROM concept_alias ORDER BY 1`)
	h.wantTexts("versions", []string{"docker 1", "kafka 1"}, `SELECT slug || ' ' || version FROM concept ORDER BY 1`)
	h.wantTexts("events", []string{"concept.created", "concept.created"}, `SELECT kind FROM event`)
}

func TestOnlyAdminsCurateConcepts(t *testing.T) {
	t.Parallel()
	h := open(t)
	docker, kafka := h.create("Docker"), h.create("Kafka")
	for who, test := range map[string]struct {
		ctx  context.Context //nolint:containedctx // a row of the table
		code errs.Code
	}{"visitor": {t.Context(), errs.CodeUnauthenticated}, "user": {h.person("eve", false), errs.CodeForbidden}} {
		_, err := h.s.Create(test.ctx, concept.CreateConceptInput{Title: "x"})
		wantCode(t, err, test.code)
		_, err = h.s.Update(test.ctx, concept.UpdateConceptInput{ID: docker.ID, Title: graphql.OmittableOf(new("x"))})
		wantCode(t, err, test.code)
		_, err = h.s.AddAlias(test.ctx, concept.AddConceptAliasInput{ID: docker.ID, Title: "x"})
		wantCode(t, err, test.code)
		_, err = h.s.RemoveAlias(test.ctx, concept.RemoveConceptAliasInput{ID: docker.ID, Title: "x"})
		wantCode(t, err, test.code)
		_, err = h.s.Merge(test.ctx, concept.MergeConceptsInput{SourceID: docker.ID, TargetID: kafka.ID})
		wantCode(t, err, test.code)
		_, err = h.s.Delete(test.ctx, concept.DeleteConceptInput{ID: docker.ID})
		wantCode(t, err, test.code)
		if t.Failed() {
			t.Fatal(who)
		}
	}
}
