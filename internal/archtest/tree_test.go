package archtest

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

const (
	module = "github.com/project-nexus/nexus"
	root   = "../.."
)

// sourceFile is one parsed Go file.
type sourceFile struct {
	path      string
	syntax    *ast.File
	fileSet   *token.FileSet
	lines     int
	test      bool
	generated bool
}

// goPackage is a folder with Go files; path is relative to the module.
type goPackage struct {
	path  string
	files []*sourceFile
}

// name returns the package's name, without the _test of external tests.
func (p *goPackage) name() string {
	return strings.TrimSuffix(p.files[0].syntax.Name.Name, "_test")
}

// written returns the files that people wrote and that end up in a binary.
func (p *goPackage) written() []*sourceFile {
	return slices.DeleteFunc(slices.Clone(p.files), func(f *sourceFile) bool { return f.test || f.generated })
}

// imports returns the import paths of a file; those of the module are relative
// to it and start with "./".
func (f *sourceFile) imports() []string {
	list := make([]string, 0, len(f.syntax.Imports))
	for _, spec := range f.syntax.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		if inside, ok := strings.CutPrefix(imported, module+"/"); ok {
			imported = "./" + inside
		}
		list = append(list, imported)
	}
	return list
}

// position names a place as an editor understands it.
func (f *sourceFile) position(node ast.Node) string {
	return f.path + ":" + strconv.Itoa(f.fileSet.Position(node.Pos()).Line)
}

func (f *sourceFile) linesOf(node ast.Node) int {
	return f.fileSet.Position(node.End()).Line - f.fileSet.Position(node.Pos()).Line + 1
}

// project returns the packages of this module.
func project(t *testing.T) []*goPackage {
	t.Helper()
	packages := packagesOf(t, os.DirFS(root))
	if len(packages) < 10 {
		t.Fatalf("only %d packages found below %s: the rules look in the wrong place", len(packages), root)
	}
	return packages
}

// madeUp returns the packages of a tree that a test of a rule writes down.
func madeUp(t *testing.T, files map[string]string) []*goPackage {
	t.Helper()
	tree := fstest.MapFS{}
	for name, content := range files {
		tree[name] = &fstest.MapFile{Data: []byte(content)}
	}
	return packagesOf(t, tree)
}

func packagesOf(t *testing.T, tree fs.FS) []*goPackage {
	t.Helper()
	byPath := map[string]*goPackage{}
	err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && foreign(tree, name):
			return fs.SkipDir
		case entry.IsDir() || path.Ext(name) != ".go":
			return nil
		}
		file, err := parse(tree, name)
		if err != nil {
			return err
		}
		dir := path.Dir(name)
		if byPath[dir] == nil {
			byPath[dir] = &goPackage{path: dir}
		}
		byPath[dir].files = append(byPath[dir].files, file)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	packages := make([]*goPackage, 0, len(byPath))
	for _, p := range byPath {
		packages = append(packages, p)
	}
	slices.SortFunc(packages, func(a, b *goPackage) int { return strings.Compare(a.path, b.path) })
	return packages
}

// foreign tells folders that are not part of the module.
func foreign(tree fs.FS, dir string) bool {
	if dir == "." {
		return false
	}
	if base := path.Base(dir); base[0] == '.' || base == "testdata" || base == "node_modules" {
		return true
	}
	_, err := fs.Stat(tree, path.Join(dir, "go.mod"))
	return err == nil
}

func parse(tree fs.FS, name string) (*sourceFile, error) {
	content, err := fs.ReadFile(tree, name)
	if err != nil {
		return nil, err
	}
	fileSet := token.NewFileSet()
	syntax, err := parser.ParseFile(fileSet, name, content, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	return &sourceFile{
		path:      name,
		syntax:    syntax,
		fileSet:   fileSet,
		lines:     bytes.Count(content, []byte("\n")),
		test:      strings.HasSuffix(name, "_test.go"),
		generated: ast.IsGenerated(syntax),
	}, nil
}

// report prints what a rule found, with the rule's reason.
func report(t *testing.T, reason string, found []string) {
	t.Helper()
	for _, f := range found {
		t.Errorf("%s\n\twhy: %s", f, reason)
	}
}

// wantFound compares what a rule found in a made-up tree; each entry of want is
// a part of one finding, in order.
func wantFound(t *testing.T, found []string, want ...string) {
	t.Helper()
	if len(found) != len(want) {
		t.Errorf("found %d breaches, want %d:\n%s", len(found), len(want), strings.Join(found, "\n"))
		return
	}
	for i := range want {
		if !strings.Contains(found[i], want[i]) {
			t.Errorf("breach %d is %q, which does not say %q", i, found[i], want[i])
		}
	}
}
