package archtest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// reservation keeps an import for some packages.
type reservation struct {
	// imported is a path or a folder of paths; those of the module start with "./".
	imported string
	// layers and folders may have it; tests may too where tests is set.
	layers  []layer
	folders []string
	tests   bool
	reason  string
}

func reservations() []reservation {
	return []reservation{
		{
			imported: "./graph/generated", folders: []string{"graph"},
			reason: "generated code is the business of the GraphQL edge alone",
		},
		{
			imported: "./internal/dbtest", folders: []string{"internal/dbtest"}, tests: true,
			reason: "test helpers have no place in the binary",
		},
		{
			imported: "./internal/archtest",
			reason:   "it holds tests only",
		},
		{
			imported: "testing", folders: []string{"internal/dbtest"}, tests: true,
			reason: "test helpers have no place in the binary",
		},
		{
			imported: "gorm.io", layers: []layer{domain, importer}, tests: true,
			folders: []string{"internal/database", "internal/page", "internal/auth", "internal/edit", "internal/event"},
			reason:  "rows are read and written by services, so that the rule of visibility cannot be passed by",
		},
		{
			imported: "github.com/jackc/pgx", layers: []layer{importer, outside}, tests: true,
			folders: []string{"internal/database", "internal/dbtest", "internal/event", "internal/job"},
			reason:  "past GORM there is no transaction in the context; COPY and LISTEN alone need the driver",
		},
		{
			imported: "github.com/99designs/gqlgen", layers: []layer{domain, edge, app}, tests: true,
			folders: []string{"internal/edit"},
			reason:  "gqlgen belongs to the GraphQL edge; domains take graphql.Omittable from it, no more",
		},
		{
			imported: "github.com/lestrrat-go/jwx", folders: []string{"internal/auth"}, tests: true,
			reason: "its next major version should be a change of one package",
		},
		{
			imported: "net/http", layers: []layer{edge, app, outside}, tests: true,
			folders: []string{"internal/errs", "internal/auth", "internal/limit", "internal/mail", "internal/blob", "internal/playground"},
			reason:  "a domain does not know by which protocol it was asked",
		},
		{
			imported: "github.com/spf13/cobra", layers: []layer{outside}, tests: true,
			reason: "command lines are the business of cmd",
		},
		{
			imported: "github.com/stretchr/testify",
			reason:   "tests compare with go-cmp: one style",
		},
	}
}

// reservedImports finds imports that are kept for others.
func reservedImports(packages []*goPackage, rules []reservation) []string {
	var found []string
	for _, p := range packages {
		for _, f := range p.files {
			for _, imported := range f.imports() {
				for _, rule := range rules {
					if below(imported, rule.imported) && !rule.allows(p.path, f.test) {
						found = append(found, fmt.Sprintf("%s: imports %s\n\twhy not: %s", f.path, imported, rule.reason))
					}
				}
			}
		}
	}
	return found
}

func (r reservation) allows(dir string, test bool) bool {
	return test && r.tests || slices.Contains(r.layers, layerOf(dir)) || slices.Contains(r.folders, folderOf(dir))
}

// below reports whether a path is a folder or lies in it. A major version is
// not part of a module's name here.
func below(imported, folder string) bool {
	return imported == folder || strings.HasPrefix(imported, folder+"/")
}

func TestReservedImports(t *testing.T) {
	t.Parallel()
	for _, breach := range reservedImports(project(t), reservations()) {
		t.Error(breach)
	}
}

const pureReason = "extraction is a function of its bytes: it can be tested, fuzzed and run anywhere"

// impureImports finds what lets extraction reach out of itself.
func impureImports(packages []*goPackage) []string {
	impure := []string{"os", "net", "net/http", "database", "math/rand", "log", "log/slog", "./internal/database", "./internal/auth"}
	var found []string
	for _, p := range packages {
		if folderOf(p.path) != "internal/ingest" {
			continue
		}
		for _, f := range p.written() {
			for _, imported := range f.imports() {
				if slices.ContainsFunc(impure, func(i string) bool { return below(imported, i) }) {
					found = append(found, f.path+": imports "+imported)
				}
			}
		}
	}
	return found
}

func TestExtractionIsPure(t *testing.T) {
	t.Parallel()
	report(t, pureReason, impureImports(project(t)))
}

func TestRulesOfReservedImports(t *testing.T) {
	t.Parallel()
	uses := func(name, imported string) string { return "package " + name + "\n\nimport _ \"" + imported + "\"\n" }
	packages := madeUp(t, map[string]string{
		"graph/server.go":              uses("graph", module+"/graph/generated"),
		"internal/app/app.go":          uses("app", module+"/graph/generated"),
		"internal/app/app_test.go":     uses("app", module+"/internal/dbtest"),
		"internal/app/serve.go":        uses("app", module+"/internal/dbtest"),
		"graph/loaders.go":             uses("graph", "gorm.io/gorm/clause"),
		"internal/challenge/query.go":  uses("challenge", "gorm.io/gorm"),
		"internal/challenge/token.go":  uses("challenge", "github.com/lestrrat-go/jwx/v2/jwt"),
		"internal/challenge/h.go":      uses("challenge", "net/http"),
		"internal/challenge/h_test.go": uses("challenge", "github.com/stretchr/testify/require"),
		"internal/ingest/read.go":      uses("ingest", "os"),
		"internal/ingest/read_test.go": uses("ingest", "os"),
	})
	wantFound(t, reservedImports(packages, reservations()),
		"graph/loaders.go: imports gorm.io/gorm/clause",
		"internal/app/app.go: imports ./graph/generated",
		"internal/app/serve.go: imports ./internal/dbtest",
		"internal/challenge/h.go: imports net/http",
		"internal/challenge/h_test.go: imports github.com/stretchr/testify/require",
		"internal/challenge/token.go: imports github.com/lestrrat-go/jwx/v2/jwt",
	)
	wantFound(t, impureImports(packages), "internal/ingest/read.go: imports os")
}
