package outline

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Style is how a piece of text is set.
type Style int

// The styles.
const (
	Plain Style = iota
	Emphasis
	CodeSpan
	Link
	Image
	RawHTML
)

// Piece is a stretch of text in one style.
type Piece struct {
	Text  string
	Style Style
	// Strong is text in bold, whatever else it is.
	Strong bool
	// URL of a link or image.
	URL string
}

// Inline is a line of text.
type Inline []Piece

// String returns the text without marks.
func (in Inline) String() string {
	var b strings.Builder
	for _, p := range in {
		if p.Style != Image && p.Style != RawHTML {
			b.WriteString(p.Text)
		}
	}
	return strings.TrimSpace(b.String())
}

// Markdown writes the text with its marks.
func (in Inline) Markdown() string {
	var b strings.Builder
	for _, p := range in {
		switch {
		case p.Text == "" || p.Style == Image:
		case p.Strong && p.Style <= Emphasis:
			around(&b, p.Text, "**")
		case p.Style == Emphasis:
			around(&b, p.Text, "*")
		case p.Style == CodeSpan && strings.Contains(p.Text, "`"):
			b.WriteString("`` " + p.Text + " ``")
		case p.Style == CodeSpan:
			around(&b, p.Text, "`")
		case p.Style == Link && p.URL != p.Text:
			b.WriteString("[" + p.Text + "](" + p.URL + ")")
		default:
			b.WriteString(p.Text)
		}
	}
	return strings.TrimSpace(b.String())
}

// around writes text between marks; spaces stay outside of them.
func around(b *strings.Builder, text, mark string) {
	inner := strings.TrimSpace(text)
	if inner == "" {
		b.WriteString(text)
		return
	}
	start := strings.Index(text, inner)
	b.WriteString(text[:start] + mark + inner + mark + text[start+len(inner):])
}

// IsBold reports whether all of the text is bold, but for spaces, punctuation
// and pictures around it.
func (in Inline) IsBold() bool {
	bold := false
	for _, p := range in {
		switch {
		case p.Strong && strings.TrimSpace(p.Text) != "":
			bold = true
		case p.Style == Image || p.Style == RawHTML:
		case strings.ContainsFunc(p.Text, isAlphanumeric):
			return false
		}
	}
	return bold
}

// Trim returns the text without what decorates its start: pictures, bullets,
// check boxes and numbers ("🔹 4.1 ").
func (in Inline) Trim() Inline {
	for len(in) > 0 {
		rest := strings.TrimLeftFunc(in[0].Text, decorates)
		rest = trimNumber(rest)
		rest = strings.TrimLeftFunc(rest, decorates)
		hidden := in[0].Style == Image || in[0].Style == RawHTML
		switch {
		case in[0].Style == CodeSpan || in[0].Style == Link:
			return in
		case rest == "" || hidden:
			in = in[1:]
		default:
			trimmed := append(Inline(nil), in...)
			trimmed[0].Text = rest
			return trimmed
		}
	}
	return nil
}

// decorates reports whether a rune at the start of a text says nothing.
func decorates(r rune) bool {
	if r < utf8.RuneSelf {
		return r == ' ' || r == '\t' || r == '\n' || r == '|' || r == '>' || r == '*' || r == '-' || r == '_' || r == ':'
	}
	return unicode.In(r, unicode.So, unicode.Sk, unicode.Mn, unicode.Me, unicode.Cf, unicode.Co, unicode.Zs) ||
		strings.ContainsRune("•◦–—→·", r) || unicode.IsSymbol(r)
}

// trimNumber takes "1.", "2)", "4.1" and keycaps ("1️⃣") off the start.
func trimNumber(s string) string {
	digits := 0
	for digits < len(s) && digits < 3 && s[digits] >= '0' && s[digits] <= '9' {
		digits++
	}
	if digits == 0 {
		return s
	}
	rest := s[digits:]
	if r, _ := utf8.DecodeRuneInString(rest); r == '\ufe0f' || r == '\u20e3' {
		return rest
	}
	if rest == "" || rest[0] != '.' && rest[0] != ')' && rest[0] != ':' {
		return s
	}
	after := rest[1:]
	if sub := strings.TrimLeft(after, "0123456789."); len(sub) < len(after) {
		after = sub
	}
	if after != "" && after[0] != ' ' && after[0] != '\t' {
		return s
	}
	return strings.TrimLeft(after, " \t")
}

// Cut splits the text at a byte offset of its unstyled form.
func (in Inline) Cut(at int) (before, after Inline) {
	for i, p := range in {
		if p.Style == Image || p.Style == RawHTML {
			before = append(before, p)
			continue
		}
		if at < len(p.Text) {
			left, right := p, p
			left.Text, right.Text = p.Text[:at], p.Text[at:]
			before = append(before, left)
			return before, append(Inline{right}, in[i+1:]...)
		}
		at -= len(p.Text)
		before = append(before, p)
	}
	return before, nil
}

// raw returns the text as Cut counts it.
func (in Inline) raw() string {
	var b strings.Builder
	for _, p := range in {
		if p.Style != Image && p.Style != RawHTML {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

func isAlphanumeric(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
