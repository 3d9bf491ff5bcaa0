package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// execute runs nexus with arguments and returns what it prints.
func execute(t *testing.T, arguments ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	root := newRootCommand()
	root.SetArgs(arguments)
	root.SetOut(&out)
	root.SetErr(&out)
	root.SetIn(strings.NewReader(""))
	err := root.ExecuteContext(t.Context())
	return out.String(), err
}

func writeFile(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestExtractWritesAFileForEachDocument(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "in", "notes.md"), "# Notes\n\n## Challenges\n\n- Nothing yet.\n")
	writeFile(t, filepath.Join(dir, "in", "binary.md"), "\x00\x01\x02\x03")
	out, err := execute(t, "extract", filepath.Join(dir, "in"), "--out", filepath.Join(dir, "out", "json"))
	if err == nil || !strings.Contains(out, "binary.md: ") || !strings.Contains(out, "1 file written") {
		t.Errorf("error %v, output:\n%s", err, out)
	}
	text, err := os.ReadFile(filepath.Join(dir, "out", "json", "notes.json"))
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(text, &fields); err != nil {
		t.Fatal(err)
	}
	for _, list := range []string{"technologies", "concepts", "challenges", "practices", "channels"} {
		if !strings.HasPrefix(string(fields[list]), "[") {
			t.Errorf("%s is %s, want a list", list, fields[list])
		}
	}
	if string(fields["program"]) == "" {
		t.Error("program is missing")
	}
}

func TestExtractRefusesTwoFilesOfOneName(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	one, two := filepath.Join(dir, "one", "README.md"), filepath.Join(dir, "two", "README.markdown")
	writeFile(t, one, "# One")
	writeFile(t, two, "# Two")
	out := filepath.Join(dir, "out")
	if _, err := execute(t, "extract", one, two, "--out", out); err == nil ||
		!strings.Contains(err.Error(), one) || !strings.Contains(err.Error(), two) {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("something was written")
	}
}

func TestExtractExplainsTheLinesOfAFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "notes.md")
	writeFile(t, file, "# Notes\n\n## Technologies\n\n- Django\n")
	out, err := execute(t, "extract", "--explain", file)
	if err != nil || !strings.Contains(out, "5  technology Django") {
		t.Errorf("error %v, output:\n%s", err, out)
	}
	for name, arguments := range map[string][]string{
		"neither":      {"extract", file},
		"both":         {"extract", "--explain", file, "--out", dir},
		"another file": {"extract", "--explain", file, file},
		"no such file": {"extract", "--explain", filepath.Join(dir, "absent.md")},
	} {
		if out, err := execute(t, arguments...); err == nil {
			t.Errorf("%s: no error, output:\n%s", name, out)
		}
	}
}
