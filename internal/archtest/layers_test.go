package archtest

import (
	"fmt"
	"strings"
	"testing"
)

// layer is a step of the one direction of imports; a package imports lower
// steps only.
type layer int

// The steps, from the ground up.
const (
	leaf       layer = iota // what everybody may use and uses nobody
	foundation              // what domains stand on
	domain                  // one folder a domain; strangers to each other
	importer                // one import = several services; used by the edges too
	edge                    // GraphQL, REST, jobs
	app                     // the composition root
	outside                 // commands, benchmarks, fault runs
)

func (l layer) String() string {
	return [...]string{"leaf", "foundation", "domain", "importer", "edge", "app", "outside"}[l]
}

// layerOf gives every package its step. An unknown folder of internal is taken
// for a domain, which has the narrowest rules: a new foundation is named here
// on purpose.
func layerOf(dir string) layer {
	first, rest, _ := strings.Cut(dir, "/")
	if first != "internal" {
		switch first {
		case "graph":
			return edge
		case "examples":
			return leaf
		default:
			return outside
		}
	}
	name, _, _ := strings.Cut(rest, "/")
	switch name {
	case "errs", "id", "markdown", "config", "archtest", "playground":
		return leaf
	case "auth", "edit", "entry", "event", "idempotency", "job", "ingest", "mail", "report", "blob", "cache", "limit", "page", "slug", "database", "dbtest":
		return foundation
	case "importer", "seed":
		return importer
	case "rest", "jobs":
		return edge
	case "app":
		return app
	default:
		return domain
	}
}

const directionReason = "imports go one way: cmd → app → graph, rest, jobs → importer → domains → foundations → leaves; " +
	"an arrow upwards couples a rule to one of its users, and a cycle follows"

// upwardImports finds imports that do not go down. Packages of one step may
// use each other when they are leaves or foundations, and below one folder.
func upwardImports(packages []*goPackage) []string {
	return eachImport(packages, func(from *goPackage, to string) string {
		mine, theirs := layerOf(from.path), layerOf(to)
		switch {
		case theirs < mine, theirs == mine && mine <= foundation, folderOf(from.path) == folderOf(to):
			return ""
		case mine == domain && theirs == domain:
			return "" // strangers() says it better
		default:
			return fmt.Sprintf("%s (%s) imports %s (%s)", from.path, mine, to, theirs)
		}
	})
}

const strangersReason = "relations between domains are ids; only the edges join them (graph by loaders, jobs by calling " +
	"several services), so that a domain can be understood and changed alone"

// strangers finds domains that import each other.
func strangers(packages []*goPackage) []string {
	return eachImport(packages, func(from *goPackage, to string) string {
		if layerOf(from.path) != domain || layerOf(to) != domain || folderOf(from.path) == folderOf(to) {
			return ""
		}
		return fmt.Sprintf("domain %s imports domain %s", from.path, to)
	})
}

// folderOf returns the top folder of a package: "internal/x" or "graph".
func folderOf(dir string) string {
	parts := strings.SplitN(dir, "/", 3)
	if parts[0] == "internal" && len(parts) > 1 {
		return parts[0] + "/" + parts[1]
	}
	return parts[0]
}

// eachImport asks judge about every import inside the module, of all files but
// tests; judge returns "" where all is well.
func eachImport(packages []*goPackage, judge func(from *goPackage, to string) string) []string {
	var found []string
	for _, p := range packages {
		for _, f := range p.files {
			if f.test {
				continue
			}
			for _, imported := range f.imports() {
				inside, ok := strings.CutPrefix(imported, "./")
				if !ok {
					continue
				}
				if breach := judge(p, inside); breach != "" {
					found = append(found, f.path+": "+breach)
				}
			}
		}
	}
	return found
}

func TestImportsGoOneWay(t *testing.T) {
	t.Parallel()
	report(t, directionReason, upwardImports(project(t)))
}

func TestDomainsAreStrangers(t *testing.T) {
	t.Parallel()
	report(t, strangersReason, strangers(project(t)))
}

func TestRulesOfDirection(t *testing.T) {
	t.Parallel()
	uses := func(name, imported string) string {
		return "package " + name + "\n\nimport _ \"" + module + "/" + imported + "\"\n"
	}
	packages := madeUp(t, map[string]string{
		"cmd/nexus/serve.go":              uses("main", "internal/app"),
		"graph/loaders.go":                uses("graph", "internal/challenge"),
		"graph/server.go":                 uses("graph", "graph/transport"),
		"graph/import.go":                 uses("graph", "internal/importer"),
		"internal/importer/a.go":          uses("importer", "internal/challenge"),
		"internal/importer/b.go":          uses("importer", "graph"),
		"internal/challenge/a.go":         uses("challenge", "internal/page"),
		"internal/challenge/b.go":         uses("challenge", "internal/app"),
		"internal/challenge/c.go":         uses("challenge", "internal/comment"),
		"internal/challenge/d_test.go":    uses("challenge", "internal/comment"),
		"internal/challenge/rank/rank.go": uses("rank", "internal/challenge"),
		"internal/page/page.go":           uses("page", "internal/errs"),
		"internal/page/up.go":             uses("page", "internal/user"),
		"internal/errs/up.go":             uses("errs", "internal/page"),
		"internal/rest/rest.go":           uses("rest", "graph"),
	})
	wantFound(t, upwardImports(packages),
		"internal/challenge (domain) imports internal/app (app)",
		"internal/errs (leaf) imports internal/page (foundation)",
		"internal/importer (importer) imports graph (edge)",
		"internal/page (foundation) imports internal/user (domain)",
		"internal/rest (edge) imports graph (edge)",
	)
	wantFound(t, strangers(packages), "domain internal/challenge imports domain internal/comment")
}
