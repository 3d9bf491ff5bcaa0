package markdown

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
)

// handle is an @ with what may be a handle: that of user.handle in the database,
// but of any length.
var handle = regexp.MustCompile(`@[A-Za-z0-9][A-Za-z0-9_-]*`)

// maxHandle is the greatest length of a handle.
const maxHandle = 39

// Mentions returns the handles that a text mentions, as in "@ada": in lower case,
// each once, in their order, and at most limit. Code, raw HTML and addresses
// mention nobody, and neither does "\@ada".
func Mentions(source string, limit int) []string {
	if !strings.Contains(source, "@") || isCostly(source) {
		return nil
	}
	m := mentions{source: []byte(source), seen: map[string]bool{}, limit: limit}
	root := renderers().markdown.Parser().Parse(text.NewReader(m.source))
	_ = ast.Walk(root, m.visit) // visit returns no error
	m.end()
	return m.found
}

// mentions collects handles while it walks through a text.
type mentions struct {
	source []byte
	// run is the text since the last block began.
	run   strings.Builder
	seen  map[string]bool
	found []string
	limit int
}

func (m *mentions) visit(n ast.Node, entering bool) (ast.WalkStatus, error) {
	if n.Type() != ast.TypeInline {
		m.end()
		return m.next(n), nil
	}
	switch inline := n.(type) {
	case *ast.Text:
		if entering {
			m.run.Write(inline.Segment.Value(m.source))
			if inline.SoftLineBreak() || inline.HardLineBreak() {
				m.run.WriteByte('\n')
			}
		}
	case *ast.CodeSpan, *ast.AutoLink, *ast.RawHTML:
		// A mark that no handle may touch: "`go`@ada" is no mention.
		m.run.WriteByte('/')
		return ast.WalkSkipChildren, nil
	}
	return ast.WalkContinue, nil
}

// next tells whether the blocks below n are worth a look.
func (m *mentions) next(n ast.Node) ast.WalkStatus {
	switch {
	case len(m.found) >= m.limit:
		return ast.WalkStop
	case n.Kind() == ast.KindCodeBlock, n.Kind() == ast.KindFencedCodeBlock, n.Kind() == ast.KindHTMLBlock:
		return ast.WalkSkipChildren
	default:
		return ast.WalkContinue
	}
}

// end takes the handles out of the run.
func (m *mentions) end() {
	run := m.run.String()
	m.run.Reset()
	for _, at := range handle.FindAllStringIndex(run, -1) {
		name := strings.ToLower(run[at[0]+1 : at[1]])
		before, _ := utf8.DecodeLastRuneInString(run[:at[0]])
		after, _ := utf8.DecodeRuneInString(run[at[1]:])
		if len(m.found) < m.limit && len(name) <= maxHandle && !sticks(before) && !sticks(after) && !m.seen[name] {
			m.seen[name] = true
			m.found = append(m.found, name)
		}
	}
}

// sticks reports whether a rune next to "@ada" makes it a part of something else:
// an address, a path, a name of a package.
func sticks(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune(`_-@/\`, r)
}
