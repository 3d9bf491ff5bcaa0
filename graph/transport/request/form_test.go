package request_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"

	"github.com/project-nexus/nexus/graph/transport/request"
	"github.com/project-nexus/nexus/internal/errs"
)

// Whatever a form holds, it is read or refused, and what was refused is closed.
func FuzzForms(f *testing.F) {
	for _, seed := range [][2]string{
		{`{"query": "{ a }", "variables": {"f": null}}`, `{"0": ["variables.f"]}`},
		{`{"query": "{ a }", "variables": {"f": [null, {"g": [[null]]}]}}`, `{"0": ["variables.f.1.g.0.0", "variables.f.0"]}`},
		{`{"query": "{ a }", "variables": {"f": [null]}}`, `{"0": ["variables.f.1"]}`},
		{`{"query": "{ a }", "variables": {"": {"": null}}}`, `{"0": ["variables.."]}`},
		{`{"query": "{ a }", "variables": {"f": 1e999}}`, `{"0": ["variables.f", "variables.f.f"]}`},
		{`[{}]`, `{"0": {"1": []}}`},
		{`null`, `null`},
		{``, ``},
		{"\xff", "\xff"},
	} {
		f.Add(seed[0], seed[1], "0")
	}
	folder := f.TempDir()
	f.Fuzz(func(t *testing.T, operations, places, name string) {
		part := func(disposition, content string) string {
			return "--x\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n" + content + "\r\n"
		}
		body := part("name=operations", operations) + part("name=map", places) + part(`name="`+name+`"; filename=a`, "A") + "--x--\r\n"
		limits := request.Uploads{Folder: folder}.WithDefaults()
		form, refusal := request.ReadForm(context.Background(), strings.NewReader(body), "x", 1<<20, limits)
		switch {
		case refusal == nil:
			if files := count(form.Params.Variables); files == 0 && strings.Contains(places, "variables") {
				t.Errorf("the file is nowhere in %v", form.Params.Variables)
			}
			form.Close()
		case refusal.Code != errs.CodeBadUserInput && refusal.Code != errs.CodePayloadTooLarge:
			t.Errorf("%s: %v", refusal.Code, refusal)
		case len(refusal.Message) > 2000:
			t.Errorf("the refusal has %d bytes", len(refusal.Message))
		}
		if left, _ := filepath.Glob(filepath.Join(folder, "*")); len(left) > 0 {
			t.Errorf("left: %v", left)
		}
	})
}

// count returns how many files the variables hold.
func count(value any) int {
	n := 0
	switch v := value.(type) {
	case graphql.Upload:
		n = 1
	case []any:
		for _, item := range v {
			n += count(item)
		}
	case map[string]any:
		for _, member := range v {
			n += count(member)
		}
	}
	return n
}

// Halves of surrogate pairs are found as decoders see them, escape by escape.
func TestHalvesAreMarked(t *testing.T) {
	t.Parallel()
	const nul = `\u0000`
	for text, want := range map[string]string{
		"": "", "a": "", `\`: "", `\u`: "", `\ud8`: "", `\ud800`: nul, `a\uDFFFb`: "a" + nul + "b", `\ud83d\ude00`: "", `\\ud800`: "", `\\\ud800`: `\\` + nul,
		`\ud800\ud800\udc00\udc00`: nul + `\ud800\udc00` + nul, `\ud800\n`: nul + `\n`, `\ud800\u0041`: nul + `\u0041`, `\u{D800}`: "", `\ue000`: "", `\ud7ff`: "",
	} {
		if got := request.MarkHalves(text); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}
