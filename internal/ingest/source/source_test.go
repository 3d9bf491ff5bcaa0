package source_test

import (
	"strings"
	"testing"

	"github.com/project-nexus/nexus/internal/ingest/source"
)

func TestRepairsKeepTheLines(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ raw, want string }{
		"heading without a space": {"##Tools\n#Challenges & Solutions\n", "## Tools\n# Challenges & Solutions\n"},
		"a tag is none":           {"#backend-help\n#ProjectTalk\n#!/bin/sh\n", "#backend-help\n#ProjectTalk\n#!/bin/sh\n"},
		"items without a space":   {"1.One\n2)Two\n*Three\n", "1. One\n2) Two\n* Three\n"},
		"no items":                {"3.14 is pi\n**bold**\n*em*\n", "3.14 is pi\n**bold**\n*em*\n"},
		"bullets":                 {"• a\n  ⦁\tb\n", "- a\n  - b\n"},
		"code is left alone":      {"```\n##x\n• y\n```\n", "```\n##x\n• y\n```\n"},
		"fenced document":         {"```md\n# A\n## B\n```\n", "\n# A\n## B\n\n"},
		"fence without an end":    {"```\nx\n\n## A\n\ny\n", "\n    x\n    \n## A\n\ny\n"},
		"fence without a start":   {"js\nrun({\n  x\n});\n```\n\n# A\n\ny\n", "js\nrun({\n  x\n});\n\n\n# A\n\ny\n"},
		"fence behind a sentence": {"Like so {a}\n```\n# x\n```\n", "Like so {a}\n```\n# x\n```\n"},
	} {
		text, err := source.Read([]byte(test.raw))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if text.Markdown != test.want || text.Whole != test.raw {
			t.Errorf("%s: got %q", name, text.Markdown)
		}
	}
}

func TestParagraphOfMarksIsReadAsText(t *testing.T) {
	t.Parallel()
	text, err := source.Read([]byte(strings.Repeat("[a](b *c_ \n", 3000)))
	if err != nil {
		t.Fatal(err)
	}
	if len(text.Findings) != 1 || text.Findings[0] != (source.Finding{Line: 1, Kind: source.TooManyMarks}) {
		t.Errorf("findings %v", text.Findings)
	}
	if lines := strings.Split(text.Markdown, "\n"); len(lines) != 3001 || strings.ContainsAny(lines[2999], "[]*_") {
		t.Errorf("%d lines, the last is %q", len(lines), lines[len(lines)-2])
	}
}
