package archtest

import (
	"fmt"
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// The sizes, in lines unless named otherwise.
const (
	maxFile          = 400
	maxMedianFile    = 100
	maxFunction      = 80
	maxP90Function   = 40
	maxPackageFiles  = 10
	maxParameters    = 6
	maxResolver      = 12
	maxMeanResolver  = 3
	sizesReason      = "what fits on a screen is read; what does not is skimmed, and its bugs with it"
	resolverReason   = "a resolver calls one service or loader; a rule in a resolver is missing in REST and jobs"
	parametersReason = "nobody knows what the seventh argument is; take a struct with named fields"
)

// bigFiles finds files and packages that are too big. Tests count as files too.
func bigFiles(packages []*goPackage) []string {
	var found []string
	var sizes []int
	for _, p := range packages {
		for _, f := range p.files {
			if f.generated {
				continue
			}
			if f.lines > maxFile {
				found = append(found, fmt.Sprintf("%s has %d lines, limit %d", f.path, f.lines, maxFile))
			}
			if !f.test {
				sizes = append(sizes, f.lines)
			}
		}
		// These hold one small file for each domain, kind or subcommand.
		wide := slices.Contains([]string{"graph", "internal/jobs", "cmd/nexus"}, p.path)
		if n := len(p.written()); n > maxPackageFiles && !wide {
			found = append(found, fmt.Sprintf("%s has %d files, limit %d", p.path, n, maxPackageFiles))
		}
	}
	if m := percentile(sizes, 50); m > maxMedianFile {
		found = append(found, fmt.Sprintf("the median file has %d lines, limit %d", m, maxMedianFile))
	}
	return found
}

// bigFunctions finds functions that are too long. A function that does nothing
// but return a literal is a table and may be long, and so are those of tests.
func bigFunctions(packages []*goPackage) []string {
	var found []string
	var sizes []int
	eachFunction(packages, func(f *sourceFile, fn *ast.FuncDecl) {
		if isTable(fn) {
			return
		}
		n := f.linesOf(fn)
		sizes = append(sizes, n)
		if n > maxFunction {
			found = append(found, fmt.Sprintf("%s: %s has %d lines, limit %d", f.position(fn), fn.Name.Name, n, maxFunction))
		}
	})
	if p := percentile(sizes, 90); p > maxP90Function {
		found = append(found, fmt.Sprintf("of all functions the 90th percentile has %d lines, limit %d", p, maxP90Function))
	}
	return found
}

func isTable(fn *ast.FuncDecl) bool {
	if len(fn.Body.List) != 1 {
		return false
	}
	result, ok := fn.Body.List[0].(*ast.ReturnStmt)
	if !ok || len(result.Results) != 1 {
		return false
	}
	_, ok = result.Results[0].(*ast.CompositeLit)
	return ok
}

// greedyConstructors finds constructors with too many parameters.
func greedyConstructors(packages []*goPackage) []string {
	var found []string
	eachFunction(packages, func(f *sourceFile, fn *ast.FuncDecl) {
		if fn.Recv != nil || !strings.HasPrefix(fn.Name.Name, "New") {
			return
		}
		if n := fn.Type.Params.NumFields(); n > maxParameters {
			found = append(found, fmt.Sprintf("%s: %s takes %d parameters, limit %d", f.position(fn), fn.Name.Name, n, maxParameters))
		}
	})
	return found
}

// fatResolvers finds resolvers whose bodies are too long.
func fatResolvers(packages []*goPackage) []string {
	var found []string
	total, count := 0, 0
	eachFunction(packages, func(f *sourceFile, fn *ast.FuncDecl) {
		if !strings.HasSuffix(f.path, ".resolvers.go") || fn.Recv == nil {
			return
		}
		// One line of a body of one statement on its own lines, none of "{}".
		n := max(f.linesOf(fn.Body)-2, 0)
		total, count = total+n, count+1
		if n > maxResolver {
			found = append(found, fmt.Sprintf("%s: the body of resolver %s has %d lines, limit %d", f.position(fn), fn.Name.Name, n, maxResolver))
		}
	})
	if total > maxMeanResolver*count {
		found = append(found, fmt.Sprintf("bodies of resolvers have %.1f lines on average, limit %d", float64(total)/float64(count), maxMeanResolver))
	}
	return found
}

// eachFunction visits the functions that people wrote, without tests.
func eachFunction(packages []*goPackage, visit func(*sourceFile, *ast.FuncDecl)) {
	for _, p := range packages {
		for _, f := range p.written() {
			for _, d := range f.syntax.Decls {
				if fn, ok := d.(*ast.FuncDecl); ok && fn.Body != nil {
					visit(f, fn)
				}
			}
		}
	}
}

func percentile(values []int, percent int) int {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	return values[(len(values)-1)*percent/100]
}

func TestSizes(t *testing.T) {
	t.Parallel()
	packages := project(t)
	report(t, sizesReason, bigFiles(packages))
	report(t, sizesReason, bigFunctions(packages))
	report(t, parametersReason, greedyConstructors(packages))
	report(t, resolverReason, fatResolvers(packages))
}

func TestRulesOfSizes(t *testing.T) {
	t.Parallel()
	function := func(head string, lines int) string {
		return "\nfunc " + head + " {\n" + strings.Repeat("\t_ = 0\n", lines) + "}\n"
	}
	tree := map[string]string{
		"internal/long/long.go":      "package long\n" + strings.Repeat("\n", maxFile),
		"internal/long/long_test.go": "package long\n" + strings.Repeat("\n", maxFile),
		"internal/long/gen.go":       "// Code generated by x. DO NOT EDIT.\n\npackage long\n" + strings.Repeat("\n", maxFile),
		"internal/big/big.go":        "package big\n" + function("big()", maxFunction),
		"internal/big/big_test.go":   "package big\n" + function("bigTest()", maxFunction),
		"internal/big/table.go":      "package big\n\nfunc table() []int {\n\treturn []int{\n" + strings.Repeat("\t\t1,\n", maxFunction) + "\t}\n}\n",
		"internal/big/new.go":        "package big\n" + function("New(a, b, c, d, e, f, g int)", 1) + function("NewOther(a, b, c, d, e, f int)", 1),
		"graph/a.resolvers.go":       "package graph\n" + function("(r *Resolver) One()", 1) + function("(r *Resolver) Many()", maxResolver+1),
	}
	for i := range maxPackageFiles + 1 {
		tree[fmt.Sprintf("internal/wide/f%02d.go", i)] = "package wide\n"
		tree[fmt.Sprintf("graph/f%02d.go", i)] = "package graph\n"
	}
	packages := madeUp(t, tree)
	wantFound(t, bigFiles(packages),
		"internal/long/long.go has 401 lines", "internal/long/long_test.go has 401 lines", "internal/wide has 11 files")
	wantFound(t, bigFunctions(packages), "internal/big/big.go:3: big has 82 lines")
	wantFound(t, greedyConstructors(packages), "New takes 7 parameters")
	wantFound(t, fatResolvers(packages), "the body of resolver Many has 13 lines", "7.0 lines on average")
}

func TestAveragesAreLimited(t *testing.T) {
	t.Parallel()
	middling := "package a\n\nfunc f() {\n" + strings.Repeat("\t_ = 0\n", maxP90Function) + "}\n" + strings.Repeat("\n", maxMedianFile)
	packages := madeUp(t, map[string]string{"internal/a/a.go": middling})
	wantFound(t, bigFiles(packages), "the median file has")
	wantFound(t, bigFunctions(packages), "the 90th percentile has 42 lines")
}
