package ingest

import (
	"regexp"
	"strings"

	"github.com/project-nexus/nexus/internal/ingest/fold"
	"github.com/project-nexus/nexus/internal/ingest/outline"
	"github.com/project-nexus/nexus/internal/ingest/section"
	"github.com/project-nexus/nexus/internal/ingest/template"
	"github.com/project-nexus/nexus/internal/ingest/vocabulary"
)

// The longest titles, in characters, as the database holds them.
const (
	maxDocumentTitle  = 500
	maxProgramTitle   = 300
	maxConceptTitle   = 300
	maxEntryTitle     = 1000
	maxTechnologyName = 200
	maxChannelName    = 300
)

// programme is a name that ends in what it is: words with capitals in front of
// "Program", "Bootcamp" and the like.
var programme = regexp.MustCompile(`((?:[\p{Lu}\d][\p{L}\p{N}&+#/-]*[ \x{a0}]+|(?:of|and|in|for|&)[ ]+){1,6})` +
	`(Programmes?|programmes?|Programs?|programs?|PROGRAMMES?|PROGRAMS?|Bootcamp|bootcamp|Boot Camp|Programa|programa|Fellowship|Academy|Apprenticeship)\b`)

// programa is the Romance word order.
var programa = regexp.MustCompile(`\b([Pp]rograma|[Pp]rogramme|[Ff]ormation|[Cc]urso)( (?:de|en|do|da|em))? ((?:\p{Lu}[\p{L}-]*|de|en)(?: (?:\p{Lu}[\p{L}-]*|de|en|y|e))*)`)

// readOverview finds the title, the programme and what is said of it.
func (x *extraction) readOverview() {
	d := x.document
	d.Title = x.title()
	d.Program = x.program()
	for _, s := range x.of(vocabulary.Overview) {
		if text := template.Without(outline.Markdown(s.Nodes)); text != "" {
			d.Overview = text
			return
		}
	}
	if len(x.nodes) > 0 && x.nodes[0].Kind == outline.Heading {
		d.Overview = introduction(x.nodes[0].Children)
	}
}

// maxTitleWords is how long a first line without a mark may be to be a title.
const maxTitleWords = 10

// title returns the first heading, or the first line when it is set like one;
// the name of a section is no title of a document.
func (x *extraction) title() string {
	first := true
	for _, n := range x.nodes {
		t := section.Title(n.Text)
		if n.Kind != outline.Heading && (n.Kind != outline.Line || t == "") {
			continue
		}
		last := t[max(0, len(t)-1):]
		isLine := n.Kind == outline.Line && first && len(x.nodes) > 1 && len(strings.Fields(t)) <= maxTitleWords && !strings.Contains(".!?,;", last)
		if isLine || n.Kind == outline.Heading {
			if template.IsPlaceholder(t) || n.Level > 1 && x.words.Section(t, true) != vocabulary.NoKind {
				return ""
			}
			short, _ := title(t, maxDocumentTitle)
			return short
		}
		first = false
	}
	return ""
}

// introduction is the text between the title and the first section.
func introduction(nodes []*outline.Node) string {
	var parts []string
	for _, n := range nodes {
		if n.Kind == outline.Heading {
			break
		}
		if text := n.Text.Markdown(); n.Kind == outline.Line && text != "" {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, "\n\n")
}

// program finds the programme that the text names first.
func (x *extraction) program() string {
	name := ""
	outline.Walk(x.nodes, func(n *outline.Node) {
		if name == "" {
			name = programIn(n.Text.String())
		}
	})
	name, _ = title(name, maxProgramTitle)
	return name
}

// mayNameProgram is a quick look for the words that names of programmes end in.
func mayNameProgram(text string) bool {
	for _, part := range []string{"rogram", "PROGRAM", "ootcamp", "oot Camp", "ellowship", "cademy", "pprenticeship", "ormation", "urso"} {
		if strings.Contains(text, part) {
			return true
		}
	}
	return false
}

func programIn(text string) string {
	if !mayNameProgram(text) {
		return ""
	}
	for _, m := range programme.FindAllStringSubmatch(strings.Join(strings.Fields(text), " "), -1) {
		words := strings.Fields(m[1])
		for len(words) > 0 && isNoName(words[0]) {
			words = words[1:]
		}
		if len(words) >= 2 && fold.Text(words[0]) != "" {
			return strings.Join(append(words, strings.TrimSuffix(strings.TrimSuffix(m[2], "s"), "S")), " ")
		}
	}
	if m := programa.FindStringSubmatch(text); m != nil && len(strings.Fields(m[3])) >= 2 {
		return strings.TrimSpace(m[0])
	}
	return ""
}

// isNoName reports whether a word in front of a programme is no part of its name.
func isNoName(word string) bool {
	switch strings.ToLower(word) {
	case "the", "this", "that", "our", "my", "a", "an", "about", "overview", "of", "and", "in", "for", "&", "each", "every",
		"joined", "during", "throughout", "welcome", "what", "why", "from", "with", "key", "main", "learning", "objective", "objectives":
		return true
	}
	return false
}
