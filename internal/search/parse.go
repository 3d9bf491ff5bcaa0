package search

import (
	"strings"
	"unicode"

	"github.com/project-nexus/nexus/internal/errs"
)

// maxTerms bounds the words of a query that count; the rest is ignored.
const maxTerms = 24

// term is a word or a phrase of a query as it was typed.
type term struct {
	raw    string
	phrase bool
	not    bool
}

// parse reads the syntax of web search: all words must be there, "a phrase" as
// it stands, -not what must not, and what stands on either side of or is enough.
// It returns alternatives, each a list of terms that must all hold.
func parse(text string) [][]term {
	var groups [][]term
	var group []term
	for terms, rest := 0, text; terms < maxTerms; {
		var t term
		var found bool
		if t, rest, found = nextTerm(rest); !found {
			break
		}
		switch {
		case !t.phrase && !t.not && strings.EqualFold(t.raw, "or"):
			if len(group) > 0 {
				groups, group = append(groups, group), nil
			}
		default:
			group = append(group, t)
			terms++
		}
	}
	if len(group) > 0 {
		groups = append(groups, group)
	}
	return groups
}

// nextTerm cuts the first term off a text; false at its end.
func nextTerm(text string) (t term, rest string, found bool) {
	text = strings.TrimLeftFunc(text, unicode.IsSpace)
	for {
		cut, negated := strings.CutPrefix(text, "-")
		if !negated {
			break
		}
		t.not, text = true, cut
	}
	if text == "" {
		return term{}, "", false
	}
	if cut, quoted := strings.CutPrefix(text, `"`); quoted {
		t.phrase = true
		t.raw, rest, _ = strings.Cut(cut, `"`)
		return t, rest, true
	}
	end := strings.IndexFunc(text, func(r rune) bool { return unicode.IsSpace(r) || r == '"' })
	if end < 0 {
		end = len(text)
	}
	t.raw = text[:end]
	return t, text[end:], true
}

// errBlank is the answer to a query in which there is nothing to look for.
func errBlank(argument string) error {
	return errs.BadUserInput("There is no word to look for.").At(argument)
}
