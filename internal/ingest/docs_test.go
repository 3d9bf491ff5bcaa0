package ingest_test

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/internal/ingest"
	"github.com/project-nexus/nexus/internal/ingest/explain"
)

// The tests below hold docs/importing.md to the code: what the page shows is
// what an import makes of it.

// block is a fenced block of a page.
type block struct {
	// line is that of the fence, from 1.
	line int
	// below is the heading that it stands below.
	below      string
	info, text string
}

func importing(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile("../../docs/importing.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(page)
}

func blocksOf(t *testing.T, page string) []block {
	t.Helper()
	var blocks []block
	open, below := "", ""
	for i, line := range strings.Split(page, "\n") {
		marks := line[:len(line)-len(strings.TrimLeft(line, "`"))]
		switch {
		case open == "" && len(marks) >= 3:
			open = marks
			blocks = append(blocks, block{line: i + 1, below: below, info: line[len(marks):]})
		case open != "" && line == open:
			open = ""
		case open != "":
			blocks[len(blocks)-1].text += line + "\n"
		case strings.HasPrefix(line, "#"):
			below = strings.TrimLeft(line, "# ")
		}
	}
	if open != "" {
		t.Fatalf("the block of line %d never ends", blocks[len(blocks)-1].line)
	}
	return blocks
}

// shown is a document as the page shows it, with the names of the schema.
type shown struct {
	Title        string            `json:"title"`
	Program      string            `json:"program"`
	Overview     string            `json:"overview"`
	Technologies []shownTechnology `json:"technologies"`
	Concepts     []shownEntry      `json:"concepts"`
	Challenges   []shownEntry      `json:"challenges"`
	Practices    []shownEntry      `json:"practices"`
	Tips         []string          `json:"tips"`
	Channels     []shownChannel    `json:"channels"`
	Diagnostics  []shownDiagnostic `json:"diagnostics"`
}

type shownTechnology struct {
	Name      string `json:"name"`
	Category  string `json:"category"`
	Text      string `json:"text"`
	FirstLine int    `json:"firstLine"`
	LastLine  int    `json:"lastLine"`
}

// shownEntry is a concept, challenge or practice.
type shownEntry struct {
	Title        string   `json:"title"`
	Body         string   `json:"body"`
	Solution     *string  `json:"solution"`
	Technologies []string `json:"technologies"`
	FirstLine    int      `json:"firstLine"`
	LastLine     int      `json:"lastLine"`
}

type shownChannel struct {
	Name string `json:"name"`
	Kind string `json:"kind"`
	URL  string `json:"url"`
}

type shownDiagnostic struct {
	Line     int    `json:"line"`
	Column   int    `json:"column"`
	Severity string `json:"severity"`
	Code     string `json:"code"`
}

func show(d *ingest.Document) shown {
	s := shown{Title: d.Title, Program: d.Program, Overview: d.Overview}
	for _, t := range d.Technologies {
		s.Technologies = append(s.Technologies, shownTechnology{t.Name, t.Category, t.Text, t.FirstLine, t.LastLine})
	}
	for _, c := range d.Concepts {
		s.Concepts = append(s.Concepts, shownEntry{Title: c.Title, Body: c.Text, FirstLine: c.FirstLine, LastLine: c.LastLine})
	}
	for _, c := range d.Challenges {
		e := shownEntry{Title: c.Title, Body: c.Body, Technologies: c.Technologies, FirstLine: c.FirstLine, LastLine: c.LastLine}
		if c.Solution != nil {
			e.Solution = &c.Solution.Body
		}
		s.Challenges = append(s.Challenges, e)
	}
	for _, p := range d.Practices {
		s.Practices = append(s.Practices, shownEntry{Title: p.Title, Body: p.Body, Technologies: p.Technologies, FirstLine: p.FirstLine, LastLine: p.LastLine})
	}
	for _, t := range d.Tips {
		s.Tips = append(s.Tips, t.Body)
	}
	for _, c := range d.Channels {
		s.Channels = append(s.Channels, shownChannel{c.Name, c.Kind, c.URL})
	}
	for _, found := range d.Diagnostics {
		if found.Line > 0 { // an example lacks sections, being short
			s.Diagnostics = append(s.Diagnostics, shownDiagnostic{found.Line, found.Column, string(found.Severity), found.Code})
		}
	}
	return s
}

// differences compares what the page shows with what there is: an object may
// leave fields out, a list holds all, and a text stands for the object that it
// names.
func differences(at string, want, got any) []string {
	switch want := want.(type) {
	case map[string]any:
		object, isObject := got.(map[string]any)
		var found []string
		for name, value := range want {
			there, known := object[name]
			if !isObject || !known {
				return append(found, fmt.Sprintf("%s has no %s", at, name))
			}
			found = append(found, differences(at+"."+name, value, there)...)
		}
		return found
	case []any:
		list, _ := got.([]any)
		if len(want) != len(list) {
			return []string{fmt.Sprintf("%s are %v, not %v", at, names(list), names(want))}
		}
		var found []string
		for i := range want {
			found = append(found, differences(fmt.Sprintf("%s[%d]", at, i), want[i], list[i])...)
		}
		return found
	case string:
		got = nameOf(got)
	}
	if !reflect.DeepEqual(want, got) {
		return []string{fmt.Sprintf("%s is %q, not %q", at, got, want)}
	}
	return nil
}

func names(list []any) []any {
	var all []any
	for _, v := range list {
		all = append(all, nameOf(v))
	}
	return all
}

func nameOf(v any) any {
	object, isObject := v.(map[string]any)
	if !isObject {
		return v
	}
	for _, field := range []string{"title", "name", "code"} {
		if name, has := object[field]; has {
			return name
		}
	}
	return v
}

// inJSON is a value as JSON knows it.
func inJSON(t *testing.T, v any) any {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var plain any
	if err := json.Unmarshal(text, &plain); err != nil {
		t.Fatal(err)
	}
	return plain
}

func TestWhatThePageShowsIsWhatBecomesOfIt(t *testing.T) {
	t.Parallel()
	examples := 0
	blocks := blocksOf(t, importing(t))
	for i, b := range blocks {
		if b.info != "markdown" {
			continue
		}
		examples++
		d := extract(t, b.text)
		if i+1 == len(blocks) {
			t.Fatalf("nothing is shown of the example of line %d", b.line)
		}
		switch next := blocks[i+1]; next.info {
		case "json":
			var want any
			if err := json.Unmarshal([]byte(next.text), &want); err != nil {
				t.Errorf("line %d: %v", next.line, err)
				continue
			}
			for _, found := range differences("document", want, inJSON(t, show(d))) {
				t.Errorf("line %d (%s): %s", b.line, b.below, found)
			}
		case "text":
			explained := regexp.MustCompile(`(?m) +$`).ReplaceAllString(explain.Lines(d), "")
			if diff := cmp.Diff(next.text, explained); diff != "" {
				t.Errorf("line %d (-page +explained):\n%s", next.line, diff)
			}
		default:
			t.Errorf("the example of line %d is followed by a block of %q", b.line, next.info)
		}
	}
	if examples < 30 {
		t.Errorf("only %d examples were found", examples)
	}
}
