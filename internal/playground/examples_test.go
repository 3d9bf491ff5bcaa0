package playground_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"

	"github.com/project-nexus/nexus/internal/playground"
)

func loadSchema(t *testing.T) *ast.Schema {
	t.Helper()
	files, err := filepath.Glob("../../schema/*.graphqls")
	if err != nil || len(files) == 0 {
		t.Fatalf("no schema: %v", err)
	}
	var sources []*ast.Source
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, &ast.Source{Name: file, Input: string(text)})
	}
	schema, err := gqlparser.LoadSchema(sources...)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func TestExamplesFitTheSchema(t *testing.T) {
	t.Parallel()
	schema := loadSchema(t)
	examples := playground.Examples()
	if len(examples) < 6 {
		t.Errorf("%d examples, want 6 or more", len(examples))
	}
	names := map[string]bool{}
	for _, example := range examples { //nolint:paralleltest // names are compared with those before
		t.Run(example.Name, func(t *testing.T) {
			if example.Title == "" || example.About == "" || !strings.HasSuffix(example.About, ".") {
				t.Errorf("title %q, about %q: want both, the latter a sentence", example.Title, example.About)
			}
			document, errs := gqlparser.LoadQueryWithRules(schema, example.Query, nil)
			if errs != nil {
				t.Fatal(errs)
			}
			if len(document.Operations) != 1 {
				t.Fatalf("%d operations, want 1", len(document.Operations))
			}
			operation := document.Operations[0]
			if operation.Name == "" || names[operation.Name] {
				t.Errorf("operation %q: want a name of its own, tabs show it", operation.Name)
			}
			names[operation.Name] = true
			var variables map[string]any
			if example.Variables != "" {
				if err := json.Unmarshal([]byte(example.Variables), &variables); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := validator.VariableValues(schema, operation, variables); err != nil {
				t.Error(err)
			}
			for name := range variables {
				if operation.VariableDefinitions.ForName(name) == nil {
					t.Errorf("variable %q is not used", name)
				}
			}
		})
	}
}

func TestVariablesBelongToAnExample(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("examples/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if stem, ok := strings.CutSuffix(file, ".json"); ok {
			if _, err := os.Stat(stem + ".graphql"); err != nil {
				t.Errorf("%s has no query: %v", file, err)
			}
		}
	}
}
