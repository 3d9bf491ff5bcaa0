// Package source turns the bytes of a file into text that Markdown can be read
// from: it decodes, checks limits, and repairs what people often get wrong.
//
// Repairs keep the number of lines, so that a line of the repaired Markdown is
// the same line of the text. What was repaired is told as findings.
//
// Read returns BAD_USER_INPUT for what is no text or beyond the limits. The
// limits are checked before anything is parsed, since time and memory of a
// parser may grow much faster than its input.
package source

import (
	"strings"

	"github.com/project-nexus/nexus/internal/errs"
)

// Text is a readable document.
type Text struct {
	// Whole is valid UTF-8 with LF line ends, without a byte order mark and NUL.
	Whole string
	// Markdown is Whole with repairs, line by line.
	Markdown string
	// Findings tell what was repaired, in the order of lines.
	Findings []Finding
}

// Finding is something that was wrong with the text.
type Finding struct {
	// Line counts from 1; 0 is the whole text.
	Line int
	Kind Kind
}

// Kind tells findings apart.
type Kind int

// The kinds.
const (
	// InvalidEncoding is bytes that are no UTF-8.
	InvalidEncoding Kind = iota
	// UnbalancedFence is a code fence without an end.
	UnbalancedFence
	// FencedDocument is a document that stands in a code fence as a whole.
	FencedDocument
	// HeadingWithoutSpace is a heading without a space after its marks.
	HeadingWithoutSpace
	// TooManyMarks is a paragraph with so many marks that it is read without them.
	TooManyMarks
)

// Read decodes and checks a file.
func Read(raw []byte) (*Text, error) {
	whole, findings, err := decode(raw)
	if err != nil {
		return nil, err
	}
	t := &Text{Whole: whole, Findings: findings}
	if strings.Count(whole, "\n") >= maxLines {
		return nil, errs.BadUserInput("has more than %d lines", maxLines)
	}
	lines := strings.Split(whole, "\n")
	t.openFences(lines)
	if err := checkLimits(lines); err != nil {
		return nil, err
	}
	t.repair(lines)
	t.Markdown = strings.Join(lines, "\n")
	return t, nil
}

func (t *Text) found(line int, kind Kind) {
	t.Findings = append(t.Findings, Finding{Line: line, Kind: kind})
}
