package archtest

import (
	"go/ast"
	"go/token"
	"strings"
	"testing"
)

const (
	structReason = "GORM leaves zero fields of a struct out: Where then selects every row and Updates skips values; " +
		"write the condition with placeholders and the columns by name"
	inlineReason = "GORM takes a string after the target for SQL: an id from a client is then an injection; use Where with a placeholder"
	omitReason   = "gqlgen belongs to the GraphQL edge; a domain takes graphql.Omittable from it, to tell absent from null in an update"
	envReason    = "settings come from config, where they are checked and documented"
)

// structConditions finds struct literals given to GORM as conditions or changes.
func structConditions(packages []*goPackage) []string {
	return eachCall(packages, "gorm.io", func(method string, args []ast.Expr) string {
		if method != "Where" && method != "Updates" && method != "Find" && method != "Delete" {
			return ""
		}
		for i, arg := range args {
			target := i == 0 && (method == "Find" || method == "Delete")
			if isStruct(arg) && !target {
				return method + " is given a struct"
			}
		}
		return ""
	})
}

// inlineConditions finds conditions that follow the target of a query.
func inlineConditions(packages []*goPackage) []string {
	return eachCall(packages, "gorm.io", func(method string, args []ast.Expr) string {
		if (method == "Find" || method == "Delete") && len(args) > 1 && isPointer(args[0]) {
			return method + " is given a condition after its target"
		}
		return ""
	})
}

// moreOfGqlgen finds what domains take from gqlgen besides Omittable.
func moreOfGqlgen(packages []*goPackage) []string {
	var found []string
	for _, p := range packages {
		if layerOf(p.path) != domain {
			continue
		}
		eachSelector(p, func(f *sourceFile, name *ast.SelectorExpr, of string) {
			if below(of, "github.com/99designs/gqlgen") && !strings.HasPrefix(name.Sel.Name, "Omittable") {
				found = append(found, f.position(name)+": "+of+"."+name.Sel.Name)
			}
		})
	}
	return found
}

// ownSettings finds reads of the environment outside of config.
func ownSettings(packages []*goPackage) []string {
	var found []string
	for _, p := range packages {
		switch folderOf(p.path) {
		// The embedded server hands an environment on; the rest is for tests.
		case "internal/config", "internal/database", "internal/dbtest", "test", "bench":
			continue
		}
		eachSelector(p, func(f *sourceFile, name *ast.SelectorExpr, of string) {
			switch name.Sel.Name {
			case "Getenv", "LookupEnv", "Environ":
				if of == "os" {
					found = append(found, f.position(name)+": os."+name.Sel.Name)
				}
			}
		})
	}
	return found
}

// eachCall asks judge about the method calls in files that import a package.
func eachCall(packages []*goPackage, imported string, judge func(method string, args []ast.Expr) string) []string {
	var found []string
	for _, p := range packages {
		for _, f := range p.written() {
			if !imports(f, imported) && layerOf(p.path) != domain {
				continue
			}
			ast.Inspect(f.syntax, func(node ast.Node) bool {
				call, ok := node.(*ast.CallExpr)
				if !ok {
					return true
				}
				if selector, ok := call.Fun.(*ast.SelectorExpr); ok {
					if breach := judge(selector.Sel.Name, call.Args); breach != "" {
						found = append(found, f.position(call)+": "+breach)
					}
				}
				return true
			})
		}
	}
	return found
}

// eachSelector visits every name of an imported package in a package's files.
func eachSelector(p *goPackage, visit func(f *sourceFile, name *ast.SelectorExpr, of string)) {
	for _, f := range p.written() {
		names := map[string]string{}
		for i, imported := range f.imports() {
			name := imported[strings.LastIndex(imported, "/")+1:]
			if spec := f.syntax.Imports[i]; spec.Name != nil {
				name = spec.Name.Name
			}
			names[name] = imported
		}
		ast.Inspect(f.syntax, func(node ast.Node) bool {
			if selector, ok := node.(*ast.SelectorExpr); ok {
				if from, ok := selector.X.(*ast.Ident); ok && names[from.Name] != "" {
					visit(f, selector, names[from.Name])
				}
			}
			return true
		})
	}
}

func imports(f *sourceFile, wanted string) bool {
	for _, imported := range f.imports() {
		if below(imported, wanted) {
			return true
		}
	}
	return false
}

func isPointer(e ast.Expr) bool {
	unary, ok := e.(*ast.UnaryExpr)
	return ok && unary.Op == token.AND
}

// isStruct tells a literal T{} or &T{} from a map, a slice and a clause.
func isStruct(e ast.Expr) bool {
	if isPointer(e) {
		e = e.(*ast.UnaryExpr).X //nolint:errcheck,forcetypeassert // isPointer knows
	}
	literal, ok := e.(*ast.CompositeLit)
	if !ok {
		return false
	}
	switch of := literal.Type.(type) {
	case *ast.Ident:
		return true
	case *ast.SelectorExpr:
		from, ok := of.X.(*ast.Ident)
		return !ok || from.Name != "clause"
	default:
		return false
	}
}

func TestTrapsOfGORM(t *testing.T) {
	t.Parallel()
	packages := project(t)
	report(t, structReason, structConditions(packages))
	report(t, inlineReason, inlineConditions(packages))
}

func TestDomainsTakeOmittableAlone(t *testing.T) {
	t.Parallel()
	report(t, omitReason, moreOfGqlgen(project(t)))
}

func TestSettingsComeFromConfig(t *testing.T) {
	t.Parallel()
	report(t, envReason, ownSettings(project(t)))
}

func TestRulesOfTraps(t *testing.T) {
	t.Parallel()
	packages := madeUp(t, map[string]string{
		"internal/challenge/query.go": `package challenge

import (
	"os"

	"github.com/99designs/gqlgen/graphql"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

type input struct{ Title graphql.Omittable[string] }

func bad(db *gorm.DB, id string) {
	db.Where(&row{Owner: id}).Find(&rows)
	db.Model(&row{}).Updates(row{Title: ""})
	db.Find(&rows, id)
	db.Delete(&row{}, id)
	_ = graphql.GetFieldContext
	_ = os.Getenv("NEXUS_X")
}

func good(db *gorm.DB, id string) {
	db.Where("owner = ?", id).Where(clause.Eq{Column: "a", Value: id}).Find(&rows)
	db.Model(&row{}).Updates(map[string]any{"title": ""})
	db.Where("id = ?", id).Delete(&row{})
}
`,
	})
	wantFound(t, structConditions(packages), "query.go:14: Where is given a struct", "query.go:15: Updates is given a struct")
	wantFound(t, inlineConditions(packages), "query.go:16: Find", "query.go:17: Delete")
	wantFound(t, moreOfGqlgen(packages), "graphql.GetFieldContext")
	wantFound(t, ownSettings(packages), "os.Getenv")
}
