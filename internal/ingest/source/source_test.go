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

func TestLimitsHoldBehindFencesThatAreNone(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]string{
		"indented": "word\n    ```\n", "of a quote": "> ```\n", "in HTML": "<div>\n```\n\n",
	} {
		text, err := source.Read([]byte(start + strings.Repeat("[a](b *c_ \n", 3000)))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if last := text.Markdown[len(text.Markdown)-20:]; strings.ContainsAny(last, "[]*_") {
			t.Errorf("a fence %s: the last line is %q", name, last)
		}
		if _, err := source.Read([]byte(start + strings.Repeat("[a](b *c_ \n\n", 80_000))); err == nil {
			t.Errorf("a fence %s hides marks without end", name)
		}
		if _, err := source.Read([]byte(start + strings.Repeat("> ", 100))); err == nil {
			t.Errorf("a fence %s hides quotes without end", name)
		}
	}
}

func TestCellsThatRowsLeaveOutCount(t *testing.T) {
	t.Parallel()
	table := func(columns, rows int) []byte {
		return []byte(strings.Repeat("|a", columns) + "\n" + strings.Repeat("|-", columns) + "\n" + strings.Repeat("a\n", rows))
	}
	if _, err := source.Read(table(50, 1000)); err != nil {
		t.Error(err)
	}
	if _, err := source.Read(table(500, 1000)); err == nil || !strings.Contains(err.Error(), "cells") {
		t.Errorf("a table of 500,000 cells: %v", err)
	}
}

func TestManyLinkDefinitionsOfAParagraphAreText(t *testing.T) {
	t.Parallel()
	line := "[word]: /word\n"
	text, err := source.Read([]byte(strings.Repeat(line, 150)))
	if err != nil || text.Markdown != text.Whole {
		t.Errorf("150 are fine, but %v, %v", text, err)
	}
	text, err = source.Read([]byte(strings.Repeat(line, 5000)))
	if err != nil || strings.Count(text.Markdown, line) > 200 || len(text.Findings) != 1 {
		t.Errorf("of 5000 there are %d left; %v, %v", strings.Count(text.Markdown, line), text.Findings, err)
	}
}
