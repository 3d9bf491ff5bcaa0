package outline

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// The longest label, in words and in bytes.
const (
	maxLabelWords = 10
	maxLabelBytes = 100
)

// Labelled is a text that a label introduces: "**Label:** text", "Label: text",
// "Label – text", "Label → text".
type Labelled struct {
	Label, Text Inline
	// Explicit is a label that is set in bold, emphasis or code.
	Explicit bool
	// Arrow is a text behind an arrow or a tabulator.
	Arrow bool
}

// separators end a label; those with spaces need them.
func separators() []string {
	return []string{"->", "=>", "→", "⇒", "➜", "➡", "⟶", "\t", "   ", ": ", ":\n", " – ", " — ", " - ", "— ", "– ", " — ", ":", "—"}
}

// SplitLabel finds the label of a text. Without one, Label is empty and Text is
// all of it.
func (in Inline) SplitLabel() Labelled {
	in = in.Trim()
	if l, found := in.styledLabel(); found {
		return l
	}
	raw := in.raw()
	at, size, arrow := separator(in, raw)
	if at <= 0 {
		return Labelled{Text: in}
	}
	label, _ := in.Cut(at)
	_, text := in.Cut(at + size)
	return Labelled{Label: label, Text: text.Trim(), Arrow: arrow}
}

// styledLabel finds a label in bold, emphasis or code at the start.
func (in Inline) styledLabel() (Labelled, bool) {
	if len(in) == 0 || !in[0].Strong && in[0].Style != Emphasis && in[0].Style != CodeSpan {
		return Labelled{}, false
	}
	end := 1
	for end < len(in) && in[end].Strong == in[0].Strong && (in[0].Strong || in[end].Style == in[0].Style) {
		end++
	}
	text, rest := in[:end].raw(), in[end:]
	follows := rest.raw()
	if in[0].Style != CodeSpan && endsInside(text) {
		return Labelled{}, false
	}
	trimmed := strings.TrimRight(text, " \t\n")
	if strings.HasSuffix(trimmed, ":") || follows == "" {
		label, _ := in.Cut(len(strings.TrimRight(trimmed, ": ")))
		return Labelled{Label: label, Text: rest.Trim(), Explicit: true}, true
	}
	head := strings.TrimLeft(follows, " ")
	for _, s := range separators() {
		if s = strings.TrimSpace(s); s != "" && strings.HasPrefix(head, s) {
			_, rest = rest.Cut(len(follows) - len(head) + len(s))
			return Labelled{Label: in[:end], Text: rest.Trim(), Explicit: true, Arrow: isArrow(s)}, true
		}
	}
	return Labelled{}, false
}

// endsInside reports whether a label ends inside of the bold text: at a colon, or
// at a dash behind a label that the vocabulary knows ("Challenge 2 – slow pages").
func endsInside(text string) bool {
	if colon := strings.Index(text, ": "); colon > 0 && strings.TrimSpace(text[colon+1:]) != "" {
		return true
	}
	for _, dash := range []string{" – ", " — ", " - "} {
		if before, after, found := strings.Cut(text, dash); found && strings.TrimSpace(after) != "" && isLabel(before) {
			return true
		}
	}
	return false
}

// separator finds the first separator behind a short label.
func separator(in Inline, raw string) (at, size int, arrow bool) {
	limit := min(len(raw), maxLabelBytes)
	best := -1
	for _, s := range separators() {
		from := 0
		for from < limit {
			i := strings.Index(raw[from:], s)
			if i < 0 || from+i > limit || best >= 0 && from+i >= best {
				break
			}
			if i += from; in.splits(raw, i, s) {
				best, size, arrow = i, len(s), isArrow(s)
				break
			}
			from += i - from + len(s)
		}
	}
	if best > 0 && !arrow && len(strings.Fields(raw[:best])) > maxLabelWords {
		return -1, 0, false
	}
	return best, size, arrow
}

// splits reports whether the separator at i really separates: not inside of
// code or a link, and a bare colon or dash only at the end or where no word is cut.
func (in Inline) splits(raw string, i int, s string) bool {
	offset := 0
	for _, p := range in {
		if p.Style == Image || p.Style == RawHTML {
			continue
		}
		if i >= offset && i < offset+len(p.Text) && (p.Style == CodeSpan || p.Style == Link) {
			return false
		}
		offset += len(p.Text)
	}
	after := raw[i+len(s):]
	if s != ":" {
		return true
	}
	next, _ := utf8.DecodeRuneInString(after)
	return strings.TrimSpace(after) == "" || unicode.IsUpper(next) && !strings.HasPrefix(after, "//")
}

func isArrow(s string) bool {
	switch s {
	case "->", "=>", "→", "⇒", "➜", "➡", "⟶", "\t", "   ":
		return true
	}
	return false
}
