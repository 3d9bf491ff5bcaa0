package main

import (
	"os"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/joho/godotenv"

	"github.com/project-nexus/nexus/internal/config"
)

func TestDocumentationIsFresh(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile("../../../docs/config.md")
	if err != nil {
		t.Fatal(err)
	}
	fresh, err := replaceTable(file, config.Config{}.Variables())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(fresh), string(file)); diff != "" {
		t.Errorf("docs/config.md is stale, run make generate (-fresh +file):\n%s", diff)
	}
}

func TestTheExampleIsFresh(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile("../../../.env.example")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(example(config.Config{}.Variables())), string(file)); diff != "" {
		t.Errorf(".env.example is stale, run make generate (-fresh +file):\n%s", diff)
	}
}

// Whoever takes the # away gets what the variable has without it.
func TestTheExampleHoldsTheDefaults(t *testing.T) {
	t.Parallel()
	text := regexp.MustCompile(`(?m)^#(NEXUS_)`).ReplaceAll(example(config.Config{}.Variables()), []byte("$1"))
	values, err := godotenv.UnmarshalBytes(text)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for _, v := range (config.Config{}).Variables() {
		want[v.Name] = v.Default
	}
	if diff := cmp.Diff(want, values); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestReplaceTable(t *testing.T) {
	t.Parallel()
	variables := []config.Variable{
		{Name: "NEXUS_ONE", Default: "1", Description: "The first", Allowed: "a number"},
		{Name: "NEXUS_TWO", Description: "The second", Allowed: "a word"},
	}
	got, err := replaceTable([]byte("before\n"+begin+"stale\n"+end+"after\n"), variables)
	if err != nil {
		t.Fatal(err)
	}
	want := "before\n" + begin +
		"| variable | default | what it is | allowed |\n|---|---|---|---|\n" +
		"| `NEXUS_ONE` | `1` | The first | a number |\n" +
		"| `NEXUS_TWO` | unset | The second | a word |\n" +
		end + "after\n"
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if _, err := replaceTable([]byte("no markers"), variables); err == nil {
		t.Error("a file without marker lines was accepted")
	}
}
