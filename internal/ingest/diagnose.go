package ingest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/project-nexus/nexus/internal/ingest/outline"
	"github.com/project-nexus/nexus/internal/ingest/source"
	"github.com/project-nexus/nexus/internal/ingest/template"
	"github.com/project-nexus/nexus/internal/ingest/vocabulary"
)

// The codes of diagnostics.
const (
	codeInvalidEncoding     = "INVALID_ENCODING"
	codeUnbalancedFence     = "UNBALANCED_FENCE"
	codeFencedDocument      = "FENCED_DOCUMENT"
	codeHeadingWithoutSpace = "HEADING_WITHOUT_SPACE"
	codeTooManyMarks        = "TOO_MANY_MARKS"
	codeMissingTitle        = "MISSING_TITLE"
	codeMissingSection      = "MISSING_SECTION"
	codeEmptySection        = "EMPTY_SECTION"
	codePlaceholder         = "TEMPLATE_PLACEHOLDER"
	codeCopiedAssignment    = "COPIED_ASSIGNMENT"
	codeUnsolved            = "CHALLENGE_WITHOUT_SOLUTION"
)

const (
	// maxAlike is how many diagnostics of one kind a document gets.
	maxAlike = 50
	// minCopied is how many lines of an assignment are no chance.
	minCopied = 3
)

// diagnose tells the author what was odd, and what is missing.
func (x *extraction) diagnose(findings []source.Finding) {
	for _, f := range findings {
		x.report(ofSource(f))
	}
	if x.document.Title == "" {
		x.report(Diagnostic{Severity: Info, Code: codeMissingTitle, Message: "The document has no title.", Expected: "a first line such as \"# My learning notes\""})
	}
	x.diagnoseSections()
	x.diagnosePlaceholders()
	x.diagnoseAssignment()
	for _, c := range x.document.Challenges {
		if c.Solution == nil {
			shown, _ := title(c.Title, 80)
			x.report(Diagnostic{
				Line: c.FirstLine, Severity: Info, Code: codeUnsolved, Message: fmt.Sprintf("No solution was found for %q.", shown),
				Expected: "a line \"**Solution:** …\" below it, or a second column in the table",
			})
		}
	}
	slices.SortStableFunc(x.document.Diagnostics, func(a, b Diagnostic) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Code, b.Code))
	})
}

// report adds a diagnostic, unless there are many like it.
func (x *extraction) report(d Diagnostic) {
	alike := 0
	for _, other := range x.document.Diagnostics {
		if other.Code == d.Code {
			alike++
		}
	}
	if alike < maxAlike {
		x.document.Diagnostics = append(x.document.Diagnostics, d)
	}
}

// ofSource words what was repaired before the Markdown was read.
func ofSource(f source.Finding) Diagnostic {
	d := Diagnostic{Line: f.Line, Severity: Warning}
	switch f.Kind {
	case source.InvalidEncoding:
		d.Code, d.Message, d.Expected = codeInvalidEncoding, "Some bytes are no UTF-8; they were replaced.", "a file saved as UTF-8"
	case source.UnbalancedFence:
		d.Code, d.Message, d.Expected = codeUnbalancedFence, "A code block that starts here never ends.", "a line with the same marks behind the code"
	case source.FencedDocument:
		d.Code, d.Message, d.Expected = codeFencedDocument, "The whole document stands in a code block; it was read as if it did not.", "Markdown without ``` around it"
	case source.HeadingWithoutSpace:
		d.Severity, d.Code = Info, codeHeadingWithoutSpace
		d.Message, d.Expected = "A heading has no space after its marks; it was read as a heading.", "\"# Heading\""
	case source.TooManyMarks:
		d.Code, d.Message, d.Expected = codeTooManyMarks, "A paragraph holds so many marks that it was read as plain text.", "shorter paragraphs"
	}
	return d
}

// usualSection is a section that documents usually have.
type usualSection struct {
	kind     vocabulary.Kind
	what     string
	severity Severity
	expected string
	found    func(*Document) bool
}

func usualSections() []usualSection {
	return []usualSection{
		{vocabulary.Overview, "overview of the programme", Info, "\"Overview\"", func(d *Document) bool { return d.Overview != "" }},
		{vocabulary.Technologies, "section on technologies", Warning, "\"Key Technologies\"", func(*Document) bool { return false }},
		{vocabulary.Concepts, "section on concepts", Warning, "\"Important Concepts\"", func(d *Document) bool { return len(d.Concepts) > 0 }},
		{vocabulary.Challenges, "section on challenges", Warning, "\"Challenges and Solutions\"", func(d *Document) bool { return len(d.Challenges) > 0 }},
		{vocabulary.Practices, "section on best practices", Warning, "\"Best Practices and Takeaways\"", func(d *Document) bool { return len(d.Practices) > 0 }},
		{vocabulary.Collaboration, "section on collaboration", Info, "\"Collaboration\"", func(d *Document) bool { return len(d.Channels)+len(d.Tips) > 0 }},
	}
}

// diagnoseSections tells which of the usual sections are missing or empty.
func (x *extraction) diagnoseSections() {
	for _, usual := range usualSections() {
		sections := x.of(usual.kind)
		if len(sections) == 0 && !usual.found(x.document) {
			x.report(Diagnostic{
				Severity: usual.severity, Code: codeMissingSection, Message: "No " + usual.what + " was found.",
				Expected: "a heading such as " + usual.expected,
			})
		}
		for _, s := range sections {
			if s.Heading != nil && len(s.Nodes) == 0 && len(s.Heading.Children) == 0 {
				x.report(Diagnostic{
					Line: s.Heading.First, Severity: Warning, Code: codeEmptySection,
					Message: fmt.Sprintf("The section %q is empty.", s.Title()), Expected: "text or a list below the heading",
				})
			}
		}
	}
}

// diagnosePlaceholders tells where a template waits for words, outside of code.
func (x *extraction) diagnosePlaceholders() {
	code := map[int]bool{}
	outline.Walk(x.nodes, func(n *outline.Node) {
		if n.Kind == outline.Code {
			for line := n.First; line <= n.Last; line++ {
				code[line] = true
			}
		}
	})
	for i, line := range x.lines {
		if code[i+1] {
			continue
		}
		if p, found := template.Find(line); found {
			shown, _ := title(p.Text, 80)
			x.report(Diagnostic{
				Line: i + 1, Column: p.Column, Severity: Warning, Code: codePlaceholder,
				Message: fmt.Sprintf("%q is a placeholder of a template.", shown), Expected: "your own words",
			})
		}
	}
}

// diagnoseAssignment tells when the text repeats the assignment.
func (x *extraction) diagnoseAssignment() {
	first, copied := 0, 0
	for i, line := range x.lines {
		if len(strings.TrimSpace(line)) < 20 || !template.IsAssignment(line) {
			continue
		}
		if copied++; first == 0 {
			first = i + 1
		}
	}
	if copied >= minCopied {
		x.report(Diagnostic{
			Line: first, Severity: Warning, Code: codeCopiedAssignment,
			Message: fmt.Sprintf("%d lines, the first of them here, repeat the text of an assignment.", copied), Expected: "what you learned, in your own words",
		})
	}
}
