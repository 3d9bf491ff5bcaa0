package technology_test

import (
	"context"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/dbtest"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/technology"
)

// hub is a database with an admin.
type hub struct {
	*testing.T
	db    *database.DB
	s     *technology.Service
	admin context.Context //nolint:containedctx // who acts in most of a test
}

func open(t *testing.T) hub {
	t.Helper()
	db := dbtest.New(t)
	h := hub{T: t, db: db, s: technology.New(db)}
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

func (h hub) create(name string, aliases ...string) *technology.Technology {
	h.Helper()
	payload, err := h.s.Create(h.admin, technology.CreateTechnologyInput{Name: name, Category: technology.Tool, Aliases: aliases})
	if err != nil {
		h.Fatal(err)
	}
	return payload.Technology
}

// finds checks which technology a slug or a spelling means; nil: none.
func (h hub) finds(name string, want *technology.Technology) {
	h.Helper()
	got, err := h.s.ByName(h.Context(), name)
	switch {
	case want == nil && errs.CodeOf(err) == errs.CodeNotFound:
	case want == nil, err != nil, got.ID != want.ID:
		h.Errorf("%q means %+v, %v; want %+v", name, got, err, want)
	}
}

// texts returns the rows of a query of one text column.
func (h hub) texts(sql string, args ...any) (list []string) {
	h.Helper()
	if err := h.db.Handle(h.Context()).Raw(sql, args...).Scan(&list).Error; err != nil {
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

func TestATechnologyIsAddedChangedAndDeleted(t *testing.T) {
	t.Parallel()
	h := open(t)
	postgres := h.create("Postgres", "PostgreSQL DB")
	if postgres.Slug != "postgres" || postgres.Version != 1 {
		t.Errorf("added: %+v", postgres)
	}
	got, err := h.s.Update(h.admin, technology.UpdateTechnologyInput{
		ID: postgres.ID, Name: graphql.OmittableOf(new("PostgreSQL")), Category: graphql.OmittableOf(new(technology.Database)), IfVersion: &postgres.Version,
	})
	if err != nil || got.Technology.Name != "PostgreSQL" || got.Technology.Category != technology.Database || got.Technology.Slug != "postgres" || got.Technology.Version != 2 {
		t.Fatalf("changed: %+v, %v", got, err)
	}
	for _, name := range []string{"postgres", "POSTGRES", "postgresql db", "PostgreSQL"} {
		h.finds(name, postgres)
	}
	if _, err = h.s.AddAlias(h.admin, technology.AddTechnologyAliasInput{ID: postgres.ID, Name: "pg"}); err != nil {
		t.Error(err)
	}
	h.finds("PG", postgres)
	if _, err = h.s.RemoveAlias(h.admin, technology.RemoveTechnologyAliasInput{ID: postgres.ID, Name: "Pg"}); err != nil {
		t.Error(err)
	}
	h.finds("pg", nil)
	if _, err = h.s.Delete(h.admin, technology.DeleteTechnologyInput{ID: postgres.ID, IfVersion: new(int32(4))}); err != nil {
		t.Error(err)
	}
	h.finds("postgres", nil)
	again := h.create("PostgreSQL")
	h.finds("postgresql", again)
	h.wantTexts("change log", []string{
		"technology.created ", "technology.updated name,category", "technology.updated aliases", "technology.updated aliases",
		"technology.deleted ", "technology.created ",
	}, `SELECT kind || ' ' || array_to_string(changed, ',') FROM event ORDER BY id`)
}

func TestWhatIsWrongWithATechnology(t *testing.T) {
	t.Parallel()
	h := open(t)
	docker, kafka := h.create("Docker", "Docker Engine"), h.create("Kafka")
	create := func(input technology.CreateTechnologyInput) error {
		input.Category = technology.Tool
		_, err := h.s.Create(h.admin, input)
		return err
	}
	update := func(input technology.UpdateTechnologyInput) error {
		_, err := h.s.Update(h.admin, input)
		return err
	}
	wantCode(t, create(technology.CreateTechnologyInput{Name: "docker ENGINE"}), errs.CodeConflict, "input", "name")
	wantCode(t, create(technology.CreateTechnologyInput{Name: "…"}), errs.CodeBadUserInput, "input", "name")
	wantCode(t, create(technology.CreateTechnologyInput{Name: "Podman", Aliases: []string{"pod", "kafka"}}), errs.CodeConflict, "input", "aliases", "1")
	wantCode(t, create(technology.CreateTechnologyInput{Name: "Podman", Slug: new("docker")}), errs.CodeConflict, "input", "slug")
	wantCode(t, update(technology.UpdateTechnologyInput{ID: docker.ID, Name: graphql.OmittableOf(new("Kafka"))}), errs.CodeConflict, "input", "name")
	wantCode(t, update(technology.UpdateTechnologyInput{ID: docker.ID, Name: graphql.OmittableOf[*string](nil)}), errs.CodeBadUserInput, "input", "name")
	wantCode(t, update(technology.UpdateTechnologyInput{ID: docker.ID, Category: graphql.OmittableOf[*technology.TechnologyCategory](nil)}), errs.CodeBadUserInput, "input", "category")
	wantCode(t, update(technology.UpdateTechnologyInput{ID: docker.ID, IfVersion: new(int32(7))}), errs.CodeConflict, "input", "ifVersion")
	wantCode(t, update(technology.UpdateTechnologyInput{ID: id.New[id.Technology]()}), errs.CodeNotFound, "input", "id")
	_, err := h.s.AddAlias(h.admin, technology.AddTechnologyAliasInput{ID: docker.ID, Name: "kafka"})
	wantCode(t, err, errs.CodeConflict, "input", "name")
	_, err = h.s.RemoveAlias(h.admin, technology.RemoveTechnologyAliasInput{ID: docker.ID, Name: "docker"})
	wantCode(t, err, errs.CodeBadUserInput, "input", "name")
	_, err = h.s.RemoveAlias(h.admin, technology.RemoveTechnologyAliasInput{ID: kafka.ID, Name: "docker engine"})
	wantCode(t, err, errs.CodeNotFound, "input", "name")
	_, err = h.s.Merge(h.admin, technology.MergeTechnologiesInput{SourceID: docker.ID, TargetID: docker.ID})
	wantCode(t, err, errs.CodeBadUserInput, "input", "targetId")
	_, err = h.s.Merge(h.admin, technology.MergeTechnologiesInput{SourceID: id.New[id.Technology](), TargetID: docker.ID})
	wantCode(t, err, errs.CodeNotFound, "input", "sourceId")
	_, err = h.s.Merge(h.admin, technology.MergeTechnologiesInput{SourceID: kafka.ID, TargetID: docker.ID, IfVersion: new(int32(2))})
	wantCode(t, err, errs.CodeConflict, "input", "ifVersion")
	h.wantTexts("spellings", []string{"docker", "docker engine", "kafka"}, `SELECT folded_name FROM technology_alias ORDER BY 1`)
	h.wantTexts("versions", []string{"docker 1", "kafka 1"}, `SELECT slug || ' ' || version FROM technology ORDER BY 1`)
	h.wantTexts("events", []string{"technology.created", "technology.created"}, `SELECT kind FROM event`)
}

func TestOnlyAdminsCurateTechnologies(t *testing.T) {
	t.Parallel()
	h := open(t)
	docker, kafka := h.create("Docker"), h.create("Kafka")
	for who, test := range map[string]struct {
		ctx  context.Context //nolint:containedctx // a row of the table
		code errs.Code
	}{"visitor": {t.Context(), errs.CodeUnauthenticated}, "user": {h.person("eve", false), errs.CodeForbidden}} {
		_, err := h.s.Create(test.ctx, technology.CreateTechnologyInput{Name: "x", Category: technology.Tool})
		wantCode(t, err, test.code)
		_, err = h.s.Update(test.ctx, technology.UpdateTechnologyInput{ID: docker.ID, Name: graphql.OmittableOf(new("x"))})
		wantCode(t, err, test.code)
		_, err = h.s.AddAlias(test.ctx, technology.AddTechnologyAliasInput{ID: docker.ID, Name: "x"})
		wantCode(t, err, test.code)
		_, err = h.s.RemoveAlias(test.ctx, technology.RemoveTechnologyAliasInput{ID: docker.ID, Name: "x"})
		wantCode(t, err, test.code)
		_, err = h.s.Merge(test.ctx, technology.MergeTechnologiesInput{SourceID: docker.ID, TargetID: kafka.ID})
		wantCode(t, err, test.code)
		_, err = h.s.Delete(test.ctx, technology.DeleteTechnologyInput{ID: docker.ID})
		wantCode(t, err, test.code)
		if t.Failed() {
			t.Fatal(who)
		}
	}
}
